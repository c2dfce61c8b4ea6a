"""Taking a question: only straight after it was asked for, and never instead of an emergency or a disclosure."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.rasa
pytest.importorskip("rasa")

from rasa.engine.storage.resource import Resource  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered  # noqa: E402
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402

from assistant.rasa_components.session_question_policy import HarbourSessionQuestionPolicy  # noqa: E402

TAKE = "action_take_session_question"
DOMAIN = Domain.from_yaml(
    f"""
version: "3.1"
intents: [affirm, ask_explain, take_session_question]
slots:
  session_question: {{type: any, influence_conversation: false, mappings: [{{type: custom}}]}}
actions: [{TAKE}, action_reply]
"""
)
LISTEN = ActionExecuted("action_listen")
ASKED = [LISTEN, UserUttered("/take_session_question"), ActionExecuted(TAKE)]


@pytest.fixture
def policy(model_storage, execution_context) -> HarbourSessionQuestionPolicy:
    config = HarbourSessionQuestionPolicy.get_default_config()
    return HarbourSessionQuestionPolicy.create(config, model_storage, Resource("p"), execution_context)


def said(text: str = "how do filters work", intent: str = "ask_explain", urgency: str = "advice") -> UserUttered:
    return UserUttered(text, intent={"name": intent}, metadata={"triage": {"urgency": urgency}})


def predicted(policy, *events) -> str | None:
    tracker = DialogueStateTracker.from_events("s", list(events), domain=DOMAIN)
    prediction = policy.predict_action_probabilities(tracker, DOMAIN)
    if max(prediction.probabilities) == 0:
        return None
    assert prediction.policy_priority == 90
    return DOMAIN.action_names_or_texts[prediction.max_confidence_index]


def step(name: str | None) -> SlotSet:
    return SlotSet("session_question", {"step": name, "text": "x"} if name else None)


def test_policy_after_it_was_asked_for_takes_the_question_once(policy):
    before = [*ASKED, step("writing"), LISTEN, said()]
    assert predicted(policy, *before) == TAKE
    assert predicted(policy, *before, ActionExecuted(TAKE), step("confirming")) == "action_listen"


@pytest.mark.parametrize("urgency", ["emergency", "urgent"])
def test_policy_with_an_emergency_or_a_disclosure_leaves_it_to_the_others(policy, urgency: str):
    assert predicted(policy, *ASKED, step("writing"), LISTEN, said(urgency=urgency)) is None


def test_policy_when_something_else_was_said_in_between_takes_nothing(policy):
    between = [said(urgency="emergency"), ActionExecuted("action_reply"), LISTEN]
    assert predicted(policy, *ASKED, step("writing"), LISTEN, *between, said("yes", "affirm")) is None


def test_policy_when_asked_to_agree_takes_only_a_yes_or_no(policy):
    before = [*ASKED, step("confirming"), LISTEN]
    assert predicted(policy, *before, said("yes", "affirm")) == TAKE
    assert predicted(policy, *before, said()) is None


def test_policy_without_a_question_or_for_a_button_predicts_nothing(policy):
    assert predicted(policy, *ASKED, step(None), LISTEN, said()) is None
    assert predicted(policy, *ASKED, step("writing"), LISTEN, said("/ask_explain{}")) is None
    assert predicted(policy, LISTEN, said()) is None
