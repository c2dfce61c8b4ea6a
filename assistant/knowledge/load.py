"""Read the knowledge base from its files into immutable objects.

Reading is strict about what the running assistant needs. What only an editor needs to hear
(dates, reading level, forbidden words) is in `check.py`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.knowledge.vocabulary import (
    ADULT_VICTIM,
    AGE_BANDS,
    ASPECTS,
    CHILD,
    CONVERSATION_TOPICS,
    EMERGENCY_KINDS,
    TEACHER,
    TOPICS,
    WORRIED_ABOUT_OWN_BEHAVIOUR,
)

REVIEW_FIELDS = ("owner", "drafted_on", "checked_on", "review_by", "approved_by")
# The parts of an emergency (knowledge/emergencies/): replies, and the pieces that some of them share.
_REPLY_PARTS = ("decided", "asked", "question", "yes", "over", "calling")
EMERGENCY_PARTS = (*_REPLY_PARTS, "operator", "cannot_speak", "light", "still")
ADULT = "adult"
# In an emergency the reader is a parent (no mark), a child, an adult writing of themselves, a professional, or
# somebody afraid of their own behaviour, who reads what is written for adults where nothing is written for them.
EMERGENCY_READERS = (None, CHILD, ADULT, TEACHER, WORRIED_ABOUT_OWN_BEHAVIOUR)
EVERY_EMERGENCY = "every_emergency"
# Its readers are languages.
OTHER_LANGUAGE = "other_language"

_AGE_MARKS = {f"age_{band.replace('-', '_')}": band for band in AGE_BANDS}
_SECTION_MARKS = {CHILD, TEACHER, ADULT_VICTIM, WORRIED_ABOUT_OWN_BEHAVIOUR, *_AGE_MARKS}
_HEADING = re.compile(r"^## +(\S+)(?: +@(\S+))? *$", re.MULTILINE)
_LANGUAGE_MARK = re.compile(r"[a-z]{2}")
_SOURCES = re.compile(r"\Asources: *(.*)\n")


class KnowledgeError(Exception):
    """The knowledge base cannot be used. The message names the file, the place, and what to do."""


@dataclass(frozen=True)
class Review:
    """Who answers for a piece of content, and until when."""

    owner: str
    drafted_on: datetime.date
    checked_on: datetime.date
    review_by: datetime.date
    approved_by: str | None


@dataclass(frozen=True)
class Contact:
    """One entry of the register. A field nobody could confirm is None."""

    id: str
    name: str
    short_name: str
    used_for: str
    phone: str | None
    text: str | None
    web: str | None
    email: str | None
    hours: str | None
    cost: str | None
    confidence: str
    checked_on: datetime.date
    review_by: datetime.date


@dataclass(frozen=True)
class SourceEntry:
    """One place that facts come from."""

    id: str
    title: str
    url: str | None
    dated: str


@dataclass(frozen=True)
class Section:
    """One answer: the text of one aspect (or emergency state) for one kind of reader.

    Attributes:
        name: Aspect, or `decided` / `asked` in an emergency file.
        reader: Whom it is written for (`child`, `age_6_9`, ...), or None: a parent.
        text: The words, with placeholders.
        sources: Ids in `sources.yml`.
    """

    name: str
    reader: str | None
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Topic:
    """Everything Harbour says about one topic, one kind of emergency or one kind of urgent matter.

    Attributes:
        topics: For an urgent matter, under whose answers it stands.
    """

    id: str
    title: str
    is_crisis: bool
    is_signpost: bool
    review: Review
    sections: Mapping[tuple[str, str | None], Section]
    path: Path
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One instruction for an app, and whether its source is good enough to state it as certain."""

    text: str
    certain: bool


@dataclass(frozen=True)
class Platform:
    """An app, game, console, device or network that children use."""

    id: str
    name: str
    names: tuple[str, ...]
    is_complete: bool
    min_age: Step | None
    tool: Step | None
    steps: tuple[Step, ...]
    settings_first: tuple[Step, ...]
    report: Step | None
    block: Step | None
    help_url: str | None
    sources: tuple[SourceEntry, ...]
    review: Review


