"""Rasa NLU component: brings the triage of the channel into Rasa; last in the pipeline.

Triage itself happens in the channel, before Rasa sees the message. This component only raises: an
emergency becomes the intent, whatever the other components found.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    INTENT,
    INTENT_NAME_KEY,
    METADATA,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from assistant import runtime
from assistant.rasa_components.fields import SIGNAL_EMERGENCY, TRIAGE, UNDERSTANDING
from assistant.rasa_components.intent_topic_classifier import INTENT_RANKING
from assistant.text import clean_message


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class HarbourTriageClassifier(GraphComponent, IntentClassifier):
    """Turns an emergency into the intent `signal_emergency` and keeps what was understood for the channel."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> HarbourTriageClassifier:
        """See parent class for full docstring."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Raise the intent of emergencies."""
        for message in messages:
            # Messages of Rasa's own channels (shell, tests) have not been through Harbour's.
            metadata = message.get(METADATA)
            if not isinstance(metadata, dict):
                metadata = {}
                message.set(METADATA, metadata, add_to_output=True)
            if TRIAGE not in metadata:
                metadata[TRIAGE] = asdict(runtime.assessor().assess(clean_message(message.get(TEXT) or "").text))
            triage = metadata[TRIAGE]
            metadata[UNDERSTANDING] = {
                **(message.get(UNDERSTANDING) or {}),
                "entities": {
                    entity[ENTITY_ATTRIBUTE_TYPE]: entity[ENTITY_ATTRIBUTE_VALUE]
                    for entity in reversed(message.get(ENTITIES) or [])
                },
            }
            if triage["urgency"] == "emergency" and triage["stage"]:
                intent = {INTENT_NAME_KEY: SIGNAL_EMERGENCY, PREDICTED_CONFIDENCE_KEY: 1.0}
                message.set(INTENT, intent, add_to_output=True)
                message.set(INTENT_RANKING, [intent], add_to_output=True)
        return messages
