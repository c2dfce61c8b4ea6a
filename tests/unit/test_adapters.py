"""The scorecard's way to any assistant, and the typos it is tested with."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.evaluation.adapters import AdapterError, Reply, load_adapter, values_at
from assistant.evaluation.scorecard import Turn
from assistant.evaluation.typos import with_typos

FOLDER = Path(__file__).resolve().parents[1] / "evaluation" / "adapters"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.stem)
def test_load_adapter_with_the_shipped_files_works(path: Path):
    assert load_adapter(path).reply_texts


def test_load_adapter_with_a_missing_field_says_what_is_needed(tmp_path: Path):
    path = tmp_path / "a.yml"
    path.write_text("name: A\n")
    with pytest.raises(AdapterError, match=r"a\.yml: needs `name`, `url`"):
        load_adapter(path)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("messages[].text", ["a", "b"]),
        ("decision.urgency", ["advice"]),
        ("nothing.here", []),
        ("messages[].missing", []),
    ],
)
def test_values_at_a_path_returns_what_stands_there(path: str, found: list):
    data = {"messages": [{"text": "a"}, {"text": "b"}], "decision": {"urgency": "advice"}}
    assert values_at(path, data) == found


def test_values_at_a_list_of_replies_reads_each():
    assert values_at("[].text", [{"text": "a"}, {"image": "b"}]) == ["a"]


@pytest.mark.parametrize(
    ("text", "is_first", "is_decided"),
    [
        ("Call 999 now.", True, True),
        ("If she is gone, call 999 now. Is she with you?", True, False),
        ("I am sorry. In danger call 999.", False, False),
    ],
)
def test_turn_with_999_says_where_it_stands(text: str, is_first: bool, is_decided: bool):
    turn = Turn("x", {}, Reply((text,)))
    assert (turn.is_999_first, turn.is_decided) == (is_first, is_decided)


def test_turn_without_an_urgency_of_its_own_must_name_somebody_to_tell():
    assert Turn("x", {}, Reply(("You can tell Childline.",))).is_urgent_or_above
    assert not Turn("x", {}, Reply(("That sounds hard.",))).is_urgent_or_above
    assert not Turn("x", {}, Reply(("In danger call 999.",), urgency="advice")).is_urgent_or_above


def test_with_typos_changes_about_a_third_of_the_words_the_same_way_each_time():
    text = "she went to meet somebody from the internet after school today"
    rough = with_typos(text, "a", neighbours={"e": ["w", "r"]}, misspellings={"school": ["scool"]})
    changed = sum(a != b for a, b in zip(text.split(), rough.split(), strict=True))
    assert 2 <= changed <= 4
    assert rough == with_typos(text, "a", neighbours={"e": ["w", "r"]}, misspellings={"school": ["scool"]})
