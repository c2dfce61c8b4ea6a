"""What the contract tests share: Rasa's storage, a small training set, the channel's parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import runtime
from assistant.learning.examples import Example, load_examples
from assistant.training import ensure_encoder

ROOT = Path(__file__).resolve().parents[2]
# Enough of each label to train on, few enough for seconds.
EVERY_NTH = 8


@pytest.fixture(scope="session")
def encoder():
    """The real sentence encoder, built if it is not there."""
    ensure_encoder(runtime.settings(), lambda line: None)
    return runtime.encoder()


@pytest.fixture(scope="session")
def few_examples() -> list[Example]:
    """Every eighth training message."""
    return load_examples(ROOT / "data" / "nlu")[::EVERY_NTH]


@pytest.fixture
def model_storage(tmp_path: Path):
    """An empty model storage of Rasa."""
    from rasa.engine.storage.local_model_storage import LocalModelStorage

    return LocalModelStorage.create(tmp_path)


@pytest.fixture
def execution_context():
    """What Rasa hands to each component."""
    from rasa.engine.graph import ExecutionContext, GraphSchema

    return ExecutionContext(GraphSchema({}))
