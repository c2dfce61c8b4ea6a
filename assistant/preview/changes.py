"""What has changed in the content since the last release."""

from __future__ import annotations

import difflib
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Change:
    """One content file that differs.

    Attributes:
        path: Seen from the knowledge base.
        kind: `new`, `changed` or `gone`.
        lines: Lines of a unified diff.
    """

    path: str
    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """All changes since a release.

    Attributes:
        since: Tag or commit compared with; None if there is no release yet, or no history.
        files: What differs, by path.
    """

    since: str | None
    files: tuple[Change, ...]


def changes_since(folder: Path, since: str | None = None) -> Changes:
    """Compare the content files with those of a release.

    Args:
        folder: The knowledge base, in a git checkout.
        since: Tag or commit; the newest tag if left out.
    """
    since = since or _git(folder, "describe", "--tags", "--abbrev=0")
    if not since:
        return Changes(None, ())
    since = since.strip()
    before = set((_git(folder, "ls-tree", "-r", "--name-only", since, ".") or "").splitlines())
    now = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    files = []
    for name in sorted(before | now):
        old = (_git(folder, "show", f"{since}:./{name}") or "") if name in before else ""
        new = (folder / name).read_text(encoding="utf-8") if name in now else ""
        if old != new:
            kind = "new" if name not in before else "gone" if name not in now else "changed"
            lines = difflib.unified_diff(old.splitlines(), new.splitlines(), since, "now", lineterm="", n=2)
            files.append(Change(name, kind, tuple(lines)))
    return Changes(since, tuple(files))


def _git(folder: Path, *arguments: str) -> str | None:
    """Return what git says, or None if it cannot say it."""
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout
