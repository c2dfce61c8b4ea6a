"""To people: 999, 101, and the helplines."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.base import HarbourAction
from actions.turn import Events, Turn, remember, send
from assistant.knowledge.answers import AnswerBook


class ActionEscalate(HarbourAction):
    """Says honestly that Harbour is automatic, and where people are: 999, 101, helplines."""

    action_name = "action_escalate"

    def answer(self, dispatcher: CollectingDispatcher, turn: Turn, book: AnswerBook) -> Events:
        """Send the people to talk to."""
        answer = book.reply("ask_for_human")
        events = send(dispatcher, turn, answer, topic="about_service", aspect="get_help", status="answered")
        return events + remember(turn.topic, turn.aspect or "get_help")
