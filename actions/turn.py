"""One turn as an action sees it: what was understood, what was said before, and how to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from assistant.knowledge.answers import Question
from assistant.knowledge.emergencies import TOPIC_OF_KIND
from assistant.knowledge.messages import Answer
from assistant.knowledge.vocabulary import PARENT
from assistant.understanding.dialogue import Matter, matter_of

Events = list[dict[str, Any]]


@dataclass(frozen=True)
class Turn:
    """What an action needs to know of the conversation.

    Attributes:
        text: What was typed, masked; or the payload of a button.
        intent: What the person wants.
        topic_ranking: Likeliest topics with confidence; empty for a button.
        entities: What was found in the message, by kind.
        topic: Topic being talked about so far.
        aspect: What was last asked of it.
        platform: Platform named in this or an earlier message.
        age_band: Age band named in this or an earlier message.
        speaker: Who is writing, as far as known.
        is_urgent: True if triage called this message urgent.
        times_not_understood: How many messages in a row were not understood.
        last_answer: The last answer as it was sent, or None.
        subtopic: Narrower matter that was talked about, or None.
        circumstance: The family's circumstances, named in an earlier message, or None.
        notes_shown: Notes on circumstances that were shown already: `send/what_to_do`, ...
        profile: Id of the school that embeds this chat, or None.
        aspects_shown: What was answered of the topic being talked about.
        session_question: A question for a live session that is being taken (actions/questions.py), or None.
    """

    text: str
    intent: str
    topic_ranking: tuple[tuple[str, float], ...]
    entities: dict[str, str]
    topic: str | None
    aspect: str | None
    platform: str | None
    age_band: str | None
    speaker: str
    is_urgent: bool
    times_not_understood: int
    last_answer: dict[str, Any] | None
    subtopic: str | None
    circumstance: str | None
    notes_shown: tuple[str, ...]
    profile: str | None
    aspects_shown: tuple[str, ...]
    session_question: dict[str, Any] | None

    @classmethod
    def read(cls, tracker: Tracker) -> Turn:
        """Read the turn from what Rasa sent."""
        message: dict[str, Any] = tracker.latest_message or {}
        understanding = message.get("understanding") or {}
        metadata = message.get("metadata") or {}
        triage = metadata.get("triage") or {}
        entities = {str(item["entity"]): str(item["value"]) for item in reversed(message.get("entities") or [])}
        slot = tracker.get_slot
        return cls(
            text=message.get("text") or "",
            intent=(message.get("intent") or {}).get("name") or "",
            topic_ranking=tuple((str(name), float(score)) for name, score in understanding.get("topics") or ()),
            entities=entities,
            topic=_topic_so_far(slot("topic"), triage),
            aspect=slot("aspect"),
            platform=entities.get("platform") or slot("platform"),
            age_band=entities.get("age_band") or slot("age_band"),
            speaker=str(triage.get("speaker") or PARENT),
            is_urgent=triage.get("urgency") == "urgent",
            times_not_understood=int(slot("times_not_understood") or 0),
            last_answer=slot("last_answer"),
            subtopic=slot("subtopic"),
            circumstance=slot("circumstance"),
            notes_shown=tuple(slot("notes_shown") or ()),
            profile=metadata.get("profile"),
            aspects_shown=tuple(slot("aspects_shown") or ()),
            session_question=slot("session_question"),
        )

    @property
    def is_typed(self) -> bool:
        """Say whether this is a message in words, not a button."""
        return bool(self.topic_ranking)

    def matter(self) -> Matter:
        """Say what this message is about: a button says it itself, a text needs judgement."""
        if "aspect" in self.entities:
            topic = self.entities.get("topic") or self.topic
            return Matter(topic, self.entities["aspect"], topic == self.topic, ())
        if not self.topic_ranking:
            return Matter(self.topic, self.aspect or "what_to_do", True, ())
        return matter_of(
            self.text,
            intent=self.intent,
            topic_ranking=self.topic_ranking,
            current_topic=self.topic,
            last_aspect=self.aspect,
            names_platform="platform" in self.entities,
        )

    def question(
        self, topic: str | None, aspect: str, *, subtopic: str | None = None, circumstance: str | None = None
    ) -> Question:
        """Return the question to the knowledge base.

        Args:
            topic: What it is about.
            aspect: What is asked of it.
            subtopic: The narrower matter that was named, or is still talked about.
            circumstance: The family's circumstances, if they are known; their note is shown once an aspect.
        """
        is_new = f"{circumstance}/{aspect}" not in self.notes_shown
        return Question(
            topic=topic,
            aspect=aspect,
            speaker=self.speaker,
            platform=self.platform,
            age_band=self.age_band,
            is_urgent=self.is_urgent,
            subtopic=subtopic,
            circumstance=circumstance if is_new else None,
            school=self.profile,
        )


def _topic_so_far(remembered: str | None, triage: dict[str, Any]) -> str | None:
    """Return what is being talked about. An emergency is answered without an action: only triage knows of it."""
    of_emergency = TOPIC_OF_KIND.get(triage.get("kind") or "")
    is_about_it = triage.get("is_over") or triage.get("urgency") == "emergency"
    return (of_emergency if is_about_it else None) or remembered or of_emergency


def send(
    dispatcher: CollectingDispatcher, turn: Turn, answer: Answer, *, topic: str | None, aspect: str, status: str
) -> Events:
    """Send an answer, and remember what it was about.

    Args:
        dispatcher: Where Rasa collects replies.
        turn: The turn that is answered.
        answer: What to send.
        topic: What the answer is about; also the `topic` of the decision.
        aspect: What was asked of it; also the `aspect` of the decision.
        status: `answered`, `unsure` or `not_understood`, for the event log.
    """
    payload = {
        "answer": answer.id,
        "messages": [message.to_json() for message in answer.messages],
        "status": status,
        "decision": {"topic": topic, "aspect": aspect, "platform": turn.platform, "age_band": turn.age_band},
    }
    dispatcher.utter_message(json_message=payload)
    return [SlotSet("last_answer", payload)]


def remember(topic: str | None, aspect: str) -> Events:
    """Remember what is being talked about, and that the message was understood."""
    return [SlotSet("topic", topic), SlotSet("aspect", aspect), SlotSet("times_not_understood", 0)]


def remember_narrow(turn: Turn, question: Question) -> Events:
    """Remember the narrower matter, the family's circumstances, and which of their notes was shown."""
    is_same = question.topic == turn.topic
    answered = [*(turn.aspects_shown if is_same else ()), question.aspect]
    events: Events = [SlotSet("subtopic", question.subtopic), SlotSet("aspects_shown", answered)]
    if question.circumstance is not None:
        shown = [*turn.notes_shown, f"{question.circumstance}/{question.aspect}"]
        events += [SlotSet("circumstance", question.circumstance), SlotSet("notes_shown", shown)]
    return events
