"""Names shared between the channel, the NLU components, the policy and the actions."""

from __future__ import annotations

from typing import Final

# Keys of the message metadata that the channel sends along (kept with the event, holds no text).
TRIAGE: Final = "triage"
UNDERSTANDING: Final = "understanding"
PROFILE: Final = "profile"

SIGNAL_EMERGENCY: Final = "signal_emergency"
NOT_UNDERSTOOD: Final = "nlu_fallback"
ASK_ABOUT_UNIT: Final = "ask_about_unit"
UNIT_TOPICS: Final = ("unit_info", "live_qa")


def emergency_response_name(kind: str, stage: str, reader: str | None) -> str:
    """Return the name of the reply for an emergency, as `data/responses/emergency.yml` has it."""
    return "_".join(part for part in ("utter_emergency", kind, stage, reader) if part)
