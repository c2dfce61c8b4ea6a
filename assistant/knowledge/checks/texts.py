"""Every text of the knowledge base that a person may be shown, with where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.knowledge.checks.platforms import statements
from assistant.knowledge.model import Knowledge, Topic


def content_files(knowledge: Knowledge) -> tuple[Topic, ...]:
    """Return the content files that have sections and sources."""
    return (
        *knowledge.topics.values(),
        *knowledge.subtopics.values(),
        *knowledge.circumstances.values(),
        *knowledge.emergencies.values(),
        *knowledge.urgent.values(),
        knowledge.agreement,
    )


def all_texts(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Yield where a text stands, and the text."""
    for content in content_files(knowledge):
        for section in content.sections.values():
            yield f"{knowledge.place(content)}: {section.heading}", section.text
    for reply in knowledge.wording.replies.values():
        yield f"wording.yml: {reply.id}", reply.text
    for part, text in knowledge.wording.platform_parts.items():
        yield f"wording.yml: {part}", text
    for platform in knowledge.platforms.values():
        for step in statements(platform):
            yield f"platforms/{platform.id}.yml", step.text
    yield from _guide_texts(knowledge)
    for contact in knowledge.contacts.values():
        yield f"contacts.yml: {contact.id}", contact.used_for
    for day in knowledge.events.days:
        yield f"events.yml: {day.id}", day.text
    for event in knowledge.events.live_qa:
        yield f"events.yml: {event.id}", f"{event.title}\n{event.where}"
    for name, service in knowledge.force.local.items():
        yield f"forces/{knowledge.force.id}.yml: {name}", service.say or ""


def _guide_texts(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    for guide in knowledge.guides.values():
        for step in guide.steps.values():
            yield f"guides/{guide.id}.yml: {step.id}", step.say
