"""Emergencies across turns: one that was answered is not forgotten, and one that is over is let go.

The channel keeps the alarm with the conversation. Each later message is first judged by itself; then
what it says of the emergency counts: over, on the phone, yes or no to the question that was asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from assistant.safety.rules import SafetyRules
from assistant.safety.triage import READER_OF_SPEAKER, Stage, Triage
from assistant.text import for_matching

# So many turns after an emergency keep 999 in sight.
LIGHT_TURNS: Final = 6
# "No" and "yes" answer the question only in a short message; in a long one they are just words.
_ANSWER_WORDS: Final = 12
_BUT: Final = re.compile(r"\b(but|although|though|except|only now|and now|however)\b")
_FRAGMENT_WORDS: Final = 7
_QUESTION: Final = re.compile(
    r"(and |but |so |ok |okay |right |um |er )*(how|what|whats|who|whos|where|when|why|which|can|could|should|shall|"
    r"do|does|did|is|are|am|will|would|has|have|any)\b"
)
# Kinds in which it is over once the child is found, or the person who threatens is gone.
_OVER_WHEN_TOGETHER: Final = ("meeting", "missing", "abduction", "child_alone")
_OVER_WHEN_GONE: Final = ("offender_near", "violence", "abuse_now", "general")


@dataclass(frozen=True)
class Alarm:
    """An emergency of this conversation.

    Attributes:
        kind: Which first steps were given.
        certainty: `decided` or `asked`.
        turns: Messages since.
        is_over: True once the person said so.
    """

    kind: str
    certainty: str
    turns: int = 0
    is_over: bool = False

    @property
    def is_in_sight(self) -> bool:
        """True as long as answers keep 999 in sight."""
        return self.turns < LIGHT_TURNS

    def a_turn_later(self) -> Alarm:
        """Return the alarm as it stands with the next message."""
        return replace(self, turns=self.turns + 1)


def in_light_of(triage: Triage, text: str, alarm: Alarm | None, rules: SafetyRules) -> tuple[Triage, Alarm | None]:
    """Return what a message means after an emergency, and the alarm to keep from now on.

    Args:
        triage: What the message says by itself.
        text: The clean message.
        alarm: The emergency of this conversation, if there was one.
        rules: Hold the words that say "over", "calling", "yes" and "no".
    """
    if alarm is None or not alarm.is_in_sight:
        return triage, _new_alarm(triage)
    later = alarm.a_turn_later()
    said = {cue.id for cue in rules.follow_ups_in(text)}
    has_rule = any(reason.startswith("rule:") for reason in triage.reasons)
    # "She is home but her lips are blue": good news with a danger in it is a danger.
    has_danger = triage.certainty == "decided" and (has_rule or bool(_BUT.search(for_matching(text))))
    if _is_over(alarm, said) and not has_danger:
        return _over(triage, alarm), replace(later, is_over=True)
    if alarm.is_over:
        return (triage, _new_alarm(triage)) if triage.is_emergency else (_after(triage, alarm), later)
    stage = _stage(alarm, said, text)
    if triage.is_emergency and not (stage == "calling" and not has_rule):
        return triage, _new_alarm(triage)
    if stage is not None and "closing" not in said:
        return _still(triage, alarm, stage), replace(later, certainty="decided")
    if _goes_on(triage, alarm, said, text):
        # The danger goes on: whatever is asked, its answer stands under one line about 999.
        return _still(triage, alarm, None), later
    return _after(triage, alarm), later


def _after(triage: Triage, alarm: Alarm) -> Triage:
    """Return an ordinary message that comes soon after an emergency: what "it" and "him" are is still known."""
    return replace(triage, kind=alarm.kind)


def _goes_on(triage: Triage, alarm: Alarm, said: set[str], text: str) -> bool:
    """Say whether a message that answers nothing plainly is still about the danger."""
    if "closing" in said:
        return False
    if triage.urgency == "urgent":
        return True
    prepared = for_matching(text)
    is_question = "?" in prepared or bool(_QUESTION.match(prepared))
    # A fragment ("ten to", "mums at work") is a detail for the operator; a whole question is a subject of its own.
    if not is_question:
        return len(prepared.split()) <= _FRAGMENT_WORDS
    return alarm.certainty == "decided"


def _new_alarm(triage: Triage) -> Alarm | None:
    if not triage.is_emergency:
        return None
    return Alarm(triage.kind or "general", triage.certainty or "asked")


def _is_over(alarm: Alarm, said: set[str]) -> bool:
    if "not_over" in said:
        return False
    return (
        "over" in said
        or ("together" in said and alarm.kind in _OVER_WHEN_TOGETHER)
        or ("gone_away" in said and alarm.kind in _OVER_WHEN_GONE)
    )


def _stage(alarm: Alarm, said: set[str], text: str) -> Stage | None:
    if "calling" in said:
        return "calling"
    is_short = len(for_matching(text).split()) <= _ANSWER_WORDS
    if is_short and ("no" in said or "not_over" in said):
        return "decided"
    if is_short and ("yes" in said or "together" in said):
        return "yes"
    return None


def _over(triage: Triage, alarm: Alarm) -> Triage:
    return replace(
        triage,
        urgency="urgent",
        certainty=None,
        stage=None,
        kind=alarm.kind,
        reader=READER_OF_SPEAKER.get(triage.speaker),
        is_over=True,
        reasons=(*triage.reasons, f"over:{alarm.kind}"),
    )


def _still(triage: Triage, alarm: Alarm, stage: Stage | None) -> Triage:
    return replace(
        triage,
        urgency="emergency",
        certainty="decided",
        stage=stage,
        kind=alarm.kind,
        reader=READER_OF_SPEAKER.get(triage.speaker),
        reasons=(*triage.reasons, f"still:{alarm.kind}"),
    )
