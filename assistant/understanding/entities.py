"""Find the app and the child's age in a message, with spaCy and the names of the knowledge base.

A blank English pipeline is enough: names and misspellings come from `knowledge/platforms/`, and
ages follow few patterns. Both are matched on the lower-case words, so no model is downloaded.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

PLATFORM = "platform"
AGE_BAND = "age_band"

# Close enough to be a slip of the finger, for names long enough that it cannot be another word.
_SPELLING_MIN_LETTERS = 6
_SPELLING_LIKENESS = 0.84

# Everyday words that are one slip away from a name.
_OWN_WORDS = frozenset("character characters grinder replica twitchy discard discards message messages signals".split())

_NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
).split()
_NUMBERS = {word: number for number, word in enumerate(_NUMBER_WORDS, start=1)}
_NUMBERS.update({str(number): number for number in range(1, 18)})
_OLDEST_CHILD = 17
# English school years: a child in year N is N+4 or N+5 years old.
_YEAR_TO_AGE = 4.5
_AGE_BANDS = ((5, "0-5"), (9, "6-9"), (12, "10-12"), (15, "13-15"), (17, "16-17"))
_WORDS_TO_BAND = {
    "baby": "0-5",
    "toddler": "0-5",
    "preschooler": "0-5",
    "nursery": "0-5",
}
_CHILD_WORDS = (
    "son daughter child kid boy girl lad lass lassie bairn wean grandson granddaughter grandchild niece nephew "
    "stepson stepdaughter brother sister pupil student nipper bairns friend mate im shes hes turned turning aged age "
    "theyre whos"
).split()


@dataclass(frozen=True)
class FoundEntity:
    """Something found in a message.

    Attributes:
        entity: `platform` or `age_band`.
        value: Platform id or age band.
        start: First character in the message.
        end: One past the last character.
        text: What was written.
    """

    entity: str
    value: str
    start: int
    end: int
    text: str


def age_band_of(age: float) -> str | None:
    """Return the age band of an age in years, or None for an adult."""
    for oldest, band in _AGE_BANDS:
        if age < oldest + 1:
            return band
    return None


class EntityFinder:
    """Finds platforms and ages. Create once; safe to use for any number of messages."""

    def __init__(self, platform_names: Mapping[str, Sequence[str]]) -> None:
        """Compile the names.

        Args:
            platform_names: For each platform id, its names in lower case, misspellings included.
        """
        self._nlp: Language = spacy.blank("en")
        ruler: Any = self._nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
        patterns = [
            {"label": PLATFORM, "pattern": name, "id": platform}
            for platform, names in platform_names.items()
            for name in names
        ]
        ruler.add_patterns([*patterns, *_age_patterns()])
        self._spellings = {
            name: platform
            for platform, names in platform_names.items()
            for name in names
            if " " not in name and len(name) >= _SPELLING_MIN_LETTERS
        }

    def find(self, text: str) -> list[FoundEntity]:
        """Return what was found, in the order of the message."""
        doc = self._nlp(text)
        found = [entity for span in _best_ages(doc.ents) if (entity := _entity_of(span)) is not None]
        if not any(entity.entity == PLATFORM for entity in found):
            found.extend(self._misspelt(doc))
        return sorted(found, key=lambda entity: entity.start)

    def _misspelt(self, doc: Doc) -> list[FoundEntity]:
        for token in doc:
            word = token.lower_
            if len(word) < _SPELLING_MIN_LETTERS or not word.isalpha() or word in _OWN_WORDS:
                continue
            near = difflib.get_close_matches(word, self._spellings, n=1, cutoff=_SPELLING_LIKENESS)
            if near and near[0][0] == word[0]:
                end = token.idx + len(token)
                return [FoundEntity(PLATFORM, self._spellings[near[0]], token.idx, end, token.text)]
        return []


def _age_patterns() -> list[dict[str, Any]]:
    number = {"LOWER": {"IN": list(_NUMBERS)}}
    years = {"LOWER": {"IN": ["year", "years", "yr", "yrs", "y"]}}
    old = {"LOWER": {"IN": ["old", "o", "olds"]}}
    dash = {"ORTH": "-", "OP": "?"}
    glued = {"LOWER": {"REGEX": r"^(1[0-7]|[1-9])(yo|yr|yrs|y/o|yrold|yearold|year-old)s?$"}}
    school = {"LOWER": {"REGEX": r"^(y|yr|year)(1[0-3]|[1-9])s?$"}}
    link = {
        "LOWER": {"IN": ["is", "was", "'s", "s", "just", "only", "turned", "turns", "about", "nearly", "of", ","]},
        "OP": "*",
    }
    after_child_word: list[dict[str, Any]] = [{"LOWER": {"IN": list(_CHILD_WORDS)}}, link, number]
    shapes: list[tuple[str, list[dict[str, Any]]]] = [
        ("years", [number, dash, years, dash, old]),
        ("years", [number, {"LOWER": {"IN": ["yo", "y/o", "yr"]}}]),
        ("years", [glued]),
        ("years", after_child_word),
        (
            "years",
            [
                {"LOWER": {"IN": ["she", "he", "they", "i"]}},
                {"LOWER": {"IN": ["'s", "is", "'m", "am", "s", "m", "'re", "are"]}},
                link,
                number,
            ],
        ),
        ("years", [{"LOWER": {"IN": ["she", "he"]}}, number]),
        ("loose", [number, years]),
        ("school", [school]),
        ("school", [{"LOWER": {"IN": ["year", "yr", "y"]}}, number]),
        ("word", [{"LOWER": {"IN": list(_WORDS_TO_BAND)}}]),
    ]
    return [{"label": AGE_BAND, "pattern": pattern, "id": identifier} for identifier, pattern in shapes]


_AGE_SHAPES_BEST_FIRST = ("years", "school", "loose", "word")


def _best_ages(spans: Sequence[Span]) -> list[Span]:
    """Keep the platforms, and of the ages those with the most telling shape."""
    for shape in _AGE_SHAPES_BEST_FIRST:
        ages = [span for span in spans if span.ent_id_ == shape and span.label_ == AGE_BAND and _band_of(span)]
        if ages:
            return [span for span in spans if span.label_ == PLATFORM or span in ages]
    return [span for span in spans if span.label_ == PLATFORM]


def _entity_of(span: Span) -> FoundEntity | None:
    if span.label_ == PLATFORM:
        return FoundEntity(PLATFORM, span.ent_id_, span.start_char, span.end_char, span.text)
    band = _band_of(span)
    return None if band is None else FoundEntity(AGE_BAND, band, span.start_char, span.end_char, span.text)


def _band_of(span: Span) -> str | None:
    if span.ent_id_ == "word":
        return _WORDS_TO_BAND[span.text.lower()]
    number = None
    for token in span:
        digits = "".join(character for character in token.text if character.isdigit())
        number = _NUMBERS.get(token.lower_, int(digits) if digits else number)
    if number is None or _is_not_an_age(span):
        return None
    age = number + _YEAR_TO_AGE if span.ent_id_ == "school" else float(number)
    return age_band_of(age) if age < _OLDEST_CHILD + 1 else None


_NOT_AGES = set(
    "hours hour minutes minute mins min seconds days day weeks week months month am pm times time o'clock oclock of "
    "people messages texts pounds quid per percent % ago k grand miles x more other different girls boys kids "
    "children lads friends followers videos pictures photos strangers men accounts apps".split()
)


def _is_not_an_age(span: Span) -> bool:
    """Say whether the number counts something else than the years of a child."""
    following = span.doc[span.end].lower_ if span.end < len(span.doc) else ""
    if span.ent_id_ == "loose":
        return following not in ("", ",", ".", "!", "?", "she", "he", "they", "and")
    if span.ent_id_ == "school" or any(token.lower_.startswith("y") for token in span):
        return following == "ago"
    return following in _NOT_AGES
