"""The replies to emergencies: short, 999 first, ready without action server, database or Rasa."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from assistant.knowledge.messages import Answer, Button, Message
from assistant.knowledge.model import (
    ADULT,
    EVERY_EMERGENCY,
    OTHER_LANGUAGE,
    Knowledge,
    Section,
    Topic,
)
from assistant.knowledge.render import Renderer
from assistant.knowledge.vocabulary import CHILD, WORRIED_ABOUT_OWN_BEHAVIOUR

GENERAL: Final = "general"
# Which replies there are: at first by how certain it is, then while it goes on, then when it is over.
FIRST_STAGES: Final = ("decided", "asked")
STAGES: Final = (*FIRST_STAGES, "yes", "calling", "over")
# Buttons under a question; they are the same as typing the word.
ANSWER_BUTTONS: Final = {"answer.yes": "yes", "answer.no": "no"}
# What each kind of emergency is about, in the words of the decision.
TOPIC_OF_KIND = {
    "general": "reporting_how",
    "meeting": "meeting_offline",
    "missing": "meeting_offline",
    "offender_near": "contact_with_stranger",
    "abuse_now": "grooming",
    "suicide": "self_harm_suicide",
    "self_harm": "self_harm_suicide",
    "blackmail": "sextortion",
    "violence": "reporting_how",
    "abduction": "meeting_offline",
    "medical": "self_harm_suicide",
    "child_alone": "reporting_how",
    OTHER_LANGUAGE: "reporting_how",
}

Key = tuple[str, str, str | None]


def reply_order(kind: str, stage: str, reader: str | None) -> Iterator[Key]:
    """Yield where a reply may stand, the best first: (kind, stage, reader).

    What is written for a parent says "your child", so a child is never shown it.
    """
    is_first = stage in FIRST_STAGES
    base = GENERAL if is_first else EVERY_EMERGENCY
    readers = (reader, ADULT) if reader == WORRIED_ABOUT_OWN_BEHAVIOUR else (reader,)
    own = [(kind, stage, whom) for whom in readers]
    shared = [(base, stage, whom) for whom in readers]
    for_parents = [] if reader == CHILD else [(kind, stage, None)]
    yield from own
    yield from (*for_parents, *shared) if is_first else (*shared, *for_parents)
    yield (base, stage, None)


class EmergencyReplies:
    """All emergency replies, rendered once and kept in memory."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Render every reply; a fault in one of them stops the start, not a conversation."""
        self._renderer = Renderer(knowledge)
        self._knowledge = knowledge
        self._answers = {
            (kind, name, reader): self._build(kind, name, reader)
            for kind, topic in knowledge.emergencies.items()
            for name, reader in topic.sections
            if name in STAGES
        }

    def answer(self, kind: str, stage: str, reader: str | None) -> Answer:
        """Return the reply for an emergency; never nothing.

        Args:
            kind: One of `vocabulary.EMERGENCY_KINDS`, or `OTHER_LANGUAGE`.
            stage: One of `STAGES`.
            reader: One of `EMERGENCY_READERS`, or the id of a language.
        """
        for key in reply_order(kind, stage, reader):
            if key in self._answers:
                return self._answers[key]
        return self._answers[(GENERAL, "asked", None)]

    def line(self, name: str, reader: str | None) -> Message:
        """Return one line of every emergency.

        Args:
            name: `still` (stands in front of an answer while it goes on) or `light` (stands under answers
                afterwards).
            reader: As in `answer`.
        """
        topic, section = self._section(EVERY_EMERGENCY, name, reader)
        return self._message("emergency" if name == "still" else "notice", topic, section)

    def all(self) -> Iterator[tuple[str, str, str | None, Answer]]:
        """Yield kind, stage, reader and reply of each that is written."""
        for (kind, stage, reader), answer in self._answers.items():
            yield kind, stage, reader, answer

    def _section(self, kind: str, name: str, reader: str | None) -> tuple[Topic, Section]:
        topics = self._knowledge.emergencies
        where, whom = next(
            (where, whom)
            for where, _, whom in reply_order(kind, name, reader)
            if (name, whom) in topics[where].sections
        )
        return topics[where], topics[where].sections[(name, whom)]

    def _build(self, kind: str, stage: str, reader: str | None) -> Answer:
        topic = self._knowledge.emergencies[kind]
        first = self._message("emergency", topic, topic.sections[(stage, reader)])
        answer_id = f"emergency/{kind}" + ("" if stage in FIRST_STAGES else f"/{stage}")
        if kind == OTHER_LANGUAGE:
            return Answer(answer_id, (first,))
        if stage == "asked":
            return Answer(answer_id, (self._with_answers(first),))
        if stage == "over":
            return Answer(answer_id, (self._message("notice", topic, topic.sections[(stage, reader)]),))
        if stage != "decided":
            return Answer(answer_id, (first,))
        operator = self._message("notice", *self._section(EVERY_EMERGENCY, "operator", reader))
        silent = self._message("notice", *self._section(EVERY_EMERGENCY, "cannot_speak", reader))
        question = self._message("question", *self._section(kind, "question", reader))
        return Answer(answer_id, (first, operator, silent, self._with_answers(question)))

    def _with_answers(self, message: Message) -> Message:
        titles = self._knowledge.wording.answer_titles
        buttons = tuple(Button(identifier, titles[word]) for identifier, word in ANSWER_BUTTONS.items())
        return Message(message.kind, message.text, buttons, message.links, message.sources)

    def _message(self, kind: str, topic: Topic, section: Section) -> Message:
        rendered = self._renderer.render(section.text, where=f"emergencies/{topic.path.name}: {section.name}")
        sources = self._renderer.cite(section.sources, topic.review, where=f"emergencies/{topic.path.name}")
        return Message(kind, rendered.text, (), rendered.links, sources)  # type: ignore[arg-type]


COMPILED_HEADER = """\
# Written by `make knowledge` from knowledge/emergencies/; do not edit it here.
# Rasa sends these replies by itself, so an emergency is answered without the action server.
"""


def compile_responses(replies: EmergencyReplies, response_name: Any) -> str:
    """Return the Rasa responses file with every emergency reply.

    Args:
        replies: The rendered replies.
        response_name: Gives the response name of (kind, stage, reader).
    """
    responses = {
        response_name(kind, stage, reader): [
            {"custom": {"answer": answer.id, "messages": [message.to_json() for message in answer.messages]}}
        ]
        for kind, stage, reader, answer in replies.all()
        if stage != "over"
    }
    body = yaml.safe_dump(
        {"version": "3.1", "responses": responses}, sort_keys=True, allow_unicode=True, width=110, indent=2
    )
    return COMPILED_HEADER + body


def write_responses(path: Path, content: str) -> bool:
    """Write the compiled file if it differs; say whether it did."""
    if path.is_file() and path.read_text(encoding="utf-8") == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return True