@dataclass(frozen=True)
class Force:
    """A police force: its names and which contacts play which part."""

    id: str
    name: str
    unit_name: str
    report_online: str
    childrens_services: str
    contacts: Mapping[str, str]
    review: Review


@dataclass(frozen=True)
class Reply:
    """A short sentence that is not advice of one topic."""

    id: str
    text: str
    buttons: tuple[str, ...]


@dataclass(frozen=True)
class Wording:
    """Button titles, short replies and the parts of platform answers."""

    aspect_titles: Mapping[str, str]
    answer_titles: Mapping[str, str]
    aspect_titles_by_topic: Mapping[str, Mapping[str, str]]
    aspect_cues: Mapping[str, Mapping[str, tuple[str, ...]]]
    replies: Mapping[str, Reply]
    platform_parts: Mapping[str, str]
    review: Review


@dataclass(frozen=True)
class Knowledge:
    """The whole knowledge base, for one force."""

    folder: Path
    contacts: Mapping[str, Contact]
    never_publish: Mapping[str, str]
    sources: Mapping[str, SourceEntry]
    topics: Mapping[str, Topic]
    emergencies: Mapping[str, Topic]
    urgent: Mapping[str, Topic]
    platforms: Mapping[str, Platform]
    force: Force
    wording: Wording


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name}: cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise KnowledgeError(f"{path.name}: must be a mapping of fields; see docs/content-guide.md.")
    return data


def _need(data: Mapping[str, Any], field: str, path: Path, where: str = "") -> Any:
    if data.get(field) in (None, ""):
        place = f"{path.name}: {where}" if where else path.name
        raise KnowledgeError(f"{place}: the field `{field}` is missing; add it.")
    return data[field]


def _date(data: Mapping[str, Any], field: str, path: Path, where: str = "") -> datetime.date:
    value = _need(data, field, path, where)
    if not isinstance(value, datetime.date):
        raise KnowledgeError(f"{path.name}: {where or 'top'}: `{field}` must be a date like 2026-11-21, not {value!r}.")
    return value


def _review(data: Mapping[str, Any], path: Path) -> Review:
    return Review(
        owner=str(_need(data, "owner", path)),
        drafted_on=_date(data, "drafted_on", path),
        checked_on=_date(data, "checked_on", path),
        review_by=_date(data, "review_by", path),
        approved_by=data.get("approved_by"),
    )


def _text_or_none(data: Mapping[str, Any], field: str) -> str | None:
    value = data.get(field)
    return None if value is None else str(value)


def _load_contacts(path: Path) -> tuple[dict[str, Contact], dict[str, str]]:
    data = _read_yaml(path)
    contacts: dict[str, Contact] = {}
    for number, entry in enumerate(_need(data, "contacts", path), start=1):
        where = f"contact {entry.get('id', number)}"
        contact = Contact(
            id=str(_need(entry, "id", path, where)),
            name=str(_need(entry, "name", path, where)),
            short_name=str(_need(entry, "short_name", path, where)),
            used_for=str(_need(entry, "for", path, where)),
            phone=_text_or_none(entry, "phone"),
            text=_text_or_none(entry, "text"),
            web=_text_or_none(entry, "web"),
            email=_text_or_none(entry, "email"),
            hours=_text_or_none(entry, "hours"),
            cost=_text_or_none(entry, "cost"),
            confidence=str(_need(entry, "confidence", path, where)),
            checked_on=_date(entry, "checked_on", path, where),
            review_by=_date(entry, "review_by", path, where),
        )
        if contact.confidence not in ("verified", "likely"):
            raise KnowledgeError(f"{path.name}: {where}: only verified or likely contacts may stand in the register.")
        if contact.id in contacts:
            raise KnowledgeError(f"{path.name}: {where}: the id stands here twice.")
        contacts[contact.id] = contact
    never = {str(item["value"]): str(item["why"]) for item in _need(data, "never_publish", path)}
    return contacts, never


