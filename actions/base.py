"""The shared frame of all actions: read the turn, answer, and never fail loudly with a person's words."""

from __future__ import annotations

import logging
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Events, Turn, remember, remember_narrow, send
from assistant import runtime
from assistant.knowledge.answers import AnswerBook
from assistant.knowledge.forms.short import shorten
from assistant.knowledge.guides import step_after
from assistant.knowledge.messages import Answer, Message
from assistant.knowledge.vocabulary import MEANS_TOPICS, SERVICE_TOPICS
from assistant.understanding.dialogue import ASPECT_OF_INTENT, NOT_CARRIED, Matter

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
            turn, book = Turn.read(tracker), runtime.answer_book()
            asked_of_answer = follow_up(dispatcher, turn, book)
            return asked_of_answer if asked_of_answer is not None else self.answer(dispatcher, turn, book)
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
        narrow = _named(turn, book, matter.topic)
        if matter.topic is None and narrow is None:
            return self.ask_back(dispatcher, turn, book, matter.candidates, matter.aspect)
        return self.advise(dispatcher, turn, book, matter, narrow)

    @staticmethod
    def advise(
        dispatcher: CollectingDispatcher, turn: Turn, book: AnswerBook, matter: Matter, narrow: str | None
    ) -> Events:
        """Send the advice on a matter.

        Args:
            dispatcher: Where Rasa collects replies.
            turn: The turn that is answered.
            book: What to answer from.
            matter: What the message is about.
            narrow: The narrower matter (or circumstance) that it names, or None.
        """
        content = book.knowledge.matter(narrow or "")
        topic = matter.topic
        if content is not None and topic not in content.topics:
            topic = content.topics[0]
        subtopic = narrow or _still_about(turn, book, matter)
        circumstance = (book.circumstance_in(turn.text) if turn.is_typed else None) or turn.circumstance
        question = turn.question(topic, matter.aspect, subtopic=subtopic, circumstance=circumstance)
        answer = book.answer(question)
        events = send(dispatcher, turn, answer, topic=topic, aspect=matter.aspect, status="answered")
        # "How do I keep evidence?" in a talk about sextortion is still a talk about sextortion.
        stays = turn.topic is not None and turn.topic not in NOT_CARRIED
        passing = topic in (*MEANS_TOPICS, *SERVICE_TOPICS, "out_of_scope", "smalltalk")
        kept = turn.topic if stays and passing else topic
        return events + remember(kept, matter.aspect) + remember_narrow(turn, question)

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


def _named(turn: Turn, book: AnswerBook, topic: str | None) -> str | None:
    """Return the narrower matter that the message names; a button names it itself."""
    if not turn.is_typed:
        chosen = book.knowledge.narrow(turn.entities.get("topic"))
        return chosen.id if chosen is not None else None
    named = book.subtopic_in(turn.text, topic, is_urgent=turn.is_urgent)
    if named is None and topic is None:
        # "Any advice for foster carers?" says who asks, and nothing else.
        return book.circumstance_in(turn.text)
    return named


def _still_about(turn: Turn, book: AnswerBook, matter: Matter) -> str | None:
    """Return the narrower matter of the conversation if this is more of it."""
    narrow = book.knowledge.matter(turn.subtopic or "")
    if narrow is None or not matter.is_follow_up or matter.topic not in narrow.topics:
        return None
    return turn.subtopic


def follow_up(dispatcher: CollectingDispatcher, turn: Turn, book: AnswerBook) -> Events | None:
    """Answer what a short message asks of the last answer ("shorter", "what else"); None if it asks nothing of it."""
    before = turn.last_answer
    if before is None or not turn.is_typed:
        return None
    if (following := step_after(book.knowledge.guides, str(before["answer"]), turn.text)) is not None:
        answer = book.guide_step(*following, turn.question(turn.topic, turn.aspect or "what_to_do"))
        return send(dispatcher, turn, answer, topic=turn.topic, aspect="what_to_do", status="answered")
    act = book.act_in(turn.text)
    if act not in ("shorter", "more", "done") or turn.topic is None:
        return None
    said = before.get("decision") or {}
    if act == "shorter":
        messages = tuple(shorten(Message.from_json(item)) for item in before["messages"][:1])
        topic, aspect = said.get("topic") or turn.topic, said.get("aspect") or "other"
        return send(
            dispatcher, turn, Answer(str(before["answer"]), messages), topic=topic, aspect=aspect, status="answered"
        )
    question = turn.question(turn.topic, turn.aspect or "what_to_do", subtopic=turn.subtopic)
    aspect = book.next_aspect(question, turn.aspects_shown)
    if aspect is None:
        return send(
            dispatcher, turn, book.reply("nothing_more"), topic=turn.topic, aspect="get_help", status="answered"
        )
    question = turn.question(turn.topic, aspect, subtopic=turn.subtopic, circumstance=turn.circumstance)
    answer = book.answer(question)
    if act == "done":
        answer = Answer(answer.id, (*book.reply("already_done").messages, *answer.messages))
    events = send(dispatcher, turn, answer, topic=turn.topic, aspect=aspect, status="answered")
    return events + remember(turn.topic, aspect) + remember_narrow(turn, question)


def rescue(dispatcher: CollectingDispatcher, turn: Turn, book: AnswerBook) -> Events | None:
    """Answer a message that was taken for another subject but names a matter of ours; None if it names none."""
    if not turn.is_typed:
        return None
    named = book.subtopic_in(turn.text, None) or book.circumstance_in(turn.text)
    if named is None:
        return None
    aspect = ASPECT_OF_INTENT.get(turn.intent) or turn.matter().aspect
    matter = Matter(None, aspect if aspect != "other" else "explain", False, ())
    return AdviseAction.advise(dispatcher, turn, book, matter, named)
