"""Taking a question for a live session: write it, look at it masked, agree, and only then is it kept."""

from __future__ import annotations

from typing import Any, Final

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import HarbourAction
from actions.turn import Events, Turn, send
from assistant import runtime
from assistant.knowledge.answers import AGREE, ASK_QUESTION, DECLINE, AnswerBook
from assistant.knowledge.model import LiveQA

MAX_CHARACTERS: Final = 400
# What the person is asked to do next (slot `session_question`).
WRITING: Final = "writing"
CONFIRMING: Final = "confirming"
_ANSWERS: Final = {"affirm": AGREE, "deny": DECLINE}


class ActionTakeSessionQuestion(HarbourAction):
    """Takes a question for the next live session. The safety policies let an emergency or a disclosure through."""

    action_name = "action_take_session_question"

    def answer(self, dispatcher: CollectingDispatcher, turn: Turn, book: AnswerBook) -> Events:
        """Do the next step; nothing is kept before the person has seen it and agreed."""
        event = book.announced_session()
        if event is None:
            return self._say(dispatcher, turn, book, "question_none_open", None, None)
        taken = turn.session_question or {}
        pressed = turn.entities.get("choice") or _ANSWERS.get(turn.intent)
        if turn.entities.get("choice") == ASK_QUESTION or not taken:
            return self._say(dispatcher, turn, book, "question_write", event, {"step": WRITING})
        if taken["step"] == CONFIRMING and pressed == AGREE:
            runtime.session_questions().keep(event.id, taken["text"], delete_on=event.questions_kept_until)
            return self._say(dispatcher, turn, book, "question_passed_on", event, None)
        if taken["step"] == CONFIRMING or pressed == DECLINE:
            return self._say(dispatcher, turn, book, "question_dropped", event, None)
        if len(turn.text) > MAX_CHARACTERS:
            return self._say(dispatcher, turn, book, "question_too_long", event, {"step": WRITING})
        text = turn.text.strip()
        return self._say(dispatcher, turn, book, "question_confirm", event, {"step": CONFIRMING, "text": text})

    @staticmethod
    def _say(
        dispatcher: CollectingDispatcher,
        turn: Turn,
        book: AnswerBook,
        reply: str,
        event: LiveQA | None,
        taken: dict[str, Any] | None,
    ) -> Events:
        values = {"question.text": (taken or {}).get("text", "")}
        if event is not None:
            values |= book.session_values(event)
        buttons = [book.button(AGREE), book.button(DECLINE)] if reply == "question_confirm" else None
        answer = book.reply(reply, buttons=buttons, values=values)
        events = send(dispatcher, turn, answer, topic="live_qa", aspect="what_to_do", status="answered")
        return [*events, SlotSet("session_question", taken), SlotSet("times_not_understood", 0)]
