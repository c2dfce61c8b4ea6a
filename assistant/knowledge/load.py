"""Read the whole knowledge base for one force.

Reading is strict about what the running assistant needs. What only an editor needs to hear
(dates, reading level, forbidden words) is in `checks/`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

from assistant.knowledge.documents import load_document
from assistant.knowledge.fields import need, read_yaml, review_of
from assistant.knowledge.guides import load_guide
from assistant.knowledge.model import (
    EMERGENCY_READERS,
    EVERY_EMERGENCY,
    OTHER_LANGUAGE,
    Knowledge,
    KnowledgeError,
    Reply,
    SourceEntry,
    Topic,
    Wording,
)
from assistant.knowledge.places import load_events, load_force, load_school
from assistant.knowledge.platforms import load_platform
from assistant.knowledge.register import load_register
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

# The parts of an emergency (knowledge/emergencies/): replies, and the pieces that some of them share.
_REPLY_PARTS = ("decided", "asked", "question", "yes", "over", "calling")
EMERGENCY_PARTS: Final = (*_REPLY_PARTS, "operator", "cannot_speak", "light", "still")
# The parts of the family agreement, in the order in which it is printed.
AGREEMENT_PARTS: Final = (
    "intro",
    "devices",
    "times",
    "apps",
    "people",
    "private",
    "spending",
    "pictures",
    "checks",
    "wrong",
    "broken",
    "review",
)

_AGE_MARKS = {f"age_{band.replace('-', '_')}": band for band in AGE_BANDS}
SECTION_MARKS: Final = {CHILD, TEACHER, ADULT_VICTIM, WORRIED_ABOUT_OWN_BEHAVIOUR, *_AGE_MARKS}
_EMERGENCY_MARKS = {reader for reader in EMERGENCY_READERS if reader}

_Thing = TypeVar("_Thing", bound=Any)


def load_knowledge(folder: Path, *, force_id: str) -> Knowledge:
    """Read the whole knowledge base for one force.

    Args:
        folder: The folder `knowledge/`.
        force_id: A file in `forces/`.

    Raises:
        KnowledgeError: At the first thing that would keep the assistant from answering.
    """
    register, never_publish = load_register(folder / "contacts.yml")
    force = load_force(folder / "forces" / f"{force_id}.yml", register)
    topics = _load_all(folder / "topics", "*.md", lambda path: load_document(path, ASPECTS, SECTION_MARKS))
    topics = _with_local_words(topics, folder / "forces" / force_id)
    subtopics = _load_all(folder / "subtopics", "*.md", lambda path: _load_narrow(path, topics))
    circumstances = _load_all(folder / "circumstances", "*.md", lambda path: _load_narrow(path, topics))
    if twice := (set(topics) & set(subtopics)) | (set(circumstances) & (set(topics) | set(subtopics))):
        raise KnowledgeError(f"subtopics/ and circumstances/: {', '.join(sorted(twice))} is taken; choose another id.")
    emergencies = _load_all(
        folder / "emergencies",
        "*.md",
        lambda path: load_document(path, EMERGENCY_PARTS, None if path.stem == OTHER_LANGUAGE else _EMERGENCY_MARKS),
    )
    _need_ids(topics, tuple(topic for topic in TOPICS if topic not in CONVERSATION_TOPICS), folder / "topics")
    _need_ids(emergencies, (*EMERGENCY_KINDS, EVERY_EMERGENCY, OTHER_LANGUAGE), folder / "emergencies")
    return Knowledge(
        folder=folder,
        contacts={**register, **force.contacts},
        never_publish=never_publish,
        sources=_load_sources(folder / "sources.yml"),
        topics=topics,
        subtopics=subtopics,
        circumstances=circumstances,
        emergencies=emergencies,
        urgent=_load_all(folder / "urgent", "*.md", lambda path: _load_urgent(path, topics)),
        platforms=_load_all(folder / "platforms", "*.yml", load_platform),
        guides=_load_all(folder / "guides", "*.yml", load_guide),
        force=force,
        schools=_load_all(folder / "schools", "*.yml", load_school),
        events=load_events(folder / "events.yml"),
        wording=_load_wording(folder / "wording.yml"),
        agreement=load_document(folder / "agreement.md", AGREEMENT_PARTS, set(_AGE_MARKS)),
    )


def _load_all(folder: Path, pattern: str, load: Callable[[Path], _Thing]) -> dict[str, _Thing]:
    """Read every file of a folder; the id inside must be the file's name."""
    things: dict[str, _Thing] = {}
    for path in sorted(folder.glob(pattern)):
        thing = load(path)
        if thing.id != path.stem:
            raise KnowledgeError(
                f"{folder.name}/{path.stem}: the id inside is `{thing.id}`; it must be the file's name."
            )
        things[path.stem] = thing
    return things


