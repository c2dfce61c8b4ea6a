"""Whether every answer comes out whole: placeholders, buttons, length, and fit for the small channels."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Final

from assistant.knowledge.answers import QUESTION_BUTTONS, AnswerBook, Question, parse_button_id
from assistant.knowledge.forms.sms import to_sms
from assistant.knowledge.forms.whatsapp import MAX_BODY_CHARACTERS, to_whatsapp
from assistant.knowledge.guides import parse_guide_button
from assistant.knowledge.messages import Answer
from assistant.knowledge.model import Knowledge, KnowledgeError, Topic
from assistant.knowledge.render import Renderer
from assistant.knowledge.vocabulary import ASPECTS, CHILD, SPEAKERS
from assistant.text import first_sentence

MAX_BUTTON_TITLE: Final = 24
MAX_ANSWER_WORDS: Final = 150
MAX_NOTE_WORDS: Final = 70
MAX_SMS_SEGMENTS: Final = 12
_MIDDAY: Final = datetime.time(12)
# Fields that an answer gives of its own; any word does to try a text.
TRIAL_VALUES: Final = {
    f"{kind}.{name}": "word"
    for kind, names in {
        "event": ("title", "starts", "ends", "where", "questions_until"),
        "school": ("name", "dsl", "reach", "hours"),
        "question": ("text",),
        "platform": ("name", "tool", "report", "block", "min_age", "risks"),
    }.items()
    for name in names
}


def render_faults(knowledge: Knowledge, today: datetime.date) -> Iterator[str]:
    """Yield answers that cannot be built, are too long, or speak to the wrong reader."""
    book = AnswerBook(knowledge, now=lambda: datetime.datetime.combine(today, _MIDDAY))
    renderer = Renderer(knowledge)
    yield from _reply_faults(knowledge, book)
    for part, text in knowledge.wording.platform_parts.items():
        try:
            renderer.render(text, where=f"wording.yml: {part}", values=TRIAL_VALUES)
        except KnowledgeError as error:
            yield str(error)
    for content in (*knowledge.topics.values(), *knowledge.subtopics.values(), *knowledge.circumstances.values()):
        for section in content.sections.values():
            where = f"{knowledge.place(content)}: {section.heading}"
            try:
                renderer.render(section.text, where=where)
            except KnowledgeError as error:
                yield str(error)
        yield from _answers_of(knowledge, book, content)
    for section in knowledge.agreement.sections.values():
        try:
            renderer.render(section.text, where=f"agreement.md: {section.heading}")
        except KnowledgeError as error:
            yield str(error)
    yield from _guide_faults(knowledge, book)
    for platform in knowledge.platforms.values():
        for aspect in ("how_to_control_or_monitor", "explain", "how_to_report"):
            answer = book.answer(Question("platform_setup", aspect, platform=platform.id))
            yield from _channel_faults(f"platforms/{platform.id}.yml: {aspect}", answer)


def _reply_faults(knowledge: Knowledge, book: AnswerBook) -> Iterator[str]:
    for reply in knowledge.wording.replies:
        try:
            answer = book.reply(reply, values=TRIAL_VALUES)
        except KnowledgeError as error:
            yield str(error)
            continue
        for button in answer.messages[0].buttons:
            if len(button.title) > MAX_BUTTON_TITLE:
                yield f"wording.yml: the button title {button.title!r} is longer than {MAX_BUTTON_TITLE}."
        yield from _channel_faults(f"wording.yml: {reply}", answer)


def _answers_of(knowledge: Knowledge, book: AnswerBook, content: Topic) -> Iterator[str]:
    # One text answers many questions; it is looked at once for each kind of reader.
    seen: set[tuple[str, bool]] = set()
    readers = {reader for _, reader in content.sections}
    bands = [reader.removeprefix("age_").replace("_", "-") for reader in readers if reader and "age_" in reader]
    for speaker in SPEAKERS:
        for aspect in ASPECTS:
            for band in (None, *bands) if speaker == "parent" else (None,):
                try:
                    answer = book.answer(Question(content.id, aspect, speaker, age_band=band))
                except KnowledgeError as error:
                    yield str(error)
                    continue
                kind = (answer.messages[0].text, speaker == CHILD)
                if kind not in seen:
                    seen.add(kind)
                    yield from _answer_faults(knowledge.place(content), content, speaker, answer)
    for section in content.sections.values() if content.id in knowledge.circumstances else ():
        words = len(section.text.split())
        if section.name != "explain" and words > MAX_NOTE_WORDS:
            yield f"{knowledge.place(content)}: {section.heading}: a note has {words} words, at most {MAX_NOTE_WORDS}."


def _answer_faults(where: str, content: Topic, speaker: str, answer: Answer) -> Iterator[str]:
    text = answer.messages[0].text
    words = len(text.split())
    if words > MAX_ANSWER_WORDS:
        yield f"{where}: an answer has {words} words, at most {MAX_ANSWER_WORDS}: {text[:50]!r}."
    if speaker == CHILD and "your child" in text.lower():
        yield f"{where}: a child would read 'your child': {text[:50]!r}."
    explains_numbers = content.id == "reporting_how" and "101" in first_sentence(text)
    if "999" in first_sentence(text) and not explains_numbers:
        yield f"{where}: advice opens with 999, which is kept for emergencies: {text[:50]!r}."
    yield from _channel_faults(where, answer)


def _channel_faults(where: str, answer: Answer) -> Iterator[str]:
    for message in answer.messages:
        sms = to_sms(message)
        if sms.segments > MAX_SMS_SEGMENTS:
            yield f"{where}: takes {sms.segments} text messages, at most {MAX_SMS_SEGMENTS}: {message.text[:40]!r}."
        for part in to_whatsapp(message):
            if len(part.body) > MAX_BODY_CHARACTERS:
                yield f"{where}: a WhatsApp message would have {len(part.body)} characters: {part.body[:40]!r}."


def _guide_faults(knowledge: Knowledge, book: AnswerBook) -> Iterator[str]:
    for guide in knowledge.guides.values():
        for step in guide.steps.values():
            try:
                answer = book.guide_step(guide, step, Question(guide.topics[0], "what_to_do"))
            except KnowledgeError as error:
                yield str(error)
                continue
            yield from _channel_faults(f"guides/{guide.id}.yml: {step.id}", answer)


def _leads_somewhere(knowledge: Knowledge, identifier: str) -> bool:
    return (
        identifier in QUESTION_BUTTONS
        or parse_button_id(knowledge, identifier) is not None
        or parse_guide_button(knowledge.guides, identifier) is not None
    )


def button_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield buttons that lead nowhere, and titles too long for a button."""
    for reply in knowledge.wording.replies.values():
        for identifier in reply.buttons:
            if not _leads_somewhere(knowledge, identifier):
                yield f"wording.yml: {reply.id}: the button `{identifier}` leads nowhere."
    for content in (*knowledge.topics.values(), *knowledge.subtopics.values(), *knowledge.circumstances.values()):
        if len(content.title) > MAX_BUTTON_TITLE:
            yield (
                f"{knowledge.place(content)}: the title {content.title!r} is longer than {MAX_BUTTON_TITLE}; "
                "it is a button."
            )
    for aspect in ASPECTS:
        if aspect not in knowledge.wording.aspect_titles:
            yield f"wording.yml: aspect_titles has no `{aspect}`."
    for identifier in QUESTION_BUTTONS:
        if identifier.split(".")[1] not in knowledge.wording.question_titles:
            yield f"wording.yml: question_titles has no `{identifier.split('.')[1]}`."
