"""Planted faults: each must be found by `make knowledge`."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from assistant.knowledge.checks import check_knowledge
from assistant.knowledge.load import load_knowledge

TODAY = datetime.date(2026, 11, 22)


def faults_of(folder: Path, rules, today: datetime.date = TODAY) -> str:
    return "\n".join(check_knowledge(load_knowledge(folder, force_id="cumbria"), rules, today=today).faults)


def test_check_knowledge_with_the_real_content_finds_no_fault(root: Path, rules):
    assert faults_of(root / "knowledge", rules) == ""


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("topics/grooming.md", "Begin with what they enjoy.", "Ring 0808 800 5000 now.", "belongs in contacts.yml"),
        ("topics/grooming.md", "Begin with what they enjoy.", "See www.example.org today.", "belongs in contacts.yml"),
        ("topics/grooming.md", "Begin with what they enjoy.", "Stop child porn.", "child sexual abuse material"),
        ("topics/grooming.md", "Begin with what they enjoy.", "He will be arrested.", "never promise"),
        ("topics/grooming.md", "Begin with what they enjoy.", "Take a screenshot of the nude.", "invites copying"),
        ("topics/grooming.md", "Begin with what they enjoy.", "Ask {{contact.nobody.name}}.", "is not in contacts.yml"),
        ("topics/grooming.md", "Begin with what they enjoy.", "Ask {{somebody}}.", "is unknown"),
        ("topics/grooming.md", "sources: nspcc_learning_grooming,", "sources: made_up_source,", "not in sources.yml"),
        ("topics/grooming.md", "title: Grooming", "title: Grooming of children and young people", "longer than 24"),
        ("topics/grooming.md", "Start small and stay calm", "Call 999 and stay calm", "opens with 999"),
        ("emergencies/meeting.md", "Call 999 now and say", "Ring somebody and say", "not in the first sentence"),
        ("emergencies/meeting.md", "If your child has gone", "Your child has gone, call 999 if", "must begin with"),
        ("emergencies/meeting.md", "Leave phones and chats as they are.", "word " * 60, "words, at most"),
        ("wording.yml", "ask.how_to_report.reporting_how", "ask.how_to_report.nothing", "leads nowhere"),
        ("platforms/roblox.yml", "aka: [", "aka: [snapchat, ", "stands in"),
        ("topics/grooming.md", "checked_on: 2026-11-21", "checked_on: 2031-01-01", "lies in the future"),
        ("topics/evidence.md", "@child", "@teacher", "stands here twice"),
    ],
)
def test_check_knowledge_with_a_planted_fault_finds_it(folder: Path, rules, file, old, new, words):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    try:
        found = faults_of(folder, rules)
    except Exception as error:
        found = str(error)
    assert words in found


def test_check_knowledge_warns_before_review_and_fails_after_it(folder: Path, rules):
    before = check_knowledge(load_knowledge(folder, force_id="cumbria"), rules, today=datetime.date(2027, 2, 1))
    assert before.faults == ()
    assert any("grooming.md: is due for review" in line for line in before.warnings)
    assert "grooming.md: review_by 2027-02-21 has passed" in faults_of(folder, rules, datetime.date(2027, 2, 22))
