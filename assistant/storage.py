"""Where conversations are kept: an SQLite file, masked, and only for a while.

What arrives here was masked by the channel; this store adds that it can forget.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.exceptions import RasaException

logger = logging.getLogger("assistant.events")

# A writer waits this long for another one before it gives up; well under the watchdog.
BUSY_TIMEOUT_SECONDS = 1.0


def _prepare_connection(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    # Readers do not block the writer, and a power cut loses at most the last turn.
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    # Deleted text must not stay in free pages of the file.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.execute(f"PRAGMA busy_timeout={int(BUSY_TIMEOUT_SECONDS * 1000)}")
    cursor.close()


class HarbourTrackerStore(SQLTrackerStore):
    """Rasa's SQL store on one SQLite file, with forgetting."""

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        """Open the file, and create it if it is not there.

        Args:
            domain: The assistant's domain.
            host: Path of the SQLite file (Rasa calls the `url` of endpoints.yml so).
            event_broker: Passed on.
            kwargs: Passed on.

        Raises:
            RasaException: If no path is given.
        """
        if not host:
            raise RasaException("endpoints.yml: tracker_store needs `url`, the path of the SQLite file.")
        Path(host).parent.mkdir(parents=True, exist_ok=True)
        super().__init__(domain, dialect="sqlite", db=host, event_broker=event_broker, **kwargs)
        sa.event.listen(self.engine, "connect", _prepare_connection)
        self.engine.dispose()

    def forget(self, sender_id: str) -> int:
        """Delete one conversation; return how many events it had."""
        return self._delete(lambda events: events.sender_id == sender_id)

    def forget_older_than(self, timestamp: float) -> int:
        """Delete every event that is older; return how many went.

        Args:
            timestamp: Seconds since 1970.
        """
        return self._delete(lambda events: events.timestamp < timestamp)

    def _delete(self, condition: Callable[[Any], Any]) -> int:
        with self.session_scope() as session:
            gone: int = session.query(self.SQLEvent).filter(condition(self.SQLEvent)).delete(synchronize_session=False)
            session.commit()
        return gone
