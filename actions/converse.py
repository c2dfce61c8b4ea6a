"""Courtesies, details, repetition, other subjects, and what was not understood."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.base import AdviseAction, HarbourAction, rescue
from actions.turn import Events, Turn, remember, send
from assistant.knowledge.answers import AnswerBook
from assistant.knowledge.messages import Answer, Message
from assistant.understanding.dialogue import NOT_CARRIED

_REPLY_OF_INTENT = {
    "greet": "greeting",
    "goodbye": "goodbye",
    "thank": "thanks",
    "affirm": "affirm",
    "deny": "deny",
    "small_talk": "small_talk",
    "express_anger": "anger",
    "out_of_scope": "out_of_scope",
}


def _subject(turn: Turn) -> str | None:
    """Return the topic being talked about, if it is one to come back to."""
    return turn.topic if turn.topic not in NOT_CARRIED else None


class ActionReply(HarbourAction):
    """Answers greetings, thanks, yes, no, small talk, anger and other subjects."""

    action_name = "action_reply"

    def answer(self, dispatcher: CollectingDispatcher, turn: Turn, book: AnswerBook) -> Events:
        """Send the short reply of the intent."""
        if turn.intent == "out_of_scope" and (rescued := rescue(dispatcher, turn, book)) is not None:
            return rescued
        reply = _REPLY_OF_INTENT[turn.intent]
        if reply in ("affirm", "deny") and _subject(turn) is None:
            reply = "which_topic"
        topic = "out_of_scope" if turn.intent == "out_of_scope" else "smalltalk"
        events = send(dispatcher, turn, book.reply(reply), topic=topic, aspect="other", status="answered")
        return events + remember(turn.topic, turn.aspect or "other")


class ActionUseDetail(HarbourAction):
    """Uses an app or age that was named: answers the last question again for it."""

    action_name = "action_use_detail"

    def answer(self, dispatcher: CollectingDispatcher, turn: Turn, book: AnswerBook) -> Events:
        """Send the answer for the detail, or note it."""
        subject = _subject(turn)
        if subject is not None:
            aspect = turn.aspect if turn.aspect not in (None, "other") else "what_to_do"
            answer = book.answer(turn.question(subject, str(aspect)))
            return send(dispatcher, turn, answer, topic=subject, aspect=str(aspect), status="answered") + remember(
                subject, str(aspect)
            )
        if "platform" in turn.entities:
            topic, aspect = "platform_setup", "how_to_control_or_monitor"
            answer = book.answer(turn.question(topic, aspect))
            return send(dispatcher, turn, answer, topic=topic, aspect=aspect, status="answered") + remember(
                topic, aspect
            )
        events = send(
            dispatcher, turn, book.reply("detail_noted"), topic="smalltalk", aspect="other", status="answered"
        )
        return events + remember(turn.topic, turn.aspect or "other")


class ActionRepeat(HarbourAction):
    """Says the last answer again."""

    action_name = "action_repeat"

    def answer(self, dispatcher: CollectingDispatcher, turn: Turn, book: AnswerBook) -> Events:
        """Send the last answer again, or say that there is none."""
        if turn.last_answer is None:
            answer = book.reply("nothing_to_repeat")
        else:
            messages = tuple(Message.from_json(item) for item in turn.last_answer["messages"])
            answer = Answer(str(turn.last_answer["answer"]), messages)
        before = (turn.last_answer or {}).get("decision") or {}
        return send(
            dispatcher,
            turn,
            answer,
            topic=before.get("topic") or "smalltalk",
            aspect=before.get("aspect") or "other",
            status="answered",
        )


class ActionHandleNotUnderstood(HarbourAction):
    """Offers the likeliest topics; the second time in a row, people to talk to."""

    action_name = "action_handle_not_understood"

    def answer(self, dispatcher: CollectingDispatcher, turn: Turn, book: AnswerBook) -> Events:
        """Send the offer."""
        if (rescued := rescue(dispatcher, turn, book)) is not None:
            return rescued
        matter = turn.matter()
        if matter.topic in ("out_of_scope", "smalltalk"):
            reply = "out_of_scope" if matter.topic == "out_of_scope" else "small_talk"
            events = send(dispatcher, turn, book.reply(reply), topic=matter.topic, aspect="other", status="answered")
            return events + remember(turn.topic, turn.aspect or "other")
        return AdviseAction.ask_back(dispatcher, turn, book, matter.candidates, matter.aspect)
