"""Merge new labelled messages (TSV) into `data/nlu/`, one file a topic, and write the files anew.

    python training/add_messages.py FILE.tsv [FILE.tsv ...]

Seven columns without a header: voice, intent, topic, urgency, speaker, kind (`-` for none), text.
A message whose words are already there is left out and reported; a label that does not exist stops the merge.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from assistant.knowledge.vocabulary import EMERGENCY_KINDS, SPEAKERS, TOPICS, URGENCIES  # noqa: E402
from assistant.learning.examples import Example, load_examples  # noqa: E402

NLU_DIR = ROOT / "data" / "nlu"
# The order of blocks in a file: what is told, what is asked, then acts.
INTENT_ORDER = (
    "share_concern ask_warning_signs ask_what_to_do ask_how_to_report ask_how_to_talk ask_how_to_control_or_monitor "
    "ask_is_it_illegal ask_explain ask_get_help greet goodbye thank affirm deny ask_for_human give_detail ask_repeat "
    "express_anger small_talk out_of_scope ask_about_service"
).split()
HEADER = """\
# Training messages, invented for Harbour. One block: one intent, one voice, one urgency, one speaker, one kind.
# Labels are explained in docs/labels.md; check with `make knowledge`.
version: "3.1"
nlu:
"""
COLUMNS = 7


def words_of(text: str) -> str:
    """Return the bare words of a message; two messages with the same ones are the same message."""
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def read_tsv(path: Path) -> list[Example]:
    """Read one file; stop with the line if a label does not exist."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != COLUMNS:
            sys.exit(f"{path.name}, line {number}: has {len(cells)} columns, needs {COLUMNS}.")
        voice, intent, topic, urgency, speaker, kind, text = cells
        kind = "" if kind == "-" else kind
        for label, known in ((intent, INTENT_ORDER), (topic, TOPICS), (urgency, URGENCIES), (speaker, SPEAKERS)):
            if label not in known:
                sys.exit(f"{path.name}, line {number}: there is no label {label!r}.")
        if (kind in EMERGENCY_KINDS) != (urgency == "emergency"):
            sys.exit(f"{path.name}, line {number}: an emergency needs a kind, anything else `-`; it says {kind!r}.")
        # Square brackets mean entities to Rasa, and a dash in front a new message.
        text = re.sub(r"\s+", " ", text).removeprefix("- ").replace("[", "(").replace("]", ")").strip()
        found.append(Example(text, intent, topic, urgency, speaker, voice, kind))
    return found


def write(examples: list[Example]) -> None:
    """Write all messages, in a fixed order."""
    files: dict[str, dict[tuple[int, str, str, str, str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for e in examples:
        name = "conversation" if e.topic == "smalltalk" else e.topic
        order = INTENT_ORDER.index(e.intent)
        files[name][(order, e.voice, e.urgency, e.speaker, e.topic, e.kind)].append(e.text)
    for name, blocks in files.items():
        lines = [HEADER.rstrip("\n")]
        for (order, voice, urgency, speaker, topic, kind), texts in sorted(blocks.items()):
            labels = f"topic: {topic}, voice: {voice}, urgency: {urgency}, speaker: {speaker}"
            lines.append(f"  - intent: {INTENT_ORDER[order]}")
            lines.append(f"    metadata: {{{labels}{f', kind: {kind}' if kind else ''}}}")
            lines.append("    examples: |")
            lines += [f"      - {text}" for text in texts]
        (NLU_DIR / f"{name}.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Merge the files named on the command line."""
    examples = load_examples(NLU_DIR)
    known = {words_of(e.text): e for e in examples}
    for path in map(Path, sys.argv[1:]):
        added = 0
        for example in read_tsv(path):
            before = known.get(words_of(example.text))
            if before is not None:
                if (before.intent, before.urgency) != (example.intent, example.urgency):
                    print(f"{path.name}: left out, is there as {before.intent}/{before.urgency}: {example.text[:60]}")
                continue
            known[words_of(example.text)] = example
            examples.append(example)
            added += 1
        print(f"{path.name}: {added} messages added")
    write(examples)
    print(f"{len(examples)} messages by {len({e.voice for e in examples})} voices in {NLU_DIR.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
