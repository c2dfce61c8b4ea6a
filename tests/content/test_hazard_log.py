"""The hazard log: complete, and every piece of evidence it names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

from assistant.evaluation.scorecard import conversation_figures, language_figures, message_figures, misspelt_figures

ROOT = Path(__file__).resolve().parents[2]
LOG = (ROOT / "docs" / "safety" / "hazards.md").read_text(encoding="utf-8")
FIELDS = (
    "Hazard",
    "Cause",
    "Effect",
    "Control",
    "Evidence",
    "Initial risk",
    "Residual risk",
    "Owner and status",
    "Open point",
)
FEWEST = 18
NO_TEST = "No test can show"
_HEADING = re.compile(r"^## (.*)$", re.MULTILINE)
_FIELD = re.compile(r"^- \*\*(.+?):\*\* (.*?)(?=^- \*\*|\Z)", re.MULTILINE | re.DOTALL)
_TEST_ID = re.compile(r"`(tests/[^`\s]*::[^`\s]*)`")
_PATH = re.compile(r"`((?:tests|knowledge|widget|docs|data|assistant)/[\w./-]+)`")
_FIGURE = re.compile(r"(?<!\*)\*([^*]+)\*(?!\*)")
_RISK = re.compile(r"(?:minor|considerable|major|catastrophic), (?:low|medium|high)\. ?")
_STATUS = re.compile(r"; (?:open|controlled|closed)\.\s*$")


def _sections() -> dict[str, str]:
    parts = _HEADING.split(LOG)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


HAZARDS = _sections()
EACH_HAZARD = pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.split()[0])


def _fields(hazard: str) -> dict[str, str]:
    return {name: text.strip() for name, text in _FIELD.findall(HAZARDS[hazard])}


def _functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def _figures() -> set[str]:
    thresholds = yaml.safe_load((ROOT / "tests" / "evaluation" / "thresholds.yml").read_text(encoding="utf-8"))
    measured = (message_figures([]), misspelt_figures([], []), language_figures([]), conversation_figures([]))
    return {name for figures in (*thresholds.values(), *measured) for name in figures}


def test_hazard_ids_from_h01_on_are_consecutive():
    assert len(HAZARDS) >= FEWEST
    assert [heading.split()[0] for heading in HAZARDS] == [f"H{number:02}" for number in range(1, len(HAZARDS) + 1)]
    assert [heading for heading in HAZARDS if len(heading.split()) < 2] == []
    assert len(_HEADING.findall(LOG)) == len(HAZARDS)


@EACH_HAZARD
def test_hazard_with_its_fields_has_all_of_them_filled(hazard: str):
    assert tuple(name for name, _ in _FIELD.findall(HAZARDS[hazard])) == FIELDS
    assert [name for name, text in _fields(hazard).items() if not text] == []


@EACH_HAZARD
def test_hazard_with_its_risks_uses_the_scales_and_says_why(hazard: str):
    fields = _fields(hazard)
    assert _RISK.fullmatch(fields["Initial risk"])
    residual = _RISK.match(fields["Residual risk"])
    assert residual
    assert fields["Residual risk"][residual.end() :].strip()
    assert _STATUS.search(fields["Owner and status"])


@EACH_HAZARD
def test_hazard_evidence_without_a_test_says_that_none_can_show_it(hazard: str):
    evidence = _fields(hazard)["Evidence"]
    assert _TEST_ID.search(evidence) or NO_TEST in evidence


@pytest.mark.parametrize("identifier", sorted(set(re.findall(r"tests/[^`\s]*::[^`\s]*", LOG))))
def test_hazard_log_with_a_test_id_names_an_existing_function(identifier: str):
    assert f"`{identifier}`" in LOG
    file, _, function = identifier.partition("::")
    assert function.startswith("test_")
    assert (ROOT / file).is_file()
    assert function in _functions(ROOT / file)


def test_hazard_log_with_a_path_names_an_existing_file():
    assert [path for path in _PATH.findall(LOG) if not (ROOT / path).exists()] == []


@EACH_HAZARD
def test_hazard_evidence_with_a_figure_names_a_measured_one(hazard: str):
    named = {" ".join(figure.split()) for figure in _FIGURE.findall(_fields(hazard)["Evidence"])}
    assert named - _figures() == set()
