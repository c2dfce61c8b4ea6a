"""The web server: Harbour's routes and nothing else, with Rasa's agent behind them.

Rasa's own server is not used: its root route tells the version, and its API could read and change
conversations.
"""

from __future__ import annotations

import asyncio
import datetime
import logging
import os
import time
from asyncio import AbstractEventLoop
from pathlib import Path
from typing import Any

import rasa.core.actions.action
from rasa.core.agent import load_agent
from rasa.core.channels.channel import register
from rasa.core.run import create_http_input_channels
from rasa.core.utils import AvailableEndpoints
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from assistant import runtime
from assistant.channels.pages import SECURITY_HEADERS, advice_blueprint, pages_blueprint
from assistant.knowledge.model import Knowledge
from assistant.settings import ROOT, Settings
from assistant.storage import HarbourTrackerStore

events = logging.getLogger("assistant.events")

# Sanic breaks the connection above this, and the client sees no answer; so it lies above what the
# channel itself refuses with one. A reverse proxy keeps larger bodies away.
MAX_REQUEST_BYTES = 12 * 1024 * 1024
RESPONSE_TIMEOUT_SECONDS = 20
REQUEST_TIMEOUT_SECONDS = 15
RETENTION_ROUND_SECONDS = 600
REVIEW_ROUND_SECONDS = 24 * 3600


class StartError(Exception):
    """The assistant cannot start. The message says why and what to do."""


def configure_environment(settings: Settings) -> None:
    """Set what endpoints.yml expands, and keep Rasa from calling home."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["SANIC_REGISTER"] = "false"
    os.environ["HARBOUR_ACTIONS_URL"] = f"http://127.0.0.1:{settings.actions_port}/webhook"
    os.environ["HARBOUR_DATABASE_PATH"] = str(settings.database_path)


def _conversation_store(agent: Any) -> HarbourTrackerStore:
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
    if not isinstance(store, HarbourTrackerStore):
        # Rasa silently keeps conversations in memory when it cannot import the configured store.
        raise StartError(
            f"endpoints.yml: the tracker store is {type(store).__name__}, not HarbourTrackerStore; "
            "check `type` and `url` under tracker_store."
        )
    return store


def create_app(settings: Settings, *, model_path: Path) -> Sanic:
    """Return the server, ready to run.

    Args:
        settings: Where to listen is the caller's matter; limits and paths are used here.
        model_path: The trained model, by exact name.
    """
    configure_environment(settings)
    # Rasa waits five minutes for an action, fixed in its code; the watchdog would speak first and the
    # turn would hang behind it.
    rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT = settings.action_seconds
    app = Sanic("harbour", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_REQUEST_BYTES
    app.config.RESPONSE_TIMEOUT = RESPONSE_TIMEOUT_SECONDS
    app.config.REQUEST_TIMEOUT = REQUEST_TIMEOUT_SECONDS
    app.config.FALLBACK_ERROR_FORMAT = "json"
    book = runtime.answer_book()

    channels = create_http_input_channels(None, str(ROOT / "credentials.yml"))
    register(channels, app, route="/webhooks/")
    app.blueprint(pages_blueprint(book))
    app.blueprint(advice_blueprint(book))

    @app.exception(Exception)
    async def answer_error(request: Request, error: Exception) -> HTTPResponse:
        status = error.status_code if isinstance(error, SanicException) else 500
        words = {404: "There is nothing at this address.", 405: "This method is not allowed here."}
        words[413] = f"The body is larger than {MAX_REQUEST_BYTES} bytes."
        if status >= 500:
            events.error("event=request_failed status=%d error=%s", status, type(error).__name__)
        messages = [message.to_json() for message in book.reply("technical_fault").messages]
        body = {"error": words.get(status, "The request could not be handled."), "messages": messages}
        return json_response(body, status=status, ensure_ascii=False)

    @app.middleware("response")
    async def add_headers(request: Request, response: HTTPResponse) -> None:
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)

    @app.listener("before_server_start")
    async def load(app: Sanic, loop: AbstractEventLoop) -> None:
        endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
        app.ctx.agent = await load_agent(model_path=str(model_path), endpoints=endpoints, loop=loop)
        if not app.ctx.agent.is_ready():
            raise StartError(f"The model {model_path.name} cannot be loaded; run `make train`.")
        app.ctx.conversation_store = _conversation_store(app.ctx.agent)
        app.add_task(_forget_regularly(app.ctx.conversation_store, settings))
        app.add_task(_watch_review_dates(book.knowledge))

    @app.listener("after_server_start")
    async def announce(app: Sanic, loop: AbstractEventLoop) -> None:
        events.info("event=ready address=http://%s:%d force=%s", settings.host, settings.port, settings.force)

    return app


async def _watch_review_dates(knowledge: Knowledge) -> None:
    """Raise an alarm, at the start and then daily, for what had to be checked again by now."""
    while True:
        today = datetime.date.today()
        for where, review, is_crisis in knowledge.reviews:
            if review.is_overdue(today):
                event = "content_overdue" if is_crisis else "content_withheld"
                log = events.error if is_crisis else events.warning
                log("event=%s file=%s review_by=%s", event, where, review.review_by)
        for contact in knowledge.contacts.values():
            if contact.review_by < today:
                events.error("event=contact_overdue contact=%s review_by=%s", contact.id, contact.review_by)
        await asyncio.sleep(REVIEW_ROUND_SECONDS)


async def _forget_regularly(store: HarbourTrackerStore, settings: Settings) -> None:
    """Delete conversations past their time, at the start and then every few minutes."""
    # One round early, so that nothing is ever kept longer than promised.
    kept_seconds = settings.retention_hours * 3600 - RETENTION_ROUND_SECONDS
    while True:
        try:
            gone = store.forget_older_than(time.time() - kept_seconds)
            events.info("event=retention deleted_events=%d", gone)
        except Exception as error:  # A locked file is tried again in the next round.
            events.error("event=retention_failed error=%s", type(error).__name__)
        await asyncio.sleep(RETENTION_ROUND_SECONDS)
