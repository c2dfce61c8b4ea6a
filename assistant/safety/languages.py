"""Emergencies in the languages most spoken in UK homes besides English: short phrase lists, no statistics."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from assistant.safety.rules import RulesError
from assistant.text import for_matching

# Scripts that put no spaces between words: there a phrase is found anywhere.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
MIN_MATCH = 10
MIN_NOT_MATCH = 6


@dataclass(frozen=True)
class Language:
    """One language.

    Attributes:
        id: Its ISO 639-1 code; stands in the knowledge base as the reader of its reply.
        name: Its English name.
        phrases: For each sort of danger, what people write.
        match: Messages that must be recognised.
        not_match: Messages that must not.
    """

    id: str
    name: str
    phrases: tuple[tuple[str, re.Pattern[str]], ...]
    match: tuple[str, ...]
    not_match: tuple[str, ...]

    def danger_in(self, text: str) -> str | None:
        """Return the sort of danger a clean message tells of, or None."""
        prepared = for_matching(text)
        return next((danger for danger, pattern in self.phrases if pattern.search(prepared)), None)


def _pattern(phrases: list[str]) -> re.Pattern[str]:
    parts = []
    for phrase in phrases:
        words = re.escape(for_matching(str(phrase))).replace(r"\ ", r"\s+")
        parts.append(words if _UNSPACED.search(phrase) else rf"(?<!\w){words}(?!\w)")
    return re.compile("|".join(parts))


def load_languages(path: Path) -> tuple[Language, ...]:
    """Read `data/safety/languages.yml`.

    Raises:
        RulesError: If a language lacks what it needs.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise RulesError(f"{path.name}: cannot be read: {error}") from error
    languages = []
    for entry in (data or {}).get("languages") or ():
        where = f"{path.name}: {entry.get('id')}"
        if not entry.get("id") or not entry.get("name") or not entry.get("phrases"):
            raise RulesError(f"{where}: needs `id`, `name` and `phrases`.")
        match, not_match = (tuple(map(str, entry.get(field) or ())) for field in ("match", "not_match"))
        if len(match) < MIN_MATCH or len(not_match) < MIN_NOT_MATCH:
            raise RulesError(
                f"{where}: needs {MIN_MATCH} messages under `match` and {MIN_NOT_MATCH} under `not_match`."
            )
        phrases = tuple((str(danger), _pattern(words)) for danger, words in entry["phrases"].items())
        languages.append(Language(str(entry["id"]), str(entry["name"]), phrases, match, not_match))
    if not languages:
        raise RulesError(f"{path.name}: holds no languages.")
    return tuple(languages)
