"""A text as HTML: paragraphs, lists and numbered steps, with everything escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from assistant.knowledge.messages import Link

_ITEM = re.compile(r"^(?:(-)|\d+\.) +(.*)$")


def text_to_html(text: str) -> str:
    """Return paragraphs and lists; a list may follow its opening line without a blank one."""
    blocks: list[str] = []
    items: list[str] = []
    tag = ""

    def close_list() -> None:
        if items:
            blocks.append(f"<{tag}>{''.join(items)}</{tag}>")
            items.clear()

    for line in text.split("\n"):
        item = _ITEM.match(line)
        if item is None:
            close_list()
            if line.strip():
                blocks.append(f"<p>{html.escape(line)}</p>")
            continue
        wanted = "ul" if item.group(1) else "ol"
        if wanted != tag:
            close_list()
            tag = wanted
        items.append(f"<li>{html.escape(item.group(2))}</li>")
    close_list()
    return "".join(blocks)


def links_to_html(links: Iterable[Link]) -> str:
    """Return links as a list; nothing for no links."""
    items = "".join(
        f'<li><a href="{html.escape(link.url, quote=True)}">{html.escape(link.title)}</a></li>' for link in links
    )
    return f'<ul class="links">{items}</ul>' if items else ""
