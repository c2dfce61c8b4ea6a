"""Linear heads: one per question asked of a message (intent, topic, urgency, speaker).

Trained with scikit-learn's logistic regression; kept as plain arrays, so that a stored head is
data and never code (no pickle).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression

Array = np.ndarray[Any, Any]

JOINT_LABELS = 8


class HeadError(Exception):
    """A stored head cannot be used. The message says why and what to do."""


@dataclass(frozen=True)
class Head:
    """One trained question.

    Attributes:
        labels: The possible answers, in the order of the columns.
        weights: float32, shape (labels, features).
        bias: float32, shape (labels,).
        is_joint: True if the labels were weighed against each other, False if each against the rest.
    """

    labels: tuple[str, ...]
    weights: Array
    bias: Array
    is_joint: bool = False

    def probabilities(self, features: Any) -> Array:
        """Return how likely each label is.

        Args:
            features: Sparse or dense matrix, shape (messages, features).

        Returns:
            float64, shape (messages, labels); each row sums to 1.
        """
        scores = np.asarray(features @ self.weights.T + self.bias, dtype=np.float64)
        if self.is_joint:
            each = np.exp(scores - scores.max(axis=1, keepdims=True))
        else:
            each = 1 / (1 + np.exp(-scores))
        return np.asarray(each / each.sum(axis=1, keepdims=True))


def train_head(features: Any, labels: Sequence[str], *, strength: float) -> Head:
    """Train one head.

    Args:
        features: Shape (messages, features).
        labels: One label a message.
        strength: Inverse of the regularisation (scikit-learn's `C`).

    Raises:
        HeadError: If there are fewer than two different labels.
    """
    if len(set(labels)) < 2:
        raise HeadError(f"A head needs at least two different labels, got {sorted(set(labels))}.")
    # Few labels are weighed jointly, which is better where two compete (emergency or urgent); with
    # dozens of labels that takes minutes, and one against the rest is no worse.
    is_joint = len(set(labels)) <= JOINT_LABELS
    model = LogisticRegression(
        C=strength,
        class_weight="balanced",
        solver="lbfgs" if is_joint else "liblinear",
        max_iter=150,
        tol=1e-3 if is_joint else 1e-2,
        random_state=0,
    )
    model.fit(features, list(labels))
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        weights, bias = np.vstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
    labels_in_order = tuple(str(label) for label in model.classes_)
    # Rounded as they will be stored, so that a head answers the same before and after loading.
    return Head(labels_in_order, weights.astype(np.float16).astype(np.float32), bias.astype(np.float32), is_joint)


def train_heads(features: Any, questions: Mapping[str, tuple[Sequence[int], Sequence[str], float]]) -> dict[str, Head]:
    """Train several heads on the same messages, each on a processor of its own.

    Args:
        features: Shape (messages, features).
        questions: For each head the rows it learns from, their labels, and its strength.
    """
    workers = Parallel(n_jobs=min(len(questions), os.cpu_count() or 1))
    trained = workers(
        delayed(train_head)(features[list(rows)], list(labels), strength=strength)
        for rows, labels, strength in questions.values()
    )
    return dict(zip(questions, trained, strict=True))


def save_heads(
    path: Path, heads: dict[str, Head], notes: dict[str, Any], *, more: dict[str, Array] | None = None
) -> None:
    """Write heads and notes about them (what they were trained on) into one `.npz` file.

    Args:
        path: The file.
        heads: By name.
        notes: Anything JSON can hold.
        more: Other arrays to keep in the same file.
    """
    arrays: dict[str, Array] = dict(more or {})
    for name, head in heads.items():
        arrays[f"{name}.weights"] = head.weights.astype(np.float16)
        arrays[f"{name}.bias"] = head.bias
        arrays[f"{name}.labels"] = np.array(head.labels)
        arrays[f"{name}.is_joint"] = np.array(head.is_joint)
    arrays["notes"] = np.array(json.dumps(notes, sort_keys=True))
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part.npz")
    np.savez_compressed(temporary, **arrays)
    temporary.replace(path)


def load_arrays(path: Path, names: Sequence[str]) -> dict[str, Array]:
    """Read the other arrays that `save_heads` wrote.

    Raises:
        HeadError: If the file is missing or damaged, or holds no such arrays.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            return {key: stored[key] for name in names for key in stored.files if key.startswith(f"{name}.")}
    except Exception as error:
        raise HeadError(f"{path.name} is missing or damaged ({error}); run `make train`.") from error


def load_heads(path: Path) -> tuple[dict[str, Head], dict[str, Any]]:
    """Read what `save_heads` wrote.

    Raises:
        HeadError: If the file is missing or damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            notes = json.loads(str(stored["notes"]))
            names = [key.removesuffix(".labels") for key in stored.files if key.endswith(".labels")]
            heads = {
                name: Head(
                    tuple(str(label) for label in stored[f"{name}.labels"]),
                    stored[f"{name}.weights"].astype(np.float32),
                    stored[f"{name}.bias"].astype(np.float32),
                    bool(stored[f"{name}.is_joint"]),
                )
                for name in names
            }
    except Exception as error:
        raise HeadError(f"{path.name} is missing or damaged ({error}); run `make train`.") from error
    return heads, notes
