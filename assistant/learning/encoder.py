"""Sentence vectors from any ONNX sentence encoder in a folder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from cachetools import LRUCache
from tokenizers import Tokenizer

MODEL_FILE = "encoder.onnx"
TOKENIZER_FILE = "tokenizer.json"
MAX_TOKENS = 192
"""Longer messages are cut here; attention cost grows with the square of the length."""

_REMEMBERED_MESSAGES = 256

Vectors = np.ndarray[Any, np.dtype[np.float32]]


class EncoderError(RuntimeError):
    """The encoder is missing, damaged or not what it says. The message says what to do."""


class SentenceEncoder:
    """Turns messages into vectors of length 1; near meanings lie near each other.

    The last few hundred single messages are remembered, because triage and understanding read the
    same message one after the other. Safe to share between threads for reading: the ONNX session is
    thread-safe and the memory only ever holds values that could be computed again.
    """

    def __init__(self, folder: Path) -> None:
        """Load the encoder.

        Args:
            folder: Folder with `encoder.onnx` and `tokenizer.json`.

        Raises:
            EncoderError: If a file is missing or cannot be read.
        """
        model, tokenizer = folder / MODEL_FILE, folder / TOKENIZER_FILE
        if not (model.is_file() and tokenizer.is_file()):
            raise EncoderError(f"No sentence encoder in {folder}; run `make train`.")
        options = onnxruntime.SessionOptions()
        # One thread a message: several workers share the machine, and a message is too short to split.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(
                model.read_bytes(), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
        except Exception as error:
            raise EncoderError(
                f"The sentence encoder in {folder} cannot be read ({error}); remove the folder and run `make train`."
            ) from error
        self._tokenizer.enable_truncation(max_length=MAX_TOKENS)
        self._tokenizer.no_padding()
        self.sha256 = hashlib.sha256(model.read_bytes()).hexdigest()
        self._remembered: LRUCache[str, Vectors] = LRUCache(_REMEMBERED_MESSAGES)

    def encode(self, messages: Sequence[str]) -> Vectors:
        """Return one vector a message.

        Each message is run by itself: 8-bit arithmetic scales to what it sees, so a message in a
        batch would get a slightly different vector in training than alone in use.

        Returns:
            float32, shape (messages, vector length), each row of length 1.
        """
        return np.stack([self.encode_fresh(message) for message in messages])

    def encode_one(self, message: str) -> Vectors:
        """Return the vector of one message; a repeated message costs nothing."""
        vector = self._remembered.get(message)
        if vector is None:
            vector = self.encode_fresh(message)
            self._remembered[message] = vector
        return vector

    def familiarity(self, message: str) -> float:
        """Return how much of a message is made of words the encoder knows whole, 0..1.

        Ordinary English, typing slips included, lies well above a half; keys hit at random and other
        languages fall into fragments and lie below.
        """
        pieces = self._tokenizer.encode(message, add_special_tokens=False).tokens
        words = [piece for piece in pieces if any(character.isalnum() for character in piece)]
        whole = [word for word in words if not word.startswith("##") and word != "[UNK]"]
        return len(whole) / len(words) if words else 0.0

    def encode_fresh(self, message: str) -> Vectors:
        """Return the vector of one message without remembering it."""
        encoding = self._tokenizer.encode(message)
        feeds = {
            "input_ids": np.array([encoding.ids], dtype=np.int64),
            "attention_mask": np.array([encoding.attention_mask], dtype=np.int64),
        }
        (vectors,) = self._session.run(["vector"], feeds)
        return np.asarray(vectors[0], dtype=np.float32)
