"""Fixtures defined once. Nothing here imports Rasa: the fast tests must stay fast."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.knowledge.answers import AnswerBook
from assistant.knowledge.emergencies import EmergencyReplies
from assistant.knowledge.load import load_knowledge
from assistant.knowledge.model import Knowledge
from assistant.knowledge.vocabulary import EMERGENCY_KINDS
from assistant.safety.rules import SafetyRules, load_rules
from tests.running import own_server, server  # noqa: F401  (fixtures)

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The real knowledge base, for Cumbria."""
    return load_knowledge(ROOT / "knowledge", force_id="cumbria")


@pytest.fixture(scope="session")
def book(knowledge: Knowledge) -> AnswerBook:
    """The real answers."""
    return AnswerBook(knowledge)


@pytest.fixture(scope="session")
def emergencies(knowledge: Knowledge) -> EmergencyReplies:
    """The real emergency replies."""
    return EmergencyReplies(knowledge)


@pytest.fixture(scope="session")
def rules() -> SafetyRules:
    """The real rules of triage."""
    return load_rules(ROOT / "data" / "safety" / "rules.yml", kinds=EMERGENCY_KINDS)
