"""Whether rules, phrases of other languages and words of narrower matters recognise what they must, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.knowledge.model import OTHER_LANGUAGE, Knowledge
from assistant.safety.languages import Languages
from assistant.safety.rules import Cue, Rule, SafetyRules
from assistant.text import for_matching


def language_faults(knowledge: Knowledge, languages: Languages | None) -> Iterator[str]:
    """Yield languages without a reply, and examples that are read wrongly."""
    if languages is None:
        return
    replies = knowledge.emergencies[OTHER_LANGUAGE].sections
    for language in languages.languages:
        if ("decided", language.id) not in replies:
            yield f"emergencies/{OTHER_LANGUAGE}.md: there is no `## decided @{language.id}`."
        for message in language.match:
            found = languages.find(message)
            if found is None or found[0].id != language.id:
                yield f"safety/languages/{language.id}.yml: must match {message!r} and does not."
        for message in language.not_match:
            if languages.find(message) is not None:
                yield f"safety/languages/{language.id}.yml: must not match {message!r} and does."


def rule_faults(rules: SafetyRules) -> Iterator[str]:
    """Yield examples that a rule of triage reads wrongly."""
    things: list[Rule | Cue] = [*rules.rules, *rules.all_cues]
    for rule in things:
        for message in rule.match:
            if not rule.matches(for_matching(message)):
                yield f"safety/rules.yml: {rule.id}: must match {message!r} and does not."
        for message in rule.not_match:
            if rule.matches(for_matching(message)):
                yield f"safety/rules.yml: {rule.id}: must not match {message!r} and does."