def _with_local_words(topics: Mapping[str, Topic], folder: Path) -> dict[str, Topic]:
    """Return the topics as one force words them: a section in its own folder stands instead of the shared one."""
    merged = dict(topics)
    for own in _load_all(folder, "*.md", lambda path: load_document(path, ASPECTS, SECTION_MARKS)).values():
        shared = topics.get(own.id)
        if shared is not None:
            own = replace(own, sections={**shared.sections, **own.sections}, not_applicable=shared.not_applicable)
        merged[own.id] = own
    return merged


def _load_narrow(path: Path, topics: Mapping[str, Topic]) -> Topic:
    """Read a narrower matter of some topics, or a family's circumstances."""
    narrow = load_document(path, ASPECTS, SECTION_MARKS)
    if narrow.words is None:
        raise KnowledgeError(f"{path.parent.name}/{path.name}: `words` is missing: what recognises it in a message?")
    _check_topics(narrow, topics)
    return narrow


def _load_urgent(path: Path, topics: Mapping[str, Topic]) -> Topic:
    """Read what stands under an urgent answer about the topics that the file names."""
    matter = load_document(path, ("next",), _EMERGENCY_MARKS)
    _check_topics(matter, topics)
    return matter


def _check_topics(matter: Topic, topics: Mapping[str, Topic]) -> None:
    unknown = set(matter.topics) - set(topics)
    if not matter.topics or unknown:
        place = f"{matter.path.parent.name}/{matter.path.name}"
        raise KnowledgeError(f"{place}: `topics` must list topics; unknown: {', '.join(sorted(unknown))}.")


def _load_sources(path: Path) -> dict[str, SourceEntry]:
    return {
        str(key): SourceEntry(
            id=str(key),
            title=str(need(item, "title", path, str(key))),
            publisher=item.get("publisher"),
            url=item.get("url"),
            dated=str(item.get("dated")),
            says=tuple(map(str, item.get("says") or ())),
        )
        for key, item in read_yaml(path).items()
    }


def _load_wording(path: Path) -> Wording:
    data = read_yaml(path)
    replies = {
        key: Reply(key, str(need(value, "text", path, key)), tuple(value.get("buttons") or ()))
        for key, value in need(data, "replies", path).items()
    }
    return Wording(
        aspect_titles=need(data, "aspect_titles", path),
        answer_titles={str(key): str(title) for key, title in need(data, "answer_titles", path).items()},
        aspect_titles_by_topic=data.get("aspect_titles_by_topic") or {},
        aspect_cues={
            topic: {aspect: tuple(map(str, cues)) for aspect, cues in by_aspect.items()}
            for topic, by_aspect in (data.get("aspect_cues") or {}).items()
        },
        replies=replies,
        platform_parts=need(data, "platform_parts", path),
        act_cues={
            str(act): re.compile("|".join(f"(?:{cue})" for cue in cues))
            for act, cues in need(data, "act_cues", path).items()
        },
        question_titles={str(key): str(title) for key, title in need(data, "question_titles", path).items()},
        page_titles={str(key): str(title) for key, title in need(data, "page_titles", path).items()},
        review=review_of(data, path),
    )


def _need_ids(found: Mapping[str, Any], expected: tuple[str, ...], folder: Path) -> None:
    missing = set(expected) - set(found)
    if missing:
        raise KnowledgeError(f"{folder.name}/: no file for {', '.join(sorted(missing))}.")
