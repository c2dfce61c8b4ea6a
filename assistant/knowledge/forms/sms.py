"""A message as a text message, and how many parts of it the network counts.

The alphabet and the lengths are those of 3GPP TS 23.038 and 23.040: 160 characters of the basic alphabet in
one part and 153 in each of several; 70 and 67 as soon as one other character is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from assistant.knowledge.forms.plain import to_plain
from assistant.knowledge.messages import Message

_BASIC: Final = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# These take two places of the basic alphabet.
_EXTENDED: Final = set("^{}\\[~]|€\f")
_PLAIN: Final = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u2026": "..."}
)


@dataclass(frozen=True)
class Sms:
    """A text message.

    Attributes:
        text: What is sent.
        segments: How many parts the network counts, and charges.
        is_basic: True if only the basic alphabet is used.
    """

    text: str
    segments: int
    is_basic: bool


def to_sms(message: Message) -> Sms:
    """Return a message as a text message: words, then addresses; no sources, no buttons."""
    text = to_plain(message).translate(_PLAIN)
    return Sms(text, *count_segments(text))


def count_segments(text: str) -> tuple[int, bool]:
    """Return how many parts a text takes, and whether it is written in the basic alphabet."""
    is_basic = all(character in _BASIC or character in _EXTENDED for character in text)
    if is_basic:
        length = sum(2 if character in _EXTENDED else 1 for character in text)
        one, many = 160, 153
    else:
        length = len(text.encode("utf-16-be")) // 2
        one, many = 70, 67
    return (1 if length <= one else -(-length // many)), is_basic
