"""The demo page at `/` and all advice at `/advice/`: strict, and with 999 and 101 on them before any script runs."""

from __future__ import annotations

import asyncio
import datetime
import html
import mimetypes
from pathlib import Path

from sanic import Blueprint
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse

from assistant.knowledge.answers import AnswerBook
from assistant.knowledge.forms.page import links_to_html, text_to_html
from assistant.knowledge.messages import Message
from assistant.preview.site import Site

WIDGET_DIR = Path(__file__).resolve().parent.parent.parent / "widget"
ASSETS = ("chat.js", "style.css", "icon.svg")

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def _help_html(message: Message) -> str:
    """Return a reply of wording.yml as plain HTML, with its links."""
    return text_to_html(message.text) + links_to_html(message.links)


def render_page(book: AnswerBook) -> str:
    """Return the demo page with the force's name and the contacts of the register filled in."""
    template = (WIDGET_DIR / "index.html").read_text(encoding="utf-8")
    values = {
        "force_name": html.escape(book.knowledge.force.name),
        "always_here": _help_html(book.reply("always_here").messages[0]),
        "without_script": _help_html(book.reply("without_script").messages[0]),
        "all_advice": html.escape(book.knowledge.wording.page_titles["read_instead"]),
        "cannot_reach": html.escape(book.reply("cannot_reach").messages[0].text),
    }
    for name, value in values.items():
        template = template.replace(f"%{name}%", value)
    return template


def pages_blueprint(book: AnswerBook) -> Blueprint:
    """Return the routes of the page and its files, read once."""
    pages = Blueprint("pages")
    page = render_page(book)

    @pages.get("/")
    async def index(request: Request) -> HTTPResponse:
        return HTTPResponse(page, content_type="text/html; charset=utf-8", headers=SECURITY_HEADERS)

    def add_asset(name: str) -> None:
        content = (WIDGET_DIR / name).read_bytes()
        content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"

        async def asset(request: Request) -> HTTPResponse:
            return HTTPResponse(body=content, content_type=f"{content_type}; charset=utf-8", headers=SECURITY_HEADERS)

        pages.add_route(asset, f"/widget/{name}", name=f"asset_{name.replace('.', '_')}")

    for name in ASSETS:
        add_asset(name)
    return pages


class AdvicePages:
    """All advice as pages, in memory. They need no model, so they are there when the chat is not."""

    def __init__(self, book: AnswerBook) -> None:
        """Keep the knowledge base; the pages are built at first use and once a day."""
        self._knowledge = book.knowledge
        self._built_on: datetime.date | None = None
        self._files: dict[str, bytes] = {}

    def file(self, name: str) -> bytes | None:
        """Return one file, or None if there is no such file."""
        today = datetime.date.today()
        if self._built_on != today:
            # What is overdue is withheld from the day on which it is.
            self._files = dict(Site(self._knowledge, is_editorial=False, today=today).files())
            self._built_on = today
        return self._files.get(name or "index.html")


def advice_blueprint(book: AnswerBook) -> Blueprint:
    """Return the routes of all advice as pages."""
    routes = Blueprint("advice", url_prefix="/advice")
    advice = AdvicePages(book)
    headers = {**SECURITY_HEADERS, "Cache-Control": "public, max-age=600"}

    @routes.get("/")
    @routes.get("/<name:path>")
    async def page(request: Request, name: str = "index.html") -> HTTPResponse:
        # Building takes a second or two, once a day; an emergency must not wait for it.
        content = await asyncio.to_thread(advice.file, name)
        if content is None:
            raise NotFound("There is no such page.")
        content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return HTTPResponse(body=content, content_type=f"{content_type}; charset=utf-8", headers=headers)

    return routes
