"""Draw sentences at random and print them with what their sources say, for a reader who checks them afresh."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.knowledge.checks.texts import content_files
from assistant.knowledge.model import OTHER_LANGUAGE, Knowledge, SourceEntry
from assistant.knowledge.render import Renderer

_ITEM = re.compile(r"^(?:- |\d+\. )")
_LEAST_WORDS = 4


@dataclass(frozen=True)
class Line:
    """One line of an answer.

    Attributes:
        where: File and section.
        text: As a reader sees it.
        sources: Where its section's facts come from.
    """

    where: str
    text: str
    sources: tuple[SourceEntry, ...]


def draw(knowledge: Knowledge, count: int, seed: int) -> list[Line]:
    """Return so many lines, the same for the same seed and content."""
    return random.Random(seed).sample(sorted(_lines(knowledge), key=lambda line: (line.where, line.text)), count)  # noqa: S311


def _lines(knowledge: Knowledge) -> Iterator[Line]:
    renderer = Renderer(knowledge)
    for content in content_files(knowledge):
        for section in content.sections.values() if content.id != OTHER_LANGUAGE else ():
            where = f"{knowledge.place(content)}: {section.heading}"
            sources = tuple(knowledge.sources[identifier] for identifier in section.sources)
            for line in renderer.render(section.text, where=where).text.split("\n"):
                text = _ITEM.sub("", line).strip()
                if len(text.split()) >= _LEAST_WORDS:
                    yield Line(where, text, sources)
    for platform in knowledge.platforms.values():
        said = (platform.min_age, platform.age_rating, platform.risks, platform.uk_rules, *platform.good_to_know)
        for step in (*said, *platform.steps, *platform.settings_first, platform.report, platform.block):
            if step is not None:
                where = f"platforms/{platform.id}.yml" + ("" if step.certain else " (shown as not certain)")
                yield Line(where, step.text, platform.sources)


def as_text(lines: list[Line]) -> str:
    """Return the drawn lines, numbered, each with its sources."""
    blocks = []
    for number, line in enumerate(lines, start=1):
        block = [f"{number}. {line.text}", f"   {line.where}"]
        for source in line.sources:
            block.append(f"   - {source.title} ({source.publisher or 'no publisher'}, {source.dated})")
            block += [f"       {said}" for said in source.says]
        blocks.append("\n".join(block))
    return "\n\n".join(blocks)
