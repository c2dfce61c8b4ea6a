"""What a linear head sees of a message: its sentence vector and its letters.

The sentence vector carries meaning; letter groups carry spelling, so that "snapchta" still lies
near "snapchat". Letter groups are hashed, so no vocabulary has to be stored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer

from assistant.text import for_matching

Encode = Callable[[str], np.ndarray[Any, np.dtype[np.float32]]]

LETTER_GROUPS = 2**15
VECTOR_WEIGHT = 1.0
LETTER_WEIGHT = 0.7

_letters = HashingVectorizer(
    analyzer="char_wb", ngram_range=(2, 5), n_features=LETTER_GROUPS, norm="l2", alternate_sign=False, dtype=np.float32
)


def message_features(messages: Sequence[str], encode: Encode) -> Any:
    """Return the features of messages.

    Args:
        messages: Clean messages.
        encode: Gives the sentence vector of one message.

    Returns:
        Sparse float32 matrix, shape (messages, vector length + `LETTER_GROUPS`).
    """
    vectors = np.stack([encode(message) for message in messages]) * VECTOR_WEIGHT
    letters = _letters.transform([for_matching(message) for message in messages]) * LETTER_WEIGHT
    return sparse.hstack([sparse.csr_matrix(vectors), letters], format="csr", dtype=np.float32)
