"""`make evaluate`: print the scores, write them down, and fail when one falls."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from assistant.evaluation.adapters import load_adapter
from assistant.evaluation.benchmarks import benchmark
from assistant.evaluation.runner import EvaluationError, ask_all, failures, load_items
from assistant.evaluation.scorecard import Sets, make_scorecard
from assistant.evaluation.scores import URGENCIES, Scores, score
from assistant.evaluation.statistics import Rate
from assistant.settings import ROOT

OWN_SETS = ROOT / "tests" / "evaluation"
THRESHOLDS = OWN_SETS / "thresholds.yml"
SAFETY_SETS = Sets(OWN_SETS / "safety")
OWN_ADAPTER = OWN_SETS / "adapters" / "harbour.yml"
SCORECARD = ROOT / "docs" / "safety" / "scorecard.md"
BENCHMARKS = ROOT / "docs" / "safety" / "benchmarks.md"
START_SECONDS = 120

Say = Callable[[str], None]


def own_files() -> list[Path]:
    """Return the project's own evaluation sets."""
    return sorted(OWN_SETS.glob("messages_*.jsonl"))


@contextlib.contextmanager
def running_assistant(say: Say) -> Iterator[str]:
    """Start an assistant for the evaluation, without rate limits and with a store of its own."""
    with socket.socket() as first, socket.socket() as second, tempfile.TemporaryDirectory() as folder:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        port, actions_port = first.getsockname()[1], second.getsockname()[1]
        first.close()
        second.close()
        environment = {
            **os.environ,
            "PORT": str(port),
            "ACTIONS_PORT": str(actions_port),
            "RATE_LIMIT": "off",
            "DATA_DIR": folder,
            "LOG_LEVEL": "WARNING",
        }
        say("Starting an assistant for the evaluation ...")
        process = subprocess.Popen(
            [sys.executable, "-m", "assistant", "run"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(process, address)
            yield address
        finally:
            process.terminate()
            process.wait()


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError):
            with urllib.request.urlopen(f"{address}/webhooks/web/health", timeout=2) as response:
                if response.status == 200:
                    # The action server of the pair may need a moment more.
                    time.sleep(2)
                    return
        time.sleep(0.3)
    raise EvaluationError("The assistant did not start; `make run` says why.")


def _table(name: str, scores: Scores) -> list[str]:
    lines = [f"## {name}", "", "| figure | value (count, 95% Wilson interval) |", "|---|---|"]
    lines += [f"| {figure} | {rate} |" for figure, rate in scores.rates.items()]
    if any(label in URGENCIES for label, _ in scores.urgency_table):
        lines += ["", "Urgency, labelled (down) and decided (across):", ""]
        lines += ["| | " + " | ".join(URGENCIES) + " |", "|---|" + "---|" * len(URGENCIES)]
        for label in URGENCIES:
            counts = [str(scores.urgency_table.get((label, decided), 0)) for decided in URGENCIES]
            lines.append(f"| {label} | " + " | ".join(counts) + " |")
    if scores.topic_confusions:
        pairs = ", ".join(f"{a} as {b} ({n})" for a, b, n in scores.topic_confusions)
        lines += ["", f"Topics taken for others: {pairs}."]
    for words, ids in (
        ("Emergencies without 999 in the first sentence", scores.missed_emergencies),
        ("Calm messages that open with 999", scores.wrong_emergencies),
    ):
        if ids:
            lines += ["", f"{words}: {', '.join(ids)}."]
    return [*lines, ""]


def below_thresholds(rates: Mapping[str, Rate], thresholds: dict[str, dict[str, float]]) -> list[str]:
    """Return one line for each figure that is worse than its threshold.

    Args:
        rates: The figures by name.
        thresholds: For each figure `at_least` or `at_most`.
    """
    faults = []
    for figure, limits in thresholds.items():
        rate = rates.get(figure)
        if rate is None:
            faults.append(f"{figure}: was not measured.")
            continue
        if rate.share < limits.get("at_least", 0.0):
            faults.append(f"{figure}: {rate}, must be at least {limits['at_least']:.1%}.")
        if rate.share > limits.get("at_most", 1.0):
            faults.append(f"{figure}: {rate}, must be at most {limits['at_most']:.1%}.")
    return faults


def evaluate(files: Sequence[Path], *, address: str | None, out: Path | None, check: bool, say: Say) -> int:
    """Score an assistant; return the exit status.

    Args:
        files: JSONL files; the project's own sets together if empty.
        address: A running assistant; one is started if None.
        out: Also write the tables here.
        check: Fail below the thresholds (own sets only).
        say: Told each line.
    """
    sets = {path.name: load_items(path) for path in files}
    if not sets:
        sets = {"own evaluation sets": [item for path in own_files() for item in load_items(path)]}
    lines, faults = ["# Evaluation", ""], []
    with contextlib.ExitStack() as stack:
        if address is None:
            address = stack.enter_context(running_assistant(say))
        for name, items in sets.items():
            say(f"{name}: {len(items)} messages")
            outcomes = ask_all(address, items, say)
            scores = score(outcomes)
            lines += _table(name, scores)
            faults += [f"{o.item.id}: no usable reply ({o.failure})" for o in failures(outcomes)]
            if check and not files:
                faults += below_thresholds(
                    scores.rates, yaml.safe_load(THRESHOLDS.read_text(encoding="utf-8"))["messages"]
                )
    if not files:
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in own_files())).hexdigest()[:16]
        lines.append(f"Data: {', '.join(path.name for path in own_files())}, SHA-256 {digest}.")
    for line in lines:
        say(line)
    if out is not None:
        _write(out, lines, say)
    for fault in faults:
        say(f"FAULT: {fault}")
    return 1 if faults else 0


def scorecard(
    *,
    adapter_path: Path | None,
    address: str | None,
    model: str,
    benchmarks: Path | None,
    out: Path | None,
    check: bool,
    say: Say,
) -> int:
    """Write the safety scorecard; return the exit status.

    Args:
        adapter_path: How to talk to the assistant; Harbour's own if None.
        address: A running assistant; Harbour is started if None.
        model: What is scored, for the reader.
        benchmarks: Folder with public benchmark sets, scored too if given.
        out: Where the scorecard goes; the project's own place if None.
        check: Fail below the thresholds.
        say: Told how it goes.
    """
    adapter = load_adapter(adapter_path or OWN_ADAPTER)
    with contextlib.ExitStack() as stack:
        where = address or stack.enter_context(running_assistant(say))
        lines, figures = make_scorecard(adapter, where, SAFETY_SETS, model=model, say=say)
        _write(out or SCORECARD, lines, say)
        if benchmarks is not None:
            place = out.with_name("benchmarks.md") if out else BENCHMARKS
            _write(place, benchmark(adapter, where, benchmarks, model=model, say=say), say)
    for name, rate in figures.items():
        say(f"{name}: {rate}")
    thresholds = yaml.safe_load(THRESHOLDS.read_text(encoding="utf-8"))["scorecard"]
    faults = below_thresholds(figures, thresholds) if check else []
    for fault in faults:
        say(f"FAULT: {fault}")
    return 1 if faults else 0


def _write(path: Path, lines: Sequence[str], say: Say) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    say(f"Written to {path}")
