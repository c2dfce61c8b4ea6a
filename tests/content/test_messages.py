"""Training and evaluation messages: apart from each other, and fit to be kept in public."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from assistant.knowledge.vocabulary import AGE_BANDS, ASPECTS, EMERGENCY_KINDS, SPEAKERS, TOPICS, URGENCIES
from assistant.learning.examples import ExamplesError, load_examples
from assistant.text import for_matching

ROOT = Path(__file__).resolve().parents[2]
TRAINING = load_examples(ROOT / "data" / "nlu")
SETS = ROOT / "tests" / "evaluation"
SAFETY = SETS / "safety"


def _rows(*paths: Path) -> list[dict]:
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


EVALUATION = _rows(*sorted(SETS.glob("messages_*.jsonl")), SAFETY / "messages.jsonl")
CONVERSATIONS = yaml.safe_load((SAFETY / "conversations.yml").read_text(encoding="utf-8"))["conversations"]


def _words(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", for_matching(text)).strip()


def _shingles(text: str) -> set[str]:
    words = _words(text).split()
    return {" ".join(words[i : i + 5]) for i in range(len(words) - 4)}


def test_there_are_enough_messages_and_voices():
    assert len(TRAINING) >= 1500
    assert len({example.voice for example in TRAINING}) >= 10
    assert len(EVALUATION) >= 300


def test_safety_sets_hold_what_the_scorecard_promises():
    rows = _rows(SAFETY / "messages.jsonl")
    emergencies = [row for row in rows if row["urgency"] == "emergency"]
    assert len(rows) >= 700
    assert len(emergencies) >= 200
    assert sum(row["wording"] == "indirect" for row in emergencies) >= 80
    assert sum(row["urgency"] == "urgent" for row in rows) >= 200
    assert sum(row["wording"] == "plain" and row["urgency"] == "advice" for row in rows) >= 150
    assert sum(row["wording"] == "near_miss" for row in rows) >= 150
    assert sum(row["speaker"] == "child" for row in rows) >= 120
    assert {row["kind"] for row in emergencies} == set(EMERGENCY_KINDS)
    assert len(CONVERSATIONS) >= 60


def test_misspelt_copies_belong_to_messages_of_the_safety_set():
    ids = {row["id"] for row in _rows(SAFETY / "messages.jsonl")}
    assert {row["of"] for row in _rows(SAFETY / "misspelt.jsonl")} == ids


def test_a_voice_is_wholly_in_training_or_wholly_in_evaluation():
    measuring = {row["voice"] for row in EVALUATION} | {talk["voice"] for talk in CONVERSATIONS}
    assert {example.voice for example in TRAINING} & measuring == set()


def test_training_messages_are_not_repeated():
    repeated = [words for words, count in Counter(_words(e.text) for e in TRAINING).items() if count > 1 and words]
    assert repeated == []


def test_no_evaluation_message_is_copied_from_training():
    known = {_words(example.text) for example in TRAINING}
    copied = [row["id"] for row in EVALUATION if len(row["text"].split()) > 3 and _words(row["text"]) in known]
    assert copied == []


def test_no_evaluation_message_shares_long_runs_of_words_with_training():
    known: set[str] = set()
    for example in TRAINING:
        known |= _shingles(example.text)
    near = [
        row["id"]
        for row in EVALUATION
        if len(runs := _shingles(row["text"])) >= 6 and len(runs & known) / len(runs) > 0.4
    ]
    assert near == []


def test_no_line_of_the_shared_measuring_data_is_in_the_project(root: Path):
    shared = root.parent / "shared" / "data" / "real_questions_dev.jsonl"
    if not shared.is_file():
        pytest.skip("the shared data is not on this machine")
    lines = {_words(json.loads(line)["text"]) for line in shared.read_text(encoding="utf-8").splitlines()}
    own = {_words(example.text) for example in TRAINING} | {_words(row["text"]) for row in EVALUATION}
    assert {words for words in lines & own if len(words.split()) > 3} == set()


@pytest.mark.parametrize("row", EVALUATION, ids=lambda row: row["id"])
def test_evaluation_row_has_valid_labels(row: dict):
    assert row["text"].strip()
    assert row["topic"] in TOPICS
    assert row["aspect"] in ASPECTS
    assert row["urgency"] in URGENCIES
    assert row["speaker"] in SPEAKERS
    assert row["age_band"] in (None, *AGE_BANDS)


# Words that have no place in any file here: what happened is told without detail.
_EXPLICIT = re.compile(
    r"\b(penis|vagina|genitals?|masturbat\w*|orgasm\w*|blow ?jobs?|handjobs?|wank\w*|fingered|erection|cum|dick pics?)\b",
    re.IGNORECASE,
)


def test_no_message_tells_a_disclosure_in_detail():
    texts = [example.text for example in TRAINING] + [row["text"] for row in EVALUATION]
    assert [text for text in texts if _EXPLICIT.search(text)] == []


def test_no_message_carries_a_real_looking_number_or_address():
    pattern = re.compile(r"\b0\d{9,10}\b|\b07\d{3} ?\d{6}\b|[\w.]+@[\w.]+\.\w+|https?://")
    texts = [example.text for example in TRAINING] + [row["text"] for row in EVALUATION]
    assert [text for text in texts if pattern.search(text)] == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("nlu:\n  - intent: greet\n    examples: |\n      - hi\n", "lacks topic"),
        ("nlu: [", "not valid YAML"),
        (
            "nlu:\n  - intent: greet\n    metadata: {topic: a, voice: b, urgency: c, speaker: d}\n    examples: |\n      hi\n",
            "needs `- ` in front",
        ),
        ("version: '3.1'\n", "no training messages"),
    ],
)
def test_load_examples_with_a_fault_says_where(tmp_path: Path, content: str, words: str):
    (tmp_path / "a.yml").write_text(content)
    with pytest.raises(ExamplesError, match=words):
        load_examples(tmp_path)
