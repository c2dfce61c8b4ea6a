"""What an editor or another force changes: a copy of the project, changed as they would, and asked as a parent would."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.running import ROOT, Server, copy_of_repository, running_server

pytestmark = pytest.mark.server

SESSION = """live_qa:
  - id: cumbria_test
    force: cumbria
    title: "Live Q&A on gaming"
    starts: 2099-01-12 18:00:00
    ends: 2099-01-12 19:30:00
    questions_until: 2099-01-11 17:00:00
    where: "on the force's social media pages"
    questions_kept_until: 2099-02-12
"""


def run(root: Path, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "assistant", *arguments],
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
    return done.stdout


@pytest.fixture(scope="module")
def announced(tmp_path_factory) -> Iterator[Server]:
    """A server whose force has announced a live session; nothing is trained anew for it."""
    root = copy_of_repository(tmp_path_factory.mktemp("announced"))
    shutil.copytree(ROOT / "models", root / "models", dirs_exist_ok=True)
    events = root / "knowledge" / "events.yml"
    events.write_text(events.read_text(encoding="utf-8").replace("live_qa: []\n", SESSION), encoding="utf-8")
    yield from running_server(tmp_path_factory, root)


def kept_questions(server: Server, tmp_path: Path) -> str:
    out = tmp_path / "questions.csv"
    run(server.root, "questions", "--out", str(out), DATA_DIR=str(server.folder / "var"))
    return out.read_text(encoding="utf-8") if out.is_file() else ""


def test_question_for_a_live_session_is_kept_only_after_it_was_shown_masked_and_agreed(announced, tmp_path):
    talk = announced.conversation()
    offer = talk.say("when is the next live q&a with the police")
    assert "6pm on Monday 12 January 2099" in offer.text
    write = talk.press_id("question.ask")
    assert "Leave out names" in write.text
    shown = talk.say("how do i stop strangers on fortnite, ring me on 07700 900123")
    assert "[phone number]" in shown.text
    assert "900123" not in shown.text
    assert kept_questions(announced, tmp_path) == ""
    thanks = talk.press_id("question.yes")
    assert "passed on" in thanks.text
    kept = kept_questions(announced, tmp_path)
    assert "how do i stop strangers on fortnite, ring me on [phone number]" in kept
    assert talk.session not in kept
    # The talk goes on as ever.
    assert talk.say("is roblox safe").body["decision"]["platform"] == "roblox"


def test_question_that_is_not_agreed_to_is_not_kept(announced, tmp_path):
    talk = announced.conversation()
    talk.press_id("question.ask")
    talk.say("an unmistakable question about hedgehogs")
    assert "not passed anything on" in talk.say("no").text
    assert "hedgehogs" not in kept_questions(announced, tmp_path)


def test_emergency_instead_of_a_question_is_an_emergency_and_is_kept_nowhere(announced, tmp_path):
    talk = announced.conversation()
    talk.press_id("question.ask")
    reply = talk.say("shes gone to meet a man from snapchat and her phone is off")
    assert "999" in reply.first_sentence
    assert reply.body["decision"]["urgency"] == "emergency"
    # What follows is no question for the session either.
    talk.say("ok thanks")
    assert "passed on" not in talk.say("yes").text
    assert "snapchat" not in kept_questions(announced, tmp_path)


def test_disclosure_instead_of_a_question_is_answered_as_one(announced):
    talk = announced.conversation()
    talk.press_id("question.ask")
    reply = talk.say("a man online asked my daughter for naked pictures yesterday")
    assert reply.body["decision"]["urgency"] in ("urgent", "emergency")
    assert reply.body["decision"]["topic"] != "live_qa"
    assert "CEOP" in reply.text or "999" in reply.first_sentence


TOPIC = """---
id: drones
title: Drones and cameras
crisis: false
not_applicable:
  warning_signs: "Nothing to look out for."
  how_to_talk: "Nothing special to say."
  how_to_control_or_monitor: "Nothing to set."
  is_it_illegal: "The facts hold nothing on it."
  get_help: "The main contacts do."
  what_to_do @child: "Children are answered by the main contacts."
  how_to_report @child: "As above."
  how_to_talk @child: "As above."
  is_it_illegal @child: "As above."
  explain @child: "As above."
  get_help @child: "As above."
  what_to_do @teacher: "As above."
