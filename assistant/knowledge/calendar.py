"""What is on: the next live question-and-answer session of a force, and days for online safety."""

from __future__ import annotations

import datetime

from assistant.knowledge.model import Day, Events, LiveQA


def announced_session(events: Events, force_id: str, now: datetime.datetime) -> LiveQA | None:
    """Return the force's next session that is not over yet, or None."""
    coming = [event for event in events.live_qa if event.force == force_id and event.ends > now]
    return min(coming, key=lambda event: event.starts, default=None)


def takes_questions(event: LiveQA, now: datetime.datetime) -> bool:
    """Say whether questions can still be sent for it."""
    return now <= event.questions_until


def next_day(events: Events, today: datetime.date) -> Day | None:
    """Return the day that comes next: dated ones first, then one whose date is not confirmed, then the last past one."""
    coming = [day for day in events.days if day.on is not None and day.on >= today]
    if coming:
        return min(coming, key=lambda day: day.on or datetime.date.max)
    undated = [day for day in events.days if day.on is None]
    return undated[0] if undated else max(events.days, key=lambda day: day.on or datetime.date.min, default=None)


def spoken_time(moment: datetime.datetime) -> str:
    """Return a time as a sentence says it: "6pm on Thursday 3 December 2026"."""
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    hour = f"{moment.hour % 12 or 12}{minutes}{'am' if moment.hour < 12 else 'pm'}"
    return f"{hour} on {moment.strftime('%A')} {moment.day} {moment.strftime('%B %Y')}"
