"""Read what differs from place to place: forces, schools, and the calendar."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from assistant.knowledge.fields import date_of, moment_of, need, read_yaml, review_of, text_or_none
from assistant.knowledge.model import Contact, Day, Events, Force, KnowledgeError, LiveQA, LocalService, School
from assistant.knowledge.register import read_contacts

NEEDED_SERVICES: Final = ("emergency", "non_emergency", "report_online", "childrens_services", "adult_safeguarding")
OPTIONAL_SERVICES: Final = ("victim_support", "sarc", "therapy", "lado", "commissioner")


def load_force(path: Path, register: Mapping[str, Contact]) -> Force:
    """Read the file of one force.

    Args:
        path: The file.
        register: The shared contacts.

    Raises:
        KnowledgeError: If a service is missing, or a contact is in no register or in both.
    """
    data = read_yaml(path)
    own = read_contacts(data.get("local_contacts") or (), path)
    if twice := set(own) & set(register):
        raise KnowledgeError(f"{path.name}: {', '.join(sorted(twice))} stands in contacts.yml too; keep one of them.")
    services: dict[str, LocalService] = {}
    for name, entry in need(data, "local", path).items():
        where = f"local: {name}"
        if name not in (*NEEDED_SERVICES, *OPTIONAL_SERVICES):
            known = ", ".join((*NEEDED_SERVICES, *OPTIONAL_SERVICES))
            raise KnowledgeError(f"{path.name}: {where}: unknown service; use one of {known}.")
        ids = tuple(map(str, need(entry, "contacts", path, where)))
        for identifier in ids:
            if identifier not in own and identifier not in register:
                raise KnowledgeError(f"{path.name}: {where}: the contact `{identifier}` stands nowhere; add it.")
        services[name] = LocalService(text_or_none(entry, "say"), ids)
    for name in NEEDED_SERVICES:
        need(services, name, path, "local")
    return Force(
        id=str(need(data, "id", path)),
        name=str(need(data, "name", path)),
        area=str(need(data, "area", path)),
        unit_name=str(need(data, "unit_name", path)),
        local=services,
        contacts=own,
        review=review_of(data, path),
    )


def load_school(path: Path) -> School:
    """Read the profile of one school."""
    data = read_yaml(path)
    return School(
        id=str(need(data, "id", path)),
        name=str(need(data, "name", path)),
        dsl=str(need(data, "dsl", path)),
        reach=str(need(data, "reach", path)),
        hours=str(need(data, "hours", path)),
        review=review_of(data, path),
    )


def load_events(path: Path) -> Events:
    """Read the calendar.

    Raises:
        KnowledgeError: If an event lacks a field, or its times are in no order.
    """
    data = read_yaml(path)
    sessions = tuple(_live_qa(item, path) for item in data.get("live_qa") or ())
    return Events(
        live_qa=sessions, days=tuple(_day(item, path) for item in data.get("days") or ()), review=review_of(data, path)
    )


def _live_qa(data: Mapping[str, Any], path: Path) -> LiveQA:
    where = f"live_qa {data.get('id')}"
    event = LiveQA(
        id=str(need(data, "id", path, where)),
        force=str(need(data, "force", path, where)),
        title=str(need(data, "title", path, where)),
        starts=moment_of(data, "starts", path, where),
        ends=moment_of(data, "ends", path, where),
        questions_until=moment_of(data, "questions_until", path, where),
        where=str(need(data, "where", path, where)),
        questions_kept_until=date_of(data, "questions_kept_until", path, where),
    )
    if not (event.questions_until <= event.ends and event.starts < event.ends):
        raise KnowledgeError(f"{path.name}: {where}: it must start before it ends, and take questions until then.")
    if event.questions_kept_until < event.ends.date():
        raise KnowledgeError(f"{path.name}: {where}: questions would be deleted before it ends.")
    return event


def _day(data: Mapping[str, Any], path: Path) -> Day:
    where = f"day {data.get('id')}"
    on = data.get("date")
    if on is not None and not isinstance(on, datetime.date):
        raise KnowledgeError(f"{path.name}: {where}: `date` must be a date like 2026-02-10, or empty.")
    return Day(
        id=str(need(data, "id", path, where)),
        title=str(need(data, "title", path, where)),
        on=on,
        text=str(need(data, "text", path, where)),
        sources=tuple(map(str, need(data, "sources", path, where))),
    )
