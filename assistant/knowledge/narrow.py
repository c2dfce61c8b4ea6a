"""Recognise narrower matters and a family's circumstances by their words (knowledge/subtopics, circumstances)."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.knowledge.model import Topic
from assistant.text import for_matching


def found_in(text: str, candidates: Mapping[str, Topic]) -> tuple[str, ...]:
    """Return the ids of the candidates whose words stand in a message, the earliest in the message first."""
    prepared = for_matching(text)
    found = []
    for identifier, candidate in candidates.items():
        match = candidate.words.search(prepared) if candidate.words else None
        if match:
            found.append((match.start(), identifier))
    return tuple(identifier for _, identifier in sorted(found))
