"""Rasa NLU component: which app, and how old the child is."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant import runtime
from assistant.understanding.entities import EntityFinder

NAMES_FILE = "platform_names.json"


def _platform_names() -> dict[str, list[str]]:
    return {platform.id: list(platform.names) for platform in runtime.knowledge().platforms.values()}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class HarbourEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Adds `platform` and `age_band` entities; leaves the entities of others alone.

    Training stores the names of the knowledge base, so that an archive answers alike everywhere.
    """

    def __init__(self, model_storage: ModelStorage, resource: Resource, finder: EntityFinder | None = None) -> None:
        """Keep what Rasa hands over, and the finder once there is one."""
        self._model_storage = model_storage
        self._resource = resource
        self._finder = finder

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> HarbourEntityExtractor:
        """See parent class for full docstring."""
        return cls(model_storage, resource)

    @staticmethod
    def fingerprint_addon(config: dict[str, Any]) -> str | None:
        """Retrain when a name in the knowledge base changes."""
        return hashlib.sha256(json.dumps(_platform_names(), sort_keys=True).encode()).hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        """Store the names of the knowledge base in the model archive."""
        names = _platform_names()
        with self._model_storage.write_to(self._resource) as folder:
            Path(folder / NAMES_FILE).write_text(json.dumps(names), encoding="utf-8")
        self._finder = EntityFinder(names)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> HarbourEntityExtractor:
        """See parent class for full docstring."""
        with model_storage.read_from(resource) as folder:
            names = json.loads(Path(folder / NAMES_FILE).read_text(encoding="utf-8"))
        return cls(model_storage, resource, EntityFinder(names))

    def process(self, messages: list[Message]) -> list[Message]:
        """Add what is found to each message."""
        for message in messages:
            text = message.get(TEXT) or ""
            if self._finder is None:
                continue
            found = [
                {
                    ENTITY_ATTRIBUTE_TYPE: entity.entity,
                    ENTITY_ATTRIBUTE_VALUE: entity.value,
                    ENTITY_ATTRIBUTE_START: entity.start,
                    ENTITY_ATTRIBUTE_END: entity.end,
                    "extractor": type(self).__name__,
                }
                for entity in self._finder.find(text)
            ]
            message.set(ENTITIES, [*(message.get(ENTITIES) or []), *found], add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training data as it is."""
        return training_data
