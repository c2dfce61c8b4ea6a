"""The one guarded way in: every message of every channel takes these steps, in this order.

1. clean the text        2. triage (before anything may refuse it)     3. limits (emergencies pass)
4. mask personal details 5. Rasa, watched                              6. 999 first, or the fixed text
7. one event, no words

No path ends in silence: whatever fails, the person gets 999, 101 and the main contacts.
"""

from __future__ import annotations

import logging
import time
import traceback
from dataclasses import dataclass, replace
from typing import Any

from assistant.channels.decision import Decision, make_decision
from assistant.channels.limits import RateLimits
from assistant.channels.rasa_turn import OnNewMessage, TurnResult, button_payload, choice_payload, run_turn
from assistant.knowledge.answers import QUESTION_BUTTONS, AnswerBook, parse_button_id
from assistant.knowledge.emergencies import ANSWER_BUTTONS, GENERAL, TOPIC_OF_KIND, EmergencyReplies
from assistant.knowledge.guides import parse_guide_button
from assistant.knowledge.messages import Answer, Message
from assistant.privacy.masking import mask
from assistant.safety.alarm import Alarm
from assistant.safety.assess import Assessor
from assistant.safety.triage import READER_OF_SPEAKER, Triage, emergency, remember_speaker
from assistant.text import MAX_TRIAGE_CHARACTERS, clean_message, has_words

events = logging.getLogger("assistant.events")

_BUTTON_INTENTS = {
    "warning_signs": "ask_warning_signs",
    "what_to_do": "ask_what_to_do",
    "how_to_report": "ask_how_to_report",
    "how_to_talk": "ask_how_to_talk",
    "how_to_control_or_monitor": "ask_how_to_control_or_monitor",
    "is_it_illegal": "ask_is_it_illegal",
    "explain": "ask_explain",
    "get_help": "ask_get_help",
    "other": "ask_explain",
}
_SERVICE_INTENTS = {"about_service": "ask_about_service", "unit_info": "ask_about_unit", "live_qa": "ask_about_unit"}
_CALM_BUTTON = Triage("advice", reasons=("button",))
# Intents that ask for something of their own; said together with "she is safe now", that is answered too.
_ASKS = "ask_"


@dataclass(frozen=True)
class Incoming:
    """One message as a channel received it.

    Attributes:
        channel: Name of the channel.
        conversation: Id of the conversation; random, nothing personal.
        address_key: Keyed hash of the network address or sender, for limits only.
        text: What was typed; None for a button.
        button: Id of the button that was pressed; None for typed text.
        known_speaker: Who was writing, as told earlier in the conversation; None if not told.
        alarm: The emergency of this conversation, if there was one.
        profile: Id of the school that embeds the chat, as the client says; None if it says none.
    """

    channel: str
    conversation: str
    address_key: str
    text: str | None = None
    button: str | None = None
    known_speaker: str | None = None
    alarm: Alarm | None = None
    profile: str | None = None


@dataclass(frozen=True)
class Outgoing:
    """What a channel sends back.

    Attributes:
        messages: In order; never empty.
        decision: What Harbour made of the message.
        speaker: Who is writing, as far as told by now; None if not told.
        alarm: The emergency of this conversation, to be given back with its next message.
        is_over_limit: True if the message was refused for too many in a short time.
        wipes: True if the person asked to have the conversation deleted.
    """

    messages: tuple[Message, ...]
    decision: Decision
    speaker: str | None = None
    alarm: Alarm | None = None
    is_over_limit: bool = False
    wipes: bool = False


