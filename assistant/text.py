"""Make what people type comparable, without losing what it means.

Everything here is pure. Two forms of a message exist:

* the *clean* form (`clean_message`), which is what Harbour reads, masks and may show again;
* the *matching* form (`for_matching`), lower-case with plain quotes, which rules and names are
  compared with.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MAX_READ_CHARACTERS = 4000
"""How much of one message is read. A longer one is answered from its beginning and its end."""

MAX_TRIAGE_CHARACTERS = 16_000
"""How much of it triage looks at: all that a request can hold, so that danger in the middle is seen."""

_CUT = " ... "
_MOSTLY = 0.6
_QUOTES = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201b": "'",
        "\u02bc": "'",
        "\u0060": "'",
        "\u00b4": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2013": "-",
        "\u2014": "-",
        "\u2026": "...",
    }
)
# Keep joiners: emoji families and some scripts need them. Everything else in these classes is
# invisible and only ever used to hide or break up words.
_KEPT_INVISIBLE = {"\n", "\t", "\u200d"}
_HIDDEN_CATEGORIES = {"Cc", "Cf", "Co", "Cs", "Cn"}
# Colours and cursor moves of terminals; without their first, invisible character they would read as words.
_TERMINAL_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_SPACES = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")
_LONG_RUNS = re.compile(r"(.)\1{3,}", re.DOTALL)
_APOSTROPHES = re.compile(r"(?<=\w)'(?=\w)")


# What counts as sentences (`is_prose`).
_PROSE_WORD = re.compile(r"[^\W\d_]{2,}")
_PROSE_WORDS = 2
_PROSE_SIGNS = set(".,!?'\"-:;()*&@#%")
_CODE_SIGNS = set("<>=|^~`$+")
_MOST_SIGNS = 0.06
_LINK = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_MARKUP = re.compile(r"<[a-z/!?]|&#\w", re.IGNORECASE)


@dataclass(frozen=True)
class CleanMessage:
    """One message, ready to be read.

    Attributes:
        text: The clean form, at most `MAX_READ_CHARACTERS` long.
        was_cut: True if the middle of a longer message was left out.
    """

    text: str
    was_cut: bool


def clean_message(raw: str, *, most: int = MAX_READ_CHARACTERS) -> CleanMessage:
    """Return a message with one Unicode form, no hidden characters and single spaces.

    Args:
        raw: What came in.
        most: How many characters are kept.

    A message that is too long keeps its beginning and its end, because people put what frightens
    them most in either place.
    """
    # Composing can take long, so a huge message is cut roughly first and exactly afterwards.
    rough = most * 10
    is_huge = len(raw) > 2 * rough
    composed = unicodedata.normalize("NFKC", f"{raw[:rough]} {raw[-rough:]}" if is_huge else raw)
    composed = _TERMINAL_CODES.sub(" ", composed)
    visible = "".join(
        " " if character in "\n\t\r" else character
        for character in composed
        if character in _KEPT_INVISIBLE
        or character == "\r"
        or unicodedata.category(character) not in _HIDDEN_CATEGORIES
    )
    plain = _SPACES.sub(" ", visible.translate(_QUOTES)).strip()
    if len(plain) <= most:
        return CleanMessage(plain, was_cut=is_huge)
    half = (most - len(_CUT)) // 2
    return CleanMessage(f"{plain[:half].rstrip()}{_CUT}{plain[-half:].lstrip()}", was_cut=True)


def for_matching(text: str) -> str:
    """Return the form that rules, names and models are matched against.

    Lower case, no accents on Latin letters, apostrophes inside words dropped ("she's" and "shes"
    match alike), and runs of one letter cut to two ("heeeelp" becomes "heelp").
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_QUOTES).lower())
    unaccented = "".join(c for c in decomposed if unicodedata.category(c) != "Mn")
    joined = _APOSTROPHES.sub("", unaccented)
    return _SPACES.sub(" ", _LONG_RUNS.sub(r"\1\1", joined)).strip()


def is_mostly_latin(text: str) -> bool:
    """Say whether most letters are a to z, accents aside: the only script the models have seen."""
    letters = [character for character in for_matching(text) if character.isalpha()]
    plain = sum("a" <= character <= "z" for character in letters)
    return not letters or plain >= _MOSTLY * len(letters)


def is_prose(text: str) -> bool:
    """Say whether a message is made of sentences: at least two words, and hardly any signs of markup or code."""
    text = _LINK.sub(" ", text)
    if len(_PROSE_WORD.findall(text)) < _PROSE_WORDS or _MARKUP.search(text):
        return False
    # Signs of mood and pictures are how people write; brackets and slashes are how machines do.
    plain = [c for c in text if not unicodedata.category(c).startswith(("S", "M", "Cf"))]
    signs = sum(not (c.isalnum() or c.isspace() or c in _PROSE_SIGNS) for c in plain)
    signs += sum(c in _CODE_SIGNS for c in text)
    return signs <= _MOST_SIGNS * len(text)


def first_sentence(text: str) -> str:
    """Return the first sentence of a text; a line that ends without a stop ends a sentence too."""
    return _SENTENCE_END.split(text.strip(), maxsplit=1)[0]


def has_words(text: str) -> bool:
    """Say whether there is anything to understand: at least one letter or digit."""
    return any(character.isalnum() for character in text)
