"""The safety policy: above rules, forms and fallback; once a turn; never an action that does not exist."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.rasa
pytest.importorskip("rasa")

from rasa.engine.storage.resource import Resource  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.events import ActionExecuted, ActiveLoop, UserUttered  # noqa: E402
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402

from assistant.rasa_components.safety_policy import HarbourSafetyPolicy  # noqa: E402

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [greet, signal_emergency]
actions: [action_reply]
responses:
  utter_emergency_meeting_decided: [{text: a}]
  utter_emergency_meeting_decided_child: [{text: b}]
  utter_emergency_general_decided: [{text: c}]
  utter_emergency_general_asked: [{text: d}]
forms:
  some_form: {required_slots: []}
"""
)


@pytest.fixture
def policy(model_storage, execution_context) -> HarbourSafetyPolicy:
    config = HarbourSafetyPolicy.get_default_config()
    return HarbourSafetyPolicy.create(config, model_storage, Resource("p"), execution_context)


def tracker(triage: dict | None, *before, after=()) -> DialogueStateTracker:
    metadata = {"triage": triage} if triage else None
    events = [ActionExecuted("action_listen"), *before, UserUttered("x", metadata=metadata), *after]
    return DialogueStateTracker.from_events("s", events, domain=DOMAIN)


def emergency(kind="meeting", certainty="decided", reader=None) -> dict:
    return {"urgency": "emergency", "kind": kind, "certainty": certainty, "stage": certainty, "reader": reader}


def predicted(policy, tracker) -> str | None:
    prediction = policy.predict_action_probabilities(tracker, DOMAIN)
    if max(prediction.probabilities) == 0:
        assert not prediction.is_no_user_prediction
        return None
    assert prediction.is_no_user_prediction
    assert prediction.policy_priority == 100
    return DOMAIN.action_names_or_texts[prediction.max_confidence_index]


@pytest.mark.parametrize(
    ("triage", "reply"),
    [
        (emergency(), "utter_emergency_meeting_decided"),
        (emergency(reader="child"), "utter_emergency_meeting_decided_child"),
        (emergency(reader="adult"), "utter_emergency_meeting_decided"),
        (emergency(kind="violence"), "utter_emergency_general_decided"),
        (emergency(kind="violence", certainty="asked"), "utter_emergency_general_asked"),
    ],
)
def test_policy_with_an_emergency_predicts_its_reply(policy, triage: dict, reply: str):
    assert predicted(policy, tracker(triage)) == reply


@pytest.mark.parametrize("triage", [None, {"urgency": "urgent"}, {"urgency": "advice"}])
def test_policy_without_an_emergency_stands_aside(policy, triage):
    assert predicted(policy, tracker(triage)) is None


def test_policy_with_an_emergency_that_goes_on_leaves_the_answer_to_the_rules(policy):
    assert predicted(policy, tracker({**emergency(), "stage": None})) is None


def test_policy_after_its_reply_listens(policy):
    after = [ActionExecuted("utter_emergency_meeting_decided")]
    assert predicted(policy, tracker(emergency(), after=after)) == "action_listen"


def test_policy_with_an_active_form_still_predicts_the_reply(policy):
    before = [ActionExecuted("some_form"), ActiveLoop("some_form"), ActionExecuted("action_listen")]
    assert predicted(policy, tracker(emergency(), *before)) == "utter_emergency_meeting_decided"


def test_policy_in_the_ensemble_beats_an_active_form_and_a_sure_rule(policy):
    from rasa.core.policies.ensemble import DefaultPolicyPredictionEnsemble
    from rasa.core.policies.policy import PolicyPrediction

    turn = tracker(emergency(), ActionExecuted("some_form"), ActiveLoop("some_form"), ActionExecuted("action_listen"))
    form = PolicyPrediction.for_action_name(DOMAIN, "some_form", "RulePolicy", confidence=1.0)
    form.is_no_user_prediction = True
    form.policy_priority = 4
    ours = policy.predict_action_probabilities(turn, DOMAIN)
    best = DefaultPolicyPredictionEnsemble().combine_predictions_from_kwargs(turn, DOMAIN, form=form, ours=ours)
    assert DOMAIN.action_names_or_texts[best.max_confidence_index] == "utter_emergency_meeting_decided"
