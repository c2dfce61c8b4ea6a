"""The statistical half of triage: how urgent, of which kind, and who writes, from many voices.

Lines through the space of sentence vector, letters, rules and calm cues learn how far each of them can
be trusted; for the urgency, the nearest examples have a say as well (docs/adr/0010-nearest-examples.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from assistant.learning.examples import Example
from assistant.learning.features import Encode, message_features
from assistant.learning.heads import Head, HeadError, load_arrays, load_heads, save_heads, train_heads
from assistant.learning.neighbours import Neighbours, gather_neighbours
from assistant.safety.rules import SafetyRules

HEADS = ("urgency", "speaker", "kind")
_STRENGTHS = {"urgency": 0.7, "speaker": 8.0, "kind": 3.0}
_RULE_WEIGHT = 1.0
NEAREST = "nearest_urgency"
# Weight of the nearest examples against the lines, in the product of both probabilities.
_NEAREST_WEIGHT = 1.0
_SAYS_NOTHING_OF_SPEAKER = ("smalltalk", "out_of_scope", "unit_info", "live_qa")


def found_in(message: str, rules: SafetyRules) -> set[str]:
    """Return the ids of the rules and calm cues in a message."""
    return {rule.id for rule in rules.matching(message)} | {cue.id for cue in rules.calm(message)}


def triage_features(messages: Sequence[str], encode: Encode, ids: Sequence[str], found: Sequence[set[str]]) -> Any:
    """Return everything the heads see; shape (messages, features).

    Args:
        messages: Clean messages.
        encode: Gives the sentence vector of one message.
        ids: Of all rules and calm cues, in order.
        found: For each message the ids that are in it.
    """
    flags = np.array([[_RULE_WEIGHT * (name in there) for name in ids] for there in found], dtype=np.float32)
    return sparse.hstack([message_features(messages, encode), sparse.csr_matrix(flags)], format="csr")


class TriageModel:
    """Three trained heads and the nearest examples, over one message."""

    def __init__(
        self, heads: Mapping[str, Head], nearest: Neighbours, *, encoder_sha256: str, rule_ids: Sequence[str]
    ) -> None:
        """Keep the trained parts and what they belong to."""
        self._heads = dict(heads)
        self._nearest = nearest
        self.encoder_sha256 = encoder_sha256
        self._rule_ids = tuple(rule_ids)

    @classmethod
    def train(
        cls, examples: Sequence[Example], encode: Encode, rules: SafetyRules, *, encoder_sha256: str
    ) -> TriageModel:
        """Train all heads on the same messages."""
        texts = [example.text for example in examples]
        features = triage_features(texts, encode, _ids(rules), [found_in(text, rules) for text in texts])
        # "Thanks" says nothing about who is writing, whoever wrote it in the training messages.
        telling = [index for index, example in enumerate(examples) if example.topic not in _SAYS_NOTHING_OF_SPEAKER]
        emergencies = [index for index, example in enumerate(examples) if example.kind]
        rows = {"speaker": telling, "kind": emergencies}
        questions = {}
        for name in HEADS:
            chosen = rows.get(name, list(range(len(examples))))
            questions[name] = (chosen, [getattr(examples[index], name) for index in chosen], _STRENGTHS[name])
        heads = train_heads(features, questions)
        vectors = np.stack([encode(example.text) for example in examples])
        nearest = gather_neighbours(vectors, [example.urgency for example in examples])
        return cls(heads, nearest, encoder_sha256=encoder_sha256, rule_ids=_ids(rules))

    def probabilities(self, text: str, encode: Encode, found_ids: set[str]) -> dict[str, dict[str, float]]:
        """Return for each head how likely each of its labels is.

        Args:
            text: A clean message.
            encode: Gives its sentence vector.
            found_ids: The ids of the rules and calm cues in it.
        """
        features = triage_features([text], encode, self._rule_ids, [found_ids])
        found = {
            name: dict(zip(head.labels, map(float, head.probabilities(features)[0]), strict=True))
            for name, head in self._heads.items()
        }
        found[NEAREST] = self._nearest.probabilities(encode(text))
        found["urgency"] = _both(found["urgency"], found[NEAREST])
        return found

    def save(self, path: Path, notes: Mapping[str, Any]) -> None:
        """Write the model into one file."""
        own = {"encoder_sha256": self.encoder_sha256, "rule_ids": self._rule_ids}
        save_heads(path, self._heads, {**notes, **own}, more=self._nearest.arrays(NEAREST))

    @classmethod
    def load(cls, path: Path, *, rules: SafetyRules, encoder_sha256: str) -> TriageModel:
        """Read what `save` wrote, and check that it belongs to these rules and this encoder.

        Raises:
            HeadError: If it is missing, damaged, or was trained for others.
        """
        heads, notes = load_heads(path)
        if notes.get("encoder_sha256") != encoder_sha256 or tuple(notes.get("rule_ids", ())) != _ids(rules):
            raise HeadError(f"{path.name} was trained with another encoder or other rules; run `make train`.")
        if set(heads) != set(HEADS):
            raise HeadError(f"{path.name} holds other heads than {', '.join(HEADS)}; run `make train`.")
        try:
            nearest = Neighbours.from_arrays(NEAREST, load_arrays(path, [NEAREST]))
        except KeyError as error:
            raise HeadError(f"{path.name} holds no nearest examples; run `make train`.") from error
        return cls(heads, nearest, encoder_sha256=encoder_sha256, rule_ids=_ids(rules))


def _both(lines: Mapping[str, float], nearest: Mapping[str, float]) -> dict[str, float]:
    """Return the product of two opinions, made to sum to 1."""
    product = {label: chance * nearest.get(label, 0.0) ** _NEAREST_WEIGHT for label, chance in lines.items()}
    total = sum(product.values())
    return {label: chance / total for label, chance in product.items()} if total else dict(lines)


def _ids(rules: SafetyRules) -> tuple[str, ...]:
    return (*(rule.id for rule in rules.rules), *(cue.id for cue in rules.calm_cues))
