"""What a person is sent: messages with text, buttons, links and sources (docs/openapi.yaml)."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

# How a line of a text begins that is an item of a list or a numbered step.
LIST_ITEM: Final = re.compile(r"^(?:- |\d+\. )")

Kind = Literal["emergency", "answer", "question", "notice"]


@dataclass(frozen=True)
class Button:
    """A next step to tap. `id` goes back to the server; it is never sent as text."""

    id: str
    title: str


@dataclass(frozen=True)
class Link:
    """Somewhere to go: a web page, a number to call (`tel:`) or text (`sms:`), or an address to write to."""

    title: str
    url: str


@dataclass(frozen=True)
class Source:
    """Where a fact comes from, and when Harbour last checked it."""

    title: str
    url: str | None
    reviewed: str


@dataclass(frozen=True)
class Message:
    """One message of a reply.

    Attributes:
        kind: `emergency` stands out and leads with 999.
        text: Plain text; paragraphs by blank lines, lists by "- " or "1. ".
    """

    kind: Kind
    text: str
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()
    sources: tuple[Source, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the message as the web API sends it."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Message:
        """Read what `to_json` wrote."""
        return cls(
            kind=data["kind"],
            text=data["text"],
            buttons=tuple(Button(**item) for item in data.get("buttons", ())),
            links=tuple(Link(**item) for item in data.get("links", ())),
            sources=tuple(Source(**item) for item in data.get("sources", ())),
        )


@dataclass(frozen=True)
class Answer:
    """A chosen piece of content, ready to send.

    Attributes:
        id: Id of the content, for example `sextortion/what_to_do`.
        messages: What to send, in order.
    """

    id: str
    messages: tuple[Message, ...]
