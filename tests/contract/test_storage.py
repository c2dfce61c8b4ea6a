"""The conversation store: keeps, forgets one, forgets the old."""

from __future__ import annotations

import sqlite3
import time

import pytest

pytestmark = pytest.mark.rasa
pytest.importorskip("rasa")

from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.events import UserUttered  # noqa: E402
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402
from rasa.shared.exceptions import RasaException  # noqa: E402

from assistant.storage import HarbourTrackerStore  # noqa: E402


@pytest.fixture
def store(tmp_path) -> HarbourTrackerStore:
    return HarbourTrackerStore(Domain.empty(), host=str(tmp_path / "new" / "conversations.db"))


async def keep(store: HarbourTrackerStore, sender: str, text: str, when: float | None = None) -> None:
    event = UserUttered(text, timestamp=when or time.time())
    await store.save(DialogueStateTracker.from_events(sender, [event], domain=Domain.empty()))


async def test_store_after_a_restart_still_has_the_conversation(store, tmp_path):
    await keep(store, "a", "hello")
    again = HarbourTrackerStore(Domain.empty(), host=str(tmp_path / "new" / "conversations.db"))
    tracker = await again.retrieve("a")
    assert tracker.latest_message.text == "hello"


async def test_store_forgets_one_conversation_and_keeps_the_others(store):
    await keep(store, "a", "hello")
    await keep(store, "b", "hello too")
    assert store.forget("a") == 1
    assert await store.retrieve("a") is None
    assert await store.retrieve("b") is not None


async def test_store_forgets_what_is_older_than_a_moved_clock(store):
    now = time.time()
    await keep(store, "old", "a day ago", now - 25 * 3600)
    await keep(store, "new", "just now", now)
    assert store.forget_older_than(now - 24 * 3600) == 1
    assert await store.retrieve("old") is None
    assert await store.retrieve("new") is not None


async def test_store_leaves_no_forgotten_words_in_its_files(store, tmp_path):
    await keep(store, "a", "marker-phrase-4711")
    store.forget("a")
    store.engine.dispose()
    connection = sqlite3.connect(tmp_path / "new" / "conversations.db")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    for path in (tmp_path / "new").iterdir():
        assert b"marker-phrase-4711" not in path.read_bytes(), path.name


def test_store_without_a_path_says_what_is_missing():
    with pytest.raises(RasaException, match="needs `url`"):
        HarbourTrackerStore(Domain.empty(), host=None)
