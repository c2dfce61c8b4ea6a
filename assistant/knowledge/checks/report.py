"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Report:
    """The outcome of a check.

    Attributes:
        faults: Must be mended before release.
        warnings: Should be looked at.
        alarms: Crisis content that is overdue for a check: it is still shown, so somebody must act today.
        awaiting_approval: Files nobody at the force has signed yet.
    """

    faults: tuple[str, ...]
    warnings: tuple[str, ...]
    alarms: tuple[str, ...]
    awaiting_approval: tuple[str, ...]
