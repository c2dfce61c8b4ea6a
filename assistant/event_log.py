"""Logging that cannot repeat what a person typed.

Harbour's own events are written as they are: their fields are ids and numbers. Whatever other
libraries log is reduced to where it came from and its level, because their messages, arguments and
tracebacks can hold the text of a conversation.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

OWN_LOGGERS = ("assistant",)


class EventFormatter(logging.Formatter):
    """Writes own events in full and others as `event=library_log`."""

    def __init__(self) -> None:
        """Set the time format."""
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return one line without anything that could be a person's words."""
        if record.name.split(".")[0] not in OWN_LOGGERS:
            error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else "-"
            place = f"{record.module}:{record.lineno}"
            record = logging.LogRecord(
                record.name,
                record.levelno,
                record.pathname,
                record.lineno,
                "event=library_log library=%s place=%s error=%s",
                (record.name, place, error),
                None,
            )
        record.exc_info = None
        record.exc_text = None
        record.stack_info = None
        return super().format(record)


def _event_only(_: Any, __: str, event: dict[str, Any]) -> str:
    return str(event.get("event", ""))


def configure_logging(level: str) -> None:
    """Send all logging of this process through the formatter, to standard error.

    Args:
        level: Level of Harbour's own events; other libraries are heard from WARNING on.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(EventFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OWN_LOGGERS:
        logging.getLogger(name).setLevel(level)
    # Unconfigured, structlog prints Rasa's debug lines, user texts included, to standard output.
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, _event_only],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
