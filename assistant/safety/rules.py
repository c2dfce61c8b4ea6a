"""Read the rules of triage (`data/safety/rules.yml`) and match messages against them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from assistant.text import for_matching

Level = Literal["emergency", "possible", "urgent"]
LEVELS: tuple[Level, ...] = ("emergency", "possible", "urgent")
MIN_EXAMPLES = 3
# What a message can say of an emergency before it; alarm.py acts on these.
FOLLOW_UPS = ("over", "not_over", "together", "gone_away", "calling", "yes", "no", "closing")

_WORD = re.compile(r"\{(\w+)\}")
# "a .. b": both in one sentence, at most this many characters apart.
_GAP = r"\\b[^.?!]{0,60}?\\b"


class RulesError(Exception):
    """The rules cannot be used. The message names the rule, what is wrong, and what to do."""


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        id: Stands in the reasons of a decision.
        kind: Which kind of emergency it shows.
        level: How urgent a match is.
        reason: Why it exists, in words.
        any_of: One of these must be found.
        all_of: Each of these must be found too.
        unless: None of these may be found.
        match: Messages that must set it off.
        not_match: Messages that must not.
        is_always: True if a match leads with 999 whatever the model says.
    """

    id: str
    kind: str
    level: Level
    reason: str
    any_of: tuple[re.Pattern[str], ...]
    all_of: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    match: tuple[str, ...]
    not_match: tuple[str, ...]
    is_always: bool = False

    def matches(self, matching_text: str) -> bool:
        """Say whether a message, in its matching form, sets the rule off."""
        return (
            any(pattern.search(matching_text) for pattern in self.any_of)
            and all(pattern.search(matching_text) for pattern in self.all_of)
            and not any(pattern.search(matching_text) for pattern in self.unless)
        )


@dataclass(frozen=True)
class Cue:
    """Words that say something besides danger: that there is none, that it is over, that a picture is offered."""

    id: str
    any_of: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    match: tuple[str, ...]
    not_match: tuple[str, ...]

    def matches(self, matching_text: str) -> bool:
        """Say whether the cue is in a message, in its matching form."""
        return any(pattern.search(matching_text) for pattern in self.any_of) and not any(
            pattern.search(matching_text) for pattern in self.unless
        )


@dataclass(frozen=True)
class SafetyRules:
    """All rules and cues.

    Attributes:
        rules: What shows danger.
        calm_cues: What shows that there is none.
        follow_ups: What people answer after an emergency (`FOLLOW_UPS`).
        image_offers: How people offer or wish to send, copy or show a picture.
    """

    rules: tuple[Rule, ...]
    calm_cues: tuple[Cue, ...]
    follow_ups: tuple[Cue, ...] = ()
    image_offers: tuple[Cue, ...] = ()

    @property
    def all_cues(self) -> tuple[Cue, ...]:
        """Every cue, for checks."""
        return (*self.calm_cues, *self.follow_ups, *self.image_offers)

    def matching(self, text: str) -> list[Rule]:
        """Return the rules that a clean message sets off."""
        prepared = for_matching(text)
        return [rule for rule in self.rules if rule.matches(prepared)]

    def calm(self, text: str) -> list[Cue]:
        """Return the calm cues in a clean message."""
        prepared = for_matching(text)
        return [cue for cue in self.calm_cues if cue.matches(prepared)]

    def follow_ups_in(self, text: str) -> list[Cue]:
        """Return what a clean message says of an emergency that was answered before it."""
        prepared = for_matching(text)
        return [cue for cue in self.follow_ups if cue.matches(prepared)]

    def offers_image(self, text: str) -> bool:
        """Say whether a clean message offers or wishes to send, copy or show a picture."""
        prepared = for_matching(text)
        return any(cue.matches(prepared) for cue in self.image_offers)


