"""Replace personal details in a message by what kind of detail stood there.

Masking happens after triage and before Rasa, so nothing that Rasa stores, logs or sends on holds
the details. Ages, app names and relations stay: advice depends on them.
"""

from __future__ import annotations

import re
from typing import Final

# Order matters: an e-mail address contains what looks like a username, a link contains numbers.
_MASKS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("[email]", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (
        "[link]",
        re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|co\.uk|org|net|gg|me|io|ly|app)/\S+", re.IGNORECASE),
    ),
    # Cards first: sixteen digits in groups would otherwise be taken for a phone number.
    ("[card number]", re.compile(r"(?<!\d)(?:\d[ -]?){13,19}(?!\d)")),
    ("[phone number]", re.compile(r"(?<![\w£$.])(?:\+44|0044|\(?0)[\d ()-]{8,14}\d(?!\w)")),
    ("[sort code]", re.compile(r"(?<!\d)\d{2}-\d{2}-\d{2}(?!\d)")),
    ("[account number]", re.compile(r"(?<![\d£$.])\d{8}(?!\d)")),
    (
        "[postcode]",
        re.compile(
            r"\b(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPS-UW]|[A-HK-Y]\d[ABEHMNPRV-Y]) ?\d[ABD-HJLNP-UW-Z]{2})\b",
            re.IGNORECASE,
        ),
    ),
    (
        "[address]",
        re.compile(
            r"\b\d{1,4}[a-z]? (?:[A-Za-z'-]+ ){1,3}(?:street|st|road|rd|avenue|ave|lane|close|drive|crescent|terrace|"
            r"place|court|gardens|grove|way|square|row|walk|view|hill)\b",
            re.IGNORECASE,
        ),
    ),
    ("[username]", re.compile(r"(?<![\w@])@[\w.]{2,30}")),
    (
        "[username]",
        re.compile(r"(?<=\busername is )\S+|(?<=\bhis username )\S+|(?<=\bher username )\S+", re.IGNORECASE),
    ),
    (
        "[date of birth]",
        re.compile(
            r"(?:\bborn(?: on)?|\bd\.?o\.?b\.?:?|date of birth:?) \d{1,2}[/. -]\d{1,2}[/. -]\d{2,4}", re.IGNORECASE
        ),
    ),
)


def mask(text: str) -> str:
    """Return the message with personal details replaced, for example `[phone number]`."""
    for label, pattern in _MASKS:
        text = pattern.sub(label, text)
    return text
