"""One entry point: `python -m assistant COMMAND`. The Makefile gives each command a name of its own."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

# Before anything imports them: no colour codes of TensorFlow in the log, no calls home.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
# Rasa's libraries warn about each other by the dozen at every start; `python -W default` shows it all.
if not sys.warnoptions:
    warnings.simplefilter("ignore")

from assistant import runtime
from assistant.settings import Settings, SettingsError


def say(line: str) -> None:
    """Tell the person at the terminal what happens."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _run(settings: Settings, arguments: argparse.Namespace) -> int:
    from assistant import supervisor

    _train(settings, arguments)
    supervisor.run(settings, say)
    return 0


def _serve(settings: Settings, arguments: argparse.Namespace) -> int:
    from assistant.channels.app import create_app
    from assistant.event_log import configure_logging
    from assistant.training import current_model

    configure_logging(settings.log_level)
    app = create_app(settings, model_path=current_model())
    app.run(host=settings.host, port=settings.port, access_log=False, motd=False)
    return 0


def _actions(settings: Settings, arguments: argparse.Namespace) -> int:
    from rasa_sdk.endpoint import create_app

    from assistant.event_log import configure_logging

    configure_logging(settings.log_level)
    runtime.answer_book()
    app = create_app("actions")
    # Loopback only: the action server has no authentication and sees whole conversations.
    app.run(host="127.0.0.1", port=settings.actions_port, access_log=False, motd=False)
    return 0


def _train(settings: Settings, arguments: argparse.Namespace) -> int:
    from assistant.event_log import configure_logging
    from assistant.training import train

    configure_logging("WARNING")
    model = train(settings, say, force=getattr(arguments, "force", False))
    say(f"Model: {model.relative_to(Path.cwd()) if model.is_relative_to(Path.cwd()) else model}")
    return 0


def _encoder(settings: Settings, arguments: argparse.Namespace) -> int:
    import json

    from assistant.learning.build_encoder import build_encoder

    note = {}
    if arguments.weights:
        note_path = arguments.weights.parent / "training_note.json"
        note = {"fine_tuning": json.loads(note_path.read_text(encoding="utf-8"))} if note_path.is_file() else {}
    folder = arguments.out or settings.encoder_dir
    say(json.dumps(build_encoder(folder, weights=arguments.weights, card=note), indent=2))
    say(f"Written to {folder}")
    return 0


def _knowledge(settings: Settings, arguments: argparse.Namespace) -> int:
    from assistant.knowledge.checks import check_knowledge, coverage_table
    from assistant.knowledge.sample import as_text, draw
    from assistant.training import RESPONSES_FILE, compile_emergency_responses

    knowledge = runtime.knowledge()
    if arguments.sample:
        say(as_text(draw(knowledge, arguments.sample, arguments.seed)))
        return 0
    if compile_emergency_responses():
        say(f"Wrote {RESPONSES_FILE}")
    say(coverage_table(knowledge))
    report = check_knowledge(knowledge, runtime.safety_rules(), runtime.languages())
    if arguments.awaiting:
        say("Awaiting approval: " + ", ".join(report.awaiting_approval))
    for kind, lines in (("warning", report.warnings), ("ALARM", report.alarms), ("FAULT", report.faults)):
        for line in lines:
            say(f"{kind}: {line}")
    say(
        f"{len(report.faults)} faults, {len(report.alarms)} alarms, {len(report.warnings)} warnings, "
        f"{len(report.awaiting_approval)} files await the force's approval."
    )
    return 1 if report.faults or report.alarms else 0


def _preview(settings: Settings, arguments: argparse.Namespace) -> int:
    import datetime

    from assistant.preview.changes import changes_since
    from assistant.preview.site import Site, write_site

    knowledge = runtime.knowledge()
    changes = changes_since(knowledge.folder, arguments.since)
    site = Site(knowledge, is_editorial=True, today=datetime.date.today(), changes=changes)
    count = write_site(site, arguments.out)
    say(f"Wrote {count} pages and files for {knowledge.force.name}; open {arguments.out / 'index.html'}")
    return 0


def _questions(settings: Settings, arguments: argparse.Namespace) -> int:
    import csv

    questions = runtime.session_questions().all()
    if not questions:
        say("No question is kept for a live session.")
        return 0
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    with arguments.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["event", "asked_on", "question"])
        writer.writerows((question.event, question.asked_on, _as_cell(question.text)) for question in questions)
    say(f"Wrote {len(questions)} questions to {arguments.out}. They are masked; delete the file after the session.")
    return 0