class Guard:
    """Answers messages safely. One for all channels of a process."""

    def __init__(
        self,
        *,
        assessor: Assessor,
        book: AnswerBook,
        emergencies: EmergencyReplies,
        limits: RateLimits,
        watchdog_seconds: float,
        emergency_watchdog_seconds: float,
    ) -> None:
        """Take the parts it works with.

        Args:
            assessor: Triage.
            book: Answers that need no Rasa.
            emergencies: Emergency replies, in memory.
            limits: Rate limits.
            watchdog_seconds: Longest wait for Rasa.
            emergency_watchdog_seconds: The same for an emergency.
        """
        self._assessor = assessor
        self._book = book
        self._emergencies = emergencies
        self._limits = limits
        self._watchdog_seconds = watchdog_seconds
        self._emergency_watchdog_seconds = emergency_watchdog_seconds

    async def answer(self, incoming: Incoming, on_new_message: OnNewMessage) -> Outgoing:
        """Answer one message; never raises, never returns nothing."""
        started = time.monotonic()
        triage = remember_speaker(_CALM_BUTTON, incoming.known_speaker)
        alarm = incoming.alarm.a_turn_later() if incoming.alarm is not None else None
        typed = incoming.text if incoming.button is None else ANSWER_BUTTONS.get(incoming.button)
        try:
            if typed is None:
                outgoing, status = await self._answer_button(incoming, triage, on_new_message)
            else:
                cleaned = clean_message(typed)
                # Triage reads all of a long message, also what is left out of the answer.
                whole = clean_message(typed, most=MAX_TRIAGE_CHARACTERS).text if cleaned.was_cut else cleaned.text
                triage = remember_speaker(self._triage(whole), incoming.known_speaker)
                triage, alarm = self._in_light_of(triage, cleaned.text, incoming.alarm)
                outgoing, status = await self._answer_text(incoming, cleaned.text, triage, on_new_message)
                if cleaned.was_cut:
                    outgoing = self._append(outgoing, "long_message")
                if triage.offers_image:
                    outgoing = self._warn_of_pictures(outgoing)
            if alarm is not None and alarm.is_in_sight and not triage.is_emergency:
                outgoing = self._keep_999_in_sight(outgoing, triage)
        except Exception as error:  # The last line: whatever broke, the person gets an answer.
            # Where it broke, never what it said: an exception's text can hold the message.
            place = traceback.extract_tb(error.__traceback__)[-1]
            file, line = place.filename.rsplit("/", 1)[-1], place.lineno
            events.error("event=guard_failed error=%s place=%s:%s", type(error).__name__, file, line)
            outgoing, status = self._fixed(triage, f"error:{type(error).__name__}"), "error_guard"
        self._log(incoming, outgoing, status, started)
        return replace(outgoing, speaker=triage.speaker if triage.speaker_is_kept else None, alarm=alarm)

    def fault_messages(self) -> tuple[Message, ...]:
        """Return the contacts for a request that holds no message at all."""
        return self._book.reply("technical_fault").messages

    def _triage(self, text: str) -> Triage:
        try:
            return self._assessor.assess(text)
        except Exception as error:
            # Nothing is known about the message, so the careful answer: lead with 999 and ask.
            reasons = ("triage_failed", type(error).__name__)
            return emergency("asked", GENERAL, confidence=0.0, reasons=reasons)

    def _in_light_of(self, triage: Triage, text: str, alarm: Alarm | None) -> tuple[Triage, Alarm | None]:
        try:
            return self._assessor.in_light_of(triage, text, alarm)
        except Exception as error:
            events.error("event=alarm_failed error=%s", type(error).__name__)
            return triage, alarm

    # Typed text.

    async def _answer_text(
        self, incoming: Incoming, text: str, triage: Triage, on_new_message: OnNewMessage
    ) -> tuple[Outgoing, str]:
        within_limits = self._limits.allow(incoming.conversation, incoming.address_key)
        if triage.is_emergency and not within_limits:
            return self._emergency(triage, None, ("over_limit",)), "safety_emergency_over_limit"
        if not within_limits:
            return self._over_limit(triage), "refused_rate_limit"
        if not has_words(text):
            answer = self._book.reply("empty_message")
            return self._outgoing(answer, triage, {"topic": "smalltalk", "aspect": "other"}), "answered_empty"
        is_new_emergency = triage.is_emergency and triage.stage is not None
        if not is_new_emergency and self._book.act_in(text) == "forget":
            outgoing = self._outgoing(
                self._book.reply("forgotten"), triage, {"topic": "about_service", "aspect": "other"}
            )
            return replace(outgoing, wipes=True), "wiped"
        # A leading slash is Rasa's own command language; from a person it is only a slash.
        masked = mask(text).lstrip("/ ") or text
        limit = self._emergency_watchdog_seconds if triage.is_emergency else self._watchdog_seconds
        result = await run_turn(
            on_new_message,
            text=masked,
            conversation=incoming.conversation,
            channel=incoming.channel,
            triage=triage,
            profile=self._known_profile(incoming),
            limit_seconds=limit,
        )
        if triage.is_emergency and triage.stage is not None:
            return self._emergency(triage, result), "safety_emergency" if not result.failure else "safety_watchdog"
        if triage.is_emergency:
            return self._while_it_goes_on(triage, result)
        if triage.is_over:
            return self._over(triage, result), "safety_over"
        return self._ordinary(triage, result)

    def _while_it_goes_on(self, triage: Triage, result: TurnResult) -> tuple[Outgoing, str]:
        """Answer what is asked in the middle of an emergency, under one line about 999."""
        outgoing, status = self._ordinary(triage, result)
        if outgoing.messages[0].kind != "emergency":
            still = self._emergencies.line("still", triage.reader)
            outgoing = replace(outgoing, messages=(still, *outgoing.messages))
        return outgoing, f"safety_still_{status}"

    def _over(self, triage: Triage, result: TurnResult) -> Outgoing:
        """Be glad with them, say what to do next, and answer what they ask besides."""
        over = self._emergencies.answer(triage.kind or GENERAL, "over", triage.reader)
        understanding = result.understanding or {}
        asks = str(understanding.get("intent", "")).startswith(_ASKS)
        answered = result.decision or {"topic": TOPIC_OF_KIND.get(triage.kind or GENERAL, "reporting_how")}
        messages = (*over.messages, *(result.messages if asks else ()))
        decision = make_decision(triage, answer=over.id, answered=answered, understanding=understanding)
        return Outgoing(messages, decision)

    def _emergency(self, triage: Triage, result: TurnResult | None, reasons: tuple[str, ...] = ()) -> Outgoing:
        """Return the emergency reply: Rasa's if it is one, else the one kept in memory."""
        stage = triage.stage or triage.certainty or "asked"
        kept = self._emergencies.answer(triage.kind or GENERAL, stage, triage.reader)
        said = result is not None and bool(result.messages) and result.messages[0].kind == "emergency"
        messages = tuple(result.messages) if said and result is not None else kept.messages
        if result is not None and not said:
            reasons = (*reasons, f"watchdog:{result.failure or 'no_emergency_reply'}")
        understanding = result.understanding if result is not None else None
        decision = make_decision(triage, answer=kept.id, understanding=understanding, reasons=reasons)
        return Outgoing(messages, decision)

    def _ordinary(self, triage: Triage, result: TurnResult) -> tuple[Outgoing, str]:
        if not result.messages:
            outgoing = self._fixed(triage, f"watchdog:{result.failure}", result.understanding)
            return outgoing, f"error_{result.failure}"
        decision = make_decision(
            triage, answer=result.answer, answered=result.decision, understanding=result.understanding
        )
        return Outgoing(tuple(result.messages), decision), result.status or "answered"

    # Buttons.

    async def _answer_button(
        self, incoming: Incoming, triage: Triage, on_new_message: OnNewMessage
    ) -> tuple[Outgoing, str]:
        if not self._limits.allow(incoming.conversation, incoming.address_key):
            return self._over_limit(triage), "refused_rate_limit"
        payload = self._payload(incoming.button or "")
        if payload is None:
            answered = {"topic": "smalltalk", "aspect": "other"}
            return self._outgoing(self._book.reply("old_button"), triage, answered), "answered_old_button"
        result = await run_turn(
            on_new_message,
            text=payload,
            conversation=incoming.conversation,
            channel=incoming.channel,
            triage=triage,
            profile=self._known_profile(incoming),
            limit_seconds=self._watchdog_seconds,
        )
        result.understanding = None
        return self._ordinary(triage, result)

    def _payload(self, button: str) -> str | None:
        if button in QUESTION_BUTTONS:
            return choice_payload("take_session_question", button)
        if parse_guide_button(self._book.knowledge.guides, button) is not None:
            return choice_payload("follow_guide", button)
        parsed = parse_button_id(self._book.knowledge, button)
        if parsed is None:
            return None
        aspect, topic = parsed
        return button_payload(_SERVICE_INTENTS.get(topic or "", _BUTTON_INTENTS[aspect]), aspect, topic)

    def _known_profile(self, incoming: Incoming) -> str | None:
        """Return the school that embeds the chat; a name nobody knows is no school, and nothing is kept of it."""
        return incoming.profile if incoming.profile in self._book.knowledge.schools else None

    # Replies that need nothing but memory.

    def _outgoing(self, answer: Answer, triage: Triage, answered: dict[str, Any]) -> Outgoing:
        return Outgoing(answer.messages, make_decision(triage, answer=answer.id, answered=answered))

    def _fixed(self, triage: Triage, reason: str, understanding: dict[str, Any] | None = None) -> Outgoing:
        if triage.is_emergency:
            return self._emergency(triage, None, (reason,))
        answer = self._book.reply("technical_fault")
        decision = make_decision(triage, answer=answer.id, understanding=understanding, reasons=(reason,))
        return Outgoing(answer.messages, decision)

    def _over_limit(self, triage: Triage) -> Outgoing:
        answer = self._book.reply("too_many_messages")
        decision = make_decision(
            triage, answer=answer.id, answered={"topic": "about_service", "aspect": "other"}, reasons=("over_limit",)
        )
        return Outgoing(answer.messages, decision, is_over_limit=True)

    def _append(self, outgoing: Outgoing, reply: str) -> Outgoing:
        return replace(outgoing, messages=(*outgoing.messages, *self._book.reply(reply).messages))

    def _warn_of_pictures(self, outgoing: Outgoing) -> Outgoing:
        """Explain the legal trap first; only 999 comes before it."""
        warning = self._book.reply("do_not_send_pictures").messages
        first = [message for message in outgoing.messages if message.kind == "emergency"]
        rest = [message for message in outgoing.messages if message.kind != "emergency"]
        return replace(outgoing, messages=(*first, *warning, *rest))

    def _keep_999_in_sight(self, outgoing: Outgoing, triage: Triage) -> Outgoing:
        if any("999" in message.text for message in outgoing.messages):
            return outgoing
        light = self._emergencies.line("light", READER_OF_SPEAKER.get(triage.speaker))
        # Buttons stay at the end, where the reader's eye ends.
        last = outgoing.messages[-1]
        light = replace(light, buttons=last.buttons)
        return replace(outgoing, messages=(*outgoing.messages[:-1], replace(last, buttons=()), light))

    def _log(self, incoming: Incoming, outgoing: Outgoing, status: str, started: float) -> None:
        decision = outgoing.decision
        events.info(
            "event=turn channel=%s status=%s urgency=%s topic=%s answer=%s milliseconds=%d",
            incoming.channel,
            status,
            decision["urgency"],
            decision["topic"],
            decision["answer"],
            (time.monotonic() - started) * 1000,
        )
