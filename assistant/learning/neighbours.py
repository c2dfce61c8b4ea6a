"""Nearest-example evidence: what the training messages most like a message were labelled.

A rare and serious label has few examples, spread over many ways of saying it; a line through the space
misses small groups of them, their nearest examples do not. The idea is that of Roblox's Sentinel for
rare classes; the vote here is over all labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

DIMENSIONS = 64
"""Sentence vectors are projected to so many directions, the ones along which the examples differ most."""

VOTERS = 40
# How fast a vote fades with distance, and how much is left for labels nobody votes for.
_FADING = 15.0
_LEFT = 1e-3


@dataclass(frozen=True)
class Neighbours:
    """Labelled examples in a small space.

    Attributes:
        labels: The possible labels.
        centre: float32, shape (vector length,): the mean of the examples.
        axes: float32, shape (`DIMENSIONS`, vector length).
        points: float32, shape (examples, `DIMENSIONS`), each row of length 1.
        votes: float32, shape (examples, labels): 1 at the label of each example.
    """

    labels: tuple[str, ...]
    centre: Array
    axes: Array
    points: Array
    votes: Array

    def probabilities(self, vector: Array) -> dict[str, float]:
        """Return how likely each label is, by the nearest examples.

        Args:
            vector: A sentence vector, shape (vector length,).
        """
        point = self.axes @ (vector - self.centre)
        point = point / max(float(np.linalg.norm(point)), 1e-9)
        likeness = self.points @ point
        nearest = np.argpartition(-likeness, min(VOTERS, len(likeness) - 1))[:VOTERS]
        vote = np.exp(_FADING * (likeness[nearest] - 1)) @ self.votes[nearest]
        vote = vote + _LEFT * vote.sum()
        return dict(zip(self.labels, map(float, vote / vote.sum()), strict=True))

    def arrays(self, name: str) -> dict[str, Array]:
        """Return what must be stored, under names that begin with `name`."""
        return {
            f"{name}.centre": self.centre,
            f"{name}.axes": self.axes.astype(np.float16),
            f"{name}.points": self.points.astype(np.float16),
            f"{name}.votes": self.votes.argmax(1).astype(np.int16),
            f"{name}.names": np.array(self.labels),
        }

    @classmethod
    def from_arrays(cls, name: str, stored: Mapping[str, Array]) -> Neighbours:
        """Read what `arrays` returned."""
        labels = tuple(str(label) for label in stored[f"{name}.names"])
        return cls(
            labels,
            stored[f"{name}.centre"].astype(np.float32),
            stored[f"{name}.axes"].astype(np.float32),
            stored[f"{name}.points"].astype(np.float32),
            np.eye(len(labels), dtype=np.float32)[stored[f"{name}.votes"]],
        )


def gather_neighbours(vectors: Array, labels: Sequence[str]) -> Neighbours:
    """Put examples into a small space.

    Args:
        vectors: float32, shape (examples, vector length).
        labels: One label an example.
    """
    names = tuple(sorted(set(labels)))
    centre = vectors.mean(axis=0).astype(np.float32)
    spread = vectors - centre
    # The directions of largest spread, from the small square matrix of products.
    _, directions = np.linalg.eigh(spread.T @ spread)
    # Rounded as they will be stored, so that the vote is the same before and after loading.
    axes = directions[:, ::-1][:, :DIMENSIONS].T.astype(np.float16).astype(np.float32)
    points = spread @ axes.T
    points = points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-9)
    votes = np.eye(len(names), dtype=np.float32)[[names.index(label) for label in labels]]
    return Neighbours(names, centre, axes, points.astype(np.float16).astype(np.float32), votes)
