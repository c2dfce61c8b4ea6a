from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.knowledge.answers import AnswerBook, Question
from assistant.knowledge.calendar import announced_session, next_day, spoken_time
from assistant.knowledge.load import load_knowledge
from assistant.knowledge.model import KnowledgeError

ENTRY = """live_qa:
  - id: one
    force: cumbria
    title: "Live Q&A on gaming"
    starts: 2027-01-12 18:00:00
    ends: 2027-01-12 19:30:00
    questions_until: 2027-01-11 17:00:00
    where: "on the force's social media pages"
    questions_kept_until: 2027-02-12
"""


@pytest.fixture
def announced(folder: Path):
    path = folder / "events.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("live_qa: []\n", ENTRY), encoding="utf-8")
    return load_knowledge(folder, force_id="cumbria")


def book_at(knowledge, *when: int) -> AnswerBook:
    return AnswerBook(knowledge, now=lambda: datetime.datetime(*when))


def test_answer_while_questions_are_taken_says_when_and_offers_to_send_one(announced):
    answer = book_at(announced, 2026, 12, 1).answer(Question("live_qa", "what_to_do"))
    assert "6pm on Tuesday 12 January 2027" in answer.messages[0].text
    assert [button.id for button in answer.messages[0].buttons] == ["question.ask"]
    assert "999" in answer.messages[0].text


def test_answer_after_the_last_moment_for_questions_takes_none(announced):
    book = book_at(announced, 2027, 1, 12, 9)
    answer = book.answer(Question("live_qa", "what_to_do"))
    assert "no longer take questions" in answer.messages[0].text
    assert answer.messages[0].buttons == ()
    assert book.announced_session() is None


def test_answer_when_it_is_over_or_of_another_force_says_how_to_ask_otherwise(announced, folder):
    assert book_at(announced, 2027, 1, 13).answer(Question("live_qa", "what_to_do")).id == "live_qa/what_to_do"
    other = load_knowledge(folder, force_id="example-force")
    assert book_at(other, 2026, 12, 1).answer(Question("live_qa", "what_to_do")).id == "live_qa/what_to_do"
    assert announced_session(other.events, "example-force", datetime.datetime(2026, 12, 1)) is None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("ends: 2027-01-12 19:30:00", "ends: 2027-01-12 17:30:00", "must start before it ends"),
        ("questions_until: 2027-01-11", "questions_until: 2027-01-13", "take questions until then"),
        ("questions_kept_until: 2027-02-12", "questions_kept_until: 2027-01-10", "deleted before it ends"),
        ("starts: 2027-01-12 18:00:00", "starts: 2027-01-12", "must be a time"),
        ("    where", "    were", "`where` is missing"),
    ],
)
def test_load_events_with_a_fault_names_it(folder: Path, old: str, new: str, words: str):
    path = folder / "events.yml"
    text = path.read_text(encoding="utf-8").replace("live_qa: []\n", ENTRY.replace(old, new))
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=words):
        load_knowledge(folder, force_id="cumbria")


def test_safer_internet_day_without_a_confirmed_date_is_not_stated_as_certain(knowledge):
    book = book_at(knowledge, 2026, 11, 22)
    assert book.subtopic_in("when is safer internet day", "screen_time") == "safer_internet_day"
    answer = book.answer(Question("live_qa", "explain", subtopic="safer_internet_day"))
    assert answer.id == "safer_internet_day/explain"
    assert "not seen the date" in answer.messages[0].text
    assert "9 February" not in answer.messages[0].text


def test_next_day_prefers_a_dated_one_to_come(knowledge):
    first, second = knowledge.events.days
    dated = replace(knowledge.events, days=(first, replace(second, on=datetime.date(2027, 2, 9))))
    assert next_day(dated, datetime.date(2026, 1, 1)) == first
    assert next_day(dated, datetime.date(2026, 11, 22)) == dated.days[1]
    assert next_day(replace(dated, days=(first,)), datetime.date(2026, 11, 22)) == first


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime.datetime(2026, 12, 3, 18), "6pm on Thursday 3 December 2026"),
        (datetime.datetime(2026, 12, 3, 0, 5), "12:05am on Thursday 3 December 2026"),
        (datetime.datetime(2026, 12, 3, 12), "12pm on Thursday 3 December 2026"),
    ],
)
def test_spoken_time_reads_as_people_say_it(moment: datetime.datetime, words: str):
    assert spoken_time(moment) == words
