"""Counts with their uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass

# 95 percent.
_Z = 1.959963984540054


@dataclass(frozen=True)
class Rate:
    """So many of so many.

    Attributes:
        hits: How many.
        total: Of how many.
    """

    hits: int
    total: int

    @property
    def share(self) -> float:
        """The share, 0..1; 0 if there is nothing to count."""
        return self.hits / self.total if self.total else 0.0

    def interval(self) -> tuple[float, float]:
        """Return the Wilson score interval (95 percent).

        Source: Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
        """
        if not self.total:
            return 0.0, 1.0
        share, n = self.share, self.total
        centre = share + _Z**2 / (2 * n)
        spread = _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
        scale = 1 + _Z**2 / n
        return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)

    def __str__(self) -> str:
        """Return for example `90.0% (45/50, 78.6 to 95.7)`."""
        if not self.total:
            return "no such messages"
        low, high = self.interval()
        return f"{self.share:.1%} ({self.hits}/{self.total}, {low:.1%} to {high:.1%})"
