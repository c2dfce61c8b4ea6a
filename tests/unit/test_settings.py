from __future__ import annotations

import re
from dataclasses import fields

import pytest

from assistant.settings import Settings, SettingsError, load_settings


def test_load_settings_with_nothing_set_gives_the_defaults():
    assert load_settings({}) == Settings()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "eighty", "PORT"),
        ("PORT", "70000", "from 1 to 65535"),
        ("FORCE", "atlantis", "known force"),
        ("FORCE", "../secrets", "known force"),
        ("WATCHDOG_SECONDS", "-1", "WATCHDOG_SECONDS"),
        ("RATE_LIMIT", "often", "RATE_LIMIT"),
        ("SESSION_SECRET", "short", "at least 32"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL"),
    ],
)
def test_load_settings_with_a_wrong_value_names_it_and_what_is_right(name: str, value: str, words: str):
    with pytest.raises(SettingsError, match=re.escape(words)):
        load_settings({name: value})


def test_load_settings_with_one_port_for_both_fails():
    with pytest.raises(SettingsError, match="two different ports"):
        load_settings({"PORT": "5055"})


def test_load_settings_with_action_limit_above_watchdog_fails():
    with pytest.raises(SettingsError, match="must be smaller"):
        load_settings({"WATCHDOG_SECONDS": "2", "ACTION_SECONDS": "3"})


def test_load_settings_with_rate_limit_off_switches_both_limits_off():
    settings = load_settings({"RATE_LIMIT": "off"})
    assert settings.rate_limit is None
    assert settings.rate_limit_per_address is None


def test_settings_shown_in_a_log_do_not_show_the_secret():
    assert "x" * 40 not in repr(load_settings({"SESSION_SECRET": "x" * 40}))


def test_settings_are_all_documented(root):
    documented = (root / "docs" / "settings.md").read_text(encoding="utf-8")
    missing = [field.name.upper() for field in fields(Settings) if f"`{field.name.upper()}`" not in documented]
    assert missing == []
