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
from assistant.learning.heads import Head, HeadError, load_arrays, load_heads, save_heads, train_head
from assistant.learning.neighbours import Neighbours, gather_neighbours
from assistant.safety.rules import Cue, Rule, SafetyRules

HEADS = ("urgency", "speaker", "kind")
_STRENGTHS = {"urgency": 0.7, "speaker": 8.0, "kind": 3.0}
_RULE_WEIGHT = 1.0
NEAREST = "nearest_urgency"
# Weight of the nearest examples against the lines, in the product of both probabilities.
_NEAREST_WEIGHT = 1.0
_SAYS_NOTHING_OF_SPEAKER = ("smalltalk", "out_of_scope", "unit_info", "live_qa")


def rule_features(messages: Sequence[str], rules: SafetyRules) -> Any:
    """Return which rules (first) and calm cues (then) are in each message, as 0 and 1."""
    names: list[Rule | Cue] = [*rules.rules, *rules.calm_cues]
    rows = []
    for message in messages:
        found = {thing.id for thing in rules.matching(message)} | {cue.id for cue in rules.calm(message)}
        rows.append([_RULE_WEIGHT * (thing.id in found) for thing in names])
    return sparse.csr_matrix(np.array(rows, dtype=np.float32))


def triage_features(messages: Sequence[str], encode: Encode, rules: SafetyRules) -> Any:
    """Return everything the model sees; shape (messages, features)."""
    return sparse.hstack([message_features(messages, encode), rule_features(messages, rules)], format="csr")


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
        features = triage_features([example.text for example in examples], encode, rules)
        # "Thanks" says nothing about who is writing, whoever wrote it in the training messages.
        telling = [index for index, example in enumerate(examples) if example.topic not in _SAYS_NOTHING_OF_SPEAKER]
        emergencies = [index for index, example in enumerate(examples) if example.kind]
        rows = {"speaker": telling, "kind": emergencies}
        heads = {}
        for name in HEADS:
            chosen = rows.get(name, range(len(examples)))
            labels = [getattr(examples[index], name) for index in chosen]
            heads[name] = train_head(features[list(chosen)], labels, strength=_STRENGTHS[name])
        vectors = np.stack([encode(example.text) for example in examples])
        nearest = gather_neighbours(vectors, [example.urgency for example in examples])
        return cls(heads, nearest, encoder_sha256=encoder_sha256, rule_ids=_ids(rules))

    def probabilities(self, text: str, encode: Encode, rules: SafetyRules) -> dict[str, dict[str, float]]:
        """Return for each head how likely each of its labels is."""
        features = triage_features([text], encode, rules)
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
