"""What must hold for every file of the repository."""

from __future__ import annotations

import datetime
import html
import re
import subprocess
from pathlib import Path

import pytest

from assistant.knowledge.answers import AnswerBook
from assistant.knowledge.checks.reading import MAX_GRADE, grades
from assistant.knowledge.checks.rendering import TRIAL_VALUES as VALUES
from assistant.knowledge.emergencies import EmergencyReplies
from assistant.knowledge.load import load_knowledge
from assistant.preview.site import Site

ROOT = Path(__file__).resolve().parents[2]
TODAY = datetime.date(2026, 11, 22)


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    ).stdout.splitlines()
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def _texts() -> list[tuple[Path, str]]:
    texts = []
    for path in _tracked():
        try:
            texts.append((path, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return texts


def test_closed_and_wrong_numbers_stand_nowhere_but_on_the_never_list(knowledge):
    found = []
    for path, text in _texts():
        if path == ROOT / "knowledge" / "contacts.yml":
            text = text.split("\ncontacts:\n", 1)[1]
        squeezed = text.replace(" ", "")
        for value in knowledge.never_publish:
            if value in text or (value[0] == "0" and value.replace(" ", "") in squeezed):
                found.append((str(path.relative_to(ROOT)), value))
    assert found == []


def test_phone_numbers_of_contacts_stand_in_the_register_only(knowledge):
    homes = {"knowledge/contacts.yml", "data/responses/emergency.yml"}
    numbers = [c.phone for c in knowledge.contacts.values() if c.phone and len(re.sub(r"\D", "", c.phone)) >= 9]
    found = []
    for path, text in _texts():
        name = str(path.relative_to(ROOT))
        if name in homes or name.startswith(("tests/", "knowledge/forces/")):
            continue
        found += [(name, number) for number in numbers if number in text]
    assert found == []


def test_lock_files_carry_hashes_and_no_addresses():
    for path in (ROOT / "requirements").glob("*.txt"):
        if path.name == "overrides.txt":
            continue
        text = path.read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|file:|--index|--find-links", text), path


def test_no_file_names_a_path_of_a_machine():
    own = Path(__file__).relative_to(ROOT)
    pattern = re.compile(r"(?<![\w.])/(?:home|root|work|Users)/\w")
    found = [str(p.relative_to(ROOT)) for p, text in _texts() if pattern.search(text) and p.relative_to(ROOT) != own]
    assert found == []


def test_code_and_widget_hold_no_advice():
    """Sentences for people stand in knowledge/; a long sentence in code is advice in the wrong place."""
    pattern = re.compile(r"\b(your child|call 999|childline|ceop safety)\b", re.IGNORECASE)
    for path in [*(ROOT / "assistant").rglob("*.py"), *(ROOT / "actions").rglob("*.py")]:
        for line in path.read_text(encoding="utf-8").splitlines():
            is_prose = '"""' in line or line.strip().startswith("#") or "`" in line or "yield f" in line
            if pattern.search(line) and not is_prose:
                inside = re.findall(r'"([^"]*)"', line)
                assert not any(pattern.search(text) and len(text.split()) > 6 for text in inside), (path, line)


def test_every_answer_can_be_read_by_a_ten_year_old(knowledge):
    assert [(where, found) for where, found, excepted in grades(knowledge) if found > MAX_GRADE and not excepted] == []


def _rendered(knowledge) -> list[tuple[str, str]]:
    """Every answer, reply and page of a knowledge base, as people see it."""
    site = Site(knowledge, is_editorial=False, today=TODAY)
    said = [
        (name, content.decode())
        for name, content in site.files()
        if name.endswith((".html", "index.js")) and name != "sources.html"
    ]
    book = AnswerBook(knowledge)
    said += [(reply, book.reply(reply, values=VALUES).messages[0].text) for reply in knowledge.wording.replies]
    said += [(f"{kind}/{stage}", str(answer)) for kind, stage, _, answer in EmergencyReplies(knowledge).all()]
    return said


def test_another_force_is_one_file_and_no_word_of_cumbria_is_left():
    other = load_knowledge(ROOT / "knowledge", force_id="example-force")
    local = re.compile(
        r"cumbria|cumberland|westmorland|furness|barrow|carlisle|penrith|bridgeway|birchall", re.IGNORECASE
    )
    # Titles of sources name where a fact was found; they are no part of the advice.
    names = {name for source in other.sources.values() for name in (source.title, source.publisher or source.title)}
    sources = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    found = []
    for where, text in _rendered(other):
        bare = re.sub(sources, "", re.sub(r'"https?://[^"]*"', "", html.unescape(text)))
        bare = re.sub(r"Source\(title=.*?\)", "", bare)
        found += [(where, match.group(0)) for match in local.finditer(bare)]
    assert found == []
    assert any("Wessmoor Police" in text for _, text in _rendered(other))


def test_cumbria_stands_in_no_shared_text(knowledge):
    shared = [path for path in (ROOT / "knowledge").rglob("*.md") if "forces" not in path.parts]
    bodies = [(path.name, path.read_text(encoding="utf-8").split("---\n", 2)[2]) for path in shared]
    words = [(name, re.sub(r"^sources:.*$", "", body, flags=re.MULTILINE).lower()) for name, body in bodies]
    assert [name for name, body in words if "cumbria" in body] == []


@pytest.mark.parametrize("name", ["LICENSE", "CHANGELOG.md", "README.md", "SECURITY.md", ".pre-commit-config.yaml"])
def test_repository_has_its_papers(name: str):
    assert (ROOT / name).is_file()
