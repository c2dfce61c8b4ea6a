"""What an editor must hear before words go out: `make knowledge`.

Faults stop the build; warnings do not. Each line names the file, the place, and what to do.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.knowledge.answers import AnswerBook, Question, parse_button_id
from assistant.knowledge.emergencies import EmergencyReplies
from assistant.knowledge.load import ADULT, EVERY_EMERGENCY, OTHER_LANGUAGE, Knowledge, KnowledgeError, Review, Topic
from assistant.knowledge.vocabulary import ASPECTS, CHILD, CONVERSATION_TOPICS, EMERGENCY_KINDS, SPEAKERS, TEACHER
from assistant.safety.languages import Languages
from assistant.safety.rules import Cue, Rule, SafetyRules
from assistant.text import for_matching

MAX_BUTTON_TITLE = 24
MAX_ANSWER_WORDS = 150
MAX_EMERGENCY_WORDS = 80
MAX_OVER_WORDS = 95
MAX_URGENT_WORDS = 80
WARN_DAYS_AHEAD = 30

# A number or address in a text would be a second place to keep it up to date. 999, 101, 111 and 159
# are words of the language; 55 and 18000 name services.
_NUMBER = re.compile(r"(?<![\d£])(?:\+?\d[\d ]{6,}\d|\b\d{4} \d{3,4}\b|\b116 ?\d{3}\b)(?!\d)")
_ADDRESS = re.compile(
    r"https?://|www\.|\b[\w-]+\.(?:com|org|co\.uk|gov\.uk|police\.uk|net)\b|\S+@\S+\.\w", re.IGNORECASE
)
_FORBIDDEN = {
    "child porn": 'say "child sexual abuse material"',
    "child pornography": 'say "child sexual abuse material"',
    "kiddie porn": 'say "child sexual abuse material"',
    "committed suicide": 'say "died by suicide"',
    "commit suicide": 'say "end their life"',
    "police will arrest": "never promise what police will do",
    "will be arrested": "never promise what police will do",
    "will be prosecuted": "never promise what police will do",
    "you must report": "advise, do not order",
    "your fault for": "never blame",
    "you should have": "never blame",
    "prostitut": "a child is exploited, never named so",
}
_UNSAFE_INVITATIONS = re.compile(
    r"(?<!never )(?<!not )(?<!n't )\b(?:take|send|save|keep|forward|upload) (?:a |the |any |us )?(?:screenshots?|copies|copy|photos?|pictures?) of (?:the |any )?(?:nude|naked|sexual)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Report:
    """The outcome of a check.

    Attributes:
        faults: Must be mended before release.
        warnings: Should be looked at.
        awaiting_approval: Files nobody at the force has signed yet.
    """

    faults: tuple[str, ...]
    warnings: tuple[str, ...]
    awaiting_approval: tuple[str, ...]


def first_sentence(text: str) -> str:
    """Return the first sentence of a text."""
    return re.split(r"(?<=[.!?])\s|\n", text.strip(), maxsplit=1)[0]


def _texts(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Yield every text that a person may be shown, with where it stands."""
    for folder, topics in (
        ("topics", knowledge.topics),
        ("emergencies", knowledge.emergencies),
        ("urgent", knowledge.urgent),
    ):
        for topic in topics.values():
            for (name, reader), section in topic.sections.items():
                yield f"{folder}/{topic.path.name}: {name}" + (f" @{reader}" if reader else ""), section.text
    for reply in knowledge.wording.replies.values():
        yield f"wording.yml: {reply.id}", reply.text
    for part, text in knowledge.wording.platform_parts.items():
        yield f"wording.yml: {part}", text
    for platform in knowledge.platforms.values():
        steps = [*platform.steps, *platform.settings_first, platform.report, platform.block]
        for step in steps:
            if step is not None:
                yield f"platforms/{platform.id}.yml", step.text


