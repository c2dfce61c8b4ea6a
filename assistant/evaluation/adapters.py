"""Talk to any assistant over HTTP: what to send and where the reply stands is a small file, not code."""

from __future__ import annotations

import copy
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

TIMEOUT_SECONDS = 60


class AdapterError(Exception):
    """An adapter file cannot be used. The message names the file and what to do."""


@dataclass(frozen=True)
class Adapter:
    """How to talk to one assistant.

    Attributes:
        name: Of the assistant.
        url: Where messages go; `{address}` stands for the address given on the command line.
        headers: Sent with each request.
        body: JSON body; the strings `{text}` and `{session}` in it are filled in.
        reply_texts: Path to the texts of a reply, for example `messages[].text`; `[].text` for a list.
        session: Path to what identifies the conversation in a reply; empty if the client chooses (`{session}`
            is then a random id).
        urgency: Path to the assistant's own word for the urgency; empty if it has none.
    """

    name: str
    url: str
    body: Any
    reply_texts: str
    headers: Mapping[str, str] = field(default_factory=dict)
    session: str = ""
    urgency: str = ""


@dataclass(frozen=True)
class Reply:
    """What an assistant said.

    Attributes:
        texts: Its messages.
        urgency: Its own word for the urgency, or None.
        failure: What went wrong, or None.
    """

    texts: tuple[str, ...]
    urgency: str | None = None
    failure: str | None = None


def load_adapter(path: Path) -> Adapter:
    """Read an adapter file.

    Raises:
        AdapterError: If a field is missing or unknown.
    """
    try:
        fields = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Adapter(**fields)
    except (OSError, yaml.YAMLError, TypeError) as error:
        raise AdapterError(
            f"{path.name}: needs `name`, `url`, `body` and `reply_texts`; may have `headers`, `session`, `urgency` ({error})."
        ) from error


def values_at(path: str, data: Any) -> list[Any]:
    """Return what stands at a path like `messages[].text`; nothing if it is not there."""
    found = [data]
    for step in path.split("."):
        name, is_list = step.removesuffix("[]"), step.endswith("[]")
        if name:
            found = [item.get(name) for item in found if isinstance(item, Mapping)]
        if is_list:
            found = [part for item in found if isinstance(item, list) for part in item]
    return [item for item in found if item is not None]


def _filled(template: Any, values: Mapping[str, str | None]) -> Any:
    if isinstance(template, str):
        return values[template[1:-1]] if template[1:-1] in values and template[:1] == "{" else template
    if isinstance(template, Mapping):
        return {key: _filled(item, values) for key, item in template.items()}
    return [_filled(item, values) for item in template] if isinstance(template, list) else template


class Conversation:
    """One conversation with an assistant."""

    def __init__(self, adapter: Adapter, address: str) -> None:
        """Begin; nothing is sent yet."""
        self._adapter = adapter
        self._url = adapter.url.replace("{address}", address.rstrip("/"))
        self._session: str | None = None if adapter.session else secrets.token_hex(8)

    def say(self, text: str) -> Reply:
        """Send one message and return the reply; never raises."""
        body = _filled(copy.deepcopy(self._adapter.body), {"text": text, "session": self._session})
        headers = {"Content-Type": "application/json", **self._adapter.headers}
        request = urllib.request.Request(self._url, json.dumps(body).encode(), headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
                data = json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return Reply((), failure=f"status {error.code}")
        except (OSError, ValueError) as error:
            return Reply((), failure=type(error).__name__)
        if self._adapter.session:
            self._session = next(iter(values_at(self._adapter.session, data)), self._session)
        texts = tuple(str(item) for item in values_at(self._adapter.reply_texts, data))
        urgency = next(iter(values_at(self._adapter.urgency, data)), None) if self._adapter.urgency else None
        return Reply(texts, urgency, None if texts else "empty reply")
