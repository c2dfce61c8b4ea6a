"""Read contacts: the shared register, and those of one force's area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from assistant.knowledge.fields import date_of, need, read_yaml, text_or_none
from assistant.knowledge.model import Contact, KnowledgeError

NATIONS: Final = ("england", "wales", "scotland", "northern_ireland")
WHO: Final = ("anyone", "parent", "child", "professional", "adult_victim", "worried_about_own_behaviour")


def load_register(path: Path) -> tuple[dict[str, Contact], dict[str, str]]:
    """Return the shared contacts by id, and what must never be published with the reason.

    Raises:
        KnowledgeError: If an entry lacks a field, stands there twice, or is not sure enough to be shown.
    """
    data = read_yaml(path)
    never = {str(item["value"]): str(item["why"]) for item in need(data, "never_publish", path)}
    return read_contacts(need(data, "contacts", path), path), never


def read_contacts(entries: Sequence[Mapping[str, Any]], path: Path) -> dict[str, Contact]:
    """Return the contacts of a list of entries, by id."""
    contacts: dict[str, Contact] = {}
    for number, entry in enumerate(entries, start=1):
        where = f"contact {entry.get('id', number)}"
        contact = Contact(
            id=str(need(entry, "id", path, where)),
            name=str(need(entry, "name", path, where)),
            short_name=str(need(entry, "short_name", path, where)),
            used_for=str(need(entry, "for", path, where)),
            who=_some_of(WHO, entry, "who", path, where),
            phone=text_or_none(entry, "phone"),
            text=text_or_none(entry, "text"),
            relay=text_or_none(entry, "relay"),
            bsl=text_or_none(entry, "bsl"),
            web=text_or_none(entry, "web"),
            email=text_or_none(entry, "email"),
            hours=text_or_none(entry, "hours"),
            cost=text_or_none(entry, "cost"),
            nations=_some_of(NATIONS, entry, "nations", path, where),
            area=text_or_none(entry, "area"),
            confidence=str(need(entry, "confidence", path, where)),
            source=str(need(entry, "source", path, where)),
            checked_on=date_of(entry, "checked_on", path, where),
            review_by=date_of(entry, "review_by", path, where),
        )
        if contact.confidence not in ("verified", "likely"):
            raise KnowledgeError(f"{path.name}: {where}: only verified or likely contacts may stand in the register.")
        if contact.id in contacts:
            raise KnowledgeError(f"{path.name}: {where}: the id stands here twice.")
        contacts[contact.id] = contact
    return contacts


def _some_of(known: tuple[str, ...], entry: Mapping[str, Any], field: str, path: Path, where: str) -> tuple[str, ...]:
    values = tuple(map(str, need(entry, field, path, where)))
    if unknown := [value for value in values if value not in known]:
        raise KnowledgeError(
            f"{path.name}: {where}: `{field}` has {', '.join(unknown)}; use some of {', '.join(known)}."
        )
    return values
