"""The vectors of the training messages, kept between trainings: encoding them is the longest part of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from assistant.learning.encoder import SentenceEncoder

Array = np.ndarray[Any, Any]


class VectorStore:
    """Vectors of messages by their text, for one encoder; a file of another encoder counts as empty."""

    def __init__(self, path: Path, encoder: SentenceEncoder) -> None:
        """Read what an earlier training kept.

        Args:
            path: The file; need not exist.
            encoder: Makes the vectors.
        """
        self._path = path
        self._encoder = encoder
        self._vectors: dict[str, Array] = {}
        try:
            with np.load(path, allow_pickle=False) as stored:
                if str(stored["encoder"]) == encoder.sha256:
                    self._vectors = dict(zip(map(str, stored["texts"]), stored["vectors"], strict=True))
        except (OSError, ValueError, KeyError):
            # Missing or damaged: it is only a memory, and is made again.
            self._vectors = {}

    def prepare(self, texts: Iterable[str]) -> None:
        """Encode what is not known yet, on all processors, and keep it for the next training."""
        wanted = list(dict.fromkeys(texts))
        missing = [text for text in wanted if text not in self._vectors]
        if not missing:
            return
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            self._vectors.update(zip(missing, pool.map(self._encoder.encode_fresh, missing), strict=True))
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_suffix(".part.npz")
        vectors = np.stack([self._vectors[text] for text in wanted])
        np.savez(temporary, encoder=self._encoder.sha256, texts=np.array(wanted), vectors=vectors)
        temporary.replace(self._path)

    def __call__(self, text: str) -> Array:
        """Return the vector of a message."""
        vector = self._vectors.get(text)
        return self._encoder.encode_fresh(text) if vector is None else vector