def split_document(path: Path) -> tuple[dict[str, Any], str]:
    """Split a content file into its fields (between `---` lines) and its body.

    Raises:
        KnowledgeError: If the file does not have that shape.
    """
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name}: cannot be read: {error}") from error
    parts = content.split("---\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise KnowledgeError(f"{path.name}: must begin with fields between two lines of three dashes.")
    try:
        fields = yaml.safe_load(parts[1])
    except yaml.YAMLError as error:
        raise KnowledgeError(f"{path.name}: the fields at the top are not valid: {error}") from error
    return fields, parts[2]


def _sections(
    path: Path, body: str, names: tuple[str, ...], marks: set[str] | None
) -> dict[tuple[str, str | None], Section]:
    pieces = _HEADING.split(body)
    if pieces[0].strip():
        raise KnowledgeError(f"{path.name}: there is text before the first `## ` heading; give it a heading.")
    sections: dict[tuple[str, str | None], Section] = {}
    for name, reader, raw in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        heading = f"## {name}" + (f" @{reader}" if reader else "")
        if name not in names:
            raise KnowledgeError(f"{path.name}: {heading}: unknown section; use one of {', '.join(names)}.")
        is_known = _LANGUAGE_MARK.fullmatch(reader or "aa") if marks is None else reader is None or reader in marks
        if not is_known:
            known = "two letters of a language" if marks is None else f"one of {', '.join(sorted(marks))}"
            raise KnowledgeError(f"{path.name}: {heading}: unknown reader; use {known}.")
        if (name, reader) in sections:
            raise KnowledgeError(f"{path.name}: {heading} stands here twice.")
        text = raw.strip() + "\n"
        found = _SOURCES.match(text)
        if not found:
            raise KnowledgeError(f"{path.name}: {heading}: the first line must be `sources: id, id`.")
        sources = tuple(item.strip() for item in found.group(1).split(",") if item.strip())
        words = text[found.end() :].strip()
        if not words:
            raise KnowledgeError(f"{path.name}: {heading} is empty.")
        sections[(name, reader)] = Section(name, reader, words, sources)
    return sections


def _load_urgent(path: Path, marks: set[str]) -> Topic:
    """Read what stands under an urgent answer about the topics that the file names."""
    topic = _load_topic(path, ("next",), marks)
    unknown = set(topic.topics) - set(TOPICS)
    if not topic.topics or unknown:
        raise KnowledgeError(f"urgent/{path.name}: `topics` must list topics; unknown: {', '.join(sorted(unknown))}.")
    return topic


def _load_topic(path: Path, names: tuple[str, ...], marks: set[str] | None) -> Topic:
    """Read a content file; without `marks` its readers are languages (two letters)."""
    fields, body = split_document(path)
    return Topic(
        id=str(_need(fields, "id", path)),
        title=str(_need(fields, "title", path)),
        is_crisis=bool(fields.get("crisis", False)),
        is_signpost=fields.get("status") == "signpost",
        review=_review(fields, path),
        sections=_sections(path, body, names, marks),
        path=path,
        topics=tuple(map(str, fields.get("topics") or ())),
    )


def _step(data: Any, path: Path, field: str) -> Step | None:
    if data is None:
        return None
    if not isinstance(data, dict) or not isinstance(data.get("certain"), bool) or not data.get("text"):
        raise KnowledgeError(f"{path.name}: `{field}` needs `text` and `certain: true` or `certain: false`.")
    return Step(str(data["text"]), data["certain"])


def _steps(data: Mapping[str, Any], path: Path, field: str) -> tuple[Step, ...]:
    steps = [_step(item, path, field) for item in data.get(field) or ()]
    return tuple(step for step in steps if step is not None)


def _load_platform(path: Path) -> Platform:
    data = _read_yaml(path)
    names = [str(name) for name in _need(data, "names", path)]
    help_page = data.get("help_page")
    return Platform(
        id=str(_need(data, "id", path)),
        name=names[0],
        names=tuple(dict.fromkeys([*(name.lower() for name in names), *map(str, data.get("aka") or ())])),
        is_complete=_need(data, "status", path) == "complete",
        min_age=_step(data.get("min_age"), path, "min_age"),
        tool=_step(data.get("tool"), path, "tool"),
        steps=_steps(data, path, "steps"),
        settings_first=_steps(data, path, "settings_first"),
        report=_step(data.get("report"), path, "report"),
        block=_step(data.get("block"), path, "block"),
        help_url=str(help_page["url"]) if help_page and help_page.get("certain") else None,
        sources=tuple(
            SourceEntry("", str(item["title"]), item.get("url"), str(item.get("dated", "undated")))
            for item in data.get("sources") or ()
        ),
        review=_review(data, path),
    )


def _load_force(path: Path) -> Force:
    data = _read_yaml(path)
    return Force(
        id=str(_need(data, "id", path)),
        name=str(_need(data, "name", path)),
        unit_name=str(_need(data, "unit_name", path)),
        report_online=str(_need(data, "report_online", path)),
        childrens_services=str(_need(data, "childrens_services", path)),
        contacts={key: value for key, value in _need(data, "contacts", path).items() if isinstance(value, str)},
        review=_review(data, path),
    )


def _load_wording(path: Path) -> Wording:
    data = _read_yaml(path)
    replies = {
        key: Reply(key, str(_need(value, "text", path, key)), tuple(value.get("buttons") or ()))
        for key, value in _need(data, "replies", path).items()
    }
    return Wording(
        aspect_titles=_need(data, "aspect_titles", path),
        answer_titles={str(key): str(title) for key, title in _need(data, "answer_titles", path).items()},
        aspect_titles_by_topic=data.get("aspect_titles_by_topic") or {},
        aspect_cues={
            topic: {aspect: tuple(map(str, cues)) for aspect, cues in by_aspect.items()}
            for topic, by_aspect in (data.get("aspect_cues") or {}).items()
        },
        replies=replies,
        platform_parts=_need(data, "platform_parts", path),
        review=_review(data, path),
    )


def _need_ids(found: Mapping[str, Any], expected: tuple[str, ...], folder: Path) -> None:
    missing = set(expected) - set(found)
    if missing:
        raise KnowledgeError(f"{folder.name}/: no file for {', '.join(sorted(missing))}.")


def load_knowledge(folder: Path, *, force_id: str) -> Knowledge:
    """Read the whole knowledge base for one force.

    Args:
        folder: The folder `knowledge/`.
        force_id: A file in `forces/`.

    Raises:
        KnowledgeError: At the first thing that would keep the assistant from answering.
    """
    contacts, never_publish = _load_contacts(folder / "contacts.yml")
    sources_path = folder / "sources.yml"
    sources = {
        str(key): SourceEntry(
            str(key), str(_need(item, "title", sources_path, str(key))), item.get("url"), str(item.get("dated"))
        )
        for key, item in _read_yaml(sources_path).items()
    }
    topic_files = sorted((folder / "topics").glob("*.md"))
    topics = {path.stem: _load_topic(path, ASPECTS, _SECTION_MARKS) for path in topic_files}
    # What one force does is written by that force.
    unit = _load_topic(folder / "units" / f"{force_id}.md", ASPECTS, _SECTION_MARKS)
    topics[unit.id] = unit
    emergency_marks = {reader for reader in EMERGENCY_READERS if reader}
    emergencies = {
        path.stem: _load_topic(path, EMERGENCY_PARTS, None if path.stem == OTHER_LANGUAGE else emergency_marks)
        for path in sorted((folder / "emergencies").glob("*.md"))
    }
    urgent = {path.stem: _load_urgent(path, emergency_marks) for path in sorted((folder / "urgent").glob("*.md"))}
    platforms = {path.stem: _load_platform(path) for path in sorted((folder / "platforms").glob("*.yml"))}
    for kind, things in (
        ("topics", topics),
        ("emergencies", emergencies),
        ("platforms", platforms),
        ("urgent", urgent),
    ):
        for stem, thing in things.items():
            if thing.id != stem:
                raise KnowledgeError(f"{kind}/{stem}: the id inside is `{thing.id}`; it must be the file's name.")
    _need_ids(topics, tuple(topic for topic in TOPICS if topic not in CONVERSATION_TOPICS), folder / "topics")
    _need_ids(emergencies, (*EMERGENCY_KINDS, EVERY_EMERGENCY, OTHER_LANGUAGE), folder / "emergencies")
    return Knowledge(
        folder=folder,
        contacts=contacts,
        never_publish=never_publish,
        sources=sources,
        topics=topics,
        emergencies=emergencies,
        urgent=urgent,
        platforms=platforms,
        force=_load_force(folder / "forces" / f"{force_id}.yml"),
        wording=_load_wording(folder / "wording.yml"),
    )
