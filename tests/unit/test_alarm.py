"""Emergencies across turns: not forgotten, and let go when they are over."""

from __future__ import annotations

import pytest

from assistant.safety.alarm import LIGHT_TURNS, Alarm, in_light_of
from assistant.safety.triage import Triage, emergency

MEETING = Alarm("meeting", "asked")
DECIDED = Alarm("meeting", "decided")


def later(rules, text: str, alarm: Alarm | None, urgency: str = "advice", **fields):
    return in_light_of(Triage(urgency, **fields), text, alarm, rules)


def test_alarm_without_an_emergency_is_not_raised(rules):
    triage, alarm = later(rules, "how do i set up the tablet", None)
    assert (triage.urgency, alarm) == ("advice", None)


def test_alarm_with_an_emergency_is_raised(rules):
    triage, alarm = in_light_of(emergency("asked", "meeting"), "she has gone to meet him", None, rules)
    assert triage.is_emergency
    assert alarm == Alarm("meeting", "asked")


@pytest.mark.parametrize("text", ["shes home safe now", "yes shes with me", "police found her, shes ok", "false alarm"])
def test_alarm_with_words_that_it_is_over_lets_go(rules, text: str):
    triage, alarm = later(rules, text, MEETING)
    assert (triage.urgency, triage.is_over, triage.kind) == ("urgent", True, "meeting")
    assert alarm is not None
    assert alarm.is_over


@pytest.mark.parametrize("text", ["no", "not sure", "still no answer", "idk where she is"])
def test_alarm_with_no_to_the_question_becomes_certain(rules, text: str):
    triage, alarm = later(rules, text, MEETING)
    assert (triage.urgency, triage.stage) == ("emergency", "decided")
    assert alarm == Alarm("meeting", "decided", turns=1)


def test_alarm_with_yes_says_what_to_do_next(rules):
    triage, _ = later(rules, "yes", Alarm("suicide", "asked"))
    assert (triage.urgency, triage.stage) == ("emergency", "yes")


def test_alarm_of_suicide_is_not_over_because_they_are_together(rules):
    triage, alarm = later(rules, "yes hes here with me", Alarm("suicide", "decided"))
    assert triage.stage == "yes"
    assert alarm is not None
    assert not alarm.is_over


def test_alarm_with_a_call_under_way_says_what_to_tell(rules):
    assert later(rules, "im calling now what do i say to them", DECIDED)[0].stage == "calling"


def test_alarm_with_a_stranger_gone_is_over_only_where_that_ends_it(rules):
    assert later(rules, "hes gone now", Alarm("offender_near", "decided"))[0].is_over
    assert not later(rules, "hes gone now", Alarm("missing", "decided"))[0].is_over


def test_alarm_with_a_question_in_between_keeps_the_emergency_without_a_reply_of_its_own(rules):
    triage, alarm = later(rules, "should i delete the chat before they come round to us", DECIDED, "urgent")
    assert (triage.urgency, triage.stage, triage.kind) == ("emergency", None, "meeting")
    assert alarm == Alarm("meeting", "decided", turns=1)


@pytest.mark.parametrize("alarm", [MEETING, Alarm("meeting", "decided", turns=1, is_over=True)])
def test_alarm_with_a_calm_question_after_it_still_knows_what_it_was_about(rules, alarm: Alarm):
    triage, _ = later(rules, "how do i talk to her about it when she wakes up", alarm)
    assert (triage.urgency, triage.kind) == ("advice", "meeting")


def test_alarm_with_thanks_stays_calm_and_in_sight(rules):
    triage, alarm = later(rules, "thank you so much", DECIDED, "none")
    assert triage.urgency == "none"
    assert alarm is not None
    assert alarm.is_in_sight


def test_alarm_that_was_only_asked_lets_a_calm_question_be_calm(rules):
    triage, _ = later(rules, "how do i turn off the location on her phone", MEETING, "advice")
    assert triage.urgency == "advice"


def test_alarm_that_is_over_is_raised_again_by_a_new_emergency(rules):
    over = Alarm("meeting", "decided", turns=1, is_over=True)
    triage, alarm = in_light_of(emergency("decided", "missing"), "she has gone again", over, rules)
    assert triage.is_emergency
    assert alarm == Alarm("missing", "decided")


def test_alarm_with_good_news_and_a_new_danger_stays_an_emergency(rules):
    danger = emergency("decided", "suicide", reasons=("rule:suicide_now",))
    triage, _ = in_light_of(danger, "hes home now but he says he wants to kill himself", DECIDED, rules)
    assert triage.is_emergency


def test_alarm_with_good_news_but_a_danger_that_only_the_model_sees_stays_an_emergency(rules):
    danger = emergency("decided", "medical", reasons=("model:emergency=0.80",))
    triage, _ = in_light_of(danger, "she is home now but her lips have gone blue", DECIDED, rules)
    assert triage.is_emergency
    assert triage.kind == "medical"


def test_alarm_fades_after_some_turns(rules):
    old = Alarm("meeting", "decided", turns=LIGHT_TURNS)
    assert later(rules, "no", old)[0].urgency == "advice"
    assert later(rules, "no", old)[1] is None
