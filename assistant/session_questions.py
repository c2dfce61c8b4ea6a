"""Questions that people agreed to pass on to a live session: masked, apart from all conversations, and short-lived."""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS questions (
    id INTEGER PRIMARY KEY,
    event TEXT NOT NULL,
    asked_on TEXT NOT NULL,
    delete_on TEXT NOT NULL,
    text TEXT NOT NULL
)
"""


@dataclass(frozen=True)
class SessionQuestion:
    """One question, as it is passed on. Nothing says who asked, or in which conversation."""

    event: str
    asked_on: datetime.date
    text: str


class SessionQuestions:
    """Keeps questions in a file of their own (SQLite)."""

    def __init__(self, path: Path) -> None:
        """Open the file; make it at the first question.

        Args:
            path: Where it stands.
        """
        self._path = path

    def keep(self, event: str, text: str, *, delete_on: datetime.date, today: datetime.date | None = None) -> None:
        """Keep one masked question. The day is kept, not the time.

        Args:
            event: Id of the live session.
            text: The masked question.
            delete_on: The day on which it is deleted.
            today: Today, if it is another day than the clock says.
        """
        today = today or datetime.date.today()
        with self._open() as database:
            database.execute("DELETE FROM questions WHERE delete_on <= ?", (today.isoformat(),))
            database.execute(
                "INSERT INTO questions (event, asked_on, delete_on, text) VALUES (?, ?, ?, ?)",
                (event, today.isoformat(), delete_on.isoformat(), text),
            )

    def all(self, *, today: datetime.date | None = None) -> tuple[SessionQuestion, ...]:
        """Return the questions that are still kept, in the order in which they came; delete what is due."""
        if not self._path.is_file():
            return ()
        today = today or datetime.date.today()
        with self._open() as database:
            database.execute("DELETE FROM questions WHERE delete_on <= ?", (today.isoformat(),))
            rows = database.execute("SELECT event, asked_on, text FROM questions ORDER BY id").fetchall()
        return tuple(SessionQuestion(event, datetime.date.fromisoformat(day), text) for event, day, text in rows)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._path, timeout=5)
        try:
            with database:
                # What is deleted leaves no trace in the file.
                database.execute("PRAGMA secure_delete = ON")
                database.execute(_SCHEMA)
                yield database
        finally:
            database.close()
