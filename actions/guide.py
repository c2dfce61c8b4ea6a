"""Guides: step by step help with a few taps; any other message is answered as ever, and the guide waits."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.base import HarbourAction
from actions.turn import Events, Turn, remember, send
from assistant.knowledge.answers import AnswerBook
from assistant.knowledge.guides import parse_guide_button


class ActionFollowGuide(HarbourAction):
    """Shows the step that a button names. The topic of the conversation stays."""

    action_name = "action_follow_guide"

    def answer(self, dispatcher: CollectingDispatcher, turn: Turn, book: AnswerBook) -> Events:
        """Send the step."""
        found = parse_guide_button(book.knowledge.guides, turn.entities.get("choice") or "")
        if found is None:
            answer = book.reply("old_button")
            return send(dispatcher, turn, answer, topic="smalltalk", aspect="other", status="answered")
        guide, step = found
        answer = book.guide_step(guide, step, turn.question(turn.topic, turn.aspect or "what_to_do"))
        topic = turn.topic if turn.topic in guide.topics else guide.topics[0]
        events = send(dispatcher, turn, answer, topic=topic, aspect="what_to_do", status="answered")
        return events + remember(topic, "what_to_do")
