"""Read what is known about one app, game, console, device or network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.knowledge.fields import need, read_yaml, review_of
from assistant.knowledge.model import KnowledgeError, Platform, SourceEntry, Step


def load_platform(path: Path) -> Platform:
    """Read one file of `platforms/`.

    Raises:
        KnowledgeError: If a field is missing, or a statement does not say whether it is certain.
    """
    data = read_yaml(path)
    names = [str(name) for name in need(data, "names", path)]
    help_page = data.get("help_page")
    return Platform(
        id=str(need(data, "id", path)),
        name=names[0],
        names=tuple(dict.fromkeys([*(name.lower() for name in names), *map(str, data.get("aka") or ())])),
        kind=str(need(data, "kind", path)),
        min_age=_step(data.get("min_age"), path, "min_age"),
        age_rating=_step(data.get("age_rating"), path, "age_rating"),
        tool=_step(data.get("tool"), path, "tool"),
        steps=_steps(data, path, "steps"),
        settings_first=_steps(data, path, "settings_first"),
        risks=_step(data.get("risks"), path, "risks"),
        good_to_know=_steps(data, path, "good_to_know"),
        uk_rules=_step(data.get("uk_rules"), path, "uk_rules"),
        report=_step(data.get("report"), path, "report"),
        block=_step(data.get("block"), path, "block"),
        help_url=str(help_page["url"]) if help_page and help_page.get("certain") else None,
        sources=tuple(
            SourceEntry(
                id=str(need(item, "code", path, "sources")),
                title=str(need(item, "title", path, "sources")),
                publisher=None,
                url=item.get("url"),
                dated=str(item.get("dated", "undated")),
            )
            for item in need(data, "sources", path)
        ),
        review=review_of(data, path),
    )


def _step(data: Any, path: Path, field: str) -> Step | None:
    if data is None:
        return None
    if not isinstance(data, dict) or not isinstance(data.get("certain"), bool) or not data.get("text"):
        raise KnowledgeError(f"{path.name}: `{field}` needs `text` and `certain: true` or `certain: false`.")
    return Step(str(data["text"]), data["certain"], tuple(map(str, data.get("from") or ())))


def _steps(data: Mapping[str, Any], path: Path, field: str) -> tuple[Step, ...]:
    steps = [_step(item, path, field) for item in data.get(field) or ()]
    return tuple(step for step in steps if step is not None)