def _word_faults(knowledge: Knowledge) -> Iterator[str]:
    for where, text in _texts(knowledge):
        bare = re.sub(r"\{\{[^}]*\}\}", "", text)
        if found := _NUMBER.search(bare):
            yield f"{where}: the number {found.group(0)!r} belongs in contacts.yml; name the contact instead."
        if found := _ADDRESS.search(bare):
            yield f"{where}: the address {found.group(0)!r} belongs in contacts.yml; name the contact instead."
        lowered = text.lower()
        for phrase, advice in _FORBIDDEN.items():
            if phrase in lowered:
                yield f"{where}: {phrase!r} must not be said: {advice}."
        if found := _UNSAFE_INVITATIONS.search(text):
            yield f"{where}: {found.group(0)!r} invites copying a sexual image; say what to note instead."
        for value, why in knowledge.never_publish.items():
            if value in text:
                yield f"{where}: {value!r} must never be shown: {why}."


def _source_faults(knowledge: Knowledge) -> Iterator[str]:
    for topic in (*knowledge.topics.values(), *knowledge.emergencies.values(), *knowledge.urgent.values()):
        for section in topic.sections.values():
            for identifier in section.sources:
                if identifier not in knowledge.sources:
                    yield f"{topic.path.name}: {section.name}: the source `{identifier}` is not in sources.yml."
            if not section.sources:
                yield f"{topic.path.name}: {section.name}: names no source."


def _render_faults(knowledge: Knowledge) -> Iterator[str]:
    book = AnswerBook(knowledge)
    for reply in knowledge.wording.replies:
        try:
            message = book.reply(reply).messages[0]
        except KnowledgeError as error:
            yield str(error)
            continue
        for button in message.buttons:
            if len(button.title) > MAX_BUTTON_TITLE:
                yield f"wording.yml: the button title {button.title!r} is longer than {MAX_BUTTON_TITLE}."
    for topic in knowledge.topics.values():
        for speaker in SPEAKERS:
            for aspect in ASPECTS:
                try:
                    answer = book.answer(Question(topic.id, aspect, speaker))
                except KnowledgeError as error:
                    yield str(error)
                    continue
                yield from _answer_faults(topic, answer.messages[0].text, speaker, answer.messages[0].buttons)


def _answer_faults(topic: Topic, text: str, speaker: str, buttons: Iterable[object]) -> Iterator[str]:
    where = topic.path.name
    words = len(text.split())
    if words > MAX_ANSWER_WORDS:
        yield f"{where}: an answer has {words} words, at most {MAX_ANSWER_WORDS}: {text[:50]!r}."
    if speaker == "child" and "your child" in text.lower():
        yield f"{where}: a child would read 'your child': {text[:50]!r}."
    explains_numbers = topic.id == "reporting_how" and "101" in first_sentence(text)
    if "999" in first_sentence(text) and not explains_numbers:
        yield f"{where}: advice opens with 999, which is kept for emergencies: {text[:50]!r}."


def _emergency_faults(knowledge: Knowledge) -> Iterator[str]:
    try:
        replies = EmergencyReplies(knowledge)
    except KnowledgeError as error:
        yield str(error)
        return
    for kind, stage, reader, answer in replies.all():
        text = answer.messages[0].text
        where = f"emergencies/{kind}.md: {stage}" + (f" @{reader}" if reader else "")
        if stage != "over" and "999" not in first_sentence(text):
            yield f"{where}: 999 is not in the first sentence."
        if stage == "over" and "999" not in text:
            yield f"{where}: must say when to call 999 again."
        if stage == "asked" and not text.startswith("If "):
            yield f"{where}: must begin with `If ...`, as nothing is certain yet."
        if stage == "asked" and not text.endswith("?"):
            yield f"{where}: must end with one question, answered yes if it is safer."
        limit = MAX_OVER_WORDS if stage == "over" else MAX_EMERGENCY_WORDS
        # Some languages are written in two scripts; a reader reads one of them.
        read = text.split("\n\n")[0] if kind == OTHER_LANGUAGE else text
        if (words := len(read.split())) > limit:
            yield f"{where}: {words} words, at most {limit}."
        for message in answer.messages:
            if reader in (CHILD, TEACHER, ADULT) and "your child" in message.text.lower():
                yield f"{where}: a {reader} would read 'your child'."
    yield from _emergency_gaps(knowledge)


