"""Whether content is due to be looked at again."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Final

from assistant.knowledge.model import Knowledge, Review

WARN_DAYS_AHEAD: Final = 30
MAX_DAYS_CRISIS: Final = 93
MAX_DAYS_OTHER: Final = 184


def date_faults(knowledge: Knowledge, today: datetime.date) -> Iterator[str]:
    """Yield dates that cannot be, and content that is withheld because it is overdue."""
    for where, review, is_crisis in knowledge.reviews:
        if review.checked_on > today:
            yield f"{where}: checked_on {review.checked_on} lies in the future."
        longest = MAX_DAYS_CRISIS if is_crisis else MAX_DAYS_OTHER
        if (review.review_by - review.checked_on).days > longest:
            yield f"{where}: review_by {review.review_by} is more than {longest} days after checked_on."
        if review.is_overdue(today) and not is_crisis:
            yield (
                f"{where}: review_by {review.review_by} has passed, so it is withheld; "
                "check the facts and set new dates."
            )


def date_alarms(knowledge: Knowledge, today: datetime.date) -> Iterator[str]:
    """Yield overdue content for a crisis and overdue contacts. They are still shown: somebody must act today."""
    for where, review, is_crisis in knowledge.reviews:
        if review.is_overdue(today) and is_crisis:
            yield f"{where}: review_by {review.review_by} has passed and it is still shown; check it today."
    for contact in knowledge.contacts.values():
        if contact.review_by < today:
            yield f"contacts.yml: {contact.id}: review_by {contact.review_by} has passed; ring or open it today."


def date_warnings(knowledge: Knowledge, today: datetime.date) -> Iterator[str]:
    """Yield what is due soon."""
    soon = today + datetime.timedelta(days=WARN_DAYS_AHEAD)

    def is_soon(review_by: datetime.date) -> bool:
        return today <= review_by < soon

    due: list[tuple[str, Review]] = [(where, review) for where, review, _ in knowledge.reviews]
    for where, review in due:
        if is_soon(review.review_by):
            yield f"{where}: is due for review by {review.review_by}."
    for contact in knowledge.contacts.values():
        if is_soon(contact.review_by):
            yield f"contacts.yml: {contact.id}: is due for review by {contact.review_by}."
