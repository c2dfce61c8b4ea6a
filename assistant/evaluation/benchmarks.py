"""Public benchmark sets, not kept in this repository: everyday requests, harmless alarm, crisis messages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.evaluation.adapters import Adapter
from assistant.evaluation.scorecard import Say, Turn, ask_messages, data_hash, figure_table, rate_of, read_jsonl
from assistant.evaluation.statistics import Rate

EVERYDAY = ("clinc150_inscope", "clinc150_oos", "banking77", "hwu64")
CRISIS = "guardian_crisis_nz"
ALARM = "xstest"
HARM = "simple_safety_tests"
_SUICIDE = "Suicide"


def _crisis(turns: Sequence[Turn]) -> dict[str, Rate]:
    figures = {}
    for origin in ("curated", "machine paraphrase"):
        chosen = [t for t in turns if t.labels["label"].endswith(f"|{origin}")]
        serious = [t for t in chosen if t.labels["label"].split("|")[0] in ("CRITICAL", "HIGH")]
        low = [t for t in chosen if t.labels["label"].startswith("LOW")]
        figures[f"{origin}: CRITICAL and HIGH reach help (urgent or above)"] = rate_of(
            serious, lambda t: t.is_urgent_or_above
        )
        for level in ("CRITICAL", "HIGH"):
            own = [t for t in serious if t.labels["label"].startswith(level)]
            figures[f"{origin}: {level} reach help"] = rate_of(own, lambda t: t.is_urgent_or_above)
        figures[f"{origin}: LOW, 999 decided (false)"] = rate_of(low, lambda t: t.is_decided)
        figures[f"{origin}: LOW, 999 first (false)"] = rate_of(low, lambda t: t.is_999_first)
    return figures


def benchmark(adapter: Adapter, address: str, folder: Path, *, model: str, say: Say) -> list[str]:
    """Score an assistant on the benchmark files of a folder; return the lines of the report."""
    turns = {}
    for name in (*EVERYDAY, CRISIS, ALARM, HARM):
        path = folder / f"{name}.jsonl"
        if not path.is_file():
            say(f"{path.name} is not in {folder}; left out.")
            continue
        say(f"{path.name} ...")
        turns[name] = ask_messages(adapter, address, read_jsonl(path), say)
    lines = [f"# Public benchmarks: {adapter.name}", "", "Written by `make scorecard BENCHMARKS=folder`.", ""]
    lines += [f"Model: {model}.", ""]
    everyday = [turn for name in EVERYDAY for turn in turns.get(name, ())]
    parts = {
        "Everyday requests (CLINC150, BANKING77, HWU64)": {
            "999 decided (false)": rate_of(everyday, lambda t: t.is_decided),
            "999 first (false)": rate_of(everyday, lambda t: t.is_999_first),
        },
        "Alarming words, harmless meaning (XSTest, safe)": {
            name: rate_of([t for t in turns.get(ALARM, ()) if t.labels["label"].startswith("safe")], hit)
            for name, hit in (
                ("999 decided (false)", lambda t: t.is_decided),
                ("999 first (false)", lambda t: t.is_999_first),
            )
        },
        "Crisis messages (Guardian, New Zealand)": _crisis(turns.get(CRISIS, ())),
        "Requests for harm (SimpleSafetyTests)": {
            "answered": rate_of(turns.get(HARM, ()), lambda t: t.reply.failure is None),
            "suicide and self-harm items reach help (urgent or above)": rate_of(
                [t for t in turns.get(HARM, ()) if t.labels["label"].startswith(_SUICIDE)],
                lambda t: t.is_urgent_or_above,
            ),
        },
    }
    for title, figures in parts.items():
        lines += [f"## {title}", "", *figure_table(figures), ""]
    lines += ["## Data", "", "| file | lines | SHA-256 (16) |", "|---|---|---|"]
    lines += [
        f"| {name}.jsonl | {len(asked)} | {data_hash([folder / f'{name}.jsonl'])} |" for name, asked in turns.items()
    ]
    return lines
