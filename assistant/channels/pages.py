"""The demo page at `/` and its files: usable, strict, and with 999 and 101 on it before any script runs."""

from __future__ import annotations

import html
import mimetypes
from pathlib import Path

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from assistant.knowledge.answers import AnswerBook
from assistant.knowledge.messages import Message

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
    paragraphs = []
    for block in message.text.split("\n\n"):
        lines = block.split("\n")
        if all(line.startswith("- ") for line in lines):
            items = "".join(f"<li>{html.escape(line[2:])}</li>" for line in lines)
            paragraphs.append(f"<ul>{items}</ul>")
        else:
            paragraphs.append(f"<p>{html.escape(block)}</p>")
    links = "".join(
        f'<li><a href="{html.escape(link.url, quote=True)}">{html.escape(link.title)}</a></li>'
        for link in message.links
    )
    return "".join(paragraphs) + f'<ul class="links">{links}</ul>'


def render_page(book: AnswerBook) -> str:
    """Return the demo page with the force's name and the contacts of the register filled in."""
    template = (WIDGET_DIR / "index.html").read_text(encoding="utf-8")
    values = {
        "force_name": html.escape(book.knowledge.force.name),
        "always_here": _help_html(book.reply("always_here").messages[0]),
        "without_script": _help_html(book.reply("without_script").messages[0]),
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
