"""Rasa policy: an emergency is answered before anything else may act, and only once a turn."""

from __future__ import annotations

from typing import Any

from rasa.core.featurizers.tracker_featurizers import TrackerFeaturizer
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.knowledge.emergencies import GENERAL, reply_order
from assistant.rasa_components.fields import TRIAGE, emergency_response_name

SAFETY_PRIORITY = 100
CERTAIN = 1.0


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class HarbourSafetyPolicy(Policy):
    """Predicts the emergency reply, then listens.

    Its prediction counts as one that does not depend on the user's words (`is_no_user_prediction`):
    only so does it stand above an active form, and with its priority above all rules.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See parent class for full docstring."""
        return {"priority": SAFETY_PRIORITY}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> HarbourSafetyPolicy:
        """See parent class for full docstring."""
        return cls(config, model_storage, resource, execution_context)

    def _create_featurizer(self) -> TrackerFeaturizer | None:
        return None

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Learn nothing: which reply belongs to which emergency is data, not statistics."""
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> HarbourSafetyPolicy:
        """See parent class for full docstring."""
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Predict the emergency reply after an emergency message, then listening; else nothing.

        An emergency without a stage was answered before and goes on: there the ordinary answer is due, which
        the channel puts under a line about 999.
        """
        action = self._emergency_action(tracker, domain)
        probabilities = self._default_predictions(domain)
        if action is not None:
            probabilities[domain.index_for_action(action)] = CERTAIN
        return self._prediction(probabilities, is_no_user_prediction=action is not None)

    @staticmethod
    def _emergency_action(tracker: DialogueStateTracker, domain: Domain) -> str | None:
        message = tracker.latest_message
        triage = ((message.metadata if message else None) or {}).get(TRIAGE)
        if not triage or triage["urgency"] != "emergency" or not triage["stage"]:
            return None
        wanted = [
            emergency_response_name(*key) for key in reply_order(triage["kind"], triage["stage"], triage["reader"])
        ]
        wanted.append(emergency_response_name(GENERAL, "asked", None))
        known = set(domain.action_names_or_texts)
        reply = next((name for name in wanted if name in known), None)
        has_replied = tracker.latest_action_name not in (None, ACTION_LISTEN_NAME)
        return ACTION_LISTEN_NAME if has_replied else reply
