from __future__ import annotations

import datetime
from pathlib import Path

from assistant.session_questions import SessionQuestions

DAY = datetime.date(2026, 12, 1)


def test_all_without_a_file_is_empty_and_makes_none(tmp_path: Path):
    path = tmp_path / "questions.db"
    assert SessionQuestions(path).all() == ()
    assert not path.exists()


def test_keep_holds_the_question_its_session_and_the_day_and_nothing_else(tmp_path: Path):
    path = tmp_path / "var" / "questions.db"
    kept = SessionQuestions(path)
    kept.keep("one", "How do filters work?", delete_on=datetime.date(2027, 2, 12), today=DAY)
    (question,) = kept.all(today=DAY)
    assert (question.event, question.asked_on, question.text) == ("one", DAY, "How do filters work?")


def test_questions_are_deleted_on_their_day_and_leave_no_trace_in_the_file(tmp_path: Path):
    path = tmp_path / "questions.db"
    kept = SessionQuestions(path)
    kept.keep("one", "unmistakable words", delete_on=datetime.date(2026, 12, 2), today=DAY)
    kept.keep("two", "another question", delete_on=datetime.date(2026, 12, 9), today=DAY)
    left = kept.all(today=datetime.date(2026, 12, 2))
    assert [question.event for question in left] == ["two"]
    assert b"unmistakable" not in path.read_bytes()
