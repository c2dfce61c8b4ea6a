from __future__ import annotations

import pytest

from assistant.safety.assess import Assessor
from assistant.safety.triage import remember_speaker


class FixedModel:
    """Stands for the trained model: the same probabilities for every message."""

    def __init__(self, emergency: float, *, speaker: str = "parent") -> None:
        rest = (1 - emergency) / 3
        self.scores = {
            "urgency": {"emergency": emergency, "urgent": rest, "advice": rest + 0.01, "none": rest},
            "speaker": {"parent": 0.3, speaker: 0.7},
            "nearest_urgency": {"emergency": emergency},
            "kind": {"blackmail": 0.9, "meeting": 0.1},
        }

    def probabilities(self, text, encode, rules):
        return self.scores


def assessor(rules, emergency: float, **kwargs) -> Assessor:
    return Assessor(rules, model=FixedModel(emergency, **kwargs), encode=lambda text: None)


def test_assess_with_a_rule_and_a_doubting_model_asks(rules):
    triage = assessor(rules, 0.10).assess("My daughter has gone to meet a man she met on Snapchat")
    assert (triage.urgency, triage.certainty, triage.kind) == ("emergency", "asked", "meeting")


def test_assess_with_a_rule_and_an_agreeing_model_decides(rules):
    triage = assessor(rules, 0.4).assess("My daughter has gone to meet a man she met on Snapchat")
    assert (triage.urgency, triage.certainty) == ("emergency", "decided")


def test_assess_with_a_rule_and_a_sure_denial_stays_calm(rules):
    triage = assessor(rules, 0.002).assess("My daughter has gone to meet a man she met on Snapchat")
    assert not triage.is_emergency


def test_assess_with_words_that_leave_no_doubt_leads_with_999_whatever_the_model_says(rules):
    triage = assessor(rules, 0.0).assess("what is the easiest way of killing myself")
    assert (triage.urgency, triage.certainty, triage.kind) == ("emergency", "asked", "suicide")


def test_assess_with_words_no_rule_knows_and_a_sure_model_decides(rules):
    triage = assessor(rules, 0.9).assess("the landlady has rung with news about our youngest")
    assert (triage.urgency, triage.certainty, triage.kind) == ("emergency", "decided", "blackmail")


def test_assess_with_a_film_asks_the_model_for_more(rules):
    message = "we watched a film where a girl has gone to meet a man she met on Snapchat"
    assert not assessor(rules, 0.12).assess(message).is_emergency
    assert assessor(rules, 0.97).assess(message).is_emergency


def test_assess_without_a_model_judges_by_rules_and_leans_to_999(rules):
    alone = Assessor(rules)
    assert alone.assess("hes outside our house now").certainty == "decided"
    assert alone.assess("how do I set up the tablet").urgency == "advice"


def test_assess_with_a_failing_model_judges_by_rules_and_says_so(rules):
    class Broken:
        def probabilities(self, *args):
            raise RuntimeError("no")

    failures = []
    broken = Assessor(rules, model=Broken(), encode=lambda text: None, on_model_failure=failures.append)
    triage = broken.assess("hes outside our house now")
    assert triage.certainty == "decided"
    assert "rules_only" in triage.reasons
    assert len(failures) == 1


@pytest.mark.parametrize("text", ["", "...", "\U0001f62d\U0001f62d"])
def test_assess_without_words_is_calm(rules, text: str):
    assert Assessor(rules).assess(text).urgency == "none"


@pytest.mark.parametrize("text", ["2.2250738585072011e-308", "1E+02", "-1", "00 11 22"])
def test_assess_with_bare_numbers_does_not_ask_the_model(rules, text: str):
    assert not assessor(rules, 0.9).assess(text).is_emergency


def test_assess_with_danger_in_one_sentence_of_a_long_story_sees_it(rules):
    class OnlyShort(FixedModel):
        def probabilities(self, text, encode, rules):
            return FixedModel(0.9 if len(text.split()) < 20 else 0.0).scores

    story = "my son plays his game all day and I do not mind. " * 20
    model = Assessor(rules, model=OnlyShort(0.0), encode=lambda text: None)
    assert not model.assess(story).is_emergency
    assert model.assess(story + "hes outside our house now").certainty == "decided"


def test_assess_always_gives_its_reasons(rules):
    reasons = assessor(rules, 0.4).assess("hes outside our house now").reasons
    assert "rule:person_outside" in reasons
    assert "model:emergency=0.40" in reasons


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("im 12 and scared", "child"),
        ("my daughter is 12 and scared", "parent"),
        ("I'm a teacher and a pupil told me something", "teacher"),
    ],
)
def test_assess_with_a_plain_self_description_knows_the_speaker(rules, text: str, speaker: str):
    assert Assessor(rules).assess(text).speaker == speaker


def test_assess_with_two_words_does_not_guess_the_speaker(rules):
    assert assessor(rules, 0.0, speaker="child").assess("ok thanks").speaker == "parent"


def test_assess_with_the_writers_own_wish_to_die_speaks_to_the_writer(rules):
    assert assessor(rules, 0.9).assess("I want to kill myself").reader == "adult"
    assert assessor(rules, 0.9).assess("im 13 and I want to kill myself").reader == "child"
    assert assessor(rules, 0.9).assess("my son says he wants to kill himself").reader is None


def test_remember_speaker_with_an_emergency_addresses_the_child_told_earlier(rules):
    triage = Assessor(rules).assess("hes outside our house now")
    assert remember_speaker(triage, "child").reader == "child"
    assert remember_speaker(triage, None) == triage
