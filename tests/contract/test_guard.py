"""The one guarded way in, with every kind of failure behind it."""

from __future__ import annotations

import asyncio
import gc

import pytest

pytestmark = pytest.mark.rasa
pytest.importorskip("rasa")

from assistant.channels.guard import Guard, Incoming  # noqa: E402
from assistant.channels.limits import RateLimits  # noqa: E402
from assistant.channels.sessions import Sessions, load_or_make_secret  # noqa: E402
from assistant.safety.alarm import Alarm  # noqa: E402
from assistant.safety.assess import Assessor  # noqa: E402

EMERGENCY = "hes outside our house now"
QUESTION = "how do i set up the tablet"


@pytest.fixture
def make_guard(rules, book, emergencies):
    def make(*, assessor=None, limit=None, watchdog=0.3) -> Guard:
        return Guard(
            assessor=assessor or Assessor(rules),
            book=book,
            emergencies=emergencies,
            limits=RateLimits(per_session=limit, per_address=limit),
            watchdog_seconds=watchdog,
            emergency_watchdog_seconds=watchdog / 2,
        )

    return make


def incoming(text: str | None = None, *, button: str | None = None, **kwargs) -> Incoming:
    return Incoming("web", "conversation", "address", text=text, button=button, **kwargs)


async def silent(message):
    return None


async def failing(message):
    raise RuntimeError(f"cannot handle {message.text}")


async def hanging(message):
    await asyncio.sleep(30)


async def answering(message):
    payload = {
        "answer": "grooming/what_to_do",
        "messages": [{"kind": "answer", "text": "Some advice.", "buttons": [], "links": [], "sources": []}],
        "decision": {"topic": "grooming", "aspect": "what_to_do", "platform": None, "age_band": None},
    }
    await message.output_channel.send_custom_json(message.sender_id, payload)


BROKEN = [silent, failing, hanging]


@pytest.mark.parametrize("rasa", BROKEN, ids=lambda rasa: rasa.__name__)
async def test_guard_with_rasa_broken_answers_an_emergency_with_999_first(make_guard, rasa):
    outgoing = await make_guard().answer(incoming(EMERGENCY), rasa)
    assert outgoing.messages[0].kind == "emergency"
    assert outgoing.messages[0].text.startswith("Call 999")
    assert outgoing.decision["urgency"] == "emergency"
    assert any(reason.startswith("watchdog:") for reason in outgoing.decision["reasons"])


@pytest.mark.parametrize("rasa", BROKEN, ids=lambda rasa: rasa.__name__)
async def test_guard_with_rasa_broken_apologises_with_contacts(make_guard, rasa):
    outgoing = await make_guard().answer(incoming(QUESTION), rasa)
    text = outgoing.messages[0].text
    assert "sorry" in text
    for contact in ("999", "101", "CEOP", "NSPCC", "Childline"):
        assert contact in text


async def test_guard_with_a_slow_rasa_answers_within_its_limit(make_guard):
    started = asyncio.get_running_loop().time()
    await make_guard(watchdog=0.2).answer(incoming(QUESTION), hanging)
    assert asyncio.get_running_loop().time() - started < 1


async def test_guard_with_a_late_rasa_lets_the_turn_finish(make_guard):
    finished = asyncio.Event()

    async def late(message):
        await asyncio.sleep(0.4)
        finished.set()

    await make_guard(watchdog=0.1).answer(incoming(QUESTION), late)
    await asyncio.wait_for(finished.wait(), 2)


async def test_guard_with_a_rasa_that_overlooks_an_emergency_puts_999_first(make_guard):
    outgoing = await make_guard().answer(incoming(EMERGENCY), answering)
    assert outgoing.messages[0].kind == "emergency"
    assert "Some advice." not in [message.text for message in outgoing.messages]


async def test_guard_with_triage_itself_broken_leads_with_999_and_asks(make_guard):
    class Broken:
        def assess(self, text):
            raise ValueError("no")

    outgoing = await make_guard(assessor=Broken()).answer(incoming(QUESTION), answering)
    assert outgoing.messages[0].text.startswith("If anyone is in danger right now")


