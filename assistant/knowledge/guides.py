"""Guides: step by step help with a few taps.

Each button says by itself where it leads, so a guide can be left and taken up again at any time, and
nothing about the person is asked or kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from assistant.knowledge.fields import need, read_yaml, review_of, text_or_none
from assistant.knowledge.model import KnowledgeError, Review
from assistant.text import for_matching

GUIDE_PREFIX: Final = "guide"
ANSWER_PREFIX: Final = "guides"
_KINDS: Final = ("emergency", "answer")


@dataclass(frozen=True)
class Choice:
    """One way on: the title of its button, and the step it leads to."""

    title: str
    next: str


@dataclass(frozen=True)
class GuideStep:
    """One step.

    Attributes:
        say: What is said; ends with a question if there are choices.
        choices: Ways on; none at the end of a guide.
        kind: `emergency` where 999 leads, else `answer`.
        show: Aspect and topic of an answer that is shown below, or None.
    """

    id: str
    say: str
    choices: tuple[Choice, ...]
    kind: str
    show: tuple[str, str] | None


@dataclass(frozen=True)
class Guide:
    """One guide; its first step begins it."""

    id: str
    title: str
    topics: tuple[str, ...]
    sources: tuple[str, ...]
    steps: Mapping[str, GuideStep]
    review: Review

    @property
    def first(self) -> GuideStep:
        """Return the step it begins with."""
        return next(iter(self.steps.values()))

    def chosen(self, step: GuideStep, text: str) -> GuideStep | None:
        """Return the step that a typed answer leads to, or None if it is no answer to this step."""
        said = for_matching(text).strip(" .!")
        for choice in step.choices:
            title = for_matching(choice.title)
            if said == title or (len(said.split()) == 1 and said == title.split()[0].strip(",")):
                return self.steps[choice.next]
        return None


def guide_button(guide: Guide, step: GuideStep | None = None) -> str:
    """Return the id of the button that shows a step, the first one if none is named."""
    return ".".join(part for part in (GUIDE_PREFIX, guide.id, step.id if step else "") if part)


def parse_guide_button(guides: Mapping[str, Guide], identifier: str) -> tuple[Guide, GuideStep] | None:
    """Return the guide and step that a button shows, or None if there is no such button."""
    prefix, _, rest = identifier.partition(".")
    name, _, step_id = rest.partition(".")
    guide = guides.get(name)
    if prefix != GUIDE_PREFIX or guide is None:
        return None
    step = guide.steps.get(step_id) if step_id else guide.first
    return None if step is None else (guide, step)


def answer_id(guide: Guide, step: GuideStep) -> str:
    """Return the id under which a step is sent as an answer."""
    return f"{ANSWER_PREFIX}/{guide.id}/{step.id}"


def step_after(guides: Mapping[str, Guide], said: str, text: str) -> tuple[Guide, GuideStep] | None:
    """Return the guide and the step that a typed answer leads to, or None if it answers no step.

    Args:
        guides: All guides.
        said: Id of the answer that was sent last.
        text: What was typed.
    """
    prefix, _, rest = said.partition("/")
    shown = parse_guide_button(guides, f"{GUIDE_PREFIX}.{rest.replace('/', '.')}") if prefix == ANSWER_PREFIX else None
    following = shown[0].chosen(shown[1], text) if shown else None
    return (shown[0], following) if shown and following else None


def load_guide(path: Path) -> Guide:
    """Read one file of `guides/`.

    Raises:
        KnowledgeError: If a field is missing or a choice leads nowhere.
    """
    data = read_yaml(path)
    steps = {str(item.get("id")): _step(item, path) for item in need(data, "steps", path)}
    for step in steps.values():
        for choice in step.choices:
            if choice.next not in steps:
                raise KnowledgeError(
                    f"{path.name}: step {step.id}: {choice.title!r} leads to `{choice.next}`, which is no step."
                )
    return Guide(
        id=str(need(data, "id", path)),
        title=str(need(data, "title", path)),
        topics=tuple(map(str, need(data, "topics", path))),
        sources=tuple(map(str, need(data, "sources", path))),
        steps=steps,
        review=review_of(data, path),
    )


def _step(data: Mapping[str, Any], path: Path) -> GuideStep:
    where = f"step {data.get('id')}"
    kind = text_or_none(data, "kind") or "answer"
    if kind not in _KINDS:
        raise KnowledgeError(f"{path.name}: {where}: `kind` is {kind!r}; use {' or '.join(_KINDS)}.")
    shown = text_or_none(data, "show")
    aspect, _, topic = (shown or "").partition(".")
    return GuideStep(
        id=str(need(data, "id", path, where)),
        say=str(need(data, "say", path, where)).strip(),
        choices=tuple(
            Choice(str(need(item, "title", path, where)), str(need(item, "next", path, where)))
            for item in data.get("choices") or ()
        ),
        kind=kind,
        show=(aspect, topic) if shown else None,
    )
