"""What triage says of one message."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

Certainty = Literal["decided", "asked"]
Urgency = Literal["emergency", "urgent", "advice", "none"]
# Which reply an emergency gets: the first ones by how certain it is, the others while it goes on.
Stage = Literal["decided", "asked", "yes", "calling"]

PARENT: Final = "parent"
# Whom an emergency reply addresses; everybody else is written to as a parent.
READER_OF_SPEAKER: Final = {
    "child": "child",
    "teacher": "teacher",
    "adult_victim": "adult",
    "worried_about_own_behaviour": "worried_about_own_behaviour",
}


@dataclass(frozen=True)
class Triage:
    """The outcome of triage for one message.

    Attributes:
        urgency: `emergency`, `urgent`, `advice` or `none`.
        certainty: For an emergency: `decided` ("Call 999 now") or `asked` ("If ..., call 999");
            None otherwise.
        kind: For an emergency, and for messages soon after one: of which kind it is; else None.
        reader: For an emergency and the message that says it is over, whom to address: None (a parent), `child`, `adult`, `teacher`,
            `worried_about_own_behaviour`, or the id of a language.
        speaker: Who seems to be writing.
        speaker_is_told: True if the words say so plainly.
        confidence: How sure triage is of the urgency, 0..1.
        reasons: Short machine-readable reasons: rules, calm cues, scores.
        speaker_is_kept: True if the words or the model are sure enough to remember it.
        stage: Which emergency reply is due; None if an ordinary answer is, under one line about 999.
        is_over: True if the message says that an emergency of this conversation is over.
        offers_image: True if it offers or wishes to send, copy or show a picture.
    """

    urgency: Urgency
    certainty: Certainty | None = None
    kind: str | None = None
    reader: str | None = None
    speaker: str = PARENT
    speaker_is_told: bool = False
    confidence: float = 1.0
    reasons: tuple[str, ...] = ()
    speaker_is_kept: bool = False
    stage: Stage | None = None
    is_over: bool = False
    offers_image: bool = False

    @property
    def is_emergency(self) -> bool:
        """True if the reply must lead with 999."""
        return self.urgency == "emergency"


def emergency(certainty: Certainty, kind: str, reader: str | None = None, **more: object) -> Triage:
    """Return an emergency that was just found."""
    return Triage("emergency", certainty, kind, reader, stage=certainty, **more)  # type: ignore[arg-type]


def remember_speaker(triage: Triage, known_speaker: str | None) -> Triage:
    """Return the triage for a speaker who is known from earlier, unless this message plainly says otherwise."""
    if known_speaker is None or triage.speaker_is_told:
        return triage
    # The reader of an emergency in another language is that language.
    reader = triage.reader
    if triage.is_emergency and (reader is None or reader in READER_OF_SPEAKER.values()):
        reader = READER_OF_SPEAKER.get(known_speaker)
    return replace(triage, speaker=known_speaker, speaker_is_kept=True, reader=reader)
