"""Whether every aspect a person could ask of a matter has its answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from assistant.knowledge.model import Knowledge, Topic
from assistant.knowledge.vocabulary import ASPECTS, CHILD, SERVICE_TOPICS, TEACHER

_FOR_PARENTS: Final = tuple(aspect for aspect in ASPECTS if aspect != "other")
_FOR_CHILDREN: Final = ("what_to_do", "how_to_report", "how_to_talk", "is_it_illegal", "explain", "get_help")
TOPIC_CELLS: Final = (
    *((aspect, None) for aspect in _FOR_PARENTS),
    *((aspect, CHILD) for aspect in _FOR_CHILDREN),
    ("what_to_do", TEACHER),
)
SUBTOPIC_CELLS: Final = (("what_to_do", None), ("explain", None), ("what_to_do", CHILD))
CIRCUMSTANCE_CELLS: Final = (
    ("explain", None),
    ("what_to_do", None),
    ("how_to_talk", None),
    ("how_to_control_or_monitor", None),
    ("how_to_report", None),
    ("get_help", None),
)
_MARKS: Final = {None: "P", "child": "C", "teacher": "T", "adult_victim": "V", "worried_about_own_behaviour": "W"}


def coverage_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield each cell that is empty without a reason, and each reason that is not needed or names no cell."""
    for topics, cells in (
        (knowledge.topics, TOPIC_CELLS),
        (knowledge.subtopics, SUBTOPIC_CELLS),
        (knowledge.circumstances, CIRCUMSTANCE_CELLS),
    ):
        for topic in topics.values():
            yield from _empty_cells(knowledge, topic, cells)


def _empty_cells(knowledge: Knowledge, topic: Topic, cells: tuple[tuple[str, str | None], ...]) -> Iterator[str]:
    place = knowledge.place(topic)
    headings = {aspect + (f" @{reader}" if reader else ""): (aspect, reader) for aspect, reader in cells}
    for heading, cell in headings.items():
        if cell not in topic.sections and heading not in topic.not_applicable:
            yield f"{place}: there is no `## {heading}`; write it, or say in `not_applicable` why nobody would ask."
        if cell in topic.sections and heading in topic.not_applicable:
            yield f"{place}: `{heading}` is written; take it out of `not_applicable`."
    for heading in topic.not_applicable:
        if heading not in headings:
            yield f"{place}: `not_applicable` names `{heading}`, which is no cell; see docs/content-guide.md."


def coverage_table(knowledge: Knowledge) -> str:
    """Return which aspects each matter answers, and for whom.

    P parent, C child, T teacher, V victim (adult), W worried about themselves, digits: so many ages; `-`: not
    applicable for a parent, with the reason in the file.
    """
    lines = ["topic".ljust(28) + " ".join(aspect[:12].ljust(12) for aspect in ASPECTS)]
    service = set(SERVICE_TOPICS)
    ordered = [
        *(knowledge.topics[name] for name in sorted(set(knowledge.topics) - service)),
        *(knowledge.topics[name] for name in sorted(service)),
        *knowledge.subtopics.values(),
        *knowledge.circumstances.values(),
    ]
    for topic in ordered:
        cells = [_cell(topic, aspect).ljust(12) for aspect in ASPECTS]
        lines.append(topic.id.ljust(28) + " ".join(cells))
    written = sum(len(topic.sections) for topic in ordered)
    lines.append(f"{len(ordered)} matters, {written} answers, {len(knowledge.platforms)} platforms")
    return "\n".join(lines)


def _cell(topic: Topic, aspect: str) -> str:
    readers = [reader for name, reader in topic.sections if name == aspect]
    known = "".join(mark for reader, mark in _MARKS.items() if reader in readers)
    ages = sum(1 for reader in readers if reader and reader.startswith("age_"))
    return (known + (str(ages) if ages else "")) or ("-" if aspect in topic.not_applicable else "")
