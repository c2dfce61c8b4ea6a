"""What a person wants (intent) and about what (topic): two heads over one message, decoded together.

Examples of one topic teach all intents and the other way round; a table of which pairs occur keeps
the two from contradicting each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.learning.examples import Example
from assistant.learning.features import Encode, message_features
from assistant.learning.heads import Head, load_heads, save_heads, train_heads

Array = np.ndarray[Any, Any]

INTENT_STRENGTH = 4.0
TOPIC_STRENGTH = 6.0
# How strongly the pair table counts, and how little an unseen pair is trusted.
PAIR_WEIGHT = 0.5
UNSEEN_PAIR = 0.05
RANKED = 10


@dataclass(frozen=True)
class IntentAndTopic:
    """The understanding of one message.

    Attributes:
        intent: Likeliest intent.
        intent_confidence: 0..1.
        topic: Likeliest topic.
        topic_confidence: 0..1.
        intent_ranking: The likeliest intents with their confidence, best first.
        topic_ranking: The likeliest topics with their confidence, best first.
    """

    intent: str
    intent_confidence: float
    topic: str
    topic_confidence: float
    intent_ranking: tuple[tuple[str, float], ...]
    topic_ranking: tuple[tuple[str, float], ...]


def _ranking(labels: Sequence[str], probabilities: Array) -> tuple[tuple[str, float], ...]:
    order = np.argsort(-probabilities)[:RANKED]
    return tuple((labels[index], float(probabilities[index])) for index in order)


class IntentTopicModel:
    """Two trained heads and the table of pairs."""

    def __init__(self, intent_head: Head, topic_head: Head, pairs: Array) -> None:
        """Keep the trained parts.

        Args:
            intent_head: Head over intents.
            topic_head: Head over topics.
            pairs: Log weight of each (intent, topic) pair, shape (intents, topics).
        """
        self._intents = intent_head
        self._topics = topic_head
        self._pairs = pairs

    @classmethod
    def train(cls, examples: Sequence[Example], encode: Encode) -> IntentTopicModel:
        """Train both heads and count the pairs."""
        features = message_features([example.text for example in examples], encode)
        rows = range(len(examples))
        heads = train_heads(
            features,
            {
                "topic": (rows, [e.topic for e in examples], TOPIC_STRENGTH),
                "intent": (rows, [e.intent for e in examples], INTENT_STRENGTH),
            },
        )
        pairs = _pair_table(examples, heads["intent"].labels, heads["topic"].labels)
        return cls(heads["intent"], heads["topic"], pairs)

    def understand(self, text: str, encode: Encode) -> IntentAndTopic:
        """Return the likeliest intent and topic of a clean message."""
        features = message_features([text], encode)
        intents = self._intents.probabilities(features)[0]
        topics = self._topics.probabilities(features)[0]
        joint = np.log(intents + 1e-9)[:, None] + np.log(topics + 1e-9)[None, :] + PAIR_WEIGHT * self._pairs
        joint = np.exp(joint - joint.max())
        joint /= joint.sum()
        intents, topics = joint.sum(axis=1), joint.sum(axis=0)
        intent_ranking = _ranking(self._intents.labels, intents)
        topic_ranking = _ranking(self._topics.labels, topics)
        return IntentAndTopic(*intent_ranking[0], *topic_ranking[0], intent_ranking, topic_ranking)

    def save(self, path: Path, notes: dict[str, Any]) -> None:
        """Write the model into one file."""
        pairs = Head(self._intents.labels, self._pairs, np.zeros(len(self._intents.labels)))
        save_heads(path, {"intent": self._intents, "topic": self._topics, "pairs": pairs}, notes)

    @classmethod
    def load(cls, path: Path) -> tuple[IntentTopicModel, dict[str, Any]]:
        """Read what `save` wrote.

        Raises:
            HeadError: If the file is missing or damaged.
        """
        heads, notes = load_heads(path)
        return cls(heads["intent"], heads["topic"], heads["pairs"].weights), notes


def _pair_table(examples: Sequence[Example], intents: Sequence[str], topics: Sequence[str]) -> Array:
    counts = Counter((example.intent, example.topic) for example in examples)
    table = np.full((len(intents), len(topics)), UNSEEN_PAIR)
    for (intent, topic), count in counts.items():
        table[list(intents).index(intent), list(topics).index(topic)] += count
    by_intent = table.sum(axis=1, keepdims=True)
    by_topic = table.sum(axis=0, keepdims=True)
    # How much likelier the pair is than chance, so that frequent labels are not favoured.
    lift = table * table.sum() / (by_intent * by_topic)
    return np.asarray(np.log(np.clip(lift, UNSEEN_PAIR, 1.0)).astype(np.float16).astype(np.float32))
