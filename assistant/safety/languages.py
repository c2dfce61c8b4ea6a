"""Emergencies in the languages most spoken in UK homes besides English: phrases and pairs of words, no statistics."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.safety.rules import RulesError
from assistant.text import for_matching

# Scripts that put no spaces between words: there a phrase is found anywhere.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
# A word of any script; the marks that Indic vowels are belong to it.
_WORD = re.compile(r"[^\W_][\w\u0900-\u0dff]*")
# `zagin*` stands for every word that begins so.
_BEGINS = "*"
_SHORTEST_BEGINNING = 3
# Both words of a pair stand at most so many words apart.
_APART = 10
MIN_MATCH = 10
MIN_NOT_MATCH = 6

Words = tuple[str, ...]
# The C reader is some ten times faster.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Language:
    """One language.

    Attributes:
        id: Its ISO 639-1 code; stands in the knowledge base as the reader of its reply.
        name: Its English name.
        match: Messages that must be recognised.
        not_match: Messages that must not.
    """

    id: str
    name: str
    match: tuple[str, ...]
    not_match: tuple[str, ...]


@dataclass(frozen=True)
class _Phrase:
    """A phrase, and what it shows: danger by itself, or one half of a pair."""

    language: str
    danger: str
    words: Words
    begins: bool
    pair: int | None = None
    half: int = 0

    def stands_at(self, words: Words, start: int) -> bool:
        """Say whether the words from `start` on are this phrase."""
        here = words[start : start + len(self.words)]
        if not self.begins:
            return here == self.words
        return len(here) == len(self.words) and here[:-1] == self.words[:-1] and here[-1].startswith(self.words[-1])


class Languages:
    """All languages over one index, so that a message is read once."""

    def __init__(self, languages: Sequence[Language], phrases: Sequence[_Phrase], anywhere: Sequence[_Phrase]) -> None:
        """Index the phrases by their first word, or by its beginning."""
        self.languages = tuple(languages)
        self._by_id = {language.id: language for language in languages}
        self._exact: dict[str, list[_Phrase]] = defaultdict(list)
        self._beginning: dict[str, list[_Phrase]] = defaultdict(list)
        for phrase in phrases:
            is_beginning = phrase.begins and len(phrase.words) == 1
            (self._beginning if is_beginning else self._exact)[phrase.words[0]].append(phrase)
        self._anywhere = tuple(anywhere)

    def find(self, text: str) -> tuple[Language, str] | None:
        """Return the language in which a clean message tells of danger, and of which sort; or None."""
        prepared = for_matching(text)
        words = tuple(_WORD.findall(prepared))
        halves: dict[tuple[str, int], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        dangers: dict[str, str] = {}
        # Related languages share words: of those that find danger, the one that knows most of the words it is.
        known: dict[str, set[int]] = defaultdict(set)
        for start, phrase in self._phrases_in(words):
            known[phrase.language].update(range(start, start + len(phrase.words)))
            if phrase.pair is None:
                dangers.setdefault(phrase.language, phrase.danger)
                continue
            places = halves[(phrase.language, phrase.pair)]
            places[phrase.half].append(start)
            if any(abs(start - other) <= _APART for other in places[1 - phrase.half]):
                dangers.setdefault(phrase.language, phrase.danger)
        for phrase in self._anywhere:
            if phrase.words[0] in prepared:
                dangers.setdefault(phrase.language, phrase.danger)
        if not dangers:
            return None
        likeliest = max(dangers, key=lambda language: len(known[language]))
        return self._by_id[likeliest], dangers[likeliest]

    def _phrases_in(self, words: Words) -> Iterator[tuple[int, _Phrase]]:
        for start, word in enumerate(words):
            found = list(self._exact.get(word, ()))
            for length in range(_SHORTEST_BEGINNING, len(word) + 1):
                found += self._beginning.get(word[:length], ())
            for phrase in found:
                if phrase.stands_at(words, start):
                    yield start, phrase


def _phrase(language: str, danger: str, text: str, pair: int | None = None, half: int = 0) -> _Phrase:
    begins = text.endswith(_BEGINS)
    prepared = for_matching(text.rstrip(_BEGINS))
    words = (prepared,) if _UNSPACED.search(prepared) else tuple(_WORD.findall(prepared))
    return _Phrase(language, danger, words, begins, pair, half)


def _phrases(entry: Mapping[str, Any], where: str) -> Iterator[_Phrase]:
    language = str(entry["id"])
    for danger, texts in entry["phrases"].items():
        yield from (_phrase(language, str(danger), str(text)) for text in texts)
    for number, pair in enumerate(entry.get("pairs") or ()):
        if not pair.get("danger") or not pair.get("one_of") or not pair.get("and_one_of"):
            raise RulesError(f"{where}: each of `pairs` needs `danger`, `one_of` and `and_one_of`.")
        for half, texts in enumerate((pair["one_of"], pair["and_one_of"])):
            yield from (_phrase(language, str(pair["danger"]), str(text), number, half) for text in texts)


def load_languages(folder: Path) -> Languages:
    """Read `data/safety/languages/`, one file a language.

    Raises:
        RulesError: If a language lacks what it needs.
    """
    languages: list[Language] = []
    phrases: list[_Phrase] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            entry = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 (a safe loader)
        except (OSError, yaml.YAMLError) as error:
            raise RulesError(f"{path.name}: cannot be read: {error}") from error
        if not isinstance(entry, dict) or not (entry.get("id") and entry.get("name") and entry.get("phrases")):
            raise RulesError(f"{path.name}: needs `id`, `name` and `phrases`.")
        match, not_match = (tuple(map(str, entry.get(field) or ())) for field in ("match", "not_match"))
        if len(match) < MIN_MATCH or len(not_match) < MIN_NOT_MATCH:
            raise RulesError(
                f"{path.name}: needs {MIN_MATCH} messages under `match` and {MIN_NOT_MATCH} under `not_match`."
            )
        languages.append(Language(str(entry["id"]), str(entry["name"]), match, not_match))
        found = list(_phrases(entry, path.name))
        if any(not phrase.words for phrase in found):
            raise RulesError(f"{path.name}: holds a phrase without words.")
        phrases += found
    if not languages:
        raise RulesError(f"{folder.name}/: holds no languages.")
    unspaced = [phrase for phrase in phrases if _UNSPACED.search(phrase.words[0]) and phrase.pair is None]
    spaced = [phrase for phrase in phrases if not _UNSPACED.search(phrase.words[0])]
    return Languages(languages, spaced, unspaced)