owner: Online safety content lead
drafted_on: 2026-11-22
checked_on: 2026-11-22
review_by: 2027-05-22
approved_by:
---

## what_to_do
sources: harbour_fair_checks
Note when and where the drone flew, and tell us about it.

- Call 101 if it watches your garden again and again.
- Call 999 if anyone is in danger.

## how_to_report
sources: harbour_fair_checks
Call 101, or use {{force.report_online}}.

If anyone is in danger, call 999.

## explain
sources: harbour_fair_checks
A drone is a small flying machine that can carry a camera.

Ask 101 if one worries you.
"""
DRONE_MESSAGES = [
    f"{start} {middle} {end}"
    for start in ("a drone", "some kid's drone", "a flying camera drone")
    for middle in ("keeps hovering over", "was filming", "flies low above")
    for end in ("our garden", "my daughters window", "the trampoline", "our back yard", "the kids outside")
]


@pytest.fixture(scope="module")
def with_new_topic(tmp_path_factory) -> Iterator[Server]:
    """A server of a project to which a person who does not code has added one topic: two files."""
    root = copy_of_repository(tmp_path_factory.mktemp("topic"))
    _keep_few_messages(root / "data" / "nlu")
    (root / "knowledge" / "topics" / "drones.md").write_text(TOPIC, encoding="utf-8")
    metadata = {"topic": "drones", "urgency": "advice", "speaker": "parent", "voice": "editor_one"}
    entry = {
        "intent": "share_concern",
        "metadata": metadata,
        "examples": "".join(f"- {message}\n" for message in DRONE_MESSAGES),
    }
    (root / "data" / "nlu" / "drones.yml").write_text(
        yaml.safe_dump({"version": "3.1", "nlu": [entry]}, sort_keys=False), encoding="utf-8"
    )
    assert "drones" in run(root, "knowledge")
    run(root, "train")
    yield from running_server(tmp_path_factory, root)


def _keep_few_messages(folder: Path, most: int = 2) -> None:
    """Keep a few messages of each kind, so that training takes seconds; what is shown here is that it works."""
    for path in folder.glob("*.yml"):
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        kept = {}
        for entry in data["nlu"]:
            labels = entry["metadata"]
            kind = (entry["intent"], labels["topic"], labels["urgency"], labels["speaker"], labels.get("kind"))
            kept.setdefault(kind, entry)
        for entry in kept.values():
            examples = re.findall(r"^- .*$", entry["examples"], re.MULTILINE)
            entry["examples"] = "\n".join(examples[:most]) + "\n"
        content = {"version": "3.1", "nlu": list(kept.values())}
        path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")


def test_new_topic_takes_one_content_file_and_one_examples_file(with_new_topic):
    reply = with_new_topic.conversation().say("there is a drone hovering above our garden filming the kids")
    assert reply.body["decision"]["topic"] == "drones"
    assert reply.body["decision"]["answer"] == "drones/what_to_do"
    assert "Note when and where the drone flew" in reply.text
    assert with_new_topic.request("/advice/advice/drones.html", method="GET").status == 200


def test_another_force_runs_from_its_one_file(tmp_path_factory):
    for server in running_server(tmp_path_factory, FORCE="example-force"):
        talk = server.conversation()
        assert "Wessmoor Police" in talk.say("hello").text
        assert "Online Crime Team" in talk.say("what does your cyber crime unit do").text
        page = server.request("/advice/contacts.html", method="GET")
        assert "Wessmoor" in page.body
        assert "Cumberland" not in page.body
