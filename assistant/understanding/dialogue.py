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
NOT_CARRIED: Final = ("smalltalk", "out_of_scope", "about_service", "unit_info", "live_qa")

# Confidences from which a topic is believed; measured on held-out voices, see docs/evaluation.md.
SURE: Final = 0.30
# A clearly new topic replaces the one being talked about even in a short message.
CLEARLY_NEW: Final = 0.60
_SHORT_WORDS: Final = 9

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
    topic, confidence = topic_ranking[0]
    aspect = ASPECT_OF_INTENT.get(intent) or ASPECT_OF_MEANS.get(topic) or last_aspect or "what_to_do"
    candidates = tuple(name for name, _ in topic_ranking if name not in ("smalltalk", "out_of_scope"))[:3]
    prepared = for_matching(text)
    word_count = len(prepared.split())
    points_back = word_count <= _SHORT_WORDS and bool(_POINTS_BACK.search(prepared))
    if current_topic is not None and current_topic not in NOT_CARRIED and points_back:
        if topic in ASPECT_OF_MEANS and topic != current_topic:
            return Matter(current_topic, ASPECT_OF_MEANS[topic], True, candidates)
        if topic == "platform_setup" and names_platform:
            return Matter(current_topic, last_aspect or aspect, True, candidates)
        if topic == current_topic or confidence < CLEARLY_NEW:
            return Matter(current_topic, aspect, True, candidates)
    if topic == current_topic:
        return Matter(topic, aspect, True, candidates)
    if confidence >= SURE:
        return Matter(topic, aspect, False, candidates)
    if current_topic is not None and current_topic not in NOT_CARRIED and word_count <= 4:
        return Matter(current_topic, aspect, True, candidates)
    return Matter(None, aspect, False, candidates)
