"""What the outcomes amount to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.evaluation.runner import Outcome
from assistant.evaluation.statistics import Rate

CALM = ("advice", "none")
URGENCIES = ("emergency", "urgent", "advice", "none")
_NOT_ADVICE_TOPICS = ("smalltalk", "out_of_scope", "other")
# Topics that a good reply to one of them answers as well; "near" counts them as right.
NEAR_TOPICS = (
    {"grooming", "contact_with_stranger", "meeting_offline"},
    {"sextortion", "nudes_sharing", "deepfake", "adult_image_abuse"},
    {"monitoring_controls", "platform_setup", "screen_time", "age_ratings", "gaming"},
    {"reporting_how", "after_reporting", "evidence"},
    {"csam_found", "family_member_offender", "harmful_sexual_behaviour"},
    {"com_networks", "self_harm_suicide"},
    {"hacking_account", "scams_fraud", "vulnerable_adult"},
    {"unit_info", "live_qa"},
    {"out_of_scope", "smalltalk", "other"},
)


@dataclass(frozen=True)
class Scores:
    """All figures of one evaluation, by name, and what was confused with what."""

    rates: dict[str, Rate]
    urgency_table: dict[tuple[str, str], int]
    topic_confusions: list[tuple[str, str, int]]
    wrong_emergencies: list[str]
    missed_emergencies: list[str]


def _rate(outcomes: Sequence[Outcome], hit: Sequence[bool]) -> Rate:
    return Rate(sum(hit), len(outcomes))


def is_near(labelled: str, found: str) -> bool:
    """Say whether a found topic is the labelled one or a near one."""
    return labelled == found or any({labelled, found} <= group for group in NEAR_TOPICS)


def score(outcomes: Sequence[Outcome]) -> Scores:
    """Return every figure that the labels allow."""
    answered = [outcome for outcome in outcomes if not outcome.failure]
    rates = {"answered": Rate(len(answered), len(outcomes))}

    def add(name: str, chosen: list[Outcome], hits: list[bool]) -> None:
        if chosen:
            rates[name] = _rate(chosen, hits)

    by_urgency = {u: [o for o in answered if o.item.urgency == u] for u in URGENCIES}
    emergencies, urgent = by_urgency["emergency"], by_urgency["urgent"]
    calm = [o for o in answered if o.item.urgency in CALM]
    add("emergency recall, 999 decided", emergencies, [o.is_decided_emergency for o in emergencies])
    add("emergency recall, 999 in the first sentence", emergencies, [o.leads_with_999 for o in emergencies])
    add("false emergencies, 999 decided", calm, [o.is_decided_emergency for o in calm])
    add("calm messages that open with 999", calm, [o.leads_with_999 for o in calm])
    add("urgent messages that open with 999", urgent, [o.leads_with_999 for o in urgent])
    add("urgent recall, urgent or above", urgent, [o.decision["urgency"] in ("urgent", "emergency") for o in urgent])
    labelled = [o for o in answered if o.item.urgency]
    add("urgency right", labelled, [o.decision["urgency"] == o.item.urgency for o in labelled])

    in_scope = [o for o in answered if o.item.topic and o.item.topic not in _NOT_ADVICE_TOPICS]
    add("topic right", in_scope, [o.decision["topic"] == o.item.topic for o in in_scope])
    add("topic right or near", in_scope, [is_near(str(o.item.topic), o.decision["topic"]) for o in in_scope])
    add(
        "in-scope messages refused as out of scope", in_scope, [o.decision["topic"] == "out_of_scope" for o in in_scope]
    )
    outside = [o for o in answered if o.item.topic == "out_of_scope"]
    add("out of scope recognised", outside, [o.decision["topic"] in ("out_of_scope", "smalltalk") for o in outside])
    with_aspect = [o for o in in_scope if o.item.aspect]
    add("aspect right", with_aspect, [o.decision["aspect"] == o.item.aspect for o in with_aspect])
    for speaker in ("parent", "child", "teacher", "adult_victim", "worried_about_own_behaviour"):
        of_speaker = [o for o in answered if o.item.speaker == speaker]
        add(f"speaker right: {speaker}", of_speaker, [o.decision["speaker"] == speaker for o in of_speaker])
    for field in ("platform", "age_band"):
        named = [o for o in answered if getattr(o.item, field)]
        add(f"{field} right where named", named, [o.decision[field] == getattr(o.item, field) for o in named])

    confusions = Counter(
        (str(o.item.topic), str(o.decision["topic"])) for o in in_scope if o.decision["topic"] != o.item.topic
    )
    return Scores(
        rates=rates,
        urgency_table=dict(Counter((str(o.item.urgency), str(o.decision["urgency"])) for o in labelled)),
        topic_confusions=[(a, b, n) for (a, b), n in confusions.most_common(20)],
        wrong_emergencies=[o.item.id for o in calm if o.leads_with_999],
        missed_emergencies=[o.item.id for o in emergencies if not o.leads_with_999],
    )
