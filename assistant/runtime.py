"""Put the cores together once per process, from the settings.

Adapters ask here for a ready part instead of building their own; each part is made at first use.
"""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.knowledge.answers import AnswerBook
from assistant.knowledge.emergencies import EmergencyReplies
from assistant.knowledge.load import load_knowledge
from assistant.knowledge.model import Knowledge
from assistant.knowledge.vocabulary import EMERGENCY_KINDS
from assistant.safety.languages import Languages, load_languages
from assistant.safety.rules import SafetyRules, load_rules
from assistant.session_questions import SessionQuestions
from assistant.settings import ROOT, Settings, load_settings

# The action server needs the knowledge base only. spaCy (which brings TensorFlow where that is
# installed), scikit-learn and onnxruntime are imported at first use, or it would start seconds later
# and hold half a gigabyte more.
if TYPE_CHECKING:
    from assistant.learning.encoder import SentenceEncoder
    from assistant.learning.vector_store import VectorStore
    from assistant.safety.assess import Assessor
    from assistant.understanding.entities import EntityFinder

logger = logging.getLogger(__name__)

KNOWLEDGE_DIR = ROOT / "knowledge"
RULES_PATH = ROOT / "data" / "safety" / "rules.yml"
LANGUAGES_PATH = ROOT / "data" / "safety" / "languages"
VECTORS_PATH = ROOT / "models" / "vectors.npz"
TRIAGE_MODEL_PATH = ROOT / "models" / "triage.npz"


@cache
def settings() -> Settings:
    """Return the settings of this process."""
    return load_settings()


@cache
def knowledge() -> Knowledge:
    """Return the knowledge base of the configured force."""
    return load_knowledge(KNOWLEDGE_DIR, force_id=settings().force)


@cache
def answer_book() -> AnswerBook:
    """Return the answers of the configured force."""
    return AnswerBook(knowledge())


@cache
def session_questions() -> SessionQuestions:
    """Return the questions that were passed on for live sessions."""
    return SessionQuestions(settings().questions_path)


@cache
def emergency_replies() -> EmergencyReplies:
    """Return the emergency replies of the configured force."""
    return EmergencyReplies(knowledge())


@cache
def encoder() -> SentenceEncoder:
    """Return the sentence encoder."""
    from assistant.learning.encoder import SentenceEncoder

    return SentenceEncoder(settings().encoder_dir)


@cache
def vector_store() -> VectorStore:
    """Return the vectors of the training messages."""
    from assistant.learning.vector_store import VectorStore

    return VectorStore(VECTORS_PATH, encoder())


@cache
def safety_rules() -> SafetyRules:
    """Return the rules of triage."""
    return load_rules(RULES_PATH, kinds=EMERGENCY_KINDS)


@cache
def languages() -> Languages:
    """Return the phrase lists of other languages."""
    return load_languages(LANGUAGES_PATH)


@cache
def entity_finder() -> EntityFinder:
    """Return the finder of platforms and ages."""
    from assistant.understanding.entities import EntityFinder

    return EntityFinder({platform.id: platform.names for platform in knowledge().platforms.values()})


@cache
def assessor() -> Assessor:
    """Return triage; by rules alone, and loudly, if its model cannot be used."""
    return make_assessor(TRIAGE_MODEL_PATH)


def make_assessor(model_path: Path) -> Assessor:
    """Return triage with the model at a path, or by rules alone if that cannot be used."""
    from assistant.learning.heads import HeadError
    from assistant.safety.assess import Assessor
    from assistant.safety.model import TriageModel

    try:
        sentence_encoder = encoder()
        model = TriageModel.load(model_path, rules=safety_rules(), encoder_sha256=sentence_encoder.sha256)
    except (HeadError, OSError, RuntimeError) as error:
        logger.error("event=triage_by_rules_alone reason=%s", error)
        return Assessor(safety_rules(), languages=languages())
    return Assessor(
        safety_rules(),
        languages=languages(),
        model=model,
        encode=sentence_encoder.encode_one,
        familiarity=sentence_encoder.familiarity,
        on_model_failure=lambda error: logger.error("event=triage_model_failed error=%s", type(error).__name__),
    )
