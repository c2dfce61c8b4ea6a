"""Roughen messages as hurried fingers do: one slip in every third word, the same ones each time."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

EVERY = 3
MIN_LETTERS = 3


def _slip(word: str, rng: random.Random, neighbours: Mapping[str, Sequence[str]]) -> str:
    """Return the word with one slip: a letter lost, doubled, swapped with the next, or its neighbour hit."""
    at = rng.randrange(len(word) - 1)
    near = [key for key in neighbours.get(word[at].lower(), ()) if key.isalpha()] or [word[at]]
    return rng.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + rng.choice(near) + word[at + 1 :],
        )
    )


def with_typos(
    text: str,
    seed: str,
    *,
    neighbours: Mapping[str, Sequence[str]],
    misspellings: Mapping[str, Sequence[str]],
) -> str:
    """Return the text with a typo in every third word that is long enough.

    Args:
        text: Any text.
        seed: Chooses the slips.
        neighbours: For each key those beside it.
        misspellings: For a word how people misspell it; used where there is one.
    """
    rng = random.Random(seed)  # noqa: S311 (slips of the finger, no secrets)
    words, candidates = text.split(" "), 0
    for index, word in enumerate(words):
        if len(word) < MIN_LETTERS or not word.isalpha():
            continue
        candidates += 1
        if candidates % EVERY == 1:
            known = misspellings.get(word.lower())
            words[index] = rng.choice(list(known)) if known else _slip(word, rng, neighbours)
    return " ".join(words)
