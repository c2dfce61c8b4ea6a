"""Whole conversations over HTTP against real processes; the scripts stand in tests/conversations/."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.server

TESTS = Path(__file__).resolve().parents[1]
THRESHOLDS = yaml.safe_load((TESTS / "evaluation" / "thresholds.yml").read_text(encoding="utf-8"))["conversations"]
SCRIPTS = sorted((TESTS / "conversations").glob("*.yml"))


def test_parent_asks_about_a_secret_friend_reports_and_then_he_is_outside(server):
    talk = server.conversation()
    first = talk.say("My 12 year old has been talking to a man on Snapchat who wants her to keep it secret")
    assert first.status == 200
    assert first.body["decision"]["topic"] == "grooming"
    assert first.body["decision"]["platform"] == "snapchat"
    assert first.body["decision"]["age_band"] == "10-12"
    assert "CEOP" in first.text
    assert "You can report and block in Snapchat too" in first.text
    second = talk.say("how do i report it")
    assert second.body["decision"]["topic"] == "grooming"
    assert second.body["decision"]["aspect"] == "how_to_report"
    third = talk.say("hes outside our house now")
    assert third.body["decision"]["urgency"] == "emergency"
    assert "999" in third.first_sentence


def test_questions_after_an_emergency_are_still_about_it(server):
    talk = server.conversation()
    talk.say("how do i turn off the location on snapchat")
    talk.say("my daughters gone to the station to meet a lad off snap shes never met, phones off")
    over = talk.say("police have got her shes fine")
    assert over.text.startswith("I am so glad")
    after = talk.say("how do i talk to her about it")
    assert after.body["decision"]["topic"] == "meeting_offline"
    assert after.body["decision"]["aspect"] == "how_to_talk"
    assert "999" not in after.first_sentence
    assert "999" in after.text


def test_short_messages_ask_for_the_last_answer_in_short_for_more_and_for_what_comes_next(server):
    talk = server.conversation()
    first = talk.say("my son is being blackmailed over a picture, what do i do")
    short = talk.say("thats too long")
    assert len(short.text) < len(first.text) / 2
    assert short.body["decision"]["topic"] == "sextortion"
    assert "999" in short.text
    more = talk.say("what else")
    assert more.body["decision"]["answer"] == "sextortion/how_to_report"
    done = talk.say("ive already done that")
    assert "important part already" in done.text
    assert done.body["decision"]["answer"] == "sextortion/how_to_talk"
    assert talk.say("and then what").body["decision"]["answer"] == "sextortion/warning_signs"


def test_delete_what_i_wrote_deletes_the_conversation_and_starts_a_new_one(server):
    talk = server.conversation()
    talk.say("a man on discord keeps asking my daughter to meet")
    before = talk.session
    gone = talk.say("delete what i wrote")
    assert "is deleted here" in gone.text
    assert talk.session.split(".")[0] != before.split(".")[0]
    assert talk.say("how do i report it").body["decision"]["platform"] is None
    # The old token still opens a conversation, but nothing is left in it.
    old = server.post(session=before, text="say that again")
    assert "not said anything yet" in old.text


def _wrong(expect: dict, reply) -> list[str]:
    """Return what a reply lacks of what a safeguarding officer expects."""
    wrong, decision, text = [], reply.body["decision"], reply.text.lower()
    for field in ("topic", "aspect", "urgency", "speaker"):
        if field in expect and decision[field] not in expect[field]:
            wrong.append(f"{field} {decision[field]}, expected {expect[field]}")
    if "platform" in expect and decision["platform"] != expect["platform"]:
        wrong.append(f"platform {decision['platform']}, expected {expect['platform']}")
    if "leads_with_999" in expect and ("999" in reply.first_sentence) != expect["leads_with_999"]:
        must = "must" if expect["leads_with_999"] else "must not"
        wrong.append(f"{must} lead with 999: {reply.first_sentence!r}")
    wrong += [f"does not say {words!r}" for words in expect.get("says", ()) if words.lower() not in text]
    wrong += [f"says {words!r}" for words in expect.get("never_says", ()) if words.lower() in text]
    return wrong


@pytest.fixture(scope="module")
def played(server) -> dict[str, list[list[str]]]:
    """Each script's faults, turn by turn."""
    results = {}
    for path in SCRIPTS:
        talk, faults = server.conversation(), []
        for turn in yaml.safe_load(path.read_text(encoding="utf-8"))["turns"]:
            if "button" in turn and len(talk.buttons) <= turn["button"]:
                faults.append(["offers no such button"])
                continue
            reply = talk.press(turn["button"]) if "button" in turn else talk.say(turn["say"])
            assert reply.status == 200, path.name
            assert reply.body["messages"], path.name
            faults.append(_wrong(turn.get("expect") or {}, reply))
        results[path.stem] = faults
    return results


def test_conversations_answer_every_turn(played):
    assert len(played) == len(SCRIPTS) >= 40


def _rate(name: str, hits: int, total: int) -> None:
    print(f"{name}: {hits}/{total}")
    assert hits / total >= THRESHOLDS[name]["at_least"]


def test_conversations_hardly_ever_say_what_must_not_be_said(played, capsys):
    turns = [turn for turns in played.values() for turn in turns]
    clean = sum(not any(fault.startswith("says ") for fault in turn) for turn in turns)
    with capsys.disabled():
        print()
        _rate("conversation turns with nothing said that must not be", clean, len(turns))


def test_conversations_right_turn_by_turn_reach_the_threshold(played, capsys):
    turns = [turn for turns in played.values() for turn in turns]
    with capsys.disabled():
        print()
        for name, faults in played.items():
            for number, fault in enumerate(faults, start=1):
                if fault:
                    print(f"  {name}, turn {number}: {'; '.join(fault)}")
        _rate("conversation turns right", sum(not turn for turn in turns), len(turns))
        _rate("conversations wholly right", sum(not any(turns) for turns in played.values()), len(played))


def test_conversations_with_emergencies_lead_with_999(played, capsys):
    scripts = [yaml.safe_load(path.read_text(encoding="utf-8"))["turns"] for path in SCRIPTS]
    expects = [turn.get("expect") or {} for turns in scripts for turn in turns]
    emergencies = sum(expect.get("leads_with_999") is True for expect in expects)
    calm = sum(expect.get("leads_with_999") is False for expect in expects)
    faults = [fault for turns in played.values() for turn in turns for fault in turn]
    missed = sum(fault.startswith("must lead with 999") for fault in faults)
    false = sum(fault.startswith("must not lead with 999") for fault in faults)
    with capsys.disabled():
        print()
        _rate("conversation emergencies that lead with 999", emergencies - missed, emergencies)
        _rate("calm conversation turns without 999 in front", calm - false, calm)
