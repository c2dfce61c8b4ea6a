"""An answer in short: what matters most, for somebody who cannot read more now."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from assistant.knowledge.messages import LIST_ITEM, Message
from assistant.text import first_sentence

MOST_ITEMS: Final = 3


def shorten(message: Message) -> Message:
    """Return the first sentence, the first items, and the last paragraph, which says when it is 999."""
    lines = [line for line in message.text.split("\n") if line.strip()]
    items = [line for line in lines if LIST_ITEM.match(line)]
    opening = first_sentence(lines[0]) if not LIST_ITEM.match(lines[0]) else ""
    closing = lines[-1] if len(lines) > 1 and not LIST_ITEM.match(lines[-1]) else ""
    parts = [opening, "\n".join(items[:MOST_ITEMS]), closing if closing != lines[0] else ""]
    return replace(message, text="\n\n".join(part for part in parts if part))
