"""`rasa data validate`, as strictly as it can be made to work, and nothing it says overlooked."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.rasa

ROOT = Path(__file__).resolve().parents[2]
# What it must say, as it cannot know better: the safety policy uses the emergency replies, and software
# sets these intents.
EXPECTED = (
    re.compile(r"The utterance 'utter_emergency_\w+' is not used in any story or rule"),
    re.compile(
        r"The intent '(ask_about_unit|nlu_fallback|signal_emergency|take_session_question|follow_guide)' is listed in the domain file, but"
    ),
    # Of Rasa's own libraries, not of our data.
    re.compile(r"Slot auto-fill has been removed"),
)


def test_rasa_data_validate_has_nothing_to_say_but_what_is_expected():
    command = [
        sys.executable, "-m", "rasa", "data", "validate", "--fail-on-warnings",
        "--domain", "domain.yml", "--data", "data/nlu", "data/rules", "data/responses",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-2000:]
    assert "No story structure conflicts found" in said
    warnings = re.findall(r"(?:UserWarning|ERROR).*", said)
    unexpected = [line for line in warnings if not any(pattern.search(line) for pattern in EXPECTED)]
    assert unexpected == []
