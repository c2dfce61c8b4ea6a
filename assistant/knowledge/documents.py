"""Read content files: fields between two lines of dashes, then sections of words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from assistant.knowledge.fields import need, parse_yaml, review_of
from assistant.knowledge.model import KnowledgeError, Section, Topic

_HEADING = re.compile(r"^## +(\S+)(?: +@(\S+))? *$", re.MULTILINE)
_LANGUAGE_MARK = re.compile(r"[a-z]{2}")
_SOURCES = re.compile(r"\Asources: *(.*)\n")


def load_document(path: Path, names: tuple[str, ...], marks: set[str] | None) -> Topic:
    """Read one content file.

    Args:
        path: The file.
        names: What sections may be called.
        marks: For whom sections may be written; None: for languages, by two letters.

    Raises:
        KnowledgeError: If the file is not as docs/content-guide.md says.
    """
    fields, body = split_document(path)
    return Topic(
        id=str(need(fields, "id", path)),
        title=str(need(fields, "title", path)),
        is_crisis=bool(fields.get("crisis", False)),
        review=review_of(fields, path),
        sections=_sections(path, body, names, marks),
        path=path,
        topics=tuple(map(str, fields.get("topics") or ())),
        words=_words(list(fields.get("words") or ()), path),
        leads=bool(fields.get("leads", False)),
        not_applicable={str(key): str(why) for key, why in (fields.get("not_applicable") or {}).items()},
        hard_words={str(key): str(why) for key, why in (fields.get("hard_words") or {}).items()},
    )


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
        fields = parse_yaml(parts[1])
    except yaml.YAMLError as error:
        raise KnowledgeError(f"{path.name}: the fields at the top are not valid: {error}") from error
    return fields, parts[2]


def _words(patterns: list[str], path: Path) -> re.Pattern[str] | None:
    """Return one pattern for all, matched on whole words of a message in lower case without apostrophes."""
    if not patterns:
        return None
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise KnowledgeError(f"{path.name}: `words`: {pattern!r} is no valid pattern: {error}") from error
    return re.compile(r"(?<!\w)(?:" + "|".join(patterns) + r")(?!\w)")


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
