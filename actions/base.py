"""The shared frame of all actions: read the turn, answer, and never fail loudly with a person's words."""

from __future__ import annotations

import logging
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Events, Turn, remember, send
from assistant import runtime
from assistant.knowledge.answers import AnswerBook
from assistant.knowledge.vocabulary import MEANS_TOPICS, SERVICE_TOPICS
from assistant.understanding.dialogue import NOT_CARRIED

logger = logging.getLogger("assistant.events")


class HarbourAction(Action):
    """An action that answers from the knowledge base. Subclasses give `action_name` and `answer`."""

    action_name = ""

    def name(self) -> str:
        """Return the name that domain.yml lists."""
        return self.action_name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the turn.

        A fault here would make rasa-sdk send the whole conversation back in its error, and Rasa log it.
        So it is caught; the channel then sees no reply and sends the technical fault text.
        """
        try:
            return self.answer(dispatcher, Turn.read(tracker), runtime.answer_book())
        except Exception as error:
            logger.error("event=action_failed action=%s error=%s", self.action_name, type(error).__name__)
            return []

    def answer(self, dispatcher: CollectingDispatcher, turn: Turn, book: AnswerBook) -> Events:
        """Choose and send the answer; return what to remember."""
        raise NotImplementedError


class AdviseAction(HarbourAction):
    """Advice of one aspect, on the topic of the message or of the conversation."""

    def answer(self, dispatcher: CollectingDispatcher, turn: Turn, book: AnswerBook) -> Events:
        """Send the advice, or ask which topic is meant."""
        matter = turn.matter()
        if matter.topic is None:
            return self.ask_back(dispatcher, turn, book, matter.candidates, matter.aspect)
        answer = book.answer(turn.question(matter.topic, matter.aspect))
        events = send(dispatcher, turn, answer, topic=matter.topic, aspect=matter.aspect, status="answered")
        # "How do I keep evidence?" in a talk about sextortion is still a talk about sextortion.
        stays = turn.topic is not None and turn.topic not in NOT_CARRIED
        passing = matter.topic in (*MEANS_TOPICS, *SERVICE_TOPICS, "out_of_scope", "smalltalk")
        return events + remember(turn.topic if stays and passing else matter.topic, matter.aspect)

    @staticmethod
    def ask_back(
        dispatcher: CollectingDispatcher, turn: Turn, book: AnswerBook, candidates: tuple[str, ...], aspect: str
    ) -> Events:
        """Offer the likeliest topics; the second time in a row, offer people."""
        again = turn.times_not_understood >= 1
        reply = "not_understood_again" if again else "not_understood"
        answer = book.reply(reply, buttons=book.topic_buttons(candidates, aspect=aspect))
        topic = candidates[0] if candidates else turn.topic
        events = send(dispatcher, turn, answer, topic=topic, aspect=aspect, status="unsure")
        return [*events, SlotSet("times_not_understood", turn.times_not_understood + 1)]
