"""Who may import whom. Cores import no Rasa and no Sanic; adapters are thin; actions never import rasa."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FRAMEWORKS = {"rasa", "rasa_sdk", "sanic"}
# For each part: what of ours it may import, and which frameworks.
TABLE: dict[str, tuple[set[str], set[str]]] = {
    "assistant.text": (set(), set()),
    "assistant.settings": (set(), set()),
    "assistant.event_log": (set(), set()),
    "assistant.learning": ({"text"}, set()),
    "assistant.safety": ({"text", "learning"}, set()),
    "assistant.understanding": ({"text", "learning"}, set()),
    "assistant.knowledge": ({"text", "safety"}, set()),
    "assistant.privacy": ({"text"}, set()),
    "assistant.evaluation": ({"settings", "text"}, set()),
    "assistant.session_questions": (set(), set()),
    "assistant.preview": ({"knowledge"}, set()),
    "assistant.explain": ({"runtime", "knowledge", "learning", "privacy", "text", "understanding"}, set()),
    "assistant.runtime": (
        {"settings", "text", "learning", "safety", "understanding", "knowledge", "session_questions"},
        set(),
    ),
    "assistant.storage": (set(), {"rasa"}),
    "assistant.rasa_components": ({"runtime", "text", "learning", "safety", "understanding", "knowledge"}, {"rasa"}),
    "assistant.channels": (
        {
            "runtime",
            "settings",
            "text",
            "safety",
            "understanding",
            "knowledge",
            "privacy",
            "storage",
            "rasa_components",
            "preview",
        },
        {"rasa", "sanic"},
    ),
    "assistant.training": ({"runtime", "settings", "learning", "safety", "knowledge", "rasa_components"}, {"rasa"}),
    "assistant.supervisor": ({"settings"}, set()),
    "assistant.cli": (
        {
            "runtime",
            "settings",
            "supervisor",
            "training",
            "channels",
            "event_log",
            "knowledge",
            "evaluation",
            "learning",
            "preview",
            "explain",
        },
        {"rasa_sdk"},
    ),
    "actions": ({"runtime", "knowledge", "understanding"}, {"rasa_sdk"}),
}
# The checks of knowledge look at the rules of triage too; the rest of it must not know them.
EXCEPTIONS = {
    ("assistant/knowledge/checks/__init__.py", "safety"),
    ("assistant/knowledge/checks/recognition.py", "safety"),
}


def _part_of(path: Path) -> str | None:
    parts = path.relative_to(ROOT).with_suffix("").parts
    if parts[0] == "actions":
        return "actions"
    if len(parts) == 2 and parts[1] in ("__init__", "__main__"):
        return None
    return ".".join(parts[:2])


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            base = node.module
            found |= {f"{base}.{alias.name}" for alias in node.names} if base == "assistant" else {base}
    return found


FILES = [
    path for folder in ("assistant", "actions") for path in sorted((ROOT / folder).rglob("*.py")) if _part_of(path)
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_imports_only_what_the_table_allows(path: Path):
    part = _part_of(path)
    own, frameworks = TABLE[str(part)]
    name = str(path.relative_to(ROOT))
    for module in _imports(path):
        top = module.split(".")[0]
        if top in FRAMEWORKS:
            assert top in frameworks, f"{name} imports {module}"
        if top == "assistant" and not module.startswith(str(part)):
            used = module.split(".")[1]
            if used == "safety" and part == "assistant.knowledge":
                assert (name, used) in EXCEPTIONS, f"{name} imports {module}"
            assert used in own, f"{name} imports {module}"
        if top == "actions":
            assert part == "actions", f"{name} imports {module}"


def test_table_has_every_part_and_no_other():
    assert {_part_of(path) for path in FILES} == set(TABLE)


def test_only_settings_reads_the_environment():
    readers = [
        str(path.relative_to(ROOT))
        for path in FILES
        if any(words in path.read_text(encoding="utf-8") for words in ("os.environ", "os.getenv"))
    ]
    # The others hand the environment on to processes and libraries they start; they read nothing from it.
    assert sorted(readers) == [
        "assistant/channels/app.py",
        "assistant/cli.py",
        "assistant/evaluation/command.py",
        "assistant/settings.py",
    ]


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("import assistant.safety.rules, assistant.knowledge.answers, assistant.privacy.masking", "tensorflow"),
        ("import assistant.safety.assess, assistant.learning.encoder", "rasa"),
        ("import actions.advise, actions.about, actions.escalate, actions.converse", "tensorflow"),
        ("import actions.advise, actions.about, actions.escalate, actions.converse", "rasa"),
        ("import actions.advise; from assistant import runtime; runtime.answer_book()", "spacy"),
    ],
)
def test_importing_the_cores_does_not_bring(statement: str, unwanted: str):
    code = f"{statement}\nimport sys\nassert {unwanted!r} not in sys.modules, 'came along'"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-500:]
