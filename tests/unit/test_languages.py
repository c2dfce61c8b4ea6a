"""Emergencies in other languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.safety.assess import Assessor
from assistant.safety.languages import load_languages
from assistant.safety.rules import RulesError

PATH = Path(__file__).resolve().parents[2] / "data" / "safety" / "languages"
LANGUAGES = load_languages(PATH)
# The twelve most spoken in homes in England and Wales after English (census 2021), and Welsh.
NEEDED = {"pl", "ro", "pa", "ur", "pt", "es", "ar", "bn", "gu", "it", "ta", "fr", "cy"}


def test_languages_hold_the_most_spoken_ones_and_welsh():
    assert {language.id for language in LANGUAGES.languages} >= NEEDED


@pytest.mark.parametrize("language", LANGUAGES.languages, ids=lambda language: language.id)
def test_language_with_its_own_examples_recognises_danger_and_only_that(language):
    found = [LANGUAGES.find(message) for message in language.match]
    assert [place[0].id if place else None for place in found] == [language.id] * len(language.match)
    assert [message for message in language.not_match if LANGUAGES.find(message)] == []


@pytest.mark.parametrize("language", LANGUAGES.languages, ids=lambda language: language.id)
def test_language_in_an_emergency_is_answered_in_that_language(language, rules, emergencies):
    triage = Assessor(rules, languages=LANGUAGES).assess(language.match[0])
    assert (triage.urgency, triage.kind, triage.reader) == ("emergency", "other_language", language.id)
    reply = emergencies.answer("other_language", "decided", language.id)
    assert "999" in reply.messages[0].text.split("\n")[0]
    assert language.name in reply.messages[0].text


@pytest.mark.parametrize(
    "text",
    ["how do i set up tiktok", "my son will not stop gaming", "help me with the settings", "thank you very much"],
)
def test_languages_with_english_advice_find_nothing(text: str):
    assert LANGUAGES.find(text) is None


def test_load_languages_with_too_few_examples_says_which(tmp_path: Path):
    (tmp_path / "xx.yml").write_text("{id: xx, name: X, phrases: {general: [a b]}, match: [a b], not_match: [c]}")
    with pytest.raises(RulesError, match=r"xx\.yml: needs 10 messages"):
        load_languages(tmp_path)


def _written(tmp_path: Path, pairs: str) -> Path:
    ten, six = ", ".join(["a b"] * 10), ", ".join(["c"] * 6)
    words = f"{{id: xx, name: X, phrases: {{g: [a b]}}, pairs: {pairs}, match: [{ten}], not_match: [{six}]}}"
    (tmp_path / "xx.yml").write_text(words)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("moja corka dzisiaj zaginela", True),
        ("zaginela wczoraj moja mala corka", True),
        ("corka gra w gry", False),
        ("zaginela paczka", False),
        ("corka " + "x " * 15 + "zaginela", False),
    ],
)
def test_languages_with_a_pair_need_both_words_near_each_other(tmp_path: Path, text: str, is_found: bool):
    path = _written(tmp_path, "[{danger: missing, one_of: [corka], and_one_of: [zagin*]}]")
    assert (load_languages(path).find(text) is not None) == is_found


def test_load_languages_with_half_a_pair_says_what_it_needs(tmp_path: Path):
    with pytest.raises(RulesError, match="needs `danger`, `one_of` and `and_one_of`"):
        load_languages(_written(tmp_path, "[{danger: missing, one_of: [corka]}]"))
