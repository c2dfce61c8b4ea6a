"""Train everything that is learned, once: the encoder's build, triage, and Rasa's model.

A fingerprint over data, words, configuration and code says whether there is anything to do.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from assistant import runtime
from assistant.knowledge.emergencies import compile_responses, write_responses
from assistant.rasa_components.fields import emergency_response_name
from assistant.settings import ROOT, Settings

logger = logging.getLogger(__name__)

MODELS_DIR = ROOT / "models"
CURRENT_FILE = MODELS_DIR / "current.json"
RESPONSES_FILE = ROOT / "data" / "responses" / "emergency.yml"
DATA_DIR = ROOT / "data"
NLU_DIR = DATA_DIR / "nlu"

# What each of the two trained parts depends on. A change of a rule of triage does not train Rasa anew.
_SHARED = ("data/nlu", "assistant/text.py", "assistant/learning", "requirements/runtime.txt")
_TRIAGE_FROM = (*_SHARED, "data/safety/rules.yml", "assistant/safety")
_RASA_FROM = (
    *_SHARED,
    "config.yml",
    "domain.yml",
    "data/rules",
    "data/responses",
    "assistant/understanding",
    "assistant/rasa_components",
)

Say = Callable[[str], None]


class TrainingError(Exception):
    """Training did not end with a usable model. The message says what to do."""


def _files(places: Iterable[str]) -> list[Path]:
    found: list[Path] = []
    for place in places:
        path = ROOT / place
        found += [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix in (".py", ".yml", ".md"))
    return found


def _mark(places: Iterable[str], *more: str) -> str:
    """Return what a trained part depends on, as one short hash."""
    digest = hashlib.sha256("|".join(more).encode())
    for path in _files(places):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def fingerprint(force: str, encoder_sha256: str) -> str:
    """Return what everything trained depends on, and what triage reads besides, as one short hash."""
    places = (*_TRIAGE_FROM, *_RASA_FROM, "data/safety", "knowledge/emergencies")
    return _mark(sorted(set(places)), force, encoder_sha256, _platform_names())


def _platform_names() -> str:
    """Return all that the model takes from what is known about apps: what they are called."""
    platforms = runtime.knowledge().platforms.values()
    return json.dumps({platform.id: platform.names for platform in platforms}, sort_keys=True)


def compile_emergency_responses() -> bool:
    """Write the emergency replies where Rasa finds them; say whether they changed."""
    content = compile_responses(runtime.emergency_replies(), emergency_response_name)
    return write_responses(RESPONSES_FILE, content)


def current_model() -> Path:
    """Return the model that the last training made.

    Raises:
        TrainingError: If there is none.
    """
    name = _read_current().get("model")
    if name is None:
        raise TrainingError("There is no trained model; run `make train`.")
    path = MODELS_DIR / name
    if not path.is_file():
        raise TrainingError(f"The model {path.name} is missing; run `make train`.")
    return path


def _read_current() -> dict[str, str]:
    try:
        current = json.loads(CURRENT_FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in current.items()} if isinstance(current, dict) else {}


def ensure_encoder(settings: Settings, say: Say) -> None:
    """Check the sentence encoder; build the general one where the folder holds none."""
    from assistant.learning.build_encoder import build_encoder, check_encoder

    if check_encoder(settings.encoder_dir):
        return
    say("Building the sentence encoder (about 10 seconds) ...")
    card = build_encoder(settings.encoder_dir)
    say(f"  {card['name']}: {card['bytes'] / 1e6:.0f} MB, check {card['check']}")


def train(settings: Settings, say: Say, *, force: bool = False) -> Path:
    """Train what has changed and return the model.

    Args:
        settings: Which force, and where the encoder is.
        say: Told what happens, line by line.
        force: Train even if nothing has changed.

    Raises:
        TrainingError: If Rasa makes no model.
    """
    ensure_encoder(settings, say)
    if compile_emergency_responses():
        say(f"Wrote {RESPONSES_FILE.relative_to(ROOT)}")
    current = _read_current()
    encoder = runtime.encoder().sha256
    triage, rasa = _mark(_TRIAGE_FROM, encoder), _mark(_RASA_FROM, settings.force, encoder, _platform_names())
    if force or current.get("triage") != triage or not runtime.TRIAGE_MODEL_PATH.is_file():
        say("Training triage ...")
        started = time.monotonic()
        messages = _train_triage()
        say(f"  {messages} messages, {time.monotonic() - started:.0f} s")
    name = f"harbour-{rasa}.tar.gz"
    if force or current.get("model") != name or not (MODELS_DIR / name).is_file():
        say("Training Rasa's model ...")
        started = time.monotonic()
        _train_rasa(name)
        say(f"  {name}, {time.monotonic() - started:.0f} s")
    CURRENT_FILE.write_text(json.dumps({"model": name, "triage": triage}, indent=2) + "\n", encoding="utf-8")
    for old in MODELS_DIR.glob("harbour-*.tar.gz"):
        if old.name != name:
            old.unlink()
    return MODELS_DIR / name


def _train_triage() -> int:
    from assistant.learning.examples import examples_hash, load_examples
    from assistant.safety.model import TriageModel

    examples = load_examples(NLU_DIR)
    vectors = runtime.vector_store()
    vectors.prepare(example.text for example in examples)
    sha256 = runtime.encoder().sha256
    model = TriageModel.train(examples, vectors, runtime.safety_rules(), encoder_sha256=sha256)
    model.save(runtime.TRIAGE_MODEL_PATH, {"messages": len(examples), "data": examples_hash(examples)})
    return len(examples)


def _train_rasa(name: str) -> None:
    # Rasa takes seconds to import; only training needs this part of it.
    import rasa.api

    result = rasa.api.train(
        domain=str(ROOT / "domain.yml"),
        config=str(ROOT / "config.yml"),
        training_files=[str(DATA_DIR / part) for part in ("nlu", "rules", "responses")],
        output=str(MODELS_DIR),
        fixed_model_name=name.removesuffix(".tar.gz"),
        # The fingerprint above decides; Rasa's own cache does not see our data files.
        force_training=True,
    )
    if not result.model or not (MODELS_DIR / name).is_file():
        raise TrainingError("Rasa made no model; the lines above say why.")
