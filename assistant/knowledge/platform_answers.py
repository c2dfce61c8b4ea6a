"""What is said about one app, game, console, device or network: settings, and its own report and block route."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.knowledge.messages import Button, Link, Message, Source
from assistant.knowledge.model import Knowledge, Platform, Step
from assistant.knowledge.render import Renderer

# Apps and sites that are not for children at all.
_ADULT = "adult"


class PlatformAnswers:
    """Builds messages about platforms from one knowledge base."""

    def __init__(self, knowledge: Knowledge, renderer: Renderer) -> None:
        """Keep the words and the renderer."""
        self._parts = knowledge.wording.platform_parts
        self._renderer = renderer

    def settings(self, platform: Platform, buttons: tuple[Button, ...]) -> Message:
        """Return what to set first, the family controls step by step, and what else a parent needs to know."""
        lines = [self._part("settings_open_adult" if platform.kind == _ADULT else "settings_open", platform)]
        if platform.settings_first:
            lines.append(f"{self._part('settings_first', platform)}\n\n{_bullets(platform.settings_first)}")
        if platform.steps:
            lines.append(f"{self._family(platform)}\n\n{_numbered(platform.steps)}")
        if platform.min_age and platform.min_age.certain:
            lines.append(self._part("minimum_age", platform, min_age=platform.min_age.text))
        if platform.uk_rules and platform.uk_rules.certain:
            lines.append(platform.uk_rules.text)
        if not _all_certain((*platform.settings_first, *platform.steps)):
            lines.append(self._part("menus_move", platform))
        return self._message(platform, "\n\n".join(lines), buttons)

    def about(self, platform: Platform, buttons: tuple[Button, ...]) -> Message:
        """Return what to know of it: risks, ages, and good things to know that a source supports."""
        lines = [self._part("about_open", platform)]
        if platform.min_age and platform.min_age.certain:
            lines.append(self._part("minimum_age", platform, min_age=platform.min_age.text))
        if platform.risks:
            risks = platform.risks.text
            lines.append(risks if platform.risks.certain else self._part("risks_maybe", platform, risks=risks))
        known = [step for step in (platform.age_rating, *platform.good_to_know, platform.uk_rules) if step]
        if certain := [step for step in known if step.certain]:
            lines.append(f"{self._part('good_to_know', platform)}\n\n{_bullets(certain)}")
        lines.append(self._part("ask_them", platform))
        return self._message(platform, "\n\n".join(lines), buttons)

    def route(self, platform: Platform) -> Message:
        """Return how to report and block there."""
        lines = [self._part("report_open", platform)]
        steps = []
        if platform.report:
            steps.append(f"- {self._part('report_step', platform, report=platform.report.text)}")
        if platform.block:
            steps.append(f"- {self._part('block_step', platform, block=platform.block.text)}")
        if steps:
            lines.append("\n".join(steps))
        if not steps or not _all_certain(step for step in (platform.report, platform.block) if step):
            lines.append(self._part("menus_move", platform))
        return self._message(platform, "\n\n".join(lines), ())

    def withheld(self, platform: Platform, buttons: tuple[Button, ...]) -> Message:
        """Return what is said while the facts about it are overdue for a check."""
        return self._message(platform, self._part("overdue", platform), buttons)

    def _family(self, platform: Platform) -> str:
        if platform.tool is None:
            return self._part("settings_steps", platform)
        return self._part("settings_family", platform, tool=platform.tool.text)

    def _part(self, part: str, platform: Platform, **values: str) -> str:
        fields = {f"platform.{key}": value for key, value in {"name": platform.name, **values}.items()}
        return self._renderer.render(self._parts[part], where=f"wording.yml: {part}", values=fields).text

    def _message(self, platform: Platform, text: str, buttons: tuple[Button, ...]) -> Message:
        links: tuple[Link, ...] = ()
        if platform.help_url:
            links = (Link(self._part("help_page", platform), platform.help_url),)
        reviewed = platform.review.checked_on.isoformat()
        sources = tuple(Source(entry.title, entry.url, reviewed) for entry in platform.sources)
        return Message("answer", text, buttons, links, sources)


def _bullets(steps: Iterable[Step]) -> str:
    return "\n".join(f"- {step.text}" for step in steps)


def _numbered(steps: Iterable[Step]) -> str:
    return "\n".join(f"{number}. {step.text}" for number, step in enumerate(steps, start=1))


def _all_certain(steps: Iterable[Step]) -> bool:
    return all(step.certain for step in steps)
