"""The web API (docs/openapi.yaml) as a Rasa input channel."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from cachetools import TTLCache
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from assistant import runtime
from assistant.channels.guard import Guard, Incoming, Outgoing
from assistant.channels.limits import RateLimits
from assistant.channels.sessions import Session, Sessions, load_or_make_secret
from assistant.settings import Settings

events = logging.getLogger("assistant.events")

MAX_BODY_BYTES = 16 * 1024
# A longer message is read in part, not refused; above this it is no message any more.
MAX_MESSAGE_BYTES = 2 * 1024 * 1024
MAX_ID_CHARACTERS = 100
MAX_PROFILE_CHARACTERS = 64
# A reply is kept for a client that did not receive it and asks again.
KEPT_REPLIES = 5000
KEPT_REPLY_SECONDS = 600

Body = dict[str, Any]


class RequestError(Exception):
    """A request that is not as docs/openapi.yaml says. The message tells the client what to change."""


@dataclass(frozen=True)
class MessageRequest:
    """The checked body of `POST /message`."""

    session: Any
    text: str | None
    button: str | None
    id: str | None
    profile: str | None


def parse_message_request(raw: bytes) -> MessageRequest:
    """Check a body field by field.

    Raises:
        RequestError: With words for the developer of the client; nothing of the body is repeated.
    """
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise RequestError("The body must be JSON in UTF-8.") from None
    if not isinstance(body, dict):
        raise RequestError("The body must be a JSON object.")
    text, button, identifier = body.get("text"), body.get("button"), body.get("id")
    if text is not None and not isinstance(text, str):
        raise RequestError("`text` must be a string.")
    if button is not None and not isinstance(button, str):
        raise RequestError("`button` must be a string.")
    if (text is None) == (button is None):
        raise RequestError("Give either `text` or `button`.")
    if identifier is not None and not (isinstance(identifier, str) and 0 < len(identifier) <= MAX_ID_CHARACTERS):
        raise RequestError(f"`id` must be a string of 1 to {MAX_ID_CHARACTERS} characters.")
    session = body.get("session")
    if session is not None and not isinstance(session, str):
        raise RequestError("`session` must be a string or null.")
    profile = body.get("profile")
    if profile is not None and not (isinstance(profile, str) and len(profile) <= MAX_PROFILE_CHARACTERS):
        raise RequestError(f"`profile` must be a string of at most {MAX_PROFILE_CHARACTERS} characters.")
    return MessageRequest(session, text, button, identifier, profile)


def make_guard(settings: Settings) -> Guard:
    """Return the guard of this process, with everything it needs in memory."""
    return Guard(
        assessor=runtime.assessor(),
        book=runtime.answer_book(),
        emergencies=runtime.emergency_replies(),
        limits=RateLimits(per_session=settings.rate_limit, per_address=settings.rate_limit_per_address),
        watchdog_seconds=settings.watchdog_seconds,
        emergency_watchdog_seconds=settings.emergency_watchdog_seconds,
    )


class WebInput(InputChannel):
    """Answers the widget and the demo page."""

    @classmethod
    def name(cls) -> str:
        """Return the channel's name; its routes stand under `/webhooks/web`."""
        return "web"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebInput:
        """Build the channel from the settings; credentials.yml holds no secrets."""
        settings = runtime.settings()
        secret = settings.session_secret or load_or_make_secret(settings.data_dir)
        sessions = Sessions(secret, lifetime_minutes=settings.session_minutes)
        return cls(guard=make_guard(settings), sessions=sessions)

    def __init__(self, *, guard: Guard, sessions: Sessions) -> None:
        """Take the guard and the session tokens.

        Args:
            guard: Answers messages.
            sessions: Issues and checks tokens.
        """
        self._guard = guard
        self._sessions = sessions
        self._replies: TTLCache[str, asyncio.Future[tuple[int, Body]]] = TTLCache(KEPT_REPLIES, KEPT_REPLY_SECONDS)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes."""
        routes = Blueprint("web")

        @routes.post("/message")
        async def message(request: Request) -> HTTPResponse:
            if len(request.body) > MAX_BODY_BYTES:
                return await self._answer_oversized(request, on_new_message)
            try:
                asked = parse_message_request(request.body)
            except RequestError as error:
                messages = [message.to_json() for message in self._guard.fault_messages()]
                return json_response({"error": str(error), "messages": messages}, status=400, ensure_ascii=False)
            status, body = await self._answer_once(request, asked, on_new_message)
            return json_response(body, status=status, ensure_ascii=False)

        # Sanic would throw the body of a DELETE away.
        @routes.delete("/session", ignore_body=False)
        async def forget(request: Request) -> HTTPResponse:
            return await self._forget(request)

        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            is_ready = agent is not None and agent.is_ready()
            return json_response({"status": "ready" if is_ready else "starting"}, status=200 if is_ready else 503)

        return routes

    def _address_key(self, request: Request) -> str:
        return self._sessions.key_of(request.remote_addr or request.ip or "")

    async def _answer_once(
        self, request: Request, asked: MessageRequest, on_new_message: Callable[[UserMessage], Awaitable[Any]]
    ) -> tuple[int, Body]:
        """Answer a message; the same id again gets the same reply and adds no turn."""
        session = self._sessions.open(asked.session)
        if asked.id is None:
            return await self._answer(request, session, asked, on_new_message)
        key = self._reply_key(session, asked, self._address_key(request))
        kept = self._replies.get(key)
        if kept is None:
            kept = asyncio.ensure_future(self._answer(request, session, asked, on_new_message))
            self._replies[key] = kept
        # A client that goes away must not cancel the turn that its repeated request will ask for.
        status, body = await asyncio.shield(kept)
        if status != 200:
            self._replies.pop(key, None)
        return status, body

    @staticmethod
    def _reply_key(session: Session, asked: MessageRequest, address_key: str) -> str:
        if not session.is_new:
            return f"{session.conversation}|{asked.id}"
        # Before the first reply the client has no session: only the same words from the same address
        # under the same id are the same message.
        words = hashlib.sha256(f"{asked.text}|{asked.button}".encode("utf-8", "surrogatepass")).hexdigest()
        return f"new|{address_key}|{words}|{asked.id}"

    async def _answer(
        self,
        request: Request,
        session: Session,
        asked: MessageRequest,
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
    ) -> tuple[int, Body]:
        incoming = Incoming(
            channel=self.name(),
            conversation=session.conversation,
            address_key=self._address_key(request),
            text=asked.text,
            button=asked.button,
            known_speaker=session.speaker,
            alarm=session.alarm,
            profile=asked.profile,
        )
        outgoing = await self._guard.answer(incoming, on_new_message)
        if outgoing.wipes:
            await self._forget_conversation(request, session.conversation)
            session, outgoing = self._sessions.open(None), replace(outgoing, speaker=None, alarm=None)
        return 429 if outgoing.is_over_limit else 200, self._body(session, outgoing)

    def _body(self, session: Session, outgoing: Outgoing) -> Body:
        return {
            "session": self._sessions.token(session, outgoing.speaker, outgoing.alarm),
            "messages": [message.to_json() for message in outgoing.messages],
            "decision": outgoing.decision,
        }

    async def _answer_oversized(
        self, request: Request, on_new_message: Callable[[UserMessage], Awaitable[Any]]
    ) -> HTTPResponse:
        """Answer what fits of a long message; refuse only a body that is no message at all."""
        asked: MessageRequest | None
        try:
            asked = parse_message_request(request.body)
        except RequestError:
            asked = None
        if asked is None or len(request.body) > MAX_MESSAGE_BYTES:
            words = "and is not a message" if asked is None else "which is more than a message can be"
            text = f"The body has {len(request.body)} bytes {words}; send at most {MAX_BODY_BYTES}."
            messages = [message.to_json() for message in self._guard.fault_messages()]
            return json_response({"error": text, "messages": messages}, status=413, ensure_ascii=False)
        status, body = await self._answer_once(request, asked, on_new_message)
        return json_response(body, status=status, ensure_ascii=False)

    async def _forget(self, request: Request) -> HTTPResponse:
        """Delete a conversation. A token that is wrong or too old has nothing left to delete."""
        try:
            token = json.loads(request.body or b"{}").get("session")
        except (ValueError, AttributeError, RecursionError):
            return json_response({"error": "The body must be a JSON object with `session`."}, status=400)
        session = self._sessions.read(token)
        if session is not None:
            await self._forget_conversation(request, session.conversation)
        events.info("event=session_wiped channel=%s known=%s", self.name(), session is not None)
        return HTTPResponse(status=204)

    async def _forget_conversation(self, request: Request, conversation: str) -> None:
        for key in [key for key in self._replies if key.startswith(f"{conversation}|")]:
            self._replies.pop(key, None)
        store = getattr(request.app.ctx, "conversation_store", None)
        if store is not None:
            async with request.app.ctx.agent.lock_store.lock(conversation):
                store.forget(conversation)
