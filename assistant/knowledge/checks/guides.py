"""Whether guides lead somewhere safe from every step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from assistant.knowledge.checks.rendering import MAX_BUTTON_TITLE
from assistant.knowledge.guides import Guide, GuideStep
from assistant.knowledge.model import Knowledge
from assistant.text import first_sentence

MAX_STEP_WORDS: Final = 95
MAX_STEPS_ON_A_PATH: Final = 6


def guide_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield steps nobody reaches, paths that are too long or circular, and titles too long for a button."""
    owner: dict[str, str] = {}
    for guide in knowledge.guides.values():
        where = f"guides/{guide.id}.yml"
        for topic in guide.topics:
            if topic not in knowledge.topics:
                yield f"{where}: `topics` names `{topic}`, which is none."
            if topic in owner:
                yield f"{where}: `{topic}` is offered the guide {owner[topic]} already."
            owner[topic] = guide.id
        for identifier in guide.sources:
            if identifier not in knowledge.sources:
                yield f"{where}: the source `{identifier}` is not in sources.yml."
        titles = [guide.title, *(choice.title for step in guide.steps.values() for choice in step.choices)]
        for title in titles:
            if len(title) > MAX_BUTTON_TITLE:
                yield f"{where}: the title {title!r} is longer than {MAX_BUTTON_TITLE}; it is a button."
        yield from _path_faults(guide, where)
        for step in guide.steps.values():
            yield from _step_faults(knowledge, step, f"{where}: step {step.id}")


def _path_faults(guide: Guide, where: str) -> Iterator[str]:
    paths = tuple(_paths(guide))
    for unreached in set(guide.steps) - {step for path in paths for step in path}:
        yield f"{where}: step {unreached}: no choice leads there."
    if (longest := max(map(len, paths))) > MAX_STEPS_ON_A_PATH:
        yield f"{where}: a path has {longest} steps, at most {MAX_STEPS_ON_A_PATH}."
    if not any("999" in step.say for step in guide.steps.values()):
        yield f"{where}: says nowhere when it is 999."


def _step_faults(knowledge: Knowledge, step: GuideStep, where: str) -> Iterator[str]:
    if step.choices and not step.say.endswith("?"):
        yield f"{where}: must end with the question that its choices answer."
    if step.kind == "emergency" and "999" not in first_sentence(step.say):
        yield f"{where}: is an emergency; 999 must stand in its first sentence."
    if (words := len(step.say.split())) > MAX_STEP_WORDS:
        yield f"{where}: {words} words, at most {MAX_STEP_WORDS}."
    if step.show is not None:
        topic = knowledge.topics.get(step.show[1])
        if topic is None or (step.show[0], None) not in topic.sections:
            yield f"{where}: `show` names {'.'.join(step.show)!r}, which is no answer."


def _paths(guide: Guide) -> Iterator[tuple[str, ...]]:
    """Yield each way through the guide; one that comes back to a step ends there."""
    waiting: list[tuple[str, ...]] = [(guide.first.id,)]
    while waiting:
        path = waiting.pop()
        step = guide.steps[path[-1]]
        if not step.choices or path[-1] in path[:-1]:
            yield path
            continue
        waiting += [(*path, choice.next) for choice in step.choices]
