"""Bad input gets a clear answer or a clear error, and the conversation goes on."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytestmark = pytest.mark.server

MESSAGE = "/webhooks/web/message"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"

# Of every kind that the Big List of Naughty Strings holds; the list itself is used where it is at hand.
NAUGHTY = [
    "", "undefined", "null", "NULL", "(null)", "nil", "NaN", "Infinity", "0x0", "-1", "1/0", "1E+02", "999999999999999999",
    "true", "\\", "\\\\", "'", "\"", "''''\"", "<foo val=`bar' />", ",./;'[]\\-=", "<>?:\"{}|_+", "!@#$%^&*()`~",
    "\u0001\u0002\u0003", "\u0080\u0081", "\u00ad\u0600", "\ufeff", "\ufffe", "\u03a9\u2248\u00e7", "\u0378", "\u2070",
    "\u0e14\u0e49\u0e49\u0e49", "\u7530\u4e2d\u3055\u3093", "\ud83d\ude0d", "\ud83c\uddec\ud83c\udde7", "\ufdfd",
    "\u202atest\u202a", "\u2066test\u2067", "Z\u0351\u036b\u0343\u036a", "T\u0315h\u0331e\u0316", "\u02d9\u0250nb\u1d09l\u0250",
    "\uff34\uff48\uff45", "<script>alert(1)</script>", "javascript:alert(1)", "<img src=x onerror=alert(1)>",
    "1;DROP TABLE users", "' OR 1=1 -- 1", "%s%s%s", "%x('ls -al /')", "$HOME", "$ENV{'HOME'}", "{0}", "{{7*7}}",
    "../../../etc/passwd%00", "() { 0; }; touch x", "<?xml version=\"1.0\"?>", "A:\\", "CON", "DCC SEND STARTKEYLOGGER",
    "Roses are \u001b[0;31mred", "\ud800", "\U0010ffff", "a" * 4000,
]  # fmt: skip


def _answer_all(server, strings: list[str]) -> list[str]:
    """Check that each string gets an ordinary reply; return those answered with 999 in front."""
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda text: server.post(text=text), strings))
    for text, reply in zip(strings, replies, strict=True):
        assert reply.status == 200, text
        assert reply.body["messages"], text
        assert "<script" not in reply.text, text
    return [text for text, reply in zip(strings, replies, strict=True) if "999" in reply.first_sentence]


def test_every_naughty_string_gets_an_ordinary_reply(server):
    assert _answer_all(server, NAUGHTY) == []


def test_the_big_list_of_naughty_strings_gets_ordinary_replies(server):
    path = SHARED / "naughty_strings.json"
    if not path.is_file():
        pytest.skip("the shared data is not on this machine")
    alarmed = _answer_all(server, json.loads(path.read_text(encoding="utf-8")))
    # Two lines are sentences about somebody in a coma and somebody waiting behind a wall.
    assert len(alarmed) <= 3, alarmed


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "must be JSON"),
        (b"hello", "must be JSON"),
        (b"\xff\xfe", "must be JSON"),
        (b"[" * 10_000, "must be JSON"),
        (b"[]", "must be a JSON object"),
        (b'"text"', "must be a JSON object"),
        (b"{}", "either `text` or `button`"),
        (b'{"text": 7}', "`text` must be a string"),
        (b'{"text": ["a"]}', "`text` must be a string"),
        (b'{"button": {}}', "`button` must be a string"),
        (b'{"text": "a", "button": "b"}', "either `text` or `button`"),
        (b'{"text": "a", "id": 5}', "`id` must be"),
        (b'{"text": "a", "id": ""}', "`id` must be"),
        (b'{"text": "a", "session": {}}', "`session` must be"),
        (b'{"text": "a", "profile": 1}', "`profile` must be"),
    ],
)
def test_body_that_is_not_as_described_gets_a_clear_error(server, body: bytes, words: str):
    reply = server.request(MESSAGE, body)
    assert reply.status == 400
    assert words in reply.body["error"]


def test_message_of_a_megabyte_is_answered_and_says_that_it_was_long(server):
    reply = server.post(text="my son plays roblox all day " * 40_000)
    assert reply.status == 200
    assert "beginning and the end" in reply.text


def test_emergency_at_the_end_of_a_megabyte_is_seen(server):
    reply = server.post(text="my son plays roblox all day " * 40_000 + "hes outside our house now")
    assert "999" in reply.first_sentence


def test_body_of_ten_megabytes_is_refused_with_contacts(server):
    reply = server.request(MESSAGE, b'{"text": "' + b"a" * 10_000_000 + b'"}')
    assert reply.status == 413
    assert "101" in reply.text


def test_null_bytes_in_a_message_are_harmless(server):
    assert server.post(text="how do I \x00 block someone on \x00 snapchat").body["decision"]["platform"] == "snapchat"


@pytest.mark.parametrize(
    "typed",
    [
        "/restart",
        "/back",
        "/session_start",
        '/ask_how_to_report{"topic":"sextortion"}',
        "/signal_emergency",
        "/greet@1.0 hi",
    ],
)
def test_typed_command_is_text_and_the_conversation_goes_on(server, typed: str):
    talk = server.conversation()
    talk.say("someone is blackmailing my son with a picture, he is 15")
    assert talk.say(typed).body["messages"]
    after = talk.say("is it illegal")
    assert after.body["decision"]["topic"] == "sextortion"


@pytest.mark.parametrize("session", ["", "forged", "eyJjIjoiYSJ9.x.y", "a" * 5000])
def test_wrong_session_starts_a_new_one_and_is_answered(server, session: str):
    reply = server.post(session=session, text="how do I set up an iphone for my child")
    assert reply.status == 200
    assert reply.body["session"] != session


def test_same_id_twice_gets_the_same_reply_and_adds_no_turn(server):
    talk = server.conversation()
    talk.say("hello")
    first = talk.server.post(session=talk.session, text="he keeps messaging my daughter", id="m-1")
    second = talk.server.post(session=talk.session, text="he keeps messaging my daughter", id="m-1")
    assert first.body == second.body


def test_same_id_at_once_is_answered_once(server):
    talk = server.conversation()
    talk.say("hello")
    with ThreadPoolExecutor(8) as pool:
        bodies = list(
            pool.map(lambda _: server.post(session=talk.session, text="grooming signs?", id="m-2").body, range(8))
        )
    assert all(body == bodies[0] for body in bodies)


def test_first_message_sent_twice_opens_one_conversation(server):
    first = server.post(text="is roblox safe", id="first-message-1")
    assert server.post(text="is roblox safe", id="first-message-1").body == first.body
    assert server.post(text="is tiktok safe", id="first-message-1").body["session"] != first.body["session"]


def test_unknown_button_offers_others(server):
    reply = server.post(button="ask.nothing.here")
    assert reply.status == 200
    assert reply.body["messages"][0]["buttons"]


@pytest.mark.parametrize(
    "path", ["/version", "/status", "/model", "/conversations/x/tracker", "/webhooks/rest/webhook", "/domain"]
)
def test_addresses_of_rasas_own_server_do_not_exist(server, path: str):
    reply = server.request(path, method="GET")
    assert reply.status == 404
    assert "rasa" not in json.dumps(reply.body).lower()


def test_no_reply_tells_what_it_is_made_with(server):
    for path in ("/", "/nothing", "/webhooks/web/health"):
        reply = server.request(path, method="GET")
        seen = (str(reply.headers) + str(reply.body)).lower()
        assert "rasa" not in seen
        assert "sanic" not in seen


def test_every_reply_carries_the_security_headers(server):
    headers = server.post(text="hello").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_deleted_session_is_gone_from_the_store(server):
    import sqlite3

    talk = server.conversation()
    talk.say("my daughter was contacted by a stranger on snapchat")
    database = server.folder / "var" / "conversations.db"

    def conversations() -> int:
        with sqlite3.connect(database) as connection:
            return connection.execute("select count(distinct sender_id) from events").fetchone()[0]

    before = conversations()
    reply = server.request("/webhooks/web/session", json.dumps({"session": talk.session}).encode(), "DELETE")
    assert reply.status == 204
    assert conversations() == before - 1


@pytest.mark.parametrize("body", [b"", b"{}", b'{"session": "forged"}', b'{"session": 5}'])
def test_deleting_an_unknown_session_is_fine(server, body: bytes):
    assert server.request("/webhooks/web/session", body, "DELETE").status == 204


def test_deleting_with_a_broken_body_gets_a_clear_error(server):
    assert server.request("/webhooks/web/session", b"[1", "DELETE").status == 400


def test_marker_phrase_stands_in_no_log(server):
    server.post(text="marker-phrase-4711 how do i block someone on snapchat")
    server.post(text="hes outside our house now marker-phrase-4711")
    server.request(MESSAGE, b'{"text": "marker-phrase-4711", "id": 7}')
    assert "marker-phrase-4711" not in server.log


def test_personal_details_are_masked_in_the_store(server):
    server.post(text="ring me on 07700 900123 or mail anna.b@example.co.uk about grooming on snapchat")
    stored = b"".join(path.read_bytes() for path in (server.folder / "var").iterdir())
    assert b"07700 900123" not in stored
    assert b"anna.b@example" not in stored
    assert b"[phone number]" in stored
