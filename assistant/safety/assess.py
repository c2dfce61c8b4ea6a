"""Say how urgent a message is, of which kind, who writes it, and why.

Two witnesses are heard: rules that a safeguarding lead wrote, and a model trained on many voices.
Either can raise the alarm. Words that say "not now, not real" (calm cues) ask the model for more
certainty. If the model is missing or fails, the rules alone decide, and lean towards 999.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from assistant.learning.features import Encode
from assistant.safety.model import TriageModel
from assistant.safety.rules import Rule, SafetyRules
from assistant.safety.speaker import speaker_from_words
from assistant.text import for_matching, has_words, is_mostly_latin

Certainty = Literal["decided", "asked"]
Urgency = Literal["emergency", "urgent", "advice", "none"]

# Chosen on voices that neither encoder nor heads had seen (docs/adr/0007-two-witnesses.md): the
# probability of an emergency that is needed to say "Call 999 now" (decide) or to lead with 999 and ask.
DECIDE_WITH_RULE: Final = 0.15
DECIDE_WITH_RULE_AND_CALM: Final = 0.40
DECIDE_ALONE: Final = 0.50
ASK_WITH_RULE: Final = 0.05
ASK_ALONE: Final = 0.20
CALM_EXTRA: Final = 0.10
# A speaker other than a parent is believed for one message from this probability on, and for the rest
# of the conversation from the second one on.
SPEAKER_BELIEVED: Final = 0.45
SPEAKER_KEPT: Final = 0.70
# Fewer words than this do not tell who is writing, unless they say it plainly.
SPEAKER_WORDS: Final = 4

# A message of more words than this is also judged part by part.
LONG_WORDS: Final = 70
_PART_WORDS: Final = 10

PARENT: Final = "parent"
_OTHER: Final = "other"
_ADULT_SPEAKERS = {"adult_victim", "worried_about_own_behaviour"}
_READER_OF_SPEAKER = {"child": "child", **dict.fromkeys(_ADULT_SPEAKERS, "adult")}

_PERSON = re.compile(
    r"\b(i|im|ive|ill|me|my|mine|myself|we|were|weve|us|our|you|your|youre|he|hes|him|his|she|shes|her|hers|they|theyre|"
    r"them|their|who|some(one|body|1)|no(one|body)|any(one|body)|people|person|man|men|woman|bloke|guy|lad|lads|lass|boy|"
    r"boys|girl|girls|kids?|child(ren)?|teens?|teenager|son|daughter|\w*mum|mam|mom|dad|gran\w*|nan|brother|sister|niece|"
    r"nephew|cousin|friends?|mates?|pupil|student|stranger|boyfriend|girlfriend|partner|husband|wife|ex|uncle|aunt\w*|"
    r"bairn|wean|baby|toddler|y\d+|year \d+|\d+ ?(yo|yr|year)s?|help|suicid\w*|kms|die|dead|knife|gun|blood|police|999)\b"
)
_KIND_OF_TOPIC = {
    "meeting_offline": "meeting",
    "self_harm_suicide": "suicide",
    "eating_disorder": "medical",
    "sextortion": "blackmail",
    "nudes_sharing": "blackmail",
    "livestream": "abuse_now",
    "harmful_sexual_behaviour": "abuse_now",
    "family_member_offender": "abuse_now",
    "com_networks": "self_harm",
    "criminal_exploitation": "missing",
    "spyware_location": "offender_near",
}
# When several rules match, the kind whose first steps matter most comes first.
_KIND_ORDER = (
    "medical",
    "self_harm",
    "suicide",
    "violence",
    "abduction",
    "abuse_now",
    "offender_near",
    "meeting",
    "missing",
    "child_alone",
    "blackmail",
    "general",
)
_TODAY_WRITER = re.compile(
    r"\b(i|im|ill|ive|me|my life|myself)\b.{0,40}\b(die|dead|kill|suicid\w*|suicide|overdose\w*|alive|end it|live|harm|hurt|unalive|kms)\b"
)


@dataclass(frozen=True)
class Triage:
    """The outcome of triage for one message.

    Attributes:
        urgency: `emergency`, `urgent`, `advice` or `none`.
        certainty: For an emergency: `decided` ("Call 999 now") or `asked` ("If ..., call 999");
            None otherwise.
        kind: For an emergency, which first steps fit; None otherwise.
        reader: For an emergency, whom to address: None (a parent or professional), `child`, `adult`.
        speaker: Who seems to be writing.
        speaker_is_told: True if the words say so plainly.
        speaker_is_kept: True if the words or the model are sure enough to remember it.
        confidence: How sure triage is of the urgency, 0..1.
        reasons: Short machine-readable reasons: rules, calm cues, scores.
    """

    urgency: Urgency
    certainty: Certainty | None
    kind: str | None
    reader: str | None
    speaker: str
    speaker_is_told: bool
    confidence: float
    reasons: tuple[str, ...]
    speaker_is_kept: bool = False

    @property
    def is_emergency(self) -> bool:
        """True if the reply must lead with 999."""
        return self.urgency == "emergency"


def remember_speaker(triage: Triage, known_speaker: str | None) -> Triage:
    """Return the triage for a speaker who is known from earlier, unless this message plainly says otherwise."""
    if known_speaker is None or triage.speaker_is_told:
        return triage
    reader = _READER_OF_SPEAKER.get(known_speaker) if triage.is_emergency else None
    return replace(triage, speaker=known_speaker, speaker_is_kept=True, reader=reader)


class Assessor:
    """Assesses messages. Stateless between messages, and total: it always returns an outcome."""

    def __init__(
        self,
        rules: SafetyRules,
        *,
        model: TriageModel | None = None,
        encode: Encode | None = None,
        on_model_failure: Callable[[Exception], None] | None = None,
    ) -> None:
        """Take the rules, and the model if there is one.

        Args:
            rules: The rules of triage.
            model: The trained model; None leaves the decision to the rules.
            encode: Gives the sentence vector of a message; needed with a model.
            on_model_failure: Told when the model fails on a message, which is then judged by rules.
        """
        self._rules = rules
        self._model = model
        self._encode = encode
        self._on_model_failure = on_model_failure

    def assess(self, text: str) -> Triage:
        """Return the triage of one clean message."""
        if not has_words(text):
            return Triage("none", None, None, None, PARENT, False, 1.0, ("no_words",))
        rules = self._rules.matching(text)
        calm = [f"calm:{cue.id}" for cue in self._rules.calm(text)]
        scores = self._scores(text)
        speaker, speaker_is_told, speaker_is_kept = _speaker(text, scores)
        reasons = [f"rule:{rule.id}" for rule in rules] + calm
        if scores is None:
            alone = self._by_rules_alone(text, rules, bool(calm), speaker, speaker_is_told, reasons)
            return replace(alone, speaker_is_kept=speaker_is_kept)

        emergency = scores["urgency"].get("emergency", 0.0)
        if len(text.split()) > LONG_WORDS:
            emergency, rules, calm = self._loudest_part(text, emergency, rules, calm, reasons)
        reasons.append(f"model:emergency={emergency:.2f}")
        certainty = _certainty(rules, emergency, is_calm=bool(calm))
        if certainty is not None:
            kind = _kind(rules, scores["topic"])
            confidence = max(emergency, 0.5 if rules else 0.0)
            reader = _reader(speaker, kind, text)
            return Triage(
                "emergency",
                certainty,
                kind,
                reader,
                speaker,
                speaker_is_told,
                confidence,
                tuple(reasons),
                speaker_is_kept,
            )
        urgency, confidence = _calmer_urgency(scores["urgency"])
        if urgency in ("advice", "none") and not calm and any(rule.level == "urgent" for rule in rules):
            urgency, confidence = "urgent", 0.5
        return Triage(urgency, None, None, None, speaker, speaker_is_told, confidence, tuple(reasons), speaker_is_kept)

    def _loudest_part(
        self, text: str, emergency: float, rules: list[Rule], calm: list[str], reasons: list[str]
    ) -> tuple[float, list[Rule], list[str]]:
        """Return score, rules and calm cues of the most alarming part of a long message.

        In a long story one sentence can hold the danger, and the vector of the whole does not show it.
        Only parts in which a rule matches are looked at, so that length alone never raises an alarm.
        """
        for part in _parts(text):
            found = [rule for rule in self._rules.matching(part) if rule.level != "urgent"]
            scores = self._scores(part) if found else None
            if scores is None or scores["urgency"].get("emergency", 0.0) <= emergency:
                continue
            emergency, rules = scores["urgency"]["emergency"], found
            calm = [f"calm:{cue.id}" for cue in self._rules.calm(part)]
            reasons.append("part_of_long_message")
        return emergency, rules, calm

    def _scores(self, text: str) -> dict[str, dict[str, float]] | None:
        if self._model is None or self._encode is None:
            return None
        if not _PERSON.search(for_matching(text)) or not is_mostly_latin(text):
            # Without a person in it, or in another script, it is no sentence this model can judge: markup,
            # numbers, code. Whatever it said would be chance; the rules still look.
            return None
        try:
            return self._model.probabilities(text, self._encode, self._rules)
        except Exception as error:  # Triage must answer whatever happens; the rules still can.
            if self._on_model_failure is not None:
                self._on_model_failure(error)
            return None

    def _by_rules_alone(
        self, text: str, rules: list[Rule], is_calm: bool, speaker: str, speaker_is_told: bool, reasons: list[str]
    ) -> Triage:
        reasons = [*reasons, "rules_only"]
        levels = {rule.level for rule in rules}
        if levels & {"emergency", "possible"}:
            certainty: Certainty = "decided" if "emergency" in levels and not is_calm else "asked"
            kind = _kind(rules, {})
            reader = _reader(speaker, kind, text)
            return Triage("emergency", certainty, kind, reader, speaker, speaker_is_told, 0.5, tuple(reasons))
        urgency: Urgency = "urgent" if "urgent" in levels else "advice"
        return Triage(urgency, None, None, None, speaker, speaker_is_told, 0.3, tuple(reasons))


def _parts(text: str) -> list[str]:
    """Return overlapping runs of words, about a sentence long, the end of the message included."""
    words = text.split()
    step = _PART_WORDS // 2
    return [" ".join(words[start : start + _PART_WORDS]) for start in range(0, max(1, len(words) - step), step)]


def _calmer_urgency(scores: dict[str, float]) -> tuple[Urgency, float]:
    """Return the likeliest urgency below an emergency, and how sure that is among them."""
    levels: tuple[Urgency, ...] = ("urgent", "advice", "none")
    known = {level: scores.get(level, 0.0) for level in levels}
    likeliest = max(levels, key=lambda level: known[level])
    return likeliest, known[likeliest] / max(sum(known.values()), 1e-9)


def _certainty(rules: list[Rule], emergency: float, *, is_calm: bool) -> Certainty | None:
    extra = CALM_EXTRA if is_calm else 0.0
    has_emergency_rule = any(rule.level == "emergency" for rule in rules)
    has_rule = has_emergency_rule or any(rule.level == "possible" for rule in rules)
    if has_emergency_rule:
        decide = DECIDE_WITH_RULE_AND_CALM if is_calm else DECIDE_WITH_RULE
    else:
        decide = DECIDE_ALONE + extra
    if emergency >= decide:
        return "decided"
    ask = ASK_WITH_RULE if has_rule and not is_calm else ASK_ALONE + extra
    return "asked" if emergency >= ask else None


def _kind(rules: list[Rule], topics: dict[str, float]) -> str:
    kinds = {rule.kind for rule in rules if rule.level in ("emergency", "possible")}
    kinds = kinds or {rule.kind for rule in rules}
    for kind in _KIND_ORDER:
        if kind in kinds:
            return kind
    topic = max(topics, key=lambda name: topics[name]) if topics else ""
    return _KIND_OF_TOPIC.get(topic, "general")


def _speaker(text: str, scores: dict[str, dict[str, float]] | None) -> tuple[str, bool, bool]:
    """Return the speaker, whether the words tell it plainly, and whether it may be remembered."""
    told = speaker_from_words(text)
    likeliest = max(scores["speaker"], key=lambda name: scores["speaker"][name]) if scores else PARENT
    sureness = scores["speaker"][likeliest] if scores else 0.0
    needed = SPEAKER_KEPT if likeliest == _OTHER else SPEAKER_BELIEVED
    is_believed = likeliest != PARENT and sureness >= needed and len(text.split()) >= SPEAKER_WORDS
    # A victim or a worried adult may be a parent too, and a worried teenager is a child too.
    if is_believed and (told is None or likeliest in _ADULT_SPEAKERS):
        return likeliest, False, sureness >= SPEAKER_KEPT
    return (told, True, True) if told is not None else (PARENT, False, False)


def _reader(speaker: str, kind: str, text: str) -> str | None:
    if speaker in _READER_OF_SPEAKER:
        return _READER_OF_SPEAKER[speaker]
    # "I want to die" with nothing said about who writes: speak to the writer, not about a child.
    if kind in ("suicide", "self_harm") and _TODAY_WRITER.search(for_matching(text)):
        return "adult"
    return None
