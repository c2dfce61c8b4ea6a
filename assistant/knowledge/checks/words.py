"""Words and numbers that must not stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.knowledge.checks.texts import all_texts
from assistant.knowledge.model import Knowledge

# A number or address in a text would be a second place to keep it up to date. 999, 101, 111 and 159
# are words of the language; 55 and 18000 name services.
_NUMBER = re.compile(r"(?<![\d£])(?:\+?\d[\d ]{6,}\d|\b\d{4} \d{3,4}\b|\b116 ?\d{3}\b)(?!\d)")
_ADDRESS = re.compile(
    r"https?://|www\.|\b[\w-]+\.(?:com|org|co\.uk|gov\.uk|police\.uk|net)\b|\S+@\S+\.\w", re.IGNORECASE
)
_FORBIDDEN = {
    "child porn": 'say "child sexual abuse material"',
    "child pornography": 'say "child sexual abuse material"',
    "kiddie porn": 'say "child sexual abuse material"',
    "committed suicide": 'say "died by suicide"',
    "commit suicide": 'say "end their life"',
    "police will arrest": "never promise what police will do",
    "will be arrested": "never promise what police will do",
    "will be prosecuted": "never promise what police will do",
    "you must report": "advise, do not order",
    "your fault for": "never blame",
    "you should have": "never blame",
    "prostitut": "a child is exploited, never named so",
}
_COPYING = (
    r"(?<!never )(?<!not )(?<!n't )\b(?:take|send|save|keep|forward|upload) (?:a |the |any |us )?"
    r"(?:screenshots?|copies|copy|photos?|pictures?) of (?:the |any )?(?:nude|naked|sexual)"
)
_UNSAFE_INVITATIONS = re.compile(_COPYING, re.IGNORECASE)
# Marks of the research notes: whatever carries one was not certain enough to be said.
_UNCERTAIN_MARK = re.compile(r"\[(?:BG|CHECK|S\d+|M\d+)\]|background knowledge|unverified", re.IGNORECASE)
_MAX_STEP_WORDS = 26
# A second thing to do in the same step: one step, one action.
_SECOND_ACTION = re.compile(r"(?:;|, then|\. Then|\band then\b)", re.IGNORECASE)
_STEP = re.compile(r"^\d+\. (.+)$", re.MULTILINE)


def word_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield numbers, addresses, and phrases that must not be said."""
    for where, text in all_texts(knowledge):
        bare = re.sub(r"\{\{[^}]*\}\}", "", text)
        if found := _NUMBER.search(bare):
            yield f"{where}: the number {found.group(0)!r} belongs in contacts.yml; name the contact instead."
        if found := _ADDRESS.search(bare):
            yield f"{where}: the address {found.group(0)!r} belongs in contacts.yml; name the contact instead."
        if found := _UNCERTAIN_MARK.search(bare):
            yield f"{where}: {found.group(0)!r} marks what is not certain; leave it out, or say what to check."
        lowered = text.lower()
        for phrase, advice in _FORBIDDEN.items():
            if phrase in lowered:
                yield f"{where}: {phrase!r} must not be said: {advice}."
        if found := _UNSAFE_INVITATIONS.search(text):
            yield f"{where}: {found.group(0)!r} invites copying a sexual image; say what to note instead."
        for value, why in knowledge.never_publish.items():
            if value in text:
                yield f"{where}: {value!r} must never be shown: {why}."


def step_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield numbered steps that are too long, or that ask for two things at once."""
    for where, text in all_texts(knowledge):
        for step in _STEP.findall(text):
            yield from _long_step(where, step)
            if _SECOND_ACTION.search(step):
                yield f"{where}: a step asks for two things; make it two steps: {step[:50]!r}."
    for platform in knowledge.platforms.values():
        for statement in (*platform.steps, *platform.settings_first):
            yield from _long_step(f"platforms/{platform.id}.yml", statement.text)


def _long_step(where: str, step: str) -> Iterator[str]:
    if (words := len(step.split())) > _MAX_STEP_WORDS:
        yield f"{where}: a step has {words} words, at most {_MAX_STEP_WORDS}: {step[:50]!r}."
