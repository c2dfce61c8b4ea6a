"""Parts die; people still get answers."""

from __future__ import annotations

import time

import pytest

pytestmark = pytest.mark.server

EMERGENCY = "hes outside our house now"


def test_action_server_killed_in_the_middle_loses_nothing(own_server):
    talk = own_server.conversation()
    talk.say("someone is blackmailing my son with a picture, he is 15")
    own_server.actions.kill()
    own_server.actions.wait()

    question = talk.say("is it illegal")
    assert question.status == 200
    assert "sorry" in question.text
    for contact in ("999", "101", "CEOP", "NSPCC"):
        assert contact in question.text

    # In a talk of its own, as an emergency becomes what the next questions are about.
    emergency = own_server.post(text=EMERGENCY)
    assert "999" in emergency.first_sentence
    assert emergency.body["decision"]["urgency"] == "emergency"

    own_server.start_actions()
    own_server.wait_for_actions()
    after = talk.say("is it illegal")
    assert after.body["decision"]["topic"] == "sextortion"
    assert after.body["decision"]["answer"].startswith("sextortion/")


def test_database_gone_still_answers(own_server):
    database = own_server.folder / "var" / "conversations.db"
    moved = database.with_suffix(".away")
    database.rename(moved)
    try:
        started = time.monotonic()
        emergency = own_server.post(text=EMERGENCY)
        question = own_server.post(text="how do i set up an iphone for my child")
        assert "999" in emergency.first_sentence
        assert question.body["messages"]
        assert time.monotonic() - started < 10
    finally:
        moved.rename(database)


def test_over_the_rate_limit_an_emergency_is_still_answered(own_server):
    talk = own_server.conversation()
    statuses = [talk.say("hello").status for _ in range(25)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    assert "101" in talk.last.text
    emergency = talk.say(EMERGENCY)
    assert emergency.status == 200
    assert "999" in emergency.first_sentence
