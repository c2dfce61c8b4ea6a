"""Choose the content that answers, for this reader, and put the next steps under it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.knowledge.load import ADULT, Knowledge, KnowledgeError, Platform, Section, SourceEntry, Step, Topic
from assistant.knowledge.messages import Answer, Button, Link, Message, Source
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
BUTTON_PREFIX = "ask"

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
_PLATFORM_SETTINGS_TOPICS = {"platform_setup", "monitoring_controls", "gaming", "screen_time", "age_ratings"}
# An adult who writes of their own trouble is answered from the topic that is written for adults.
_TOPIC_FOR_ADULTS = {
    "nudes_sharing": "adult_image_abuse",
    "deepfake": "adult_image_abuse",
    "grooming": "vulnerable_adult",
    "contact_with_stranger": "vulnerable_adult",
    "meeting_offline": "vulnerable_adult",
}
# Aspects that answer somebody who tells what happened; only under these the way on is laid out.
_ASPECTS_OF_CONCERN = ("what_to_do", "get_help")
# How people of this kind are written to when a topic has nothing written for them in the asked aspect.
_READER_FALLBACK_ASPECTS = ("what_to_do", "get_help", "explain")


@dataclass(frozen=True)
class Question:
    """What is asked, as far as it was understood.

    Attributes:
        topic: Topic id, or None if it is not known.
        aspect: One of `vocabulary.ASPECTS`.
        speaker: One of `vocabulary.SPEAKERS`.
        platform: Platform id, or None.
        age_band: Age band of the child, or None.
        is_urgent: True if abuse, crime or a serious concern was disclosed.
    """

    topic: str | None
    aspect: str
    speaker: str = PARENT
    platform: str | None = None
    age_band: str | None = None
    is_urgent: bool = False


def button_id(aspect: str, topic: str | None = None) -> str:
    """Return the id of a button that asks for an aspect, of a topic or of the one being talked about."""
    return ".".join(part for part in (BUTTON_PREFIX, aspect, topic) if part)


def parse_button_id(knowledge: Knowledge, identifier: str) -> tuple[str, str | None] | None:
    """Return the aspect and topic that a button asks for, or None if there is no such button."""
    parts = identifier.split(".")
    if len(parts) not in (2, 3) or parts[0] != BUTTON_PREFIX or parts[1] not in ASPECTS:
        return None
    topic = parts[2] if len(parts) == 3 else None
    if topic is not None and topic not in knowledge.topics:
        return None
    return parts[1], topic


class AnswerBook:
    """Answers questions from one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Keep the knowledge base to answer from."""
        self.knowledge = knowledge
        self._renderer = Renderer(knowledge)

    # Replies that are not advice of one topic.

    def reply(self, reply_id: str, *, buttons: Iterable[Button] | None = None) -> Answer:
        """Return a short reply of wording.yml.

        Args:
            reply_id: Its id there.
            buttons: Buttons to show instead of its own.

        Raises:
            KnowledgeError: If there is no such reply.
        """
        reply = self.knowledge.wording.replies.get(reply_id)
        if reply is None:
            raise KnowledgeError(f"wording.yml: there is no reply `{reply_id}`.")
        rendered = self._renderer.render(reply.text, where=f"wording.yml: {reply_id}")
        shown = tuple(buttons) if buttons is not None else tuple(self.button(item) for item in reply.buttons)
        kind = "question" if rendered.text.endswith("?") else "notice"
        message = Message(kind, rendered.text, shown, rendered.links)  # type: ignore[arg-type]
        return Answer(f"wording/{reply_id}", (message,))

    def button(self, identifier: str) -> Button:
        """Return a button with its title.

        Raises:
            KnowledgeError: If nothing answers it.
        """
        parsed = parse_button_id(self.knowledge, identifier)
        if parsed is None:
            raise KnowledgeError(f"wording.yml: the button `{identifier}` leads nowhere.")
        aspect, topic = parsed
        titles = self.knowledge.wording.aspect_titles_by_topic.get(topic or "", {})
        if aspect in titles:
            return Button(identifier, titles[aspect])
        if topic is not None:
            return Button(identifier, self.knowledge.topics[topic].title)
        return Button(identifier, self.knowledge.wording.aspect_titles[aspect])

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

    # Advice.

    def answer(self, question: Question) -> Answer:
        """Return the best answer there is; never nothing."""
        if question.speaker == WORRIED_ABOUT_OWN_BEHAVIOUR and question.topic not in SERVICE_TOPICS:
            question = replace(question, topic="family_member_offender", aspect="what_to_do")
        if question.speaker == ADULT_VICTIM:
            question = replace(question, topic=_TOPIC_FOR_ADULTS.get(question.topic or "", question.topic))
        if question.topic is None:
            return self.reply("which_topic")
        if question.topic in CONVERSATION_TOPICS:
            return self.reply("out_of_scope" if question.topic == "out_of_scope" else "small_talk")
        platform = self.knowledge.platforms.get(question.platform or "")
        if platform is not None and question.topic in _PLATFORM_SETTINGS_TOPICS and question.speaker != CHILD:
            if question.aspect == "how_to_report":
                return Answer(f"{platform.id}/report", (self._platform_route(platform),))
            if question.aspect in ("how_to_control_or_monitor", "what_to_do", "explain"):
                return Answer(f"{platform.id}/settings", (self._platform_settings(platform, question),))
        topic = self.knowledge.topics[question.topic]
        section = _choose_section(topic, question)
        if section is None:
            return self._child_without_text(question)
        if question.speaker == ADULT_VICTIM and section.reader is None and "your child" in section.text.lower():
            return self.reply("for_adults")
        messages = [self._section_message(topic, section, question)]
        if (
            platform is not None
            and question.topic in _PLATFORM_ROUTE_TOPICS
            and section.name in ("what_to_do", "how_to_report")
            and (platform.report or platform.block)
        ):
            messages.append(self._platform_route(platform))
        if question.is_urgent:
            messages.extend(self._urgent_part(topic.id, section.name, question, messages[0].text))
        return Answer(f"{topic.id}/{section.name}", _buttons_last(messages))

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
        return tuple(
            Source(entry.title, entry.url, topic.review.checked_on.isoformat())
            for entry in (self._source(identifier, topic) for identifier in section.sources)
        )

    def _child_without_text(self, question: Question) -> Answer:
        fallback = self.knowledge.topics["about_service"]
        section = fallback.sections.get(("get_help", CHILD)) or fallback.sections[("get_help", None)]
        return Answer(f"{fallback.id}/get_help", (self._section_message(fallback, section, question),))

    def _section_message(self, topic: Topic, section: Section, question: Question) -> Message:
        rendered = self._renderer.render(section.text, where=f"{topic.path.name}: {section.name}")
        buttons = self._next_steps(topic, section, question)
        return Message("answer", rendered.text, buttons, rendered.links, self._sources(section, topic))

    def _source(self, identifier: str, topic: Topic) -> SourceEntry:
        entry = self.knowledge.sources.get(identifier)
        if entry is None:
            raise KnowledgeError(f"{topic.path.name}: the source `{identifier}` is not in sources.yml.")
        return entry

    def _next_steps(self, topic: Topic, shown: Section, question: Question) -> tuple[Button, ...]:
        titles = {
            **self.knowledge.wording.aspect_titles,
            **self.knowledge.wording.aspect_titles_by_topic.get(topic.id, {}),
        }
        is_child = question.speaker == CHILD
        available = [
            aspect
            for aspect in _NEXT_STEPS_ORDER
            if aspect != shown.name and (aspect, CHILD if is_child else None) in topic.sections
        ]
        return tuple(Button(button_id(aspect, topic.id), titles[aspect]) for aspect in available[:MAX_BUTTONS])

    # Platforms.

    def _part(self, part: str, platform: Platform, **values: str) -> str:
        text = self.knowledge.wording.platform_parts[part]
        fields = {"name": platform.name, **values}
        return self._renderer.render(text, where=f"wording.yml: {part}", platform=fields).text

    def _platform_settings(self, platform: Platform, question: Question) -> Message:
        if not platform.is_complete:
            lines = [self._part("names_only", platform)]
        else:
            lines = [self._part("settings_open", platform)]
            if platform.settings_first:
                items = "\n".join(f"- {step.text}" for step in platform.settings_first)
                lines.append(f"{self._part('settings_first', platform)}\n\n{items}")
            if platform.tool and platform.steps:
                items = "\n".join(f"{number}. {step.text}" for number, step in enumerate(platform.steps, start=1))
                lines.append(f"{self._part('settings_family', platform, tool=platform.tool.text)}\n\n{items}")
            if platform.min_age and platform.min_age.certain:
                lines.append(self._part("minimum_age", platform, min_age=platform.min_age.text))
            if not _all_certain((*platform.settings_first, *platform.steps)):
                lines.append(self._part("menus_move", platform))
        buttons = [Button(button_id("how_to_report", "platform_setup"), self._aspect_title("how_to_report"))]
        for aspect, topic in (("how_to_talk", "talk_to_child"), ("how_to_control_or_monitor", "monitoring_controls")):
            buttons.append(Button(button_id(aspect, topic), self._aspect_title(aspect)))
        del question
        return self._platform_message(platform, "\n\n".join(lines), tuple(buttons))

    def _platform_route(self, platform: Platform) -> Message:
        lines = [self._part("report_open", platform)]
        steps = []
        if platform.report:
            steps.append(f"- {self._part('report_step', platform, report=platform.report.text)}")
        if platform.block:
            steps.append(f"- {self._part('block_step', platform, block=platform.block.text)}")
        if steps:
            lines.append("\n".join(steps))
        if not steps or not _all_certain(step for step in (platform.report, platform.block) if step):
            lines.append(self._part("menus_move", platform))
        return self._platform_message(platform, "\n\n".join(lines), ())

    def _platform_message(self, platform: Platform, text: str, buttons: tuple[Button, ...]) -> Message:
        links: tuple[Link, ...] = ()
        if platform.help_url:
            links = (Link(self._part("help_page", platform), platform.help_url),)
        reviewed = platform.review.checked_on.isoformat()
        sources = tuple(Source(entry.title, entry.url, reviewed) for entry in platform.sources)
        return Message("answer", text, buttons, links, sources)

    def _aspect_title(self, aspect: str) -> str:
        return self.knowledge.wording.aspect_titles[aspect]


def _all_certain(steps: Iterable[Step]) -> bool:
    return all(step.certain for step in steps)


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
