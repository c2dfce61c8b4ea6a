"""The labelled training messages of `data/nlu/`, read without Rasa.

Rasa reads the same files; here the labels that stand as metadata (topic, urgency, speaker, voice)
come along, so that triage and understanding learn from the same words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


class ExamplesError(Exception):
    """A training file cannot be used. The message names the file, the block, and what to do."""


@dataclass(frozen=True)
class Example:
    """One labelled message.

    Attributes:
        text: The message.
        intent: What the person wants.
        topic: About what.
        urgency: How urgent an experienced safeguarding officer would call it.
        speaker: Who is writing.
        voice: The invented person who wrote it.
        kind: For an emergency, of which kind; empty for the rest.
    """

    text: str
    intent: str
    topic: str
    urgency: str
    speaker: str
    voice: str
    kind: str = ""


# The C reader is some ten times faster, and there are thousands of messages.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LABELS = ("topic", "urgency", "speaker", "voice")


def _block_examples(path: Path, block: dict[str, Any]) -> Iterable[Example]:
    intent = str(block["intent"])
    metadata = block.get("metadata") or {}
    missing = [label for label in _LABELS if label not in metadata]
    if missing:
        raise ExamplesError(f"{path.name}: a block of `{intent}` lacks {', '.join(missing)} in its metadata; add it.")
    labels = {label: str(metadata[label]) for label in _LABELS} | {"kind": str(metadata.get("kind", ""))}
    for line in str(block.get("examples") or "").splitlines():
        text = line.strip()
        if not text:
            continue
        if not text.startswith("- "):
            raise ExamplesError(f"{path.name}: under `{intent}`: each message needs `- ` in front: {text[:60]!r}.")
        yield Example(text=text[2:].strip(), intent=intent, **labels)


def load_examples(folder: Path) -> list[Example]:
    """Read every labelled message.

    Args:
        folder: The folder `data/nlu/`.

    Raises:
        ExamplesError: If a file or label is not as it should be.
    """
    examples: list[Example] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            data = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 (a safe loader)
        except yaml.YAMLError as error:
            raise ExamplesError(f"{path.name}: is not valid YAML: {error}") from error
        for block in data.get("nlu") or ():
            examples.extend(_block_examples(path, block))
    if not examples:
        raise ExamplesError(f"{folder}: no training messages found.")
    return examples


def examples_hash(examples: Iterable[Example]) -> str:
    """Return a short fingerprint of messages and labels, independent of their order."""
    digest = hashlib.sha256()
    for example in sorted(repr(example) for example in examples):
        digest.update(example.encode())
    return digest.hexdigest()[:16]