def _emergency_gaps(knowledge: Knowledge) -> Iterator[str]:
    """Yield what is missing: a child must never be shown a text for parents."""
    needed = {
        **{kind: ("decided", "asked", "question", "yes", "over") for kind in EMERGENCY_KINDS},
        EVERY_EMERGENCY: ("question", "yes", "over", "calling", "operator", "cannot_speak", "light", "still"),
    }
    for kind, parts in needed.items():
        sections = knowledge.emergencies[kind].sections
        for part in parts:
            if (part, None) not in sections:
                yield f"emergencies/{kind}.md: there is no `## {part}`."
            if part in ("decided", "asked") and (part, CHILD) not in sections:
                yield f"emergencies/{kind}.md: there is no `## {part} @child`."
    for part in ("question", "yes", "over", "calling"):
        for reader in (CHILD, ADULT, TEACHER):
            if (part, reader) not in knowledge.emergencies[EVERY_EMERGENCY].sections:
                yield f"emergencies/{EVERY_EMERGENCY}.md: there is no `## {part} @{reader}`."


def _urgent_faults(knowledge: Knowledge) -> Iterator[str]:
    for matter in knowledge.urgent.values():
        for (_, reader), section in matter.sections.items():
            where = f"urgent/{matter.path.name}" + (f": @{reader}" if reader else "")
            if "999" not in section.text:
                yield f"{where}: must say when it becomes 999."
            if reader == CHILD and "your child" in section.text.lower():
                yield f"{where}: a child would read 'your child'."
            if (words := len(section.text.split())) > MAX_URGENT_WORDS:
                yield f"{where}: {words} words, at most {MAX_URGENT_WORDS}."
        for reader in (None, CHILD, TEACHER):
            if ("next", reader) not in matter.sections:
                yield f"urgent/{matter.path.name}: there is no `## next{f' @{reader}' if reader else ''}`."


def _button_faults(knowledge: Knowledge) -> Iterator[str]:
    for reply in knowledge.wording.replies.values():
        for identifier in reply.buttons:
            if parse_button_id(knowledge, identifier) is None:
                yield f"wording.yml: {reply.id}: the button `{identifier}` leads nowhere."
    for topic in knowledge.topics.values():
        if len(topic.title) > MAX_BUTTON_TITLE:
            yield f"{topic.path.name}: the title {topic.title!r} is longer than {MAX_BUTTON_TITLE}; it is a button."
    titles = dict(knowledge.wording.aspect_titles)
    for aspect in ASPECTS:
        if aspect not in titles:
            yield f"wording.yml: aspect_titles has no `{aspect}`."


def _platform_faults(knowledge: Knowledge) -> Iterator[str]:
    owner: dict[str, str] = {}
    for platform in knowledge.platforms.values():
        for name in platform.names:
            if name in owner and owner[name] != platform.id:
                yield f"platforms/{platform.id}.yml: the name {name!r} stands in {owner[name]}.yml too."
            owner[name] = platform.id
        if platform.is_complete and not platform.settings_first:
            yield f"platforms/{platform.id}.yml: is complete but has no `settings_first`."


def _reviews(knowledge: Knowledge) -> Iterator[tuple[str, Review, bool]]:
    for topic in knowledge.topics.values():
        yield topic.path.name, topic.review, topic.is_crisis
    for topic in knowledge.emergencies.values():
        yield f"emergencies/{topic.path.name}", topic.review, True
    for topic in knowledge.urgent.values():
        yield f"urgent/{topic.path.name}", topic.review, True
    for platform in knowledge.platforms.values():
        yield f"platforms/{platform.id}.yml", platform.review, False
    yield "wording.yml", knowledge.wording.review, False
    yield f"forces/{knowledge.force.id}.yml", knowledge.force.review, True


