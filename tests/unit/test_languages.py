"""Emergencies in other languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.safety.assess import Assessor
from assistant.safety.languages import load_languages
from assistant.safety.rules import RulesError

PATH = Path(__file__).resolve().parents[2] / "data" / "safety" / "languages.yml"
LANGUAGES = load_languages(PATH)
# The twelve most spoken in homes in England and Wales after English (census 2021), and Welsh.
NEEDED = {"pl", "ro", "pa", "ur", "pt", "es", "ar", "bn", "gu", "it", "ta", "fr", "cy"}


def test_languages_hold_the_most_spoken_ones_and_welsh():
    assert {language.id for language in LANGUAGES} >= NEEDED


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
def test_language_with_its_own_examples_recognises_danger_and_only_that(language):
    assert [message for message in language.match if language.danger_in(message) is None] == []
    assert [m for m in language.not_match for other in LANGUAGES if other.danger_in(m)] == []


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
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
    assert [language.id for language in LANGUAGES if language.danger_in(text)] == []


def test_load_languages_with_too_few_examples_says_which(tmp_path: Path):
    path = tmp_path / "languages.yml"
    path.write_text("languages: [{id: xx, name: X, phrases: {general: [a b]}, match: [a b], not_match: [c]}]")
    with pytest.raises(RulesError, match=r"languages\.yml: xx: needs 10 messages"):
        load_languages(path)
