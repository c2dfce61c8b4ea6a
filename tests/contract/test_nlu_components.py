"""Checks that every NLU component must pass: total, adds without removing, same answers after loading."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.rasa

pytest.importorskip("rasa")

from rasa.engine.storage.resource import Resource  # noqa: E402
from rasa.shared.nlu.constants import ENTITIES, INTENT, METADATA, TEXT  # noqa: E402
from rasa.shared.nlu.training_data.message import Message  # noqa: E402
from rasa.shared.nlu.training_data.training_data import TrainingData  # noqa: E402

from assistant.rasa_components.entity_extractor import HarbourEntityExtractor  # noqa: E402
from assistant.rasa_components.intent_topic_classifier import HarbourIntentTopicClassifier  # noqa: E402
from assistant.rasa_components.triage_classifier import HarbourTriageClassifier  # noqa: E402

COMPONENTS = [HarbourIntentTopicClassifier, HarbourEntityExtractor, HarbourTriageClassifier]
MESSAGES = [
    "",
    " ",
    "...",
    "\U0001f62d",
    "how do i block someone on snapchat",
    "hes outside our house now",
    "/restart",
    "x" * 20_000,
    "\u202eevil\x00",
    "ØªÙ†\ud800Ø§"[:3],
    "My 12 year old has been talking to a man on Snapchat who wants her to keep it secret",
]


def training_data(examples) -> TrainingData:
    return TrainingData(
        [
            Message(
                {
                    TEXT: e.text,
                    INTENT: e.intent,
                    METADATA: {
                        "intent": {"topic": e.topic, "urgency": e.urgency, "speaker": e.speaker, "voice": e.voice}
                    },
                }
            )
            for e in examples
        ]
    )


@pytest.fixture(params=COMPONENTS, ids=lambda component: component.__name__)
def component(request, model_storage, execution_context, few_examples, encoder):
    """Each component: created, trained where it learns, and as loaded again."""
    config = {**request.param.get_default_config()}
    resource = Resource(request.param.__name__)
    created = request.param.create(config, model_storage, resource, execution_context)
    if hasattr(created, "train") and request.param is not HarbourTriageClassifier:
        created.train(training_data(few_examples))
        loaded = request.param.load(config, model_storage, resource, execution_context)
        return created, loaded
    return created, request.param.load(config, model_storage, resource, execution_context)


def seen(message: Message) -> str:
    data = {key: value for key, value in message.data.items() if key != "time"}
    return json.dumps(data, sort_keys=True, default=str)


def test_component_after_loading_answers_as_before(component):
    created, loaded = component
    for text in MESSAGES:
        (before,) = created.process([Message({TEXT: text})])
        (after,) = loaded.process([Message({TEXT: text})])
        assert seen(before) == seen(after)


def test_component_with_any_message_never_fails(component):
    for text in [*MESSAGES, None]:
        component[1].process([Message({TEXT: text})])


def test_component_keeps_what_others_found(component):
    entity = {"entity": "platform", "value": "kept", "start": 0, "end": 1, "extractor": "other"}
    message = Message({TEXT: "how do i block someone on snapchat", ENTITIES: [entity], "own_note": 1})
    component[1].process([message])
    assert entity in message.get(ENTITIES)
    assert message.get("own_note") == 1


def test_component_with_several_messages_handles_each(component):
    messages = [Message({TEXT: text}) for text in MESSAGES]
    assert len(component[1].process(messages)) == len(MESSAGES)


def test_classifier_sets_intent_and_ranking_that_agree(model_storage, execution_context, few_examples, encoder):
    classifier = HarbourIntentTopicClassifier.create(
        HarbourIntentTopicClassifier.get_default_config(), model_storage, Resource("c"), execution_context
    )
    classifier.train(training_data(few_examples))
    (message,) = classifier.process([Message({TEXT: "how do i block someone on snapchat"})])
    assert message.get(INTENT) == message.get("intent_ranking")[0]
    assert message.get("understanding")["topics"]


def test_classifier_with_an_unlabelled_message_says_what_is_missing(model_storage, execution_context, encoder):
    from rasa.shared.exceptions import RasaException

    classifier = HarbourIntentTopicClassifier.create({}, model_storage, Resource("c"), execution_context)
    with pytest.raises(RasaException, match="topic"):
        classifier.train(TrainingData([Message({TEXT: "hi", INTENT: "greet"})]))


def test_classifier_with_another_encoder_refuses_to_load(
    model_storage, execution_context, few_examples, encoder, monkeypatch
):
    from rasa.shared.exceptions import RasaException

    config = HarbourIntentTopicClassifier.get_default_config()
    HarbourIntentTopicClassifier.create(config, model_storage, Resource("c"), execution_context).train(
        training_data(few_examples)
    )
    monkeypatch.setattr(encoder, "sha256", "another")
    with pytest.raises(RasaException, match="another sentence encoder"):
        HarbourIntentTopicClassifier.load(config, model_storage, Resource("c"), execution_context)


def test_triage_classifier_raises_the_intent_whatever_was_found_before(model_storage, execution_context):
    component = HarbourTriageClassifier.create({}, model_storage, Resource("t"), execution_context)
    triage = {"urgency": "emergency", "kind": "meeting", "certainty": "decided", "stage": "decided", "reader": None}
    triage |= {"speaker": "child", "speaker_is_told": True}
    message = Message(
        {TEXT: "hello", INTENT: {"name": "greet", "confidence": 1.0}, METADATA: {"triage": triage}},
    )
    component.process([message])
    assert message.get(INTENT)["name"] == "signal_emergency"
    assert [item["name"] for item in message.get("intent_ranking")] == ["signal_emergency"]
