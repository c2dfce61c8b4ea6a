"""Hand one message to Rasa and collect what it says; the only place where a channel meets a turn of Rasa."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from rasa.core.channels.channel import OutputChannel, UserMessage

from assistant.knowledge.messages import Message
from assistant.rasa_components.fields import PROFILE, TRIAGE, UNDERSTANDING
from assistant.safety.triage import Triage

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]


@dataclass
class TurnResult:
    """What came out of one turn.

    Attributes:
        messages: What to send; empty if Rasa said nothing.
        answer: Id of the content.
        status: What the action said of itself: `answered`, `unsure`; or None.
        decision: Topic, aspect, platform and age band of the answer; None if no action answered.
        understanding: What the NLU components found; None if they did not run.
        failure: Why there is no usable answer: `timeout`, `error`, `no_reply`; None if there is one.
    """

    messages: list[Message] = field(default_factory=list)
    answer: str = ""
    status: str | None = None
    decision: dict[str, Any] | None = None
    understanding: dict[str, Any] | None = None
    failure: str | None = None


class CollectingOutput(OutputChannel):
    """Collects the structured replies of actions and of the safety policy."""

    def __init__(self, channel_name: str) -> None:
        """Start empty."""
        self._name = channel_name
        self.payloads: list[dict[str, Any]] = []

    def name(self) -> str:  # type: ignore[override]  # Rasa's is a class method; ours serves every channel
        """Return the name of the channel this turn came through."""
        return self._name

    async def send_custom_json(self, recipient_id: str, json_message: dict[str, Any], **kwargs: Any) -> None:
        """Keep a structured reply."""
        self.payloads.append(json_message)

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Keep a bare text as an answer; Harbour's own replies are all structured."""
        self.payloads.append({"answer": "rasa/text", "messages": [Message("notice", text).to_json()]})


def button_payload(intent: str, aspect: str, topic: str | None) -> str:
    """Return what Rasa understands for a button. Typed text can never look like this."""
    entities = {"aspect": aspect, **({"topic": topic} if topic else {})}
    return f"/{intent}{json.dumps(entities)}"


def choice_payload(intent: str, choice: str) -> str:
    """Return what Rasa understands for a button that stands for a choice: of a guide, or of taking a question."""
    return f"/{intent}{json.dumps({'choice': choice})}"


async def run_turn(
    on_new_message: OnNewMessage,
    *,
    text: str,
    conversation: str,
    channel: str,
    triage: Triage,
    profile: str | None,
    limit_seconds: float,
) -> TurnResult:
    """Run one turn, for at most so long.

    A turn over its limit is left to finish by itself, so that the conversation does not lose it; only
    its late words are dropped.

    Args:
        on_new_message: Rasa's handler.
        text: The masked message, or the payload of a button.
        conversation: Rasa's sender id: random, signed by the channel, says nothing of the person.
        channel: Name of the channel.
        triage: What triage found; travels along as metadata.
        profile: Id of the school that embeds the chat, or None; travels along too.
        limit_seconds: Longest wait.
    """
    output = CollectingOutput(channel)
    metadata: dict[str, Any] = {TRIAGE: asdict(triage), PROFILE: profile}
    message = UserMessage(
        text=text, output_channel=output, sender_id=conversation, input_channel=channel, metadata=metadata
    )
    task = asyncio.ensure_future(on_new_message(message))
    done, _ = await asyncio.wait({task}, timeout=limit_seconds)
    result = TurnResult(understanding=metadata.get(UNDERSTANDING))
    if not done:
        task.add_done_callback(_retrieve_exception)
        result.failure = "timeout"
    elif task.cancelled() or task.exception() is not None:
        result.failure = "error"
    for payload in list(output.payloads):
        result.messages.extend(Message.from_json(item) for item in payload.get("messages", ()))
        result.answer = result.answer or str(payload.get("answer", ""))
        result.status = payload.get("status") or result.status
        result.decision = payload.get("decision") or result.decision
    if not result.messages and result.failure is None:
        result.failure = "no_reply"
    return result


def _retrieve_exception(task: asyncio.Future[Any]) -> None:
    # Asking for it keeps asyncio from printing the traceback, which can hold what was typed.
    if not task.cancelled():
        task.exception()
