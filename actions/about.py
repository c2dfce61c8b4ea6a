"""About the force's unit and about Harbour itself."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.base import HarbourAction
from actions.turn import Events, Turn, remember, send
from assistant.knowledge.answers import AnswerBook


class _AboutAction(HarbourAction):
    """Answers about one service topic; cues in wording.yml say which aspect is asked."""

    default_topic = ""

    def answer(self, dispatcher: CollectingDispatcher, turn: Turn, book: AnswerBook) -> Events:
        """Send the answer; the talk goes on about what it was about."""
        chosen = turn.entities.get("topic")
        topic = book.topic_of(chosen) or self.topic_of(turn)
        aspect = turn.entities.get("aspect") or book.aspect_by_cue(topic, turn.text) or turn.matter().aspect
        named = book.subtopic_in(turn.text, topic) if turn.is_typed else chosen if chosen != topic else None
        answer = book.answer(turn.question(topic, aspect, subtopic=named))
        events = send(dispatcher, turn, answer, topic=topic, aspect=aspect, status="answered")
        return events + remember(turn.topic or topic, turn.aspect or aspect)

    def topic_of(self, turn: Turn) -> str:
        """Return which of its topics the message is about."""
        return self.default_topic


class ActionTellAboutUnit(_AboutAction):
    """Says what the force's cyber and digital crime unit does, with dated figures, or about live Q&As."""

    action_name = "action_tell_about_unit"
    default_topic = "unit_info"

    def topic_of(self, turn: Turn) -> str:
        """Return `live_qa` if that is the likeliest topic."""
        likeliest = turn.topic_ranking[0][0] if turn.topic_ranking else self.default_topic
        return "live_qa" if likeliest == "live_qa" else self.default_topic


class ActionTellAboutService(_AboutAction):
    """Says what Harbour is, what it keeps, and what it cannot do."""

    action_name = "action_tell_about_service"
    default_topic = "about_service"