async def test_guard_over_the_limit_still_answers_an_emergency(make_guard):
    guard = make_guard(limit=1)
    await guard.answer(incoming(QUESTION), answering)
    refused = await guard.answer(incoming(QUESTION), answering)
    assert refused.is_over_limit
    assert "999" in refused.messages[0].text
    urgent = await guard.answer(incoming(EMERGENCY), answering)
    assert not urgent.is_over_limit
    assert urgent.messages[0].text.startswith("Call 999")


async def test_guard_hands_rasa_masked_text_only(make_guard):
    seen = []

    async def note(message):
        seen.append(message.text)

    await make_guard().answer(incoming("my number is 07700 900123, how do i set up the tablet"), note)
    assert seen == ["my number is [phone number], how do i set up the tablet"]


@pytest.mark.parametrize(
    "typed", ["/restart", " /restart", "//restart", "/greet@1 hello", '/ask_explain{"topic":"grooming"}', "/ /back"]
)
async def test_guard_with_a_typed_command_takes_the_slash_away(make_guard, typed: str):
    seen = []

    async def note(message):
        seen.append(message.text)

    await make_guard().answer(incoming(typed), note)
    assert seen
    assert not seen[0].startswith("/")


@pytest.mark.parametrize("text", ["", "   ", "...", "\u200b", "\x00"])
async def test_guard_with_an_empty_message_asks_for_words(make_guard, text: str):
    outgoing = await make_guard().answer(incoming(text), failing)
    assert outgoing.decision["answer"] == "wording/empty_message"


async def test_guard_with_a_button_hands_rasa_its_payload(make_guard):
    seen = []

    async def note(message):
        seen.append(message.text)

    await make_guard().answer(incoming(button="ask.how_to_report.grooming"), note)
    assert seen == ['/ask_how_to_report{"aspect": "how_to_report", "topic": "grooming"}']


@pytest.mark.parametrize("button", ["", "nonsense", "ask.how_to_report.nothing", "/restart", "x" * 10_000])
async def test_guard_with_an_unknown_button_offers_others(make_guard, button: str):
    outgoing = await make_guard().answer(incoming(button=button), failing)
    assert outgoing.decision["answer"] == "wording/old_button"
    assert outgoing.messages[0].buttons


async def test_guard_with_a_huge_message_reads_both_ends(make_guard):
    text = "how do i set up the tablet " * 60_000 + " hes outside our house now"
    outgoing = await make_guard().answer(incoming(text), answering)
    assert outgoing.messages[0].kind == "emergency"
    assert outgoing.messages[-1].text.startswith("That was long")


async def test_guard_remembers_that_a_child_is_writing(make_guard):
    outgoing = await make_guard().answer(incoming(EMERGENCY, known_speaker="child"), silent)
    assert "Do not open the door." in outgoing.messages[0].text
    assert outgoing.decision["speaker"] == "child"


MEETING = Alarm("meeting", "asked")


async def test_guard_with_an_emergency_gives_an_alarm_to_keep(make_guard):
    outgoing = await make_guard().answer(incoming(EMERGENCY), silent)
    assert outgoing.alarm == Alarm("offender_near", "decided")


async def test_guard_with_no_to_its_question_says_call_999_now(make_guard):
    outgoing = await make_guard().answer(incoming("no", alarm=MEETING), answering)
    assert outgoing.messages[0].text.startswith("Call 999 now")
    assert outgoing.decision["urgency"] == "emergency"


async def test_guard_with_the_button_no_does_as_with_the_word(make_guard):
    outgoing = await make_guard().answer(incoming(button="answer.no", alarm=MEETING), answering)
    assert outgoing.messages[0].text.startswith("Call 999 now")


async def test_guard_with_good_news_is_glad_and_keeps_999_in_sight(make_guard):
    outgoing = await make_guard().answer(incoming("shes home safe now", alarm=MEETING), answering)
    assert outgoing.messages[0].text.startswith("I am so glad")
    assert "999" in outgoing.messages[0].text
    assert outgoing.decision["urgency"] == "urgent"
    assert outgoing.alarm is not None
    assert outgoing.alarm.is_over


