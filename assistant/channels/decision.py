"""The decision of a turn (docs/openapi.yaml): what Harbour made of a message, and why."""

from __future__ import annotations

from typing import Any

from assistant.knowledge.emergencies import TOPIC_OF_KIND
from assistant.knowledge.vocabulary import CONVERSATION_TOPICS, SERVICE_TOPICS
from assistant.safety.triage import Triage
from assistant.understanding.dialogue import ASPECT_OF_INTENT

Decision = dict[str, Any]

_GENERAL_TOPIC = "out_of_scope"


def make_decision(
    triage: Triage,
    *,
    answer: str,
    answered: dict[str, Any] | None = None,
    understanding: dict[str, Any] | None = None,
    reasons: tuple[str, ...] = (),
) -> Decision:
    """Put the decision of one turn together.

    Args:
        triage: What triage found.
        answer: Id of the content that was shown.
        answered: What the answer was about (topic, aspect, platform, age band), if an action answered.
        understanding: What the NLU components found, if they ran.
        reasons: More machine-readable reasons, for example why a fixed text was sent.
    """
    understanding = understanding or {}
    entities = understanding.get("entities") or {}
    about = answered or {}
    topics = understanding.get("topics") or []
    topic = about.get("topic") or _topic(triage, topics)
    aspect = about.get("aspect") or ASPECT_OF_INTENT.get(understanding.get("intent", ""), "what_to_do")
    confidence = min(triage.confidence, float(topics[0][1])) if topics else triage.confidence
    scores = tuple(f"topic:{name}={score:.2f}" for name, score in topics[:2])
    return {
        "urgency": _urgency(triage, topic),
        "speaker": triage.speaker,
        "topic": topic,
        "aspect": aspect,
        "platform": about.get("platform") or entities.get("platform"),
        "age_band": about.get("age_band") or entities.get("age_band"),
        "answer": answer,
        "confidence": round(confidence, 3),
        "reasons": [*triage.reasons, *scores, *reasons],
    }


def _topic(triage: Triage, topics: list[list[Any]]) -> str:
    if triage.is_emergency:
        # An emergency is never about the weather, whatever its words look like.
        likely = [str(name) for name, _ in topics[:1] if name not in (*CONVERSATION_TOPICS, *SERVICE_TOPICS)]
        return likely[0] if likely else TOPIC_OF_KIND.get(triage.kind or "", "reporting_how")
    return str(topics[0][0]) if topics else _GENERAL_TOPIC


def _urgency(triage: Triage, topic: str) -> str:
    if triage.urgency == "advice" and topic in CONVERSATION_TOPICS:
        return "none"
    if triage.urgency == "none" and topic not in (*CONVERSATION_TOPICS, *SERVICE_TOPICS):
        return "advice"
    return triage.urgency
