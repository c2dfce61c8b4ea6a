"""The statistical half of triage: how urgent, of which kind, and who writes, from many voices.

It sees the sentence vector, the letters, and which rules and calm cues are in the message, so that
it learns how far each of them can be trusted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from assistant.learning.examples import Example
from assistant.learning.features import Encode, message_features
from assistant.learning.heads import Head, HeadError, load_heads, save_heads, train_head
from assistant.safety.rules import Cue, Rule, SafetyRules

HEADS = ("urgency", "speaker", "kind")
_STRENGTHS = {"urgency": 0.7, "speaker": 8.0, "kind": 3.0}
_RULE_WEIGHT = 1.0
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
    """Three trained heads over one message."""

    def __init__(self, heads: Mapping[str, Head], *, encoder_sha256: str, rule_ids: Sequence[str]) -> None:
        """Keep the trained heads and what they belong to."""
        self._heads = dict(heads)
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
        return cls(heads, encoder_sha256=encoder_sha256, rule_ids=_ids(rules))

    def probabilities(self, text: str, encode: Encode, rules: SafetyRules) -> dict[str, dict[str, float]]:
        """Return for each head how likely each of its labels is."""
        features = triage_features([text], encode, rules)
        return {
            name: dict(zip(head.labels, map(float, head.probabilities(features)[0]), strict=True))
            for name, head in self._heads.items()
        }

    def save(self, path: Path, notes: Mapping[str, Any]) -> None:
        """Write the model into one file."""
        own = {"encoder_sha256": self.encoder_sha256, "rule_ids": self._rule_ids}
        save_heads(path, self._heads, {**notes, **own})

    @classmethod
    def load(cls, path: Path, *, rules: SafetyRules, encoder_sha256: str) -> TriageModel:
        """Read what `save` wrote, and check that it belongs to these rules and this encoder.

        Raises:
            HeadError: If it is missing, damaged, or was trained for others.
        """
        heads, notes = load_heads(path)
        if notes.get("encoder_sha256") != encoder_sha256 or tuple(notes.get("rule_ids", ())) != _ids(rules):
            raise HeadError(f"{path.name} was trained with another encoder or other rules; run `make train`.")
        return cls(heads, encoder_sha256=encoder_sha256, rule_ids=_ids(rules))


def _ids(rules: SafetyRules) -> tuple[str, ...]:
    return (*(rule.id for rule in rules.rules), *(cue.id for cue in rules.calm_cues))
