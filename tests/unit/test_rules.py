from __future__ import annotations

from pathlib import Path

import pytest

from assistant.knowledge.vocabulary import EMERGENCY_KINDS
from assistant.safety.rules import RulesError, load_rules
from assistant.text import for_matching

_RULES = load_rules(Path(__file__).resolve().parents[2] / "data" / "safety" / "rules.yml", kinds=EMERGENCY_KINDS)
_THINGS = [*_RULES.rules, *_RULES.all_cues]


@pytest.mark.parametrize(
    ("thing", "message"), [pytest.param(t, m, id=f"{t.id}: {m[:40]}") for t in _THINGS for m in t.match]
)
def test_rule_with_a_must_match_message_matches(thing, message: str):
    assert thing.matches(for_matching(message))


@pytest.mark.parametrize(
    ("thing", "message"), [pytest.param(t, m, id=f"{t.id}: {m[:40]}") for t in _THINGS for m in t.not_match]
)
def test_rule_with_a_must_not_match_message_does_not(thing, message: str):
    assert not thing.matches(for_matching(message))


def test_rules_cover_every_kind_of_emergency():
    covered = {rule.kind for rule in _RULES.rules if rule.level in ("emergency", "possible")}
    assert covered == set(EMERGENCY_KINDS)


def test_rules_with_a_huge_message_stay_fast():
    import time

    message = "she went to the shop and then he said he was going out with them " * 60
    started = time.perf_counter()
    _RULES.matching(message)
    assert time.perf_counter() - started < 1


_GOOD = """
words: {who: "she|he"}
safety_rules:
  - {id: a, kind: missing, level: emergency, reason: r, any: ["{who} gone"], match: [x, y, z], not_match: [x, y, z]}
calm:
  - {id: c, any: ["film"], match: [x, y, z], not_match: [x, y, z]}
"""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("level: emergency", "level: terrible"), "`level` must be"),
        (("kind: missing", "kind: bored"), "`kind` must be"),
        (("reason: r, ", ""), "needs a `reason`"),
        (("{who} gone", "{nobody} gone"), "not under `words`"),
        (("{who} gone", "(gone"), "not valid"),
        (("match: [x, y, z], not", "match: [x, y], not"), "at least 3"),
        (("calm:", "quiet:"), "needs `words`"),
    ],
)
def test_load_rules_with_a_fault_says_which_and_where(tmp_path: Path, change: tuple[str, str], words: str):
    path = tmp_path / "rules.yml"
    path.write_text(_GOOD.replace(*change))
    with pytest.raises(RulesError, match=words):
        load_rules(path, kinds=EMERGENCY_KINDS)


def test_load_rules_without_a_file_stops_the_start(tmp_path: Path):
    with pytest.raises(RulesError, match="cannot be read"):
        load_rules(tmp_path / "none.yml", kinds=EMERGENCY_KINDS)
