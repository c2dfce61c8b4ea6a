"""What must hold for every file of the repository."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import textstat

from assistant.knowledge.render import Renderer

ROOT = Path(__file__).resolve().parents[2]
READING_GRADE = 7.0


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
    numbers = [c.phone for c in knowledge.contacts.values() if c.phone and len(re.sub(r"\D", "", c.phone)) >= 6]
    found = []
    for path, text in _texts():
        name = str(path.relative_to(ROOT))
        if name in homes or name.startswith("tests/"):
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


def _answers(knowledge) -> list[tuple[str, str]]:
    renderer = Renderer(knowledge)
    answers = []
    for topics in (knowledge.topics, knowledge.emergencies, knowledge.urgent):
        for topic in topics.values():
            # Reading age is measured on English only.
            for (name, reader), section in topic.sections.items() if topic.id != "other_language" else ():
                where = f"{topic.id}/{name}@{reader}"
                answers.append((where, renderer.render(section.text, where=where).text))
    for reply in knowledge.wording.replies.values():
        answers.append((f"wording/{reply.id}", renderer.render(reply.text, where=reply.id).text))
    return answers


def test_every_answer_can_be_read_by_a_ten_year_old(knowledge):
    hard = []
    for where, text in _answers(knowledge):
        # A list item is a sentence of its own; phone numbers are not words.
        plain = re.sub(r"\(?\b[\d ]{3,}\)?", " ", re.sub(r"^(?:- |\d\. )(.*?)[.:]?$", r"\1.", text, flags=re.MULTILINE))
        grade = textstat.flesch_kincaid_grade(plain)
        if grade > READING_GRADE:
            hard.append((where, grade))
    assert hard == []


def test_cumbria_stands_in_no_shared_text(knowledge):
    shared = [(topic.id, s.text) for topic in knowledge.topics.values() for s in topic.sections.values()]
    shared += [(reply.id, reply.text) for reply in knowledge.wording.replies.values()]
    assert [where for where, text in shared if "cumbria" in text.lower() and where != "unit_info"] == []


@pytest.mark.parametrize("name", ["LICENSE", "CHANGELOG.md", "README.md", "SECURITY.md", ".pre-commit-config.yaml"])
def test_repository_has_its_papers(name: str):
    assert (ROOT / name).is_file()
