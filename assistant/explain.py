"""Show how one message is understood and answered, step by step: `make explain TEXT="..."`."""

from __future__ import annotations

import json
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant import runtime
from assistant.knowledge.answers import Question
from assistant.learning.examples import Example, load_examples
from assistant.privacy.masking import mask
from assistant.text import clean_message, for_matching
from assistant.understanding.classifier import IntentTopicModel
from assistant.understanding.dialogue import matter_of

Say = Callable[[str], None]

NEAREST = 5
SHOWN = 4
_MODEL_FILE = "intent_topic.npz"


def explain(text: str, *, archive: Path, examples_dir: Path, say: Say) -> None:
    """Say what each step makes of a message, as at the beginning of a conversation.

    Args:
        text: What somebody typed.
        archive: The trained Rasa model.
        examples_dir: The training messages.
        say: Told line by line.
    """
    clean = clean_message(text).text
    masked = mask(clean)
    encoder, book = runtime.encoder(), runtime.answer_book()
    say(f"clean       {clean}")
    say(f"masked      {masked}")
    say(f"matching    {for_matching(clean)}")
    say(f"familiarity {encoder.familiarity(clean):.2f} of the words are whole words to the encoder")
    triage = runtime.assessor().assess(clean)
    say(f"triage      {triage.urgency} certainty={triage.certainty} kind={triage.kind} speaker={triage.speaker}")
    for reason in triage.reasons:
        say(f"            - {reason}")
    found = _load_model(archive).understand(masked, encoder.encode_one)
    say(f"intent      {_ranked(found.intent_ranking)}")
    say(f"topic       {_ranked(found.topic_ranking)}")
    entities = {entity.entity: entity.value for entity in runtime.entity_finder().find(masked)}
    say(f"entities    {json.dumps(entities)}")
    matter = matter_of(masked, intent=found.intent, topic_ranking=found.topic_ranking, current_topic=None)
    is_urgent = triage.urgency == "urgent"
    subtopic = book.subtopic_in(masked, matter.topic, is_urgent=is_urgent)
    circumstance = book.circumstance_in(masked)
    say(f"words       subtopic={subtopic} circumstance={circumstance} act={book.act_in(masked)}")
    say("nearest training messages")
    for likeness, example in _nearest(masked, load_examples(examples_dir)):
        say(f"            {likeness:.2f} [{example.intent}, {example.topic}, {example.urgency}] {example.text[:90]}")
    if triage.is_emergency:
        reply = runtime.emergency_replies().answer(triage.kind or "general", triage.certainty or "asked", triage.reader)
    else:
        topic = matter.topic if subtopic is None else book.topic_of(subtopic)
        reply = book.answer(
            Question(
                topic=topic,
                aspect=matter.aspect,
                speaker=triage.speaker,
                platform=entities.get("platform"),
                age_band=entities.get("age_band"),
                is_urgent=is_urgent,
                subtopic=subtopic,
                circumstance=circumstance,
            )
        )
    say(f"answer      {reply.id}")
    say(reply.messages[0].text)


def _ranked(ranking: Sequence[tuple[str, float]]) -> str:
    return ", ".join(f"{name} {score:.2f}" for name, score in ranking[:SHOWN])


def _load_model(archive: Path) -> IntentTopicModel:
    """Return intent and topic heads out of Rasa's archive."""
    with tempfile.TemporaryDirectory() as folder, tarfile.open(archive) as packed:
        member = next(name for name in packed.getnames() if name.endswith(_MODEL_FILE))
        unpacked = packed.extractfile(member)
        path = Path(folder) / _MODEL_FILE
        path.write_bytes(unpacked.read() if unpacked else b"")
        return IntentTopicModel.load(path)[0]


def _nearest(text: str, examples: Sequence[Example]) -> list[tuple[float, Example]]:
    vectors = runtime.vector_store()
    known: Any = np.stack([vectors(example.text) for example in examples])
    likeness = known @ runtime.encoder().encode_one(text)
    order = np.argsort(-likeness)[:NEAREST]
    return [(float(likeness[index]), examples[index]) for index in order]