def _date_lines(knowledge: Knowledge, today: datetime.date) -> Iterator[tuple[str, bool]]:
    """Yield (line, is a fault) for each review date that has passed or comes soon."""
    soon = today + datetime.timedelta(days=WARN_DAYS_AHEAD)
    for where, review, is_crisis in _reviews(knowledge):
        if review.checked_on > today:
            yield f"{where}: checked_on {review.checked_on} lies in the future.", True
        if review.review_by < today:
            yield f"{where}: review_by {review.review_by} has passed; check the facts and set new dates.", is_crisis
        elif review.review_by < soon:
            yield f"{where}: is due for review by {review.review_by}.", False
    for contact in knowledge.contacts.values():
        if contact.review_by < today:
            yield f"contacts.yml: {contact.id}: review_by {contact.review_by} has passed; ring or open it.", True
        elif contact.review_by < soon:
            yield f"contacts.yml: {contact.id}: is due for review by {contact.review_by}.", False


def _language_faults(knowledge: Knowledge, languages: Languages | None) -> Iterator[str]:
    if languages is None:
        return
    replies = knowledge.emergencies[OTHER_LANGUAGE].sections
    for language in languages.languages:
        if ("decided", language.id) not in replies:
            yield f"emergencies/{OTHER_LANGUAGE}.md: there is no `## decided @{language.id}`."
        for message in language.match:
            found = languages.find(message)
            if found is None or found[0].id != language.id:
                yield f"safety/languages/{language.id}.yml: must match {message!r} and does not."
        for message in language.not_match:
            if languages.find(message) is not None:
                yield f"safety/languages/{language.id}.yml: must not match {message!r} and does."


def _rule_faults(rules: SafetyRules) -> Iterator[str]:
    things: list[Rule | Cue] = [*rules.rules, *rules.all_cues]
    for rule in things:
        for message in rule.match:
            if not rule.matches(for_matching(message)):
                yield f"safety/rules.yml: {rule.id}: must match {message!r} and does not."
        for message in rule.not_match:
            if rule.matches(for_matching(message)):
                yield f"safety/rules.yml: {rule.id}: must not match {message!r} and does."


def check_knowledge(
    knowledge: Knowledge,
    rules: SafetyRules,
    languages: Languages | None = None,
    *,
    today: datetime.date | None = None,
) -> Report:
    """Check everything an editor may have got wrong.

    Args:
        knowledge: The loaded knowledge base.
        rules: The rules of triage.
        languages: The phrase lists of other languages.
        today: The date to judge review dates by; today if left out.
    """
    dated = list(_date_lines(knowledge, today or datetime.date.today()))
    faults = [
        *_word_faults(knowledge),
        *_source_faults(knowledge),
        *_render_faults(knowledge),
        *_emergency_faults(knowledge),
        *_urgent_faults(knowledge),
        *_button_faults(knowledge),
        *_platform_faults(knowledge),
        *_rule_faults(rules),
        *_language_faults(knowledge, languages),
        *(line for line, is_fault in dated if is_fault),
    ]
    return Report(
        faults=tuple(dict.fromkeys(faults)),
        warnings=tuple(line for line, is_fault in dated if not is_fault),
        awaiting_approval=tuple(where for where, review, _ in _reviews(knowledge) if not review.approved_by),
    )


def coverage_table(knowledge: Knowledge) -> str:
    """Return which aspects each topic answers, and for whom: P parent, C child, T teacher, V victim, W worried."""
    marks = {None: "P", "child": "C", "teacher": "T", "adult_victim": "V", "worried_about_own_behaviour": "W"}
    lines = ["topic".ljust(28) + " ".join(aspect[:12].ljust(12) for aspect in ASPECTS)]
    for topic_id in sorted(set(knowledge.topics) - set(CONVERSATION_TOPICS)):
        sections = knowledge.topics[topic_id].sections
        cells = []
        for aspect in ASPECTS:
            readers = [marks.get(reader, "a") for name, reader in sections if name == aspect]
            cells.append("".join(sorted(set(readers), key="PCTVWa".index)).ljust(12))
        lines.append(topic_id.ljust(28) + " ".join(cells))
    return "\n".join(lines)
