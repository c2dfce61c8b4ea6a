"""Choose the content that answers, for this reader, and put the next steps under it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from assistant.knowledge.calendar import announced_session, spoken_time, takes_questions
from assistant.knowledge.guides import Guide, GuideStep, answer_id, guide_button, parse_guide_button
from assistant.knowledge.messages import Answer, Button, Message, Source
from assistant.knowledge.model import ADULT, Knowledge, KnowledgeError, LiveQA, Platform, Section, Topic
from assistant.knowledge.narrow import found_in
from assistant.knowledge.platform_answers import PlatformAnswers
from assistant.knowledge.render import Renderer
from assistant.knowledge.vocabulary import (
    ADULT_VICTIM,
    ASPECTS,
    CHILD,
    CONVERSATION_TOPICS,
    PARENT,
    SERVICE_TOPICS,
    TEACHER,
    WORRIED_ABOUT_OWN_BEHAVIOUR,
)
from assistant.text import for_matching

MAX_BUTTONS = 4
_STOPS = re.compile(r"[.!?,]+")
BUTTON_PREFIX = "ask"
# Buttons of taking a question for a live session (actions/questions.py).
ASK_QUESTION: Final = "question.ask"
AGREE: Final = "question.yes"
DECLINE: Final = "question.no"
QUESTION_BUTTONS: Final = (ASK_QUESTION, AGREE, DECLINE)

# Asked for an aspect that a topic does not have, the nearest in meaning answers instead.
_NEAREST_ASPECTS = {
    "warning_signs": ("explain", "what_to_do"),
    "what_to_do": ("get_help", "explain"),
    "how_to_report": ("what_to_do", "get_help"),
    "how_to_talk": ("what_to_do", "explain"),
    "how_to_control_or_monitor": ("what_to_do", "explain"),
    "is_it_illegal": ("explain", "what_to_do"),
    "explain": ("what_to_do", "warning_signs"),
    "get_help": ("what_to_do", "how_to_report"),
    "other": ("explain", "what_to_do"),
}
_NEXT_STEPS_ORDER = (
    "what_to_do",
    "how_to_report",
    "how_to_talk",
    "warning_signs",
    "get_help",
    "how_to_control_or_monitor",
    "is_it_illegal",
    "explain",
    "other",
)
# Harms that happen through an app: its own report and block route belongs to the answer.
_PLATFORM_ROUTE_TOPICS = {
    "grooming",
    "contact_with_stranger",
    "meeting_offline",
    "sextortion",
    "nudes_sharing",
    "cyberbullying",
    "deepfake",
    "livestream",
    "gaming",
    "reporting_how",
    "adult_image_abuse",
}
_PLATFORM_TOPICS = {"platform_setup", "monitoring_controls", "gaming", "screen_time", "age_ratings"}
# An adult who writes of their own trouble is answered from the topic that is written for adults.
_TOPIC_FOR_ADULTS = {
    "nudes_sharing": "adult_image_abuse",
    "deepfake": "adult_image_abuse",
    "grooming": "vulnerable_adult",
    "contact_with_stranger": "vulnerable_adult",
    "meeting_offline": "vulnerable_adult",
}
# People who are worried about what they themselves do: most often about children, but not in these topics.
_TOPICS_OF_OTHER_WORRIES = {
    "young_hacker",
    "hacking_account",
    "scams_fraud",
    "criminal_exploitation",
    "radicalisation",
    "com_networks",
    "cyberbullying",
    "gaming",
    "screen_time",
    "ai_chatbots",
    "eating_disorder",
    "self_harm_suicide",
}
# Aspects that answer somebody who tells what happened; only under these the way on is laid out.
_ASPECTS_OF_CONCERN = ("what_to_do", "get_help")
# How people of this kind are written to when a topic has nothing written for them in the asked aspect.
_READER_FALLBACK_ASPECTS = ("what_to_do", "get_help", "explain")


# Under these answers a school that embeds Harbour is named as somebody to turn to.
_ASPECTS_OF_SCHOOL = ("what_to_do", "get_help", "how_to_report")
_SCHOOL_REPLIES = {CHILD: "school_child", TEACHER: "school_teacher"}


@dataclass(frozen=True)
class Question:
    """What is asked, as far as it was understood.

    Attributes:
        topic: Id of a topic (or, from a button, of a narrower matter or circumstance), or None if it is not known.
        aspect: One of `vocabulary.ASPECTS`.
        speaker: One of `vocabulary.SPEAKERS`.
        platform: Platform id, or None.
        age_band: Age band of the child, or None.
        is_urgent: True if abuse, crime or a serious concern was disclosed.
        subtopic: Id of a narrower matter within the topic, or None.
        circumstance: Id of the family's circumstances, if a note on them is due, or None.
        school: Id of the school that embeds this chat, or None.
    """

    topic: str | None
    aspect: str
    speaker: str = PARENT
    platform: str | None = None
    age_band: str | None = None
    is_urgent: bool = False
    subtopic: str | None = None
    circumstance: str | None = None
    school: str | None = None


def button_id(aspect: str, topic: str | None = None) -> str:
    """Return the id of a button that asks for an aspect, of a topic or of the one being talked about."""
    return ".".join(part for part in (BUTTON_PREFIX, aspect, topic) if part)


def parse_button_id(knowledge: Knowledge, identifier: str) -> tuple[str, str | None] | None:
    """Return the aspect and the topic (or narrower matter) that a button asks for, or None if there is no such button."""
    parts = identifier.split(".")
    if len(parts) not in (2, 3) or parts[0] != BUTTON_PREFIX or parts[1] not in ASPECTS:
        return None
    topic = parts[2] if len(parts) == 3 else None
    if topic is not None and knowledge.matter(topic) is None:
        return None
    return parts[1], topic


class AnswerBook:
    """Answers questions from one knowledge base."""

    def __init__(self, knowledge: Knowledge, *, now: Callable[[], datetime.datetime] = datetime.datetime.now) -> None:
        """Keep the knowledge base to answer from.

        Args:
            knowledge: The knowledge base.
            now: The clock, for what is overdue and what is coming.
        """
        self.knowledge = knowledge
        self._now = now
        self._renderer = Renderer(knowledge, now=now)
        self._platforms = PlatformAnswers(knowledge, self._renderer)

    # Replies that are not advice of one topic.

    def reply(
        self, reply_id: str, *, buttons: Iterable[Button] | None = None, values: Mapping[str, str] | None = None
    ) -> Answer:
        """Return a short reply of wording.yml.

        Args:
            reply_id: Its id there.
            buttons: Buttons to show instead of its own.
            values: What fills its placeholders besides contacts and the force.

        Raises:
            KnowledgeError: If there is no such reply.
        """
        reply = self.knowledge.wording.replies.get(reply_id)
        if reply is None:
            raise KnowledgeError(f"wording.yml: there is no reply `{reply_id}`.")
        rendered = self._renderer.render(reply.text, where=f"wording.yml: {reply_id}", values=values)
        shown = tuple(buttons) if buttons is not None else tuple(self.button(item) for item in reply.buttons)
        kind = "question" if rendered.text.endswith("?") else "notice"
        message = Message(kind, rendered.text, shown, rendered.links)  # type: ignore[arg-type]
        return Answer(f"wording/{reply_id}", (message,))

    def button(self, identifier: str) -> Button:
        """Return a button with its title.

        Raises:
            KnowledgeError: If nothing answers it.
        """
        wording = self.knowledge.wording
        if identifier in QUESTION_BUTTONS:
            return Button(identifier, wording.question_titles[identifier.split(".")[1]])
        if (step := parse_guide_button(self.knowledge.guides, identifier)) is not None:
            return Button(identifier, step[0].title)
        parsed = parse_button_id(self.knowledge, identifier)
        if parsed is None:
            raise KnowledgeError(f"wording.yml: the button `{identifier}` leads nowhere.")
        aspect, topic = parsed
        titles = wording.aspect_titles_by_topic.get(topic or "", {})
        matter = self.knowledge.matter(topic or "")
        return Button(identifier, titles.get(aspect) or (matter.title if matter else wording.aspect_titles[aspect]))

    def topic_buttons(self, topics: Sequence[str], *, aspect: str = "what_to_do") -> tuple[Button, ...]:
        """Return one button a topic, for "is it one of these?"."""
        known = [topic for topic in dict.fromkeys(topics) if topic in self.knowledge.topics]
        return tuple(Button(button_id(aspect, topic), self.knowledge.topics[topic].title) for topic in known)

    def aspect_by_cue(self, topic: str, text: str) -> str | None:
        """Return which aspect of a service topic the words ask for, by the cues in wording.yml."""
        prepared = for_matching(text)
        for aspect, cues in self.knowledge.wording.aspect_cues.get(topic, {}).items():
            if any(re.search(rf"\b(?:{cue})\b", prepared) for cue in cues):
                return aspect
        return None

    # What a message is about, by its words.

    def act_in(self, text: str) -> str | None:
        """Return what a short message asks of the last answer or of this chat: `shorter`, `more`, `done`, `forget`."""
        prepared = _STOPS.sub("", for_matching(text)).strip()
        return next((act for act, cues in self.knowledge.wording.act_cues.items() if cues.fullmatch(prepared)), None)

    def next_aspect(self, question: Question, shown: Iterable[str]) -> str | None:
        """Return what to say next of a topic, or None if all of it was said.

        Args:
            question: Topic, narrower matter and speaker.
            shown: Aspects that were answered already.
        """
        reader = CHILD if question.speaker == CHILD else None
        matters = (self.knowledge.matter(question.subtopic or ""), self.knowledge.topics.get(question.topic or ""))
        for aspect in _NEXT_STEPS_ORDER:
            is_written = any((aspect, reader) in matter.sections for matter in matters if matter is not None)
            if is_written and aspect not in shown and aspect != "other":
                return aspect
        return None

    def subtopic_in(self, text: str, topic: str | None, *, is_urgent: bool = False) -> str | None:
        """Return the narrower matter that a message names.

        Args:
            text: The message.
            topic: What the message was understood to be about; None or `out_of_scope` if it was not.
            is_urgent: True if a harm is told: then words alone do not make it another matter.
        """
        subtopics = self.knowledge.subtopics
        found = found_in(text, subtopics)
        is_open = topic is None or topic in CONVERSATION_TOPICS

        def belongs(name: str) -> bool:
            return is_open or topic in subtopics[name].topics or (subtopics[name].leads and not is_urgent)

        return next((name for name in found if belongs(name)), None)

    def circumstance_in(self, text: str) -> str | None:
        """Return the family's circumstances that a message names, or None."""
        return next(iter(found_in(text, self.knowledge.circumstances)), None)

    def topic_of(self, identifier: str | None) -> str | None:
        """Return the topic of the decision for a topic, a narrower matter or a circumstance."""
        narrow = self.knowledge.narrow(identifier)
        return narrow.topics[0] if narrow else identifier

    # Live sessions.

    def announced_session(self) -> LiveQA | None:
        """Return the force's next live session that takes questions now, or None."""
        event = announced_session(self.knowledge.events, self.knowledge.force.id, self._now())
        return event if event is not None and takes_questions(event, self._now()) else None

    def session_values(self, event: LiveQA) -> dict[str, str]:
        """Return what sentences say of a live session."""
        return {
            "event.title": event.title,
            "event.starts": spoken_time(event.starts),
            "event.ends": spoken_time(event.ends),
            "event.where": event.where,
            "event.questions_until": spoken_time(event.questions_until),
        }

    # Guides.

    def guide_step(self, guide: Guide, step: GuideStep, question: Question) -> Answer:
        """Return one step of a guide, with its ways on as buttons.

        Args:
            guide: The guide.
            step: The step to show.
            question: Who asks; for the answer that a last step may show below.
        """
        where = f"guides/{guide.id}.yml: {step.id}"
        rendered = self._renderer.render(step.say, where=where)
        buttons = tuple(Button(guide_button(guide, guide.steps[choice.next]), choice.title) for choice in step.choices)
        sources = self._renderer.cite(guide.sources, guide.review, where=where)
        first = Message(step.kind, rendered.text, buttons, rendered.links, sources)  # type: ignore[arg-type]
        shown = self.answer(replace(question, topic=step.show[1], aspect=step.show[0])).messages if step.show else ()
        return Answer(answer_id(guide, step), (first, *shown))

    def _guide_of(self, topic: str | None) -> Guide | None:
        return next((guide for guide in self.knowledge.guides.values() if topic in guide.topics), None)

    # Advice.

    def answer(self, question: Question) -> Answer:
        """Return the best answer there is; never nothing."""
        question = self._settled(question)
        if question.topic is None:
            return self.reply("which_topic")
        if question.topic in CONVERSATION_TOPICS:
            return self.reply("out_of_scope" if question.topic == "out_of_scope" else "small_talk")
        if question.topic == "live_qa" and not question.subtopic and (about := self._live_qa()) is not None:
            return about
        platform = self.knowledge.platforms.get(question.platform or "")
        if platform is not None and (about := self._about_platform(platform, question)) is not None:
            return about
        content, section = self._content(question)
        if section is None:
            return self._child_without_text(question)
        if question.speaker == ADULT_VICTIM and section.reader is None and "your child" in section.text.lower():
            return self.reply("for_adults")
        if self._is_withheld(content):
            return self.reply("withheld")
        messages = [self._section_message(content, section, question)]
        if (
            platform is not None
            and question.topic in _PLATFORM_ROUTE_TOPICS
            and section.name in ("what_to_do", "how_to_report")
            and (platform.report or platform.block)
            and not platform.review.is_overdue(self._now().date())
        ):
            messages.append(self._platforms.route(platform))
        messages.extend(self._notes(content, section, question))
        if question.is_urgent:
            messages.extend(self._urgent_part(question.topic, section.name, question, messages[0].text))
        return Answer(f"{content.id}/{section.name}", _buttons_last(messages))

    def _settled(self, question: Question) -> Question:
        """Return the question with what follows from who asks, and with its topic told from a narrower matter."""
        if (narrow := self.knowledge.narrow(question.topic)) is not None:
            question = replace(question, topic=narrow.topics[0], subtopic=narrow.id, circumstance=None)
        if question.speaker == WORRIED_ABOUT_OWN_BEHAVIOUR:
            return _for_somebody_worried_about_themselves(question)
        if question.speaker == ADULT_VICTIM:
            return replace(question, topic=_TOPIC_FOR_ADULTS.get(question.topic or "", question.topic))
        return question

    def _content(self, question: Question) -> tuple[Topic, Section | None]:
        """Return the narrower matter if it has something to say to this; else the topic."""
        topic = self.knowledge.topics[str(question.topic)]
        narrow = self.knowledge.matter(question.subtopic or "")
        if narrow is not None:
            for reader in _readers(question):
                section = narrow.sections.get((question.aspect, reader))
                if section is not None:
                    return narrow, section
        return topic, _choose_section(topic, question)

    def _is_withheld(self, content: Topic) -> bool:
        """Say whether the facts are overdue for a check. Advice for a crisis is shown all the same: it is an alarm."""
        return content.review.is_overdue(self._now().date()) and not content.is_crisis

    def _live_qa(self) -> Answer | None:
        event = announced_session(self.knowledge.events, self.knowledge.force.id, self._now())
        if event is None:
            return None
        is_open = takes_questions(event, self._now())
        buttons = (self.button(ASK_QUESTION),) if is_open else ()
        reply = "session_announced" if is_open else "session_closed_for_questions"
        answer = self.reply(reply, buttons=buttons, values=self.session_values(event))
        return replace(answer, id=f"events/{event.id}")

    def _about_platform(self, platform: Platform, question: Question) -> Answer | None:
        if question.topic not in _PLATFORM_TOPICS or question.speaker == CHILD or question.subtopic:
            return None
        buttons = self._platform_buttons(question.aspect, platform)
        is_overdue = platform.review.is_overdue(self._now().date())
        if question.aspect == "how_to_report":
            if not (platform.report or platform.block):
                return None
            message = self._platforms.withheld(platform, ()) if is_overdue else self._platforms.route(platform)
            return Answer(f"{platform.id}/report", (message,))
        if is_overdue and question.aspect in ("how_to_control_or_monitor", "what_to_do", "explain", "warning_signs"):
            return Answer(f"{platform.id}/overdue", (self._platforms.withheld(platform, buttons),))
        if question.aspect in ("how_to_control_or_monitor", "what_to_do"):
            return Answer(f"{platform.id}/settings", (self._platforms.settings(platform, buttons),))
        if question.aspect in ("explain", "warning_signs"):
            return Answer(f"{platform.id}/about", (self._platforms.about(platform, buttons),))
        return None

    def _platform_buttons(self, aspect: str, platform: Platform) -> tuple[Button, ...]:
        titles = self.knowledge.wording.aspect_titles
        choices = [
            ("how_to_control_or_monitor", "platform_setup"),
            ("explain", "platform_setup"),
            ("how_to_report", "platform_setup"),
            ("how_to_talk", "talk_to_child"),
        ]
        if not (platform.report or platform.block):
            choices.remove(("how_to_report", "platform_setup"))
        return tuple(Button(button_id(wanted, topic), titles[wanted]) for wanted, topic in choices if wanted != aspect)

    def _notes(self, content: Topic, section: Section, question: Question) -> list[Message]:
        """Return what stands below an answer: what is different for this family, and who is there at this school."""
        notes = []
        circumstance = self.knowledge.circumstances.get(question.circumstance or "")
        if circumstance is not None and circumstance is not content and not self._is_withheld(circumstance):
            # Only what is written for exactly this reader: a note names who they are.
            reader = {PARENT: None, "other": None}.get(question.speaker, question.speaker)
            note = circumstance.sections.get((section.name, reader))
            if note is not None:
                rendered = self._renderer.render(note.text, where=f"{circumstance.path.name}: {note.heading}")
                notes.append(Message("answer", rendered.text, (), rendered.links, self._sources(note, circumstance)))
        school = self.knowledge.schools.get(question.school or "")
        if school is not None and section.name in _ASPECTS_OF_SCHOOL and content.id not in SERVICE_TOPICS:
            values = {
                "school.name": school.name,
                "school.dsl": school.dsl,
                "school.reach": school.reach,
                "school.hours": school.hours,
            }
            notes.extend(self.reply(_SCHOOL_REPLIES.get(question.speaker, "school_parent"), values=values).messages)
        return notes

    def _urgent_part(self, topic_id: str, aspect: str, question: Question, said: str) -> tuple[Message, ...]:
        """Return what stands under an urgent answer: whom to tell first, what happens next, when it is 999."""
        matter = next((m for m in self.knowledge.urgent.values() if topic_id in m.topics), None)
        if matter is not None and aspect in _ASPECTS_OF_CONCERN:
            section = next(
                (
                    matter.sections[("next", reader)]
                    for reader in _urgent_readers(question.speaker)
                    if ("next", reader) in matter.sections
                ),
                None,
            )
            if section is not None:
                rendered = self._renderer.render(section.text, where=f"urgent/{matter.path.name}")
                sources = self._sources(section, matter)
                return (Message("answer", rendered.text, (), rendered.links, sources),)
        return () if "999" in said else self.reply("urgent_line").messages

    def _sources(self, section: Section, topic: Topic) -> tuple[Source, ...]:
        return self._renderer.cite(section.sources, topic.review, where=topic.path.name)

    def _child_without_text(self, question: Question) -> Answer:
        fallback = self.knowledge.topics["about_service"]
        section = fallback.sections.get(("get_help", CHILD)) or fallback.sections[("get_help", None)]
        return Answer(f"{fallback.id}/get_help", (self._section_message(fallback, section, question),))

    def _section_message(self, topic: Topic, section: Section, question: Question) -> Message:
        rendered = self._renderer.render(section.text, where=f"{topic.path.name}: {section.heading}")
        buttons = self._next_steps(topic, section, question)
        return Message("answer", rendered.text, buttons, rendered.links, self._sources(section, topic))

    def _next_steps(self, content: Topic, shown: Section, question: Question) -> tuple[Button, ...]:
        """Return the next questions: of the narrower matter where it answers them, else of the topic."""
        topic = self.knowledge.topics.get(str(question.topic), content)
        reader = CHILD if question.speaker == CHILD else None
        wording = self.knowledge.wording
        buttons = []
        for aspect in _NEXT_STEPS_ORDER:
            owner = next((matter for matter in (content, topic) if (aspect, reader) in matter.sections), None)
            if aspect == shown.name or owner is None:
                continue
            titles = {**wording.aspect_titles, **wording.aspect_titles_by_topic.get(owner.id, {})}
            buttons.append(Button(button_id(aspect, owner.id), titles[aspect]))
        guide = self._guide_of(question.topic)
        if guide is None or question.speaker not in (PARENT, "other"):
            return tuple(buttons[:MAX_BUTTONS])
        return (*buttons[: MAX_BUTTONS - 1], Button(guide_button(guide), guide.title))


