"""Rasa policy: the message after "please type your question" is that question, whatever it looks like."""

from __future__ import annotations

from typing import Any

from rasa.core.policies.policy import PolicyPrediction
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.rasa_components.fields import TRIAGE
from assistant.rasa_components.safety_policy import CERTAIN, HarbourSafetyPolicy

QUESTION_PRIORITY = 90
TAKE_QUESTION = "action_take_session_question"
_SLOT = "session_question"
_CONFIRMING = "confirming"
_AGREES_OR_NOT = ("affirm", "deny")
_DISCLOSURES = ("emergency", "urgent")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class HarbourSessionQuestionPolicy(HarbourSafetyPolicy):
    """Predicts taking the question, then listening.

    Only straight after Harbour asked for it, and never for an emergency or a disclosure: a live session is no
    place for either, so those are answered as ever.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See parent class for full docstring."""
        return {"priority": QUESTION_PRIORITY}

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Predict taking the question if one is due; else nothing."""
        action = None
        if self._is_due(tracker):
            has_acted = tracker.latest_action_name not in (None, ACTION_LISTEN_NAME)
            action = ACTION_LISTEN_NAME if has_acted else TAKE_QUESTION
        probabilities = self._default_predictions(domain)
        if action is not None:
            probabilities[domain.index_for_action(action)] = CERTAIN
        return self._prediction(probabilities, is_no_user_prediction=action is not None)

    @staticmethod
    def _is_due(tracker: DialogueStateTracker) -> bool:
        message = tracker.latest_message
        if message is None or (message.text or "").startswith("/") or not _was_asked_last(tracker):
            return False
        triage = (message.metadata or {}).get(TRIAGE) or {}
        if triage.get("urgency") in _DISCLOSURES:
            return False
        step = _step_before(tracker)
        return step is not None and (step != _CONFIRMING or message.intent.get("name") in _AGREES_OR_NOT)


def _was_asked_last(tracker: DialogueStateTracker) -> bool:
    """Say whether the last thing Harbour did before this message was to take a question."""
    is_before_message = False
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered) and not is_before_message:
            is_before_message = True
        elif is_before_message and isinstance(event, ActionExecuted) and event.action_name != ACTION_LISTEN_NAME:
            return bool(event.action_name == TAKE_QUESTION)
    return False


def _step_before(tracker: DialogueStateTracker) -> str | None:
    """Return which step was due when this message came; the action has moved it on by the time it listens."""
    step: str | None = None
    is_before_message = False
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            is_before_message = True
        elif is_before_message and isinstance(event, SlotSet) and event.key == _SLOT:
            step = (event.value or {}).get("step")
            break
    return step
