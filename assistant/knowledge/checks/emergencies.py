"""Whether emergency replies and urgent parts lead with what matters, are short, and are there for every reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from assistant.knowledge.emergencies import EmergencyReplies
from assistant.knowledge.model import ADULT, EVERY_EMERGENCY, OTHER_LANGUAGE, Knowledge, KnowledgeError
from assistant.knowledge.vocabulary import CHILD, EMERGENCY_KINDS, TEACHER
from assistant.text import first_sentence

MAX_EMERGENCY_WORDS: Final = 80
MAX_OVER_WORDS: Final = 95
MAX_URGENT_WORDS: Final = 80


def emergency_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield what an emergency reply says wrongly, too late or not at all."""
    try:
        replies = EmergencyReplies(knowledge)
    except KnowledgeError as error:
        yield str(error)
        return
    for kind, stage, reader, answer in replies.all():
        text = answer.messages[0].text
        where = f"emergencies/{kind}.md: {stage}" + (f" @{reader}" if reader else "")
        if stage != "over" and "999" not in first_sentence(text):
            yield f"{where}: 999 is not in the first sentence."
        if stage == "over" and "999" not in text:
            yield f"{where}: must say when to call 999 again."
        if stage == "asked" and not text.startswith("If "):
            yield f"{where}: must begin with `If ...`, as nothing is certain yet."
        if stage == "asked" and not text.endswith("?"):
            yield f"{where}: must end with one question, answered yes if it is safer."
        limit = MAX_OVER_WORDS if stage == "over" else MAX_EMERGENCY_WORDS
        # Some languages are written in two scripts; a reader reads one of them.
        read = text.split("\n\n")[0] if kind == OTHER_LANGUAGE else text
        if (words := len(read.split())) > limit:
            yield f"{where}: {words} words, at most {limit}."
        for message in answer.messages:
            if reader in (CHILD, TEACHER, ADULT) and "your child" in message.text.lower():
                yield f"{where}: a {reader} would read 'your child'."
    yield from _emergency_gaps(knowledge)


def _emergency_gaps(knowledge: Knowledge) -> Iterator[str]:
    """Yield what is missing: a child must never be shown a text for parents."""
    needed = {
        **{kind: ("decided", "asked", "question", "yes", "over") for kind in EMERGENCY_KINDS},
        EVERY_EMERGENCY: ("question", "yes", "over", "calling", "operator", "cannot_speak", "light", "still"),
    }
    for kind, parts in needed.items():
        sections = knowledge.emergencies[kind].sections
        for part in parts:
            if (part, None) not in sections:
                yield f"emergencies/{kind}.md: there is no `## {part}`."
            if part in ("decided", "asked") and (part, CHILD) not in sections:
                yield f"emergencies/{kind}.md: there is no `## {part} @child`."
    for part in ("question", "yes", "over", "calling"):
        for reader in (CHILD, ADULT, TEACHER):
            if (part, reader) not in knowledge.emergencies[EVERY_EMERGENCY].sections:
                yield f"emergencies/{EVERY_EMERGENCY}.md: there is no `## {part} @{reader}`."


def urgent_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield what is wrong under urgent answers."""
    for matter in knowledge.urgent.values():
        for (_, reader), section in matter.sections.items():
            where = f"urgent/{matter.path.name}" + (f": @{reader}" if reader else "")
            if "999" not in section.text:
                yield f"{where}: must say when it becomes 999."
            if reader == CHILD and "your child" in section.text.lower():
                yield f"{where}: a child would read 'your child'."
            if (words := len(section.text.split())) > MAX_URGENT_WORDS:
                yield f"{where}: {words} words, at most {MAX_URGENT_WORDS}."
        for reader in (None, CHILD, TEACHER):
            if ("next", reader) not in matter.sections:
                yield f"urgent/{matter.path.name}: there is no `## next{f' @{reader}' if reader else ''}`."
