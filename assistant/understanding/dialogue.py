"""What a message is about in its conversation: a new matter, or more of the last one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.text import for_matching

# What each intent asks for. Intents that are not here are acts (greet, thank, ...).
ASPECT_OF_INTENT: Final[Mapping[str, str]] = {
    "share_concern": "what_to_do",
    "ask_warning_signs": "warning_signs",
    "ask_what_to_do": "what_to_do",
    "ask_how_to_report": "how_to_report",
    "ask_how_to_talk": "how_to_talk",
    "ask_how_to_control_or_monitor": "how_to_control_or_monitor",
    "ask_is_it_illegal": "is_it_illegal",
    "ask_explain": "explain",
    "ask_get_help": "get_help",
    "ask_about_service": "explain",
    "ask_about_unit": "explain",
}
# Topics that are ways of dealing with a harm, and what they ask of the harm being talked about.
ASPECT_OF_MEANS: Final[Mapping[str, str]] = {
    "reporting_how": "how_to_report",
    "talk_to_child": "how_to_talk",
    "after_reporting": "explain",
}
# Intents that say little of what is wanted; "is that illegal" says it all.
_VAGUE_INTENTS: Final = ("share_concern", "ask_what_to_do", "ask_explain", "ask_get_help")
NOT_CARRIED: Final = ("smalltalk", "out_of_scope", "about_service", "unit_info", "live_qa")

# Confidence from which a topic is believed; measured on held-out voices, see docs/evaluation.md.
SURE: Final = 0.30
# How much likelier than any other topic the one being talked about is, before the message is read. Few
# words say little of themselves, so in short messages the conversation counts for more.
_PULL_BY_WORDS: Final = ((6, 14.0), (12, 7.0), (25, 3.0))
_PULL_OF_LONG: Final = 1.5
# A short message that points back ("it", "him", "and on ...") counts this much more as a follow-up.
_PULL_OF_POINTING: Final = 3.0
_SHORT_WORDS: Final = 9
# A short message that points back leaves the matter only for a topic as clear as this.
_CLEARLY_NEW: Final = 0.75
# A topic that is not among the likeliest has at most about this much of the last one's confidence.
_UNLISTED: Final = 0.5

_POINTS_BACK = re.compile(
    r"\b(it|that|this|them|these|those|him|her|he|she|hes|shes|they|theyre|there|also|too|else|instead|then|either|same)\b"
    r"|^(and|but|so|or|ok|okay|what about|how about|what if)\b"
)


@dataclass(frozen=True)
class Matter:
    """What a message is about.

    Attributes:
        topic: Topic id, or None if that is not sure.
        aspect: What is asked of it.
        is_follow_up: True if it is about the topic that was being talked about.
        candidates: The likeliest topics, for "is it one of these?".
    """

    topic: str | None
    aspect: str
    is_follow_up: bool
    candidates: tuple[str, ...]


def matter_of(
    text: str,
    *,
    intent: str,
    topic_ranking: Sequence[tuple[str, float]],
    current_topic: str | None,
    last_aspect: str | None = None,
    names_platform: bool = False,
) -> Matter:
    """Decide what a message is about.

    Args:
        text: The clean message.
        intent: What the person wants.
        topic_ranking: Likeliest topics with confidence, best first; not empty.
        current_topic: The topic being talked about, if any.
        last_aspect: What was last asked of it.
        names_platform: True if the message names an app ("and on xbox?").
    """
    prepared = for_matching(text)
    words = len(prepared.split())
    points_back = words <= _SHORT_WORDS and bool(_POINTS_BACK.search(prepared))
    heard = topic_ranking[0][0]
    subject = current_topic if current_topic not in NOT_CARRIED else None
    topic, confidence = _in_conversation(topic_ranking, subject, words, points_back=points_back)
    aspect = ASPECT_OF_INTENT.get(intent) or ASPECT_OF_MEANS.get(heard) or last_aspect or "what_to_do"
    candidates = tuple(name for name, _ in topic_ranking if name not in ("smalltalk", "out_of_scope"))[:3]
    if subject is not None and topic == subject:
        return Matter(subject, aspect, True, candidates)
    if subject is not None and points_back:
        # "How do I report it?", "and on Xbox?": a way of dealing with the matter, not a new matter.
        if heard in ASPECT_OF_MEANS:
            is_vague = intent not in ASPECT_OF_INTENT or intent in _VAGUE_INTENTS
            return Matter(subject, ASPECT_OF_MEANS[heard] if is_vague else aspect, True, candidates)
        if heard == "platform_setup" and names_platform:
            return Matter(subject, last_aspect or aspect, True, candidates)
        if topic_ranking[0][1] < _CLEARLY_NEW:
            return Matter(subject, aspect, True, candidates)
    if confidence >= SURE:
        return Matter(topic, aspect, topic == current_topic, candidates)
    if subject is not None and words <= _SHORT_WORDS:
        return Matter(subject, aspect, True, candidates)
    return Matter(None, aspect, False, candidates)


def _in_conversation(
    ranking: Sequence[tuple[str, float]], subject: str | None, words: int, *, points_back: bool
) -> tuple[str, float]:
    """Return the likeliest topic and its confidence, the conversation so far taken into account."""
    scores = dict(ranking)
    if subject is None:
        return ranking[0]
    pull = next((pull for limit, pull in _PULL_BY_WORDS if words <= limit), _PULL_OF_LONG)
    if points_back:
        pull *= _PULL_OF_POINTING
    scores[subject] = scores.get(subject, ranking[-1][1] * _UNLISTED) * pull
    total = sum(scores.values())
    likeliest = max(scores, key=lambda name: scores[name])
    return likeliest, scores[likeliest] / total