async def test_guard_with_a_question_in_the_middle_of_it_answers_under_999(make_guard):
    alarm = Alarm("meeting", "decided")
    outgoing = await make_guard().answer(incoming("should i delete the chat they had", alarm=alarm), answering)
    assert "999" in outgoing.messages[0].text
    assert outgoing.messages[1].text == "Some advice."


async def test_guard_after_an_emergency_ends_answers_with_999(make_guard):
    over = Alarm("meeting", "decided", turns=1, is_over=True)
    outgoing = await make_guard().answer(incoming(QUESTION, alarm=over), answering)
    assert outgoing.messages[0].text == "Some advice."
    assert "999" in outgoing.messages[-1].text


async def test_guard_without_an_emergency_does_not_speak_of_999(make_guard):
    outgoing = await make_guard().answer(incoming(QUESTION), answering)
    assert [message.text for message in outgoing.messages] == ["Some advice."]


async def test_guard_with_a_picture_offered_explains_the_trap_first(make_guard):
    outgoing = await make_guard().answer(incoming("shall I screenshot the nudes as proof"), answering)
    assert "do not send, copy, screenshot or forward" in outgoing.messages[0].text
    assert outgoing.messages[1].text == "Some advice."


async def test_guard_with_a_picture_offered_in_an_emergency_puts_999_before_it(make_guard):
    text = "hes outside our house now, can i send you the photo of him"
    outgoing = await make_guard().answer(incoming(text), silent)
    assert "999" in outgoing.messages[0].text
    assert any("do not send, copy" in message.text for message in outgoing.messages[1:])


async def test_guard_with_danger_in_the_middle_of_a_long_message_sees_it(make_guard):
    filler = "we had our tea and went for a walk by the lake. " * 50
    outgoing = await make_guard().answer(incoming(f"{filler} {EMERGENCY}. {filler}"), silent)
    assert "999" in outgoing.messages[0].text.split("\n")[0]


async def test_guard_writes_one_event_without_the_words(make_guard, caplog):
    with caplog.at_level("INFO", logger="assistant.events"):
        await make_guard().answer(incoming("marker-phrase-4711 how do i set up the tablet"), failing)
    assert "marker-phrase-4711" not in caplog.text
    assert caplog.text.count("event=turn") == 1


def test_limits_keep_counting_after_garbage_collection():
    limits = RateLimits(per_session=2, per_address=None)
    gc.collect()
    assert [limits.allow("s", "a") for _ in range(3)] == [True, True, False]


def test_sessions_accept_their_own_token_and_no_other():
    sessions = Sessions("k" * 40, lifetime_minutes=30)
    first = sessions.open(None)
    assert first.is_new
    again = sessions.open(sessions.token(first, "child"))
    assert (again.conversation, again.speaker, again.is_new) == (first.conversation, "child", False)
    other = Sessions("z" * 40, lifetime_minutes=30).token(first)
    for wrong in (other, "", "x", 7, None, ["a"], "a" * 10_000, sessions.token(first)[:-2]):
        assert sessions.open(wrong).is_new


def test_sessions_carry_the_speaker_and_the_alarm():
    sessions = Sessions("secret", lifetime_minutes=30)
    alarm = Alarm("suicide", "decided", turns=2, is_over=True)
    opened = sessions.open(sessions.token(sessions.open(None), "child", alarm))
    assert (opened.speaker, opened.alarm) == ("child", alarm)


def test_sessions_with_an_old_token_start_anew(monkeypatch):
    import time

    sessions = Sessions("k" * 40, lifetime_minutes=30)
    token = sessions.token(sessions.open(None))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 31 * 60)
    assert sessions.open(token).is_new


def test_session_secret_is_made_once_and_readable_by_the_owner_only(tmp_path):
    first = load_or_make_secret(tmp_path / "var")
    assert load_or_make_secret(tmp_path / "var") == first
    assert (tmp_path / "var" / "session.key").stat().st_mode & 0o777 == 0o600


def test_sessions_key_of_an_address_does_not_contain_it():
    assert "192.0.2.7" not in Sessions("k" * 40, lifetime_minutes=30).key_of("192.0.2.7")
