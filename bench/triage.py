"""How much triage adds to a message: its own time on one core, and its share of a whole turn over HTTP.

    python bench/triage.py --address http://127.0.0.1:8080

Both are measured on the same messages in one run, alternately, so that the ratio holds on any machine.
Without an address an assistant is started.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from assistant import runtime  # noqa: E402
from assistant.evaluation.adapters import Conversation, load_adapter  # noqa: E402
from assistant.evaluation.command import OWN_ADAPTER, SAFETY_SETS, running_assistant  # noqa: E402
from assistant.evaluation.scorecard import read_jsonl  # noqa: E402
from assistant.text import clean_message  # noqa: E402

MESSAGES = 300
WARM_UP = 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address")
    arguments = parser.parse_args()
    texts = [str(row["text"]) for row in read_jsonl(SAFETY_SETS.messages)][:MESSAGES]
    assessor, adapter = runtime.assessor(), load_adapter(OWN_ADAPTER)
    triage, turns = [], []
    with contextlib.ExitStack() as stack:
        address = arguments.address or stack.enter_context(running_assistant(print))
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        for number, text in enumerate(texts):
            started = time.perf_counter()
            # The server triages in its own process; here the same work is timed alone, on one core.
            assessor.assess(clean_message(text).text)
            own = time.perf_counter() - started
            started = time.perf_counter()
            Conversation(adapter, address).say(text)
            if number >= WARM_UP:
                triage.append(own * 1000)
                turns.append((time.perf_counter() - started) * 1000)
    figures = {
        "messages": len(triage),
        "triage_ms": {"median": _median(triage), "p95": _p95(triage)},
        "turn_ms": {"median": _median(turns), "p95": _p95(turns)},
        "triage_share_of_turn": round(statistics.median(triage) / statistics.median(turns), 3),
    }
    print(json.dumps(figures, indent=2))  # noqa: T201


def _median(values: list[float]) -> float:
    return round(statistics.median(values), 2)


def _p95(values: list[float]) -> float:
    return round(statistics.quantiles(values, n=20)[-1], 2)


if __name__ == "__main__":
    main()
