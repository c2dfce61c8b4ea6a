"""What the unit tests share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path, root: Path) -> Path:
    """A copy of the knowledge base to plant faults in."""
    return Path(shutil.copytree(root / "knowledge", tmp_path / "knowledge"))
