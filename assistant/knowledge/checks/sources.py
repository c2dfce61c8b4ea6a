"""Whether every section can be traced to where its facts come from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlparse

from assistant.knowledge.checks.texts import content_files
from assistant.knowledge.model import Knowledge


def source_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield sections without sources, and sources that are unknown or say nothing."""
    for content in content_files(knowledge):
        for section in content.sections.values():
            where = f"{knowledge.place(content)}: {section.heading}"
            if not section.sources:
                yield f"{where}: names no source."
            yield from _unknown(knowledge, where, section.sources)
    for day in knowledge.events.days:
        yield from _unknown(knowledge, f"events.yml: {day.id}", day.sources)
    for identifier in sorted(_used(knowledge) & set(knowledge.sources)):
        if not knowledge.sources[identifier].says:
            yield f"sources.yml: {identifier}: has no `says`; write down what was taken from it."


def link_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield addresses and numbers that are not written as such."""
    for source in knowledge.sources.values():
        yield from _link_faults(f"sources.yml: {source.id}", source.url)
    for contact in knowledge.contacts.values():
        where = f"contacts.yml: {contact.id}"
        yield from _link_faults(where, contact.web)
        if contact.email and not re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", contact.email):
            yield f"{where}: {contact.email!r} is no e-mail address."
        if contact.phone and not re.fullmatch(r"[\d ]+|111, then option 2", contact.phone):
            yield f"{where}: the number {contact.phone!r} must be digits and spaces."
    for platform in knowledge.platforms.values():
        for address in (platform.help_url, *(source.url for source in platform.sources)):
            yield from _link_faults(f"platforms/{platform.id}.yml", address)


def source_warnings(knowledge: Knowledge) -> Iterator[str]:
    """Yield sources that nothing uses any more."""
    for identifier in sorted(set(knowledge.sources) - _used(knowledge)):
        yield f"sources.yml: {identifier}: nothing names it; take it out."


def _used(knowledge: Knowledge) -> set[str]:
    used = {i for content in content_files(knowledge) for s in content.sections.values() for i in s.sources}
    return used | {identifier for day in knowledge.events.days for identifier in day.sources}


def _unknown(knowledge: Knowledge, where: str, identifiers: tuple[str, ...]) -> Iterator[str]:
    for identifier in identifiers:
        if identifier not in knowledge.sources:
            yield f"{where}: the source `{identifier}` is not in sources.yml."


def _link_faults(where: str, address: str | None) -> Iterator[str]:
    if address is None:
        return
    parts = urlparse(address)
    if parts.scheme not in ("https", "http") or "." not in parts.netloc or re.search(r"\s", address):
        yield f"{where}: {address!r} is no web address; write it like https://www.example.org/page."
