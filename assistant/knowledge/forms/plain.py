"""A message as plain words: for text messages, for a screen reader, for a terminal."""

from __future__ import annotations

import re

from assistant.knowledge.messages import Answer, Link, Message

_SPOKEN_LINKS = ("tel:", "sms:")


def to_plain(message: Message, *, with_sources: bool = False) -> str:
    """Return the words of a message, with the addresses and numbers that are not in them already.

    Args:
        message: The message.
        with_sources: Also say where it comes from.
    """
    lines = [message.text]
    if links := [line for link in message.links if (line := link_line(link, message.text))]:
        lines.append("\n".join(links))
    if with_sources and message.sources:
        titles = "; ".join(dict.fromkeys(source.title for source in message.sources))
        lines.append(f"Sources, checked {message.sources[0].reviewed}: {titles}")
    return "\n\n".join(lines)


def answer_to_plain(answer: Answer) -> str:
    """Return the words of all messages of an answer."""
    return "\n\n".join(to_plain(message) for message in answer.messages)


def link_line(link: Link, text: str) -> str | None:
    """Return a link as words, or None if the text gives the number already."""
    if link.url.startswith(_SPOKEN_LINKS):
        number = link.url.split(":", 1)[1]
        if number in re.sub(r"[^\d]", "", text) or number in text:
            return None
        return link.title
    address = link.url.removeprefix("mailto:")
    return f"{link.title}: {address}"
