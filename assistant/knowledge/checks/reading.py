"""How hard an answer is to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import textstat

from assistant.knowledge.checks.texts import content_files
from assistant.knowledge.model import OTHER_LANGUAGE, Knowledge
from assistant.knowledge.render import Renderer

MAX_GRADE: Final = 7.0
_NUMBERS = re.compile(r"\(?\b[\d ]{3,}\)?")
_LIST_ITEM = re.compile(r"^(?:- |\d\. )(.*?)[.:]?$", re.MULTILINE)


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of a rendered text: about the school year (US) that reads it with ease."""
    # A list item is a sentence of its own; phone numbers are not words.
    return float(textstat.flesch_kincaid_grade(_NUMBERS.sub(" ", _LIST_ITEM.sub(r"\1.", text))))


def grades(knowledge: Knowledge) -> Iterator[tuple[str, float, str | None]]:
    """Yield where each answer stands, its grade, and the reason if it is excepted."""
    renderer = Renderer(knowledge)
    for content in content_files(knowledge):
        if content.id == OTHER_LANGUAGE:
            continue
        for section in content.sections.values():
            where = f"{knowledge.place(content)}: {section.heading}"
            text = renderer.render(section.text, where=where).text
            yield where, grade(text), content.hard_words.get(section.heading)
    for guide in knowledge.guides.values():
        for step in guide.steps.values():
            where = f"guides/{guide.id}.yml: {step.id}"
            yield where, grade(renderer.render(step.say, where=where).text), None
    for reply in knowledge.wording.replies.values():
        if "{{event." not in reply.text and "{{school." not in reply.text and "{{question." not in reply.text:
            yield f"wording.yml: {reply.id}", grade(renderer.render(reply.text, where=reply.id).text), None


def reading_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield answers that are too hard to read, and exceptions that are not needed."""
    for where, found, excepted in grades(knowledge):
        if found > MAX_GRADE and excepted is None:
            yield (
                f"{where}: reads at grade {found:.1f}, at most {MAX_GRADE:g}: use shorter words and sentences, "
                "or give the reason in `hard_words`."
            )
        if found <= MAX_GRADE and excepted is not None:
            yield f"{where}: reads well enough; take it out of `hard_words`."
