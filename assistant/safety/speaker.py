"""Who is writing, where the words say so plainly.

Only self-descriptions count ("I'm 13", "I teach year 5", "my daughter"); everything less plain is
left to the model.
"""

from __future__ import annotations

import re
from typing import Final

from assistant.text import for_matching

_CHILD_AGE = r"(?:[6-9]|1[0-7]|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)"
_OWN_CHILDREN = (
    r"\b(?:my|our) (?:\w+ ){0,2}?(?:daughter|son|kid|kids|child|children|grandson|granddaughter|grandchild|"
    r"stepson|stepdaughter|foster \w+|bairn|wean|lads?|lass|little (?:one|girl|boy)|"
    r"(?:\d+|\w+) ?(?:yo|yr old|year old|y/o))\b"
)
_PATTERNS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (
        "worried_about_own_behaviour",
        re.compile(
            r"\b(?:i (?:am|m)|im|i have|ive|i keep|i feel|i think i(?:m| am| might be)) .{0,40}"
            r"\b(?:attracted to (?:children|kids|minors|young \w+)|a paedo\w*|a pedo\w*)\b"
            r"|\b(?:my own|these|sexual|bad|wrong|intrusive) thoughts about (?:children|kids|a child|minors|young \w+)\b"
            r"|\bworried about my own (?:behaviour|thoughts|viewing|searches)\b"
        ),
    ),
    (
        "child",
        re.compile(
            rf"\b(?:im|i am|i m) (?:only |just |a |nearly |almost )?{_CHILD_AGE}"
            r"(?: ?(?:yo|yrs?|years?)(?: old)?)?\b(?! ?(?:minutes|mins|hours|miles|weeks|months|stone|people|of|%|pm|am))"
            r"|\bim in (?:year|yr|y) ?\d+\b|\b(?:my|me) (?:mum|mam|mom|dad|parents|teacher|headteacher)"
            r" (?:\w+ ){0,2}?(?:dont|doesnt|does not|will|is gonna|gonna|would|cant|took|found|says|said|wont) "
        ),
    ),
    (
        "teacher",
        re.compile(
            r"\b(?:im|i am|i m|as) an? (?:\w+ ){0,2}?(?:teacher|ta|teaching assistant|headteacher|dsl|"
            r"safeguarding lead|social worker|youth worker|tutor|senco|school nurse|scout leader|coach|counsellor)\b"
            r"|\b(?:i teach|i work (?:at|in) a (?:\w+ ){0,2}?(?:school|college|nursery)|one of my (?:pupils|students)|"
            r"a (?:pupil|student|child) in my (?:class|form|school|group)|my (?:year \d+|y\d+) (?:class|pupils|form))\b"
            r"|\b(?:we are|were) a (?:school|college|nursery|childrens home)\b"
        ),
    ),
)
_PARENT = re.compile(_OWN_CHILDREN + r"|\bas a (?:mum|mam|mom|dad|parent|gran|nan|grandparent|carer|foster carer)\b")


def speaker_from_words(text: str) -> str | None:
    """Return the speaker if the message says it plainly, or None."""
    prepared = for_matching(text)
    if _PARENT.search(prepared) and not _PATTERNS[0][1].search(prepared):
        teacher = _PATTERNS[2][1].search(prepared)
        return "teacher" if teacher else "parent"
    for speaker, pattern in _PATTERNS:
        if pattern.search(prepared):
            return speaker
    return None