def _compile(pattern: str, words: Mapping[str, str], where: str) -> re.Pattern[str]:
    def word(match: re.Match[str]) -> str:
        if match.group(1) not in words:
            raise RulesError(f"{where}: {{{match.group(1)}}} is not under `words` in rules.yml.")
        return f"(?:{words[match.group(1)]})"

    source = pattern
    while _WORD.search(source):
        source = _WORD.sub(word, source)
    source = re.sub(r"\s*\.\.\s*", _GAP, source)
    # A space that may be missing, then a space that may not.
    source = source.replace(" ?", r"\s*").replace(" ", r"\s+")
    try:
        return re.compile(rf"(?<!\w)(?:{source})(?!\w)")
    except re.error as error:
        raise RulesError(f"{where}: the pattern {pattern!r} is not valid: {error}.") from error


def _patterns(
    entry: Mapping[str, Any], field: str, words: Mapping[str, str], where: str
) -> tuple[re.Pattern[str], ...]:
    return tuple(_compile(str(pattern), words, f"{where}, {field}") for pattern in entry.get(field) or ())


def _examples(entry: Mapping[str, Any], field: str, where: str) -> tuple[str, ...]:
    examples = tuple(str(example) for example in entry.get(field) or ())
    if len(examples) < MIN_EXAMPLES:
        raise RulesError(f"{where}: `{field}` needs at least {MIN_EXAMPLES} messages, has {len(examples)}.")
    return examples


def load_rules(path: Path, *, kinds: Sequence[str]) -> SafetyRules:
    """Read the rules.

    Args:
        path: `data/safety/rules.yml`.
        kinds: The known kinds of emergency.

    Raises:
        RulesError: If there are no rules, or one of them cannot be used. A missing rule file must stop
            the start: without rules triage would be half blind and nobody would see it.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise RulesError(f"{path.name}: cannot be read: {error}") from error
    if not isinstance(data, dict) or not data.get("safety_rules") or not data.get("calm"):
        raise RulesError(f"{path.name}: needs `words`, `safety_rules` and `calm`.")
    words = {str(name): str(alternatives) for name, alternatives in (data.get("words") or {}).items()}
    rules, seen = [], set()
    for entry in data["safety_rules"]:
        where = f"{path.name}: rule {entry.get('id')}"
        if entry.get("level") not in LEVELS:
            raise RulesError(f"{where}: `level` must be one of {', '.join(LEVELS)}.")
        if entry.get("kind") not in kinds:
            raise RulesError(f"{where}: `kind` must be one of {', '.join(kinds)}.")
        if not entry.get("reason") or not entry.get("any"):
            raise RulesError(f"{where}: needs a `reason` and at least one pattern under `any`.")
        if entry["id"] in seen:
            raise RulesError(f"{where}: the id stands here twice.")
        seen.add(entry["id"])
        rules.append(
            Rule(
                id=str(entry["id"]),
                kind=str(entry["kind"]),
                level=entry["level"],
                reason=str(entry["reason"]),
                any_of=_patterns(entry, "any", words, where),
                all_of=_patterns(entry, "all", words, where),
                unless=_patterns(entry, "unless", words, where),
                match=_examples(entry, "match", where),
                not_match=_examples(entry, "not_match", where),
                is_always=bool(entry.get("always", False)),
            )
        )
    follow_ups = _cues(data, "follow_ups", words, path)
    missing = set(FOLLOW_UPS) - {cue.id for cue in follow_ups}
    if missing:
        raise RulesError(f"{path.name}: `follow_ups` lacks {', '.join(sorted(missing))}.")
    return SafetyRules(
        rules=tuple(rules),
        calm_cues=_cues(data, "calm", words, path),
        follow_ups=follow_ups,
        image_offers=_cues(data, "image_offers", words, path),
    )


def _cues(data: Mapping[str, Any], group: str, words: Mapping[str, str], path: Path) -> tuple[Cue, ...]:
    cues = []
    for entry in data.get(group) or ():
        where = f"{path.name}: {group} {entry.get('id')}"
        cues.append(
            Cue(
                id=str(entry["id"]),
                any_of=_patterns(entry, "any", words, where),
                unless=_patterns(entry, "unless", words, where),
                match=_examples(entry, "match", where),
                not_match=_examples(entry, "not_match", where),
            )
        )
    if not cues:
        raise RulesError(f"{path.name}: needs `{group}`.")
    return tuple(cues)
