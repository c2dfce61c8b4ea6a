"""Fill the placeholders of a text, and collect what a reader can tap.

Placeholders: `{{contact.ID.name}}`, `{{contact.ID.phone}}`, `{{contact.ID.text}}`,
`{{contact.ID.web}}`, `{{force.name}}`, `{{force.unit_name}}`, `{{force.report_online}}`,
`{{force.childrens_services}}`, and in platform parts `{{platform.FIELD}}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.knowledge.load import Contact, Knowledge, KnowledgeError
from assistant.knowledge.messages import Link

_PLACEHOLDER = re.compile(r"\{\{([a-z0-9_.]+)\}\}")
_NUMBER_PLACEHOLDER = re.compile(r"\{\{contact\.([a-z0-9_]+)\.(?:phone|text)\}\}")
_EMERGENCY_NUMBER = re.compile(r"(?<![\d-])999(?!\d| BSL)")
_NON_EMERGENCY_NUMBER = re.compile(r"(?<![\d-])(?<!18001 )101(?!\d)")
_NOT_DIGITS = re.compile(r"[^\d+]")
_FORCE_CONTACT_OF_WORDS = {"report_online": "report_online", "childrens_services": "childrens_services"}


@dataclass(frozen=True)
class Rendered:
    """A text without placeholders, and the links that belong below it."""

    text: str
    links: tuple[Link, ...]


def plain_number(number: str) -> str:
    """Return the digits of a number, as a `tel:` or `sms:` address wants them."""
    return _NOT_DIGITS.sub("", number)


def contact_links(contact: Contact) -> list[Link]:
    """Return what can be tapped for one contact: call, text, open."""
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

    def __init__(self, knowledge: Knowledge) -> None:
        """Keep the knowledge base to render from."""
        self._knowledge = knowledge

    def contact(self, contact_id: str, where: str) -> Contact:
        """Return a contact of the register.

        Raises:
            KnowledgeError: If it does not stand there; names the text that asks for it.
        """
        contact = self._knowledge.contacts.get(contact_id)
        if contact is None:
            raise KnowledgeError(f"{where}: the contact `{contact_id}` is not in contacts.yml.")
        return contact

    def render(self, text: str, *, where: str, platform: Mapping[str, str] | None = None) -> Rendered:
        """Fill the placeholders of one text.

        Args:
            text: The words as they stand in the file.
            where: Named in errors, for example `grooming/what_to_do`.
            platform: Values for `{{platform.FIELD}}`.

        Raises:
            KnowledgeError: If a placeholder cannot be filled.
        """
        mentioned: dict[str, Contact] = {}
        force = self._knowledge.force
        given_in_words = set(_NUMBER_PLACEHOLDER.findall(text))

        def fill(match: re.Match[str]) -> str:
            path = match.group(1).split(".")
            if path[0] == "contact" and len(path) == 3:
                contact = self.contact(path[1], where)
                is_first = contact.id not in mentioned
                mentioned[contact.id] = contact
                if path[2] in ("name", "web"):
                    return _spoken(contact, with_number=is_first and contact.id not in given_in_words)
                if path[2] in ("phone", "text"):
                    value = getattr(contact, path[2])
                    if value is None:
                        raise KnowledgeError(f"{where}: `{contact.id}` has no {path[2]} in contacts.yml.")
                    return str(value)
            if path[0] == "force" and len(path) == 2 and hasattr(force, path[1]):
                role = _FORCE_CONTACT_OF_WORDS.get(path[1])
                if role:
                    contact = self.contact(force.contacts[role], where)
                    mentioned[contact.id] = contact
                return str(getattr(force, path[1]))
            if path[0] == "platform" and platform is not None and path[1] in platform:
                return platform[path[1]]
            raise KnowledgeError(f"{where}: the placeholder {match.group(0)} is unknown; see docs/content-guide.md.")

        filled = _PLACEHOLDER.sub(fill, text).strip()
        return Rendered(filled, self._links(filled, mentioned))

    def _links(self, text: str, mentioned: Mapping[str, Contact]) -> tuple[Link, ...]:
        links: list[Link] = []
        for pattern, role in ((_EMERGENCY_NUMBER, "emergency"), (_NON_EMERGENCY_NUMBER, "non_emergency")):
            contact = self._knowledge.contacts[self._knowledge.force.contacts[role]]
            if pattern.search(text) and contact.phone:
                links.append(Link(f"Call {contact.phone}", f"tel:{plain_number(contact.phone)}"))
        for contact in mentioned.values():
            links.extend(contact_links(contact))
        return tuple({link.url: link for link in reversed(links)}.values())[::-1]
