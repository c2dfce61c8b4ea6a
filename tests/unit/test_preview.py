"""The advice as pages."""

from __future__ import annotations

import datetime
import re
import subprocess
from pathlib import Path

import pytest

from assistant.preview.changes import Changes, changes_since
from assistant.preview.site import Site, write_site

TODAY = datetime.date(2026, 11, 22)


@pytest.fixture(scope="module")
def pages(knowledge) -> dict[str, str]:
    return {name: content.decode() for name, content in Site(knowledge, is_editorial=True, today=TODAY).files()}


@pytest.fixture(scope="module")
def reader_pages(knowledge) -> dict[str, str]:
    return {name: content.decode() for name, content in Site(knowledge, is_editorial=False, today=TODAY).files()}


def test_site_has_a_page_for_every_matter_and_every_platform(pages, knowledge):
    stems = {Path(name).stem for name in pages}
    assert set(knowledge.topics) | set(knowledge.subtopics) | set(knowledge.circumstances) <= stems
    assert set(knowledge.platforms) | set(knowledge.emergencies) <= stems


def test_site_links_all_lead_to_files_and_places_of_the_site(pages):
    for name, text in pages.items():
        if not name.endswith(".html"):
            continue
        for target in re.findall(r'href="([^":]+)"', text):
            path, _, anchor = target.partition("#")
            found = (Path("/") / name).parent.joinpath(path).resolve().relative_to("/").as_posix() if path else name
            assert found in pages, (name, target)
            if anchor:
                assert f'id="{anchor}"' in pages[found], (name, target)


def test_every_page_has_999_on_it_a_title_a_language_and_one_main_heading(reader_pages):
    for name, text in reader_pages.items():
        if name.endswith(".html"):
            assert "999" in text, name
            assert '<html lang="en-GB">' in text
            assert len(re.findall("<h1>", text)) == 1
            assert re.search(r"<title>\S", text)


def test_pages_for_readers_keep_editorial_matters_out_but_say_that_approval_is_awaited(reader_pages):
    page = reader_pages["advice/grooming.html"]
    assert "waits for the force" in page
    assert "Online safety content lead" not in page
    assert "SMS" not in page
    assert "changes.html" not in reader_pages


def test_pages_for_editors_show_owner_dates_sources_and_lengths(pages):
    page = pages["advice/grooming.html"]
    assert all(words in page for words in ("Online safety content lead", "2027-02-22", "not yet", "WhatsApp", "SMS"))
    assert "Where this comes from" in page


def test_overdue_ordinary_content_is_not_among_the_pages_for_readers(knowledge):
    late = {name for name, _ in Site(knowledge, is_editorial=False, today=datetime.date(2027, 6, 30)).files()}
    assert "advice/gaming.html" not in late
    assert "advice/grooming.html" in late


def test_family_agreement_is_there_for_every_age_and_in_large_print(pages):
    names = {name for name in pages if name.startswith("agreement")}
    assert len(names) == 12
    assert 'class="blank"' in pages["agreement.html"]
    assert pages["agreement-6-9.html"] != pages["agreement-13-15.html"]
    assert 'class="paper agreement large"' in pages["agreement-large.html"]


def test_print_and_large_print_hold_the_same_words(pages):
    plain, large = pages["print/grooming.html"], pages["large-print/grooming.html"]
    assert plain.replace('class="paper"', 'class="paper large"') == large


def test_write_site_deletes_pages_that_are_gone_and_nothing_else(tmp_path: Path, knowledge):
    (tmp_path / "old.html").write_text("old")
    (tmp_path / "keep.txt").write_text("mine")
    count = write_site(Site(knowledge, is_editorial=True, today=TODAY), tmp_path)
    assert count == len([path for path in tmp_path.rglob("*") if path.is_file()]) - 1
    assert not (tmp_path / "old.html").exists()


def test_changes_since_a_release_lists_new_changed_and_gone_files(tmp_path: Path):
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    folder = tmp_path / "knowledge"
    folder.mkdir()
    for name in ("a.md", "b.md"):
        (folder / name).write_text("one\n")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    assert changes_since(folder) == Changes(None, ())
    git("tag", "v1")
    (folder / "a.md").write_text("two\n")
    (folder / "b.md").unlink()
    (folder / "c.md").write_text("new\n")
    changes = changes_since(folder)
    assert changes.since == "v1"
    assert [(change.path, change.kind) for change in changes.files] == [
        ("a.md", "changed"),
        ("b.md", "gone"),
        ("c.md", "new"),
    ]
    assert "-one" in changes.files[0].lines
    assert "+two" in changes.files[0].lines


def test_changes_outside_of_git_are_none(tmp_path: Path):
    assert changes_since(tmp_path) == Changes(None, ())
