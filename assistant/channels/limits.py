"""How many messages a conversation and an address may send."""

from __future__ import annotations

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


class RateLimits:
    """Counts messages in a moving minute, in memory: nothing about a person is kept longer."""

    def __init__(self, *, per_session: int | None, per_address: int | None) -> None:
        """Set the limits.

        Args:
            per_session: Messages a minute and conversation; None for no limit.
            per_address: Messages a minute and address, over all its conversations; None for no limit.
        """
        # Kept here because the limiter itself holds only a weak reference to it.
        self._storage = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._storage)
        self._per_session = None if per_session is None else RateLimitItemPerMinute(per_session)
        self._per_address = None if per_address is None else RateLimitItemPerMinute(per_address)

    def allow(self, conversation: str, address_key: str) -> bool:
        """Count a message and say whether it is within the limits."""
        within_session = self._per_session is None or self._limiter.hit(self._per_session, "session", conversation)
        within_address = self._per_address is None or self._limiter.hit(self._per_address, "address", address_key)
        return within_session and within_address
