"""Everything that is declared twice is kept equal here: domain, data, rules, actions, knowledge, docs."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
import yaml

import actions
from assistant.knowledge.vocabulary import SPEAKERS, TOPICS, URGENCIES
from assistant.learning.examples import load_examples
from assistant.understanding.dialogue import ASPECT_OF_INTENT

ROOT = Path(__file__).resolve().parents[2]
DERIVED_INTENTS = {"ask_about_unit", "nlu_fallback", "signal_emergency", "take_session_question", "follow_guide"}


@pytest.fixture(scope="module")
def domain() -> dict:
    return yaml.safe_load((ROOT / "domain.yml").read_text())


@pytest.fixture(scope="module")
def examples():
    return load_examples(ROOT / "data" / "nlu")


def _rules() -> list[dict]:
    files = sorted((ROOT / "data" / "rules").glob("*.yml"))
    return [rule for path in files for rule in yaml.safe_load(path.read_text())["rules"]]


def _responses() -> dict:
    return yaml.safe_load((ROOT / "data" / "responses" / "emergency.yml").read_text())["responses"]


def _action_names() -> list[str]:
    from rasa_sdk import Action

    for module in pkgutil.iter_modules(actions.__path__):
        importlib.import_module(f"actions.{module.name}")

    def leaves(cls) -> list[type]:
        return [leaf for sub in cls.__subclasses__() for leaf in ([sub] if not sub.__subclasses__() else leaves(sub))]

    return [leaf().name() for leaf in leaves(Action) if leaf.__module__.startswith("actions.")]


def test_domain_actions_are_exactly_the_registered_ones(domain):
    names = _action_names()
    assert len(names) == len(set(names))
    assert set(names) == set(domain["actions"])


def test_domain_intents_are_exactly_those_with_messages_and_the_derived_ones(domain, examples):
    assert {example.intent for example in examples} | DERIVED_INTENTS == set(domain["intents"])


def test_every_intent_has_one_rule(domain):
    ruled = [step["intent"] for rule in _rules() for step in rule["steps"] if "intent" in step]
    assert sorted(ruled) == sorted(domain["intents"])


def test_every_action_in_a_rule_exists(domain):
    named = {step["action"] for rule in _rules() for step in rule["steps"] if "action" in step}
    assert named <= set(domain["actions"]) | set(_responses())


def test_every_action_is_used_by_a_rule(domain):
    named = {step["action"] for rule in _rules() for step in rule["steps"] if "action" in step}
    assert set(domain["actions"]) <= named


def test_compiled_emergency_replies_are_what_the_knowledge_base_says(emergencies):
    from assistant.knowledge.emergencies import compile_responses

    def name(kind, certainty, reader):
        return "_".join(part for part in ("utter_emergency", kind, certainty, reader) if part)

    written = (ROOT / "data" / "responses" / "emergency.yml").read_text(encoding="utf-8")
    assert written == compile_responses(emergencies, name), "run `make knowledge` and commit the result"


def test_emergency_replies_have_exactly_one_variation():
    for name, variations in _responses().items():
        assert len(variations) == 1, name


def test_labels_are_words_of_the_decision(examples, knowledge):
    for example in examples:
        assert example.topic in TOPICS or example.topic in knowledge.topics
        assert example.urgency in URGENCIES
        assert example.speaker in SPEAKERS


def test_every_topic_has_enough_messages(examples):
    from collections import Counter

    counts = Counter(example.topic for example in examples)
    poor = {topic: counts[topic] for topic in TOPICS if counts[topic] < 30}
    assert poor == {}


def test_every_question_intent_has_an_aspect(domain):
    questions = {intent for intent in domain["intents"] if intent.startswith("ask_")}
    without = questions - set(ASPECT_OF_INTENT) - {"ask_for_human", "ask_repeat"}
    assert without == set()


def test_files_under_data_use_rasas_reserved_keys_only_where_meant():
    reserved = {"nlu", "responses", "stories", "rules"}
    homes = {"nlu": {"nlu"}, "rules": {"rules"}, "responses": {"responses"}, "safety": set()}
    for path in (ROOT / "data").rglob("*.yml"):
        folder = path.relative_to(ROOT / "data").parts[0]
        keys = set(yaml.safe_load(path.read_text())) & reserved
        assert keys <= homes[folder], path


def test_credentials_hold_no_rasa_channel_and_no_secret():
    credentials = yaml.safe_load((ROOT / "credentials.yml").read_text())
    assert all(name.startswith("assistant.channels.") for name in credentials)
    assert not any(credentials.values())


def test_readme_commands_are_targets_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        named = set(re.findall(r"`make ([a-z-]+)", path.read_text(encoding="utf-8")))
        assert named <= targets, path


def test_links_between_documents_lead_to_files():
    for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
