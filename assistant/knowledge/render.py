"""Fill the placeholders of a text, and collect what a reader can tap.

Placeholders: `{{contact.ID.name}}`, `.phone`, `.text`, `.web`; `{{force.name}}`, `.area`, `.unit_name`;
`{{local.SERVICE.name}}` for a service of the force's area; `{{platform.FIELD}}`, `{{event.FIELD}}`,
`{{school.FIELD}}` where an answer gives them; `{{calendar.next_day}}` for the next day in events.yml. A line that
names a service the area has not got is left out, and so is a line marked `{{only.awaiting_approval}}` once all
content is approved.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from assistant.knowledge.calendar import next_day
from assistant.knowledge.messages import Link, Source
from assistant.knowledge.model import Contact, Knowledge, KnowledgeError, LocalService, Review
from assistant.knowledge.places import OPTIONAL_SERVICES

_PLACEHOLDER = re.compile(r"\{\{([a-z0-9_.]+)\}\}")
_NUMBER_PLACEHOLDER = re.compile(r"\{\{contact\.([a-z0-9_]+)\.(?:phone|text)\}\}")
_EMERGENCY_NUMBER = re.compile(r"(?<![\d-])999(?!\d| BSL)")
_NON_EMERGENCY_NUMBER = re.compile(r"(?<![\d-])(?<!18001 )101(?!\d)")
_NOT_DIGITS = re.compile(r"[^\d+]")
_ONLY = re.compile(r"\{\{only\.([a-z_]+)\}\} ?")
_NUMBERED = re.compile(r"^\d+\. ")
_NEXT_DAY = "calendar.next_day"
_FORCE_WORDS = ("name", "area", "unit_name")
# Older short forms of a local service, kept because so many sentences use them.
_SERVICES_BY_FORCE = ("report_online", "childrens_services")


@dataclass(frozen=True)
class Rendered:
    """A text without placeholders, and the links that belong below it."""

    text: str
    links: tuple[Link, ...]


def plain_number(number: str) -> str:
    """Return the digits of a number, as a `tel:` or `sms:` address wants them."""
    return _NOT_DIGITS.sub("", number)


def contact_links(contact: Contact) -> list[Link]:
    """Return what can be tapped for one contact: call, text, open, write to."""
    links = []
    name = contact.short_name
    if contact.phone and "then" not in contact.phone:
        number = plain_number(contact.phone)
        title = f"Call {contact.phone}" if number in plain_number(name) else f"Call {name} {contact.phone}"
        links.append(Link(title, f"tel:{number}"))
    if contact.phone and "then" in contact.phone:
        links.append(Link(f"Call {contact.phone}", f"tel:{plain_number(contact.phone.split(',')[0])}"))
    if contact.text and contact.text.isdigit() and contact.id != "emergency_sms":
        links.append(Link(f"Text {name} {contact.text}", f"sms:{contact.text}"))
    if contact.web:
        links.append(Link(name[0].upper() + name[1:], contact.web))
    if contact.email and not contact.web:
        links.append(Link(f"Email {name}", f"mailto:{contact.email}"))
    return links


def _spoken(contact: Contact, *, with_number: bool) -> str:
    """Name a contact in a sentence, with its number where text alone must be enough."""
    if not with_number:
        return contact.short_name
    has_number_in_name = any(character.isdigit() for character in contact.short_name)
    if contact.phone and not has_number_in_name and "then" not in contact.phone:
        return f"{contact.short_name} ({contact.phone})"
    if contact.text and contact.text.isdigit() and not has_number_in_name:
        return f"{contact.short_name} (text {contact.text})"
    return contact.short_name


class Renderer:
    """Renders texts of one knowledge base."""

    def __init__(self, knowledge: Knowledge, *, now: Callable[[], datetime.datetime] = datetime.datetime.now) -> None:
        """Keep the knowledge base to render from.

        Args:
            knowledge: The knowledge base.
            now: The clock, for the next day of the calendar.
        """
        self._knowledge = knowledge
        self._now = now

    def contact(self, contact_id: str, where: str) -> Contact:
        """Return a contact of the register.

        Raises:
            KnowledgeError: If it does not stand there; names the text that asks for it.
        """
        contact = self._knowledge.contacts.get(contact_id)
        if contact is None:
            raise KnowledgeError(f"{where}: the contact `{contact_id}` is not in contacts.yml.")
        return contact

    def cite(self, identifiers: Iterable[str], review: Review, *, where: str) -> tuple[Source, ...]:
        """Return sources as a reader sees them.

        Args:
            identifiers: Ids in `sources.yml`.
            review: Of the content that cites them: says when they were last checked.
            where: Named in errors.

        Raises:
            KnowledgeError: If one of them is unknown.
        """
        known = self._knowledge.sources
        cited = []
        for identifier in identifiers:
            if identifier not in known:
                raise KnowledgeError(f"{where}: the source `{identifier}` is not in sources.yml.")
            entry = known[identifier]
            cited.append(Source(entry.title, entry.url, review.checked_on.isoformat()))
        return tuple(cited)

    def render(self, text: str, *, where: str, values: Mapping[str, str] | None = None) -> Rendered:
        """Fill the placeholders of one text.

        Args:
            text: The words as they stand in the file.
            where: Named in errors, for example `grooming/what_to_do`.
            values: What this answer gives besides, for example `platform.name`.

        Raises:
            KnowledgeError: If a placeholder cannot be filled.
        """
        mentioned: dict[str, Contact] = {}
        kept = self._lines_that_apply(text)
        given_in_words = set(_NUMBER_PLACEHOLDER.findall(kept))

        def name_of(contact: Contact) -> str:
            is_first = contact.id not in mentioned
            mentioned[contact.id] = contact
            return _spoken(contact, with_number=is_first and contact.id not in given_in_words)

        def fill(match: re.Match[str]) -> str:
            placeholder = match.group(1)
            path = placeholder.split(".")
            if values is not None and placeholder in values:
                return values[placeholder]
            if path[0] == "contact" and len(path) == 3:
                contact = self.contact(path[1], where)
                if path[2] in ("name", "web"):
                    return name_of(contact)
                if path[2] in ("phone", "text"):
                    mentioned[contact.id] = contact
                    value = getattr(contact, path[2])
                    if value is None:
                        raise KnowledgeError(f"{where}: `{contact.id}` has no {path[2]} in contacts.yml.")
                    return str(value)
            if path[0] == "force" and len(path) == 2 and path[1] in _FORCE_WORDS:
                return str(getattr(self._knowledge.force, path[1]))
            if placeholder == _NEXT_DAY and (day := next_day(self._knowledge.events, self._now().date())) is not None:
                return _PLACEHOLDER.sub(fill, day.text)
            service = self._service(path)
            if service is not None:
                contacts = [self.contact(identifier, where) for identifier in service.contacts]
                if service.say is None:
                    return " or ".join(name_of(contact) for contact in contacts)
                mentioned.update({contact.id: contact for contact in contacts})
                return service.say
            raise KnowledgeError(f"{where}: the placeholder {match.group(0)} is unknown; see docs/content-guide.md.")

        filled = _PLACEHOLDER.sub(fill, kept).strip()
        return Rendered(filled, self._links(filled, mentioned))

    def _service(self, path: list[str]) -> LocalService | None:
        is_short = path[0] == "force" and len(path) == 2 and path[1] in _SERVICES_BY_FORCE
        is_long = path[0] == "local" and len(path) == 3 and path[2] == "name"
        return self._knowledge.force.local.get(path[1]) if is_short or is_long else None

    def _lines_that_apply(self, text: str) -> str:
        """Leave out lines that are not for this force, or not for now, and count numbered steps anew."""
        kept: list[str] = []
        number = 0
        for line in text.split("\n"):
            conditions = _ONLY.findall(line)
            if any(not self._holds(condition) for condition in conditions) or self._names_missing_service(line):
                continue
            line = _ONLY.sub("", line)
            number = number + 1 if _NUMBERED.match(line) else 0
            kept.append(_NUMBERED.sub(f"{number}. ", line) if number else line)
        return "\n".join(kept)

    def _holds(self, condition: str) -> bool:
        if condition != "awaiting_approval":
            raise KnowledgeError(f"The condition `only.{condition}` is unknown; there is `only.awaiting_approval`.")
        return not self._knowledge.is_approved

    def _names_missing_service(self, line: str) -> bool:
        local = self._knowledge.force.local
        named = set(re.findall(r"\{\{local\.([a-z_]+)\.name\}\}", line))
        return any(name in OPTIONAL_SERVICES and name not in local for name in named)

    def _links(self, text: str, mentioned: Mapping[str, Contact]) -> tuple[Link, ...]:
        links: list[Link] = []
        for pattern, service in ((_EMERGENCY_NUMBER, "emergency"), (_NON_EMERGENCY_NUMBER, "non_emergency")):
            for identifier in self._knowledge.force.local[service].contacts:
                contact = self._knowledge.contacts[identifier]
                if pattern.search(text) and contact.phone:
                    links.append(Link(f"Call {contact.phone}", f"tel:{plain_number(contact.phone)}"))
        for contact in mentioned.values():
            links.extend(contact_links(contact))
        return tuple({link.url: link for link in reversed(links)}.values())[::-1]
