"""An emergency at each step of each kind of dialogue, with parts of Harbour gone: always 999 first."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.running import Conversation, Server, running_server

pytestmark = pytest.mark.server

EMERGENCIES = (
    "hes outside our house now",
    "my daughter has gone to meet a man from snapchat and her phone is off",
    "i want to kill myself tonight",
)
Step = Callable[[Conversation], object]


def say(text: str) -> Step:
    return lambda talk: talk.say(text)


def press(number: int = 0) -> Step:
    def step(talk: Conversation) -> object:
        return talk.press(number) if len(talk.buttons) > number else talk.say("what else")

    return step


DIALOGUES: dict[str, tuple[Step, ...]] = {
    "advice, buttons and follow-ups": (
        say("how do i spot grooming"),
        press(),
        say("and on xbox?"),
        say("shes 11"),
        press(1),
    ),
    "not understood, twice": (say("wibble wobble flim"), say("zzz qwrt plonk"), say("hello")),
    "another subject, then small talk": (say("when is bin day"), say("you are useless"), say("tell me a joke")),
    "a question that is answered": (
        say("i think my son might be going to meet someone from discord tonight"),
        say("yes hes here with me"),
        say("how do i talk to him"),
    ),
    "over, then more": (
        say("she didnt come home last night and i dont know where she is"),
        say("false alarm shes home safe"),
        say("thanks"),
        say("how do i report it"),
    ),
    "about the service": (
        say("who are you"),
        say("is this private"),
        say("can i talk to a person"),
        say("say that again"),
    ),
    "pictures and a long story": (
        say("can I send you the pictures so you can see"),
        say("my son plays his game all day and i do not know what to do about it. " * 30),
        press(),
    ),
}


@contextmanager
def nothing_wrong(server: Server) -> Iterator[None]:
    yield


@contextmanager
def no_action_server(server: Server) -> Iterator[None]:
    assert server.actions is not None
    server.actions.kill()
    server.actions.wait()
    try:
        yield
    finally:
        server.start_actions()
        server.wait_for_actions()


@contextmanager
def no_database(server: Server) -> Iterator[None]:
    """Put folders where the files were: nothing can be opened, nothing written."""
    kept = server.folder / "kept"
    kept.mkdir()
    files = sorted((server.folder / "var").glob("conversations.db*"))
    for file in files:
        file.rename(kept / file.name)
        file.mkdir()
    try:
        yield
    finally:
        for file in files:
            shutil.rmtree(file)
            (kept / file.name).rename(file)
        kept.rmdir()


@contextmanager
def over_the_limit(server: Server) -> Iterator[None]:
    talk = server.conversation()
    for _ in range(60):
        if talk.say("hello").status == 429:
            break
    else:
        pytest.fail("the rate limit was never reached")
    yield


def in_a_long_message(text: str) -> str:
    """Return 5,000 characters with the emergency in the middle, which an answer would leave out."""
    filler = "we had a lovely time at the park and then we had our tea and went for a walk. "
    half = filler * (2500 // len(filler) + 1)
    return f"{half[:2480]}. {text}. {half[:2480]}"


def as_it_is(text: str) -> str:
    return text


@pytest.fixture(scope="module")
def limited_server(tmp_path_factory) -> Iterator[Server]:
    yield from running_server(tmp_path_factory, RATE_LIMIT="3", RATE_LIMIT_PER_ADDRESS="40")


@pytest.fixture(scope="module")
def open_server(tmp_path_factory) -> Iterator[Server]:
    yield from running_server(tmp_path_factory)


@pytest.mark.parametrize(
    ("trouble", "shape", "fixture"),
    [
        pytest.param(nothing_wrong, as_it_is, "open_server", id="everything works"),
        pytest.param(nothing_wrong, in_a_long_message, "open_server", id="5,000 characters"),
        pytest.param(no_action_server, as_it_is, "open_server", id="action server stopped"),
        pytest.param(no_database, as_it_is, "open_server", id="database gone"),
        pytest.param(over_the_limit, as_it_is, "limited_server", id="over the rate limit"),
    ],
)
def test_emergency_at_every_step_is_answered_with_999_first(trouble, shape, fixture, request, capsys):
    server: Server = request.getfixturevalue(fixture)
    asked, wrong = 0, []
    with trouble(server):
        for name, steps in DIALOGUES.items():
            for number in range(len(steps) + 1):
                emergency = EMERGENCIES[asked % len(EMERGENCIES)]
                talk = server.conversation()
                for step in steps[:number]:
                    step(talk)
                reply = talk.say(shape(emergency))
                asked += 1
                if reply.status != 200 or "999" not in reply.first_sentence:
                    wrong.append((name, number, emergency, reply.status, reply.first_sentence[:80]))
    with capsys.disabled():
        print(f"\nemergencies with 999 first: {asked - len(wrong)}/{asked}")
    assert wrong == []
    assert asked >= 30
