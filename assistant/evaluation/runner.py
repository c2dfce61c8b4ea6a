"""Send labelled messages to a running assistant and keep what it decided."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.text import first_sentence

PATH = "/webhooks/web/message"
TIMEOUT_SECONDS = 30
WORKERS = 4

# Names other data sets use for the same speaker.
_SPEAKER_NAMES = {"other_adult": "parent"}


class EvaluationError(Exception):
    """The evaluation cannot be done. The message says why and what to do."""


@dataclass(frozen=True)
class Item:
    """One labelled message. A label that a data set does not have is None."""

    id: str
    text: str
    topic: str | None
    aspect: str | None
    urgency: str | None
    speaker: str | None
    platform: str | None
    age_band: str | None


@dataclass(frozen=True)
class Outcome:
    """What an assistant did with one message.

    Attributes:
        item: The message and its labels.
        decision: The decision; empty if the request failed.
        first_sentence: First sentence of the first message.
        text: All messages, joined.
        failure: What went wrong, or None.
    """

    item: Item
    decision: dict[str, Any]
    first_sentence: str
    text: str
    failure: str | None

    @property
    def leads_with_999(self) -> bool:
        """True if 999 is in the first sentence."""
        return leads_with_999(self.first_sentence)

    @property
    def is_decided_emergency(self) -> bool:
        """True if the reply says "call 999" without an if."""
        return says_call_999(self.first_sentence)


def load_items(path: Path) -> list[Item]:
    """Read a JSONL file of labelled messages.

    Raises:
        EvaluationError: If a line is not as expected; names the line.
    """
    items = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            text = row["text"]
        except (ValueError, KeyError, TypeError) as error:
            raise EvaluationError(f"{path.name}, line {number}: is not a JSON object with `text`.") from error
        speaker = row.get("speaker", row.get("author"))
        items.append(
            Item(
                id=str(row.get("id", f"{path.stem}-{number}")),
                text=text,
                topic=row.get("topic"),
                aspect=row.get("aspect"),
                urgency=row.get("urgency"),
                speaker=_SPEAKER_NAMES.get(speaker, speaker),
                platform=row.get("platform") if "speaker" in row else None,
                age_band=row.get("age_band"),
            )
        )
    return items


def leads_with_999(sentence: str) -> bool:
    """Say whether the first sentence of a reply holds 999."""
    return "999" in sentence


def says_call_999(sentence: str) -> bool:
    """Say whether the first sentence of a reply says "call 999" without an if."""
    return leads_with_999(sentence) and not sentence.lower().startswith("if ")


def send(address: str, body: dict[str, Any]) -> dict[str, Any]:
    """Post one message; return the reply, also that of an error status."""
    request = urllib.request.Request(
        address.rstrip("/") + PATH,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            reply: dict[str, Any] = json.load(response)
            return reply
    except urllib.error.HTTPError as error:
        with error:
            refused: dict[str, Any] = json.loads(error.read() or b"{}")
        return {**refused, "status": error.code}


def ask(address: str, item: Item) -> Outcome:
    """Send one message in a conversation of its own."""
    try:
        reply = send(address, {"session": None, "text": item.text})
    except (OSError, ValueError) as error:
        return Outcome(item, {}, "", "", f"{type(error).__name__}: {error}")
    messages = reply.get("messages") or []
    text = "\n\n".join(str(message.get("text", "")) for message in messages)
    failure = None if messages and reply.get("decision") else f"status {reply.get('status', 200)}, empty reply"
    return Outcome(item, reply.get("decision") or {}, first_sentence(text), text, failure)


def ask_all(address: str, items: Sequence[Item], say: Callable[[str], None]) -> list[Outcome]:
    """Send all messages, a few at a time, and tell how it goes."""
    started = time.monotonic()
    outcomes: list[Outcome] = []
    with ThreadPoolExecutor(WORKERS) as pool:
        for outcome in pool.map(lambda item: ask(address, item), items):
            outcomes.append(outcome)
            if len(outcomes) % 100 == 0:
                say(f"  {len(outcomes)}/{len(items)} messages, {time.monotonic() - started:.0f} s")
    return outcomes


def failures(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return the outcomes without a usable reply."""
    return [outcome for outcome in outcomes if outcome.failure]
