"""Say how urgent a message is, of which kind, who writes it, and why.

Two witnesses are heard: rules that a safeguarding lead wrote, and a model trained on many voices.
Either can raise the alarm. Words that say "not now, not real" (calm cues) ask the model for more
certainty. If the model is missing or fails, the rules alone decide, and lean towards 999.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from assistant.learning.features import Encode
from assistant.safety.alarm import Alarm, in_light_of
from assistant.safety.languages import Languages
from assistant.safety.model import NEAREST, TriageModel
from assistant.safety.rules import Cue, Rule, SafetyRules
from assistant.safety.speaker import speaker_from_words
from assistant.safety.triage import PARENT, READER_OF_SPEAKER, Certainty, Triage, Urgency, emergency
from assistant.text import for_matching, has_words, is_mostly_latin, is_prose

# Chosen on voices that neither encoder nor heads had seen (docs/adr/0007-two-witnesses.md). To say "Call 999
# now" (decide), the model must hold an emergency for so likely; less where a rule agrees, more where words
# say "not now, not real" (calm cues).
DECIDE_WITH_RULE: Final = 0.20
DECIDE_ALONE: Final = 0.60
DECIDE_WITH_CALM: Final = 0.95
# To lead with 999 and ask, it must be so likely compared with a calm message: between an emergency and an
# urgent matter the careful reading wins.
ASK: Final = 0.10
ASK_WITH_CALM: Final = 0.90
# A message that is hardly an emergency at all never opens with 999, however little else it is.
ASK_LEAST: Final = 0.02
# Below this share of words that the encoder knows whole a message is hardly English, and the model guesses: it must
# be as sure as where words say "not now, not real". Measured: no emergency of the safety sets is lost by it.
HARDLY_ENGLISH: Final = 0.45
# A speaker other than a parent is believed for one message from this probability on, and for the rest
# of the conversation from the second one on.
SPEAKER_BELIEVED: Final = 0.45
SPEAKER_KEPT: Final = 0.70
# Fewer words than this do not tell who is writing, unless they say it plainly.
SPEAKER_WORDS: Final = 4

# A message of more words than this is also judged part by part.
LONG_WORDS: Final = 70
_PART_WORDS: Final = 10

_OTHER: Final = "other"
_ADULT_SPEAKERS = {"adult_victim", "worried_about_own_behaviour"}
# When several rules match and no model can choose, the kind whose first steps matter most comes first.
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
_GENERAL: Final = "general"
OTHER_LANGUAGE: Final = "other_language"
# Kinds that people write of themselves as often as of a child.
_OWN_KINDS = ("suicide", "self_harm", "medical")
_FIRST_PERSON = re.compile(r"\b(i|im|ill|ive|id|me|my|myself)\b")
_ANOTHER_PERSON = re.compile(
    r"\b(he|hes|him|his|she|shes|her|hers|they|theyre|them|their|son|daughter|child|kid|lad|lass|boy|girl|pupil|"
    r"student|friend|mate|sister|brother|niece|nephew|grand\w+)\b"
)
_OWN_LIFE = re.compile(
    r"\b(i|im|ill|ive|me|my life|myself)\b.{0,40}\b(die|dead|kill|suicid\w*|suicide|overdose\w*|alive|end it|live|harm|hurt|unalive|kms)\b"
)


class Assessor:
    """Assesses messages. Stateless between messages, and total: it always returns an outcome."""

    def __init__(
        self,
        rules: SafetyRules,
        *,
        languages: Languages | None = None,
        model: TriageModel | None = None,
        encode: Encode | None = None,
        on_model_failure: Callable[[Exception], None] | None = None,
        familiarity: Callable[[str], float] | None = None,
    ) -> None:
        """Take the rules, and the model if there is one.

        Args:
            rules: The rules of triage.
            languages: Phrase lists of other languages.
            model: The trained model; None leaves the decision to the rules.
            encode: Gives the sentence vector of a message; needed with a model.
            on_model_failure: Told when the model fails on a message, which is then judged by rules.
            familiarity: Share of the words of a message that the encoder knows whole, 0..1; None: not asked.
        """
        self._rules = rules
        self._languages = languages
        self._model = model
        self._encode = encode
        self._on_model_failure = on_model_failure
        self._familiarity = familiarity

    def assess(self, text: str) -> Triage:
        """Return the triage of one clean message."""
        if not has_words(text):
            return Triage("none", reasons=("no_words",))
        triage = self._in_other_language(text) or self._in_english(text)
        return replace(triage, offers_image=self._rules.offers_image(text))

    def in_light_of(self, triage: Triage, text: str, alarm: Alarm | None) -> tuple[Triage, Alarm | None]:
        """Return what a message means after an emergency, and the alarm to keep (`alarm.in_light_of`)."""
        return in_light_of(triage, text, alarm, self._rules)

    def _in_other_language(self, text: str) -> Triage | None:
        found = self._languages.find(text) if self._languages is not None else None
        if found is None:
            return None
        language, danger = found
        reasons = (f"language:{language.id}:{danger}",)
        return emergency("decided", OTHER_LANGUAGE, language.id, confidence=0.9, reasons=reasons)

    def _in_english(self, text: str) -> Triage:
        rules, calm = self._rules.matching(text), self._rules.calm(text)
        scores = self._scores(text, rules, calm)
        speaker, is_told, is_kept = _speaker(text, scores)
        reasons = [f"rule:{rule.id}" for rule in rules] + [f"calm:{cue.id}" for cue in calm]
        if scores is None:
            if len(text.split()) > LONG_WORDS:
                rules, calm = self._rules_of_parts(text, rules, calm)
                reasons = [f"rule:{rule.id}" for rule in rules] + [f"calm:{cue.id}" for cue in calm]
            alone = self._by_rules_alone(text, rules, bool(calm), speaker, reasons)
            return replace(alone, speaker_is_told=is_told, speaker_is_kept=is_kept)

        urgency = scores["urgency"]
        if len(text.split()) > LONG_WORDS:
            urgency, rules, calm = self._loudest_part(text, urgency, rules, calm, reasons)
        chance = urgency.get("emergency", 0.0)
        reasons.append(f"model:emergency={chance:.2f}")
        reasons.append(f"nearest:emergency={scores[NEAREST].get('emergency', 0.0):.2f}")
        told = {"speaker": speaker, "speaker_is_told": is_told, "speaker_is_kept": is_kept, "reasons": tuple(reasons)}
        is_guess = not rules and self._familiarity is not None and self._familiarity(text) < HARDLY_ENGLISH
        certainty = _certainty(rules, urgency, is_calm=bool(calm) or is_guess)
        if certainty is not None:
            kind = _kind(rules, scores["kind"])
            confidence = max(chance, 0.5 if rules else 0.0)
            return emergency(certainty, kind, _reader(speaker, kind, text), confidence=confidence, **told)
        level, confidence = _calmer_urgency(urgency)
        if level in ("advice", "none") and not calm and any(rule.level == "urgent" for rule in rules):
            level, confidence = "urgent", 0.5
        return Triage(level, confidence=confidence, **told)  # type: ignore[arg-type]

    def _rules_of_parts(self, text: str, rules: list[Rule], calm: list[Cue]) -> tuple[list[Rule], list[Cue]]:
        """Return the rules and cues of the first dangerous part of a long message; of the whole if there is none.

        What switches a rule off in one sentence must not hide the danger in another.
        """
        for part in _parts(text):
            found = [rule for rule in self._rules.matching(part) if rule.level == "emergency"]
            if found and not self._rules.calm(part):
                return found, []
        return rules, calm

    def _loudest_part(
        self, text: str, urgency: dict[str, float], rules: list[Rule], calm: list[Cue], reasons: list[str]
    ) -> tuple[dict[str, float], list[Rule], list[Cue]]:
        """Return urgency scores, rules and calm cues of the most alarming part of a long message.

        In a long story one sentence can hold the danger, and the vector of the whole does not show it.
        Only parts in which a rule matches are looked at, so that length alone never raises an alarm.
        """
        for part in _parts(text):
            found = self._rules.matching(part)
            if all(rule.level == "urgent" for rule in found):
                continue
            cues = self._rules.calm(part)
            scores = self._scores(part, found, cues)
            if scores is None or scores["urgency"].get("emergency", 0.0) <= urgency.get("emergency", 0.0):
                continue
            urgency, rules, calm = scores["urgency"], found, cues
            reasons.append("part_of_long_message")
        return urgency, rules, calm

    def _scores(self, text: str, rules: list[Rule], calm: list[Cue]) -> dict[str, dict[str, float]] | None:
        if self._model is None or self._encode is None:
            return None
        if not is_prose(text) or not is_mostly_latin(text):
            # Markup, numbers, code or another script: whatever the model said would be chance. The rules still look.
            return None
        try:
            return self._model.probabilities(text, self._encode, {rule.id for rule in rules} | {cue.id for cue in calm})
        except Exception as error:  # Triage must answer whatever happens; the rules still can.
            if self._on_model_failure is not None:
                self._on_model_failure(error)
            return None

    def _by_rules_alone(self, text: str, rules: list[Rule], is_calm: bool, speaker: str, reasons: list[str]) -> Triage:
        reasons = [*reasons, "rules_only"]
        levels = {rule.level for rule in rules}
        if levels & {"emergency", "possible"}:
            certainty: Certainty = "decided" if "emergency" in levels and not is_calm else "asked"
            kind = _kind(rules, {})
            reader = _reader(speaker, kind, text)
            return emergency(certainty, kind, reader, speaker=speaker, confidence=0.5, reasons=tuple(reasons))
        urgency: Urgency = "urgent" if "urgent" in levels else "advice"
        return Triage(urgency, speaker=speaker, confidence=0.3, reasons=tuple(reasons))


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


def _certainty(rules: list[Rule], urgency: dict[str, float], *, is_calm: bool) -> Certainty | None:
    chance = urgency.get("emergency", 0.0)
    calm = urgency.get("advice", 0.0) + urgency.get("none", 0.0)
    has_rule = any(rule.level == "emergency" for rule in rules)
    if is_calm:
        decide, is_likely = DECIDE_WITH_CALM, chance >= ASK_WITH_CALM
    else:
        decide = DECIDE_WITH_RULE if has_rule else DECIDE_ALONE
        is_likely = chance >= ASK_LEAST and chance / (chance + calm) >= ASK
    if chance >= decide:
        return "decided"
    return "asked" if is_likely or any(rule.is_always for rule in rules) else None


def _kind(rules: list[Rule], chances: dict[str, float]) -> str:
    """Return the kind of an emergency: what rules name, and the model where they name none or several."""
    kinds = {rule.kind for rule in rules if rule.level in ("emergency", "possible")}
    kinds = (kinds or {rule.kind for rule in rules}) - {_GENERAL}
    if chances:
        named = {kind: chances.get(kind, 0.0) for kind in kinds} or chances
        return max(named, key=lambda kind: named[kind])
    return next((kind for kind in _KIND_ORDER if kind in kinds), _GENERAL)


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
    if speaker in READER_OF_SPEAKER:
        return READER_OF_SPEAKER[speaker]
    # "I want to die" with nothing said about who writes: speak to the writer, not about a child.
    prepared = for_matching(text)
    if kind in _OWN_KINDS and _OWN_LIFE.search(prepared):
        return "adult"
    is_own = bool(_FIRST_PERSON.search(prepared)) and not _ANOTHER_PERSON.search(prepared)
    return "adult" if is_own and (kind in _OWN_KINDS or speaker == _OTHER) else None
