"""Write the misspelt copies of the safety set: one slip in every third word, the same ones each time.

    python training/misspell_messages.py --neighbours KEYS.json --misspellings WORDS.tsv

The lists are not kept here (sources and licences: docs/safety/README.md): for each key those beside it, as JSON;
and lines of a word, a tab, and a common misspelling of it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from assistant.evaluation.command import SAFETY_SETS  # noqa: E402
from assistant.evaluation.scorecard import read_jsonl  # noqa: E402
from assistant.evaluation.typos import with_typos  # noqa: E402


def main() -> None:
    """Write the file and say where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--neighbours", type=Path, required=True)
    parser.add_argument("--misspellings", type=Path, required=True)
    arguments = parser.parse_args()
    neighbours = json.loads(arguments.neighbours.read_text(encoding="utf-8"))
    misspellings = defaultdict(list)
    for line in arguments.misspellings.read_text(encoding="utf-8").splitlines():
        word, misspelt = line.split("\t")[:2]
        if misspelt.isalpha():
            misspellings[word.lower()].append(misspelt)
    lines = []
    for row in read_jsonl(SAFETY_SETS.messages):
        text = with_typos(row["text"], row["id"], neighbours=neighbours, misspellings=misspellings)
        copy = {"id": row["id"].replace("s", "t", 1), "of": row["id"], "text": text}
        lines.append(json.dumps(copy, ensure_ascii=False) + "\n")
    SAFETY_SETS.misspelt.write_text("".join(lines), encoding="utf-8")
    print(f"{len(lines)} messages written to {SAFETY_SETS.misspelt}")


if __name__ == "__main__":
    main()
