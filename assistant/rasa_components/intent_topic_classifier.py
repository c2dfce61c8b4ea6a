"""Rasa NLU component: intent and topic of a message."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, METADATA, METADATA_INTENT, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant import runtime
from assistant.learning.examples import Example, examples_hash
from assistant.rasa_components.fields import ASK_ABOUT_UNIT, NOT_UNDERSTOOD, UNDERSTANDING, UNIT_TOPICS
from assistant.text import clean_message, has_words
from assistant.understanding.classifier import IntentAndTopic, IntentTopicModel

INTENT_RANKING = "intent_ranking"
MODEL_FILE = "intent_topic.npz"
# Whatever is like nothing else ends up with these, so they are no sign of being understood.
_TOPICS_OF_ANYTHING = ("smalltalk", "out_of_scope")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class HarbourIntentTopicClassifier(GraphComponent, IntentClassifier):
    """Sets intent and ranking, and notes both and the topics under `understanding`.

    The trained heads travel in the model archive; the encoder does not (22 MB, shared with triage),
    so loading checks that it is the same one.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: IntentTopicModel | None = None,
    ) -> None:
        """Keep what Rasa hands over, and the model once there is one."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See parent class for full docstring."""
        # Below this a message counts as not understood; measured on held-out voices.
        # Below that share of whole words a message is hardly English, unless its topic is clear all the same.
        return {"intent_threshold": 0.22, "familiarity_threshold": 0.42, "clear_topic": 0.6}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> HarbourIntentTopicClassifier:
        """See parent class for full docstring."""
        return cls(config, model_storage, resource)

    @staticmethod
    def fingerprint_addon(config: dict[str, Any]) -> str | None:
        """Retrain when the encoder changes; Rasa sees only this class and the data."""
        return runtime.encoder().sha256

    def train(self, training_data: TrainingData) -> Resource:
        """Train on the labelled messages and keep the result in the model archive."""
        examples = [_example_of(message) for message in training_data.intent_examples]
        vectors = runtime.vector_store()
        vectors.prepare(example.text for example in examples)
        self._model = IntentTopicModel.train(examples, vectors)
        notes = {
            "encoder_sha256": runtime.encoder().sha256,
            "messages": len(examples),
            "data": examples_hash(examples),
        }
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder / MODEL_FILE, notes)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> HarbourIntentTopicClassifier:
        """See parent class for full docstring."""
        with model_storage.read_from(resource) as folder:
            model, notes = IntentTopicModel.load(folder / MODEL_FILE)
        if notes.get("encoder_sha256") != runtime.encoder().sha256:
            raise RasaException("The model was trained with another sentence encoder; run `make train`.")
        return cls(config, model_storage, resource, model)

    def process(self, messages: list[Message]) -> list[Message]:
        """Understand messages; a message without words is left as not understood."""
        for message in messages:
            self._understand(message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training data as it is: nothing after this component trains on it."""
        return training_data

    def _understand(self, message: Message) -> None:
        text = clean_message(message.get(TEXT) or "").text
        if self._model is None or not has_words(text):
            self._set_intent(message, NOT_UNDERSTOOD, 1.0, ())
            return
        found = self._model.understand(text, runtime.encoder().encode_one)
        intent = _intent(found, self._config)
        if self._is_unreadable(text, found):
            intent = NOT_UNDERSTOOD
        self._set_intent(message, intent, found.intent_confidence, found.intent_ranking)
        message.set(
            UNDERSTANDING,
            {
                "intent": found.intent,
                "intent_confidence": round(found.intent_confidence, 3),
                "topics": [[topic, round(score, 3)] for topic, score in found.topic_ranking],
            },
            add_to_output=True,
        )

    def _is_unreadable(self, text: str, found: IntentAndTopic) -> bool:
        """Say whether these are hardly words at all; one word and a clear topic get the benefit of the doubt."""
        is_clear = found.topic_confidence >= self._config["clear_topic"] and found.topic not in _TOPICS_OF_ANYTHING
        if len(text.split()) < 2 or is_clear:
            return False
        return runtime.encoder().familiarity(text) < self._config["familiarity_threshold"]

    @staticmethod
    def _set_intent(message: Message, intent: str, confidence: float, ranking: tuple[tuple[str, float], ...]) -> None:
        chosen = {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: confidence}
        others = [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: score} for name, score in ranking if name != intent]
        message.set(INTENT, chosen, add_to_output=True)
        message.set(INTENT_RANKING, [chosen, *others], add_to_output=True)


def _intent(found: IntentAndTopic, config: dict[str, Any]) -> str:
    if found.intent_confidence < config["intent_threshold"]:
        return NOT_UNDERSTOOD
    return ASK_ABOUT_UNIT if found.topic in UNIT_TOPICS else found.intent


def _example_of(message: Message) -> Example:
    metadata = (message.get(METADATA) or {}).get(METADATA_INTENT) or {}
    try:
        return Example(
            text=clean_message(message.get(TEXT)).text,
            intent=message.get(INTENT),
            topic=metadata["topic"],
            urgency=metadata["urgency"],
            speaker=metadata["speaker"],
            voice=metadata["voice"],
        )
    except KeyError as error:
        raise RasaException(
            f"A training message of `{message.get(INTENT)}` has no {error} in its metadata; see docs/labels.md."
        ) from error