def _as_cell(text: str) -> str:
    """Keep a spreadsheet from taking a question for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _explain(settings: Settings, arguments: argparse.Namespace) -> int:
    from assistant.event_log import configure_logging
    from assistant.explain import explain
    from assistant.training import NLU_DIR, current_model

    configure_logging("WARNING")
    explain(arguments.text, archive=current_model(), examples_dir=NLU_DIR, say=say)
    return 0


def _evaluate(settings: Settings, arguments: argparse.Namespace) -> int:
    from assistant.evaluation.command import evaluate

    return evaluate(arguments.files, address=arguments.address, out=arguments.out, check=arguments.check, say=say)


def _scorecard(settings: Settings, arguments: argparse.Namespace) -> int:
    from assistant.evaluation.command import scorecard
    from assistant.training import fingerprint

    model = "as it runs at the address given"
    if arguments.address is None:
        encoder = runtime.encoder().sha256
        model = f"fingerprint {fingerprint(settings.force, encoder)}, encoder SHA-256 {encoder[:16]}"
    return scorecard(
        adapter_path=arguments.adapter,
        address=arguments.address,
        model=model,
        benchmarks=arguments.benchmarks,
        out=arguments.out,
        check=arguments.check,
        say=say,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m assistant", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    def add(name: str, function: Callable[[Settings, argparse.Namespace], int], words: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(function=function)
        return command

    add("run", _run, "train if needed, then run action server and assistant until Ctrl-C")
    add("serve", _serve, "run the assistant alone")
    add("actions", _actions, "run the action server alone")
    add("train", _train, "train what has changed").add_argument("--force", action="store_true")
    command = add("encoder", _encoder, "build the sentence encoder from the published or from fine-tuned weights")
    command.add_argument("--weights", type=Path, help="encoder.safetensors of training/finetune_encoder.py")
    command.add_argument("--out", type=Path, help="folder; the configured one if left out")
    command = add("knowledge", _knowledge, "check the knowledge base and compile the emergency replies")
    command.add_argument("--awaiting", action="store_true", help="also list the files that await approval")
    command.add_argument(
        "--sample", type=int, default=0, help="only draw so many lines and print them with their sources"
    )
    command.add_argument("--seed", type=int, default=0, help="another seed draws other lines")
    command = add("preview", _preview, "write all content as a browsable site, for editors and approvers")
    command.add_argument("--out", type=Path, default=Path("build/preview"), help="folder; build/preview if left out")
    command.add_argument("--since", help="tag or commit to compare with; the newest tag if left out")
    command = add("questions", _questions, "export the questions passed on for live sessions")
    command.add_argument("--out", type=Path, default=Path("var/questions.csv"), help="CSV file")
    command = add("explain", _explain, "show how one message is understood and answered")
    command.add_argument("text", help="the message")
    command = add("evaluate", _evaluate, "score a running assistant on labelled messages")
    command.add_argument("files", nargs="*", type=Path, help="JSONL files; the project's own sets if left out")
    command.add_argument(
        "--address", help="a running assistant, for example http://127.0.0.1:8080; one is started if left out"
    )
    command.add_argument("--out", type=Path, help="also write the table here, as Markdown")
    command.add_argument("--check", action="store_true", help="fail below tests/evaluation/thresholds.yml")
    command = add("scorecard", _scorecard, "write the safety scorecard of Harbour, or of any assistant over HTTP")
    command.add_argument("--adapter", type=Path, help="how to talk to another assistant (tests/evaluation/adapters/)")
    command.add_argument("--address", help="a running assistant; Harbour is started if left out")
    command.add_argument("--benchmarks", type=Path, help="folder with the public benchmark sets, scored too")
    command.add_argument("--out", type=Path, help="where the scorecard goes; docs/safety/scorecard.md if left out")
    command.add_argument("--check", action="store_true", help="fail below tests/evaluation/thresholds.yml")

    arguments = parser.parse_args(argv)
    try:
        settings = runtime.settings()
        function: Callable[[Settings, argparse.Namespace], int] = arguments.function
        return function(settings, arguments)
    except SettingsError as error:
        say(f"Settings: {error}")
        return 2
    except Exception as error:
        if type(error).__module__.split(".")[0] != "assistant":
            raise
        say(f"{type(error).__name__}: {error}")
        return 1