def _for_somebody_worried_about_themselves(question: Question) -> Question:
    """Return the question as it is answered: thoughts about children have words of their own, hacking has not."""
    if question.topic in SERVICE_TOPICS:
        return question
    if question.topic in _TOPICS_OF_OTHER_WORRIES:
        # What is written for young people says "you" and blames nobody.
        return replace(question, speaker=CHILD)
    aspect = "get_help" if question.aspect == "get_help" else "what_to_do"
    return replace(question, topic="family_member_offender", subtopic=None, aspect=aspect)


def _buttons_last(messages: list[Message]) -> tuple[Message, ...]:
    """Move the buttons of the first message under the last one, where the reader's eye ends."""
    if len(messages) < 2:
        return tuple(messages)
    buttons = messages[0].buttons
    return (
        replace(messages[0], buttons=()),
        *messages[1:-1],
        replace(messages[-1], buttons=messages[-1].buttons or buttons),
    )


def _urgent_readers(speaker: str) -> tuple[str | None, ...]:
    """Return for whom the part under an urgent answer may be written, the best first."""
    if speaker == CHILD:
        return (CHILD,)
    if speaker == TEACHER:
        return (TEACHER, None)
    if speaker in (ADULT_VICTIM, WORRIED_ABOUT_OWN_BEHAVIOUR):
        return (speaker, ADULT)
    return (None,)


def _readers(question: Question) -> tuple[str | None, ...]:
    """Return for whom a text may be written, the best first."""
    if question.speaker == CHILD:
        return (CHILD,)
    if question.speaker in (TEACHER, ADULT_VICTIM, WORRIED_ABOUT_OWN_BEHAVIOUR):
        return (question.speaker, None)
    if question.age_band is not None:
        return (f"age_{question.age_band.replace('-', '_')}", None)
    return (None,)


def _choose_section(topic: Topic, question: Question) -> Section | None:
    readers = _readers(question)
    aspects = (question.aspect, *_NEAREST_ASPECTS.get(question.aspect, ()), *_READER_FALLBACK_ASPECTS)
    if question.speaker in (ADULT_VICTIM, WORRIED_ABOUT_OWN_BEHAVIOUR, TEACHER):
        # Something written for this reader beats the exact aspect written for a parent.
        for aspect in aspects:
            section = topic.sections.get((aspect, question.speaker))
            if section is not None:
                return section
    for aspect in aspects:
        for reader in readers:
            section = topic.sections.get((aspect, reader))
            if section is not None:
                return section
    if question.speaker == CHILD:
        return None
    return next((section for (_, reader), section in topic.sections.items() if reader is None), None)
