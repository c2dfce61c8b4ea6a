"""The replies to emergencies: short, 999 first, ready without action server, database or Rasa."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from assistant.knowledge.load import (
    EMERGENCY_READERS,
    EMERGENCY_STATES,
    Knowledge,
    Section,
    Topic,
)
from assistant.knowledge.messages import Answer, Message, Source
from assistant.knowledge.render import Renderer
from assistant.knowledge.vocabulary import EMERGENCY_KINDS

GENERAL = "general"
COMMON = "every_emergency"
COMMON_SECTION = "cannot_speak"
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
}


class EmergencyReplies:
    """All emergency replies, rendered once and kept in memory."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Render every reply; a fault in one of them stops the start, not a conversation."""
        self._renderer = Renderer(knowledge)
        self._knowledge = knowledge
        self._answers = {
            (kind, certainty, reader): self._build(kind, certainty, reader)
            for kind in EMERGENCY_KINDS
            for certainty in EMERGENCY_STATES
            for reader in EMERGENCY_READERS
            if (certainty, reader) in knowledge.emergencies[kind].sections
        }

    def answer(self, kind: str, certainty: str, reader: str | None) -> Answer:
        """Return the reply for an emergency; never nothing.

        Args:
            kind: One of `EMERGENCY_KINDS`.
            certainty: `decided` or `asked`.
            reader: None, `child` or `adult`.
        """
        for key in ((kind, certainty, reader), (kind, certainty, None)):
            if key in self._answers:
                return self._answers[key]
        return self._answers[(GENERAL, certainty, None)]

    def all(self) -> Iterator[tuple[str, str, str | None, Answer]]:
        """Yield kind, certainty, reader and reply of each."""
        for (kind, certainty, reader), answer in self._answers.items():
            yield kind, certainty, reader, answer

    def _build(self, kind: str, certainty: str, reader: str | None) -> Answer:
        topic = self._knowledge.emergencies[kind]
        first = self._message("emergency", topic, topic.sections[(certainty, reader)])
        common = self._knowledge.emergencies[COMMON]
        second = self._message("notice", common, common.sections[(COMMON_SECTION, None)])
        messages = (first, second) if certainty == "decided" else (first,)
        return Answer(f"emergency/{kind}", messages)

    def _message(self, kind: str, topic: Topic, section: Section) -> Message:
        rendered = self._renderer.render(section.text, where=f"emergencies/{topic.path.name}: {section.name}")
        sources = tuple(
            Source(entry.title, entry.url, topic.review.checked_on.isoformat())
            for entry in (self._knowledge.sources[identifier] for identifier in section.sources)
        )
        return Message(kind, rendered.text, (), rendered.links, sources)  # type: ignore[arg-type]


COMPILED_HEADER = """\
# Written by `make knowledge` from knowledge/emergencies/; do not edit it here.
# Rasa sends these replies by itself, so an emergency is answered without the action server.
"""


def compile_responses(replies: EmergencyReplies, response_name: Any) -> str:
    """Return the Rasa responses file with every emergency reply.

    Args:
        replies: The rendered replies.
        response_name: Gives the response name of (kind, certainty, reader).
    """
    responses = {
        response_name(kind, certainty, reader): [
            {"custom": {"answer": answer.id, "messages": [message.to_json() for message in answer.messages]}}
        ]
        for kind, certainty, reader, answer in replies.all()
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
