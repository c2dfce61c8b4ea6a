"""Whether what is said of apps and devices is complete and can be recognised."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.knowledge.model import Knowledge, Platform, Step

# Where people meet others, there is a way to report and to block them.
_KINDS_WITH_A_ROUTE = ("social", "messaging", "game", "console")
MAX_SETTINGS_WORDS = 330
# `from` of advice that claims no fact.
OWN_ADVICE = "own"


def platform_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield names that stand in two files, and parts that are missing."""
    owner: dict[str, str] = {}
    for platform in knowledge.platforms.values():
        where = f"platforms/{platform.id}.yml"
        for name in platform.names:
            if name in owner and owner[name] != platform.id:
                yield f"{where}: the name {name!r} stands in {owner[name]}.yml too."
            owner[name] = platform.id
            if name != name.lower():
                yield f"{where}: the name {name!r} must be in lower case."
        yield from _missing_parts(where, platform)


def certainty_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield statements that are called certain and name no source of the file."""
    for platform in knowledge.platforms.values():
        codes = {source.id for source in platform.sources} | {OWN_ADVICE}
        for step in statements(platform):
            where = f"platforms/{platform.id}.yml"
            if step.certain and not step.sources:
                yield f"{where}: {step.text[:50]!r} is certain and has no `from`; name its source, or say it is not."
            for code in set(step.sources) - codes:
                yield f"{where}: {step.text[:50]!r} is from `{code}`, which is not among the file's sources."


def statements(platform: Platform) -> tuple[Step, ...]:
    """Return everything that is said of a platform."""
    single = (
        platform.min_age,
        platform.age_rating,
        platform.tool,
        platform.risks,
        platform.uk_rules,
        platform.report,
        platform.block,
    )
    said = tuple(step for step in single if step is not None)
    return (*said, *platform.steps, *platform.settings_first, *platform.good_to_know)


def _missing_parts(where: str, platform: Platform) -> Iterator[str]:
    if not platform.settings_first:
        yield f"{where}: has no `settings_first`."
    if not platform.steps:
        yield f"{where}: has no `steps`; say so honestly if there are no family controls."
    if platform.risks is None:
        yield f"{where}: has no `risks`."
    if platform.kind in _KINDS_WITH_A_ROUTE and not (platform.report and platform.block):
        yield f"{where}: has no `report` and `block`."
    said = [platform.risks, *platform.steps, *platform.settings_first]
    words = sum(len(step.text.split()) for step in said if step)
    if words > MAX_SETTINGS_WORDS:
        yield f"{where}: its answers have {words} words, at most {MAX_SETTINGS_WORDS}."
