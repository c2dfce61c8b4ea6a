"""Emergencies in the languages most spoken in UK homes besides English: short phrase lists, no statistics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from assistant.safety.rules import RulesError
from assistant.text import for_matching

# Scripts that put no spaces between words: there a phrase is found anywhere.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
# A word of any script; the marks that Indic vowels are belong to it.
_WORD = re.compile(r"[^\W_][\w\u0900-\u0dff]*")
MIN_MATCH = 10
MIN_NOT_MATCH = 6

Words = tuple[str, ...]


@dataclass(frozen=True)
class Language:
    """One language.

    Attributes:
        id: Its ISO 639-1 code; stands in the knowledge base as the reader of its reply.
        name: Its English name.
        by_first_word: For the first word of each phrase: all its words, and the danger it tells of.
        anywhere: Phrases of a script without spaces, and the danger.
        match: Messages that must be recognised.
        not_match: Messages that must not.
    """

    id: str
    name: str
    by_first_word: Mapping[str, tuple[tuple[Words, str], ...]]
    anywhere: tuple[tuple[str, str], ...]
    match: tuple[str, ...]
    not_match: tuple[str, ...]

    def danger_in(self, text: str) -> str | None:
        """Return the sort of danger a clean message tells of, or None."""
        prepared = for_matching(text)
        return self.danger_in_words(words_of(prepared), prepared)

    def danger_in_words(self, words: Words, prepared: str) -> str | None:
        """Return the same for a message whose words and matching form are known."""
        for start, word in enumerate(words):
            for phrase, danger in self.by_first_word.get(word, ()):
                if words[start : start + len(phrase)] == phrase:
                    return danger
        return next((danger for phrase, danger in self.anywhere if phrase in prepared), None)


def words_of(prepared: str) -> Words:
    """Return the words of a message in its matching form."""
    return tuple(_WORD.findall(prepared))


def find_danger(languages: Iterable[Language], text: str) -> tuple[Language, str] | None:
    """Return the first language in which a clean message tells of danger, and of which sort."""
    prepared = for_matching(text)
    words = words_of(prepared)
    for language in languages:
        danger = language.danger_in_words(words, prepared)
        if danger is not None:
            return language, danger
    return None


def _phrases(
    entries: Mapping[str, list[str]],
) -> tuple[dict[str, tuple[tuple[Words, str], ...]], tuple[tuple[str, str], ...]]:
    by_first: dict[str, tuple[tuple[Words, str], ...]] = {}
    anywhere = []
    for danger, phrases in entries.items():
        for phrase in map(str, phrases):
            prepared = for_matching(phrase)
            if _UNSPACED.search(prepared):
                anywhere.append((prepared, str(danger)))
            else:
                words = words_of(prepared)
                by_first[words[0]] = (*by_first.get(words[0], ()), (words, str(danger)))
    return by_first, tuple(anywhere)


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
        by_first, anywhere = _phrases(entry["phrases"])
        languages.append(Language(str(entry["id"]), str(entry["name"]), by_first, anywhere, match, not_match))
    if not languages:
        raise RulesError(f"{path.name}: holds no languages.")
    return tuple(languages)
