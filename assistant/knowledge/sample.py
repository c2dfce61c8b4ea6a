"""Draw sentences at random and print them with what their sources say, for a reader who checks them afresh."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.knowledge.checks.platforms import statements
from assistant.knowledge.checks.texts import content_files
from assistant.knowledge.messages import LIST_ITEM
from assistant.knowledge.model import OTHER_LANGUAGE, Contact, Knowledge, SourceEntry
from assistant.knowledge.render import Renderer

_LEAST_WORDS = 4


@dataclass(frozen=True)
class Line:
    """One line of an answer.

    Attributes:
        where: File and section.
        text: As a reader sees it.
        sources: Where its section's facts come from.
        contacts: The services it names: what each is for stands in the register, with a source of its own.
    """

    where: str
    text: str
    sources: tuple[SourceEntry, ...]
    contacts: tuple[Contact, ...] = ()


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
                text = LIST_ITEM.sub("", line).strip()
                if len(text.split()) >= _LEAST_WORDS:
                    yield Line(where, text, sources, _named_in(text, knowledge))
    for platform in knowledge.platforms.values():
        for step in statements(platform):
            where = f"platforms/{platform.id}.yml" + ("" if step.certain else " (shown as not certain)")
            yield Line(where, step.text, tuple(source for source in platform.sources if source.id in step.sources))


def _named_in(text: str, knowledge: Knowledge) -> tuple[Contact, ...]:
    said_locally = {
        identifier
        for service in knowledge.force.local.values()
        if service.say and service.say in text
        for identifier in service.contacts
    }
    return tuple(
        contact
        for contact in knowledge.contacts.values()
        if contact.id in said_locally or re.search(rf"(?<![\\w-]){re.escape(contact.short_name)}(?![\\w-])", text)
    )


def as_text(lines: list[Line]) -> str:
    """Return the drawn lines, numbered, each with its sources."""
    blocks = []
    for number, line in enumerate(lines, start=1):
        block = [f"{number}. {line.text}", f"   {line.where}"]
        for contact in line.contacts:
            block.append(f"   - register: {contact.name} ({contact.confidence}; {contact.source})")
            facts = (contact.used_for, contact.hours, contact.cost, contact.phone, contact.text, contact.email)
            block += [f"       {fact}" for fact in facts if fact]
        for source in line.sources:
            block.append(f"   - {source.title} ({source.publisher or 'no publisher'}, {source.dated})")
            block += [f"       {said}" for said in source.says]
        blocks.append("\n".join(block))
    return "\n\n".join(blocks)
