"""Build the pages: every answer with its sources and dates, contacts, the family agreement, prints, and search."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assistant.knowledge.answers import AnswerBook, Question
from assistant.knowledge.emergencies import EmergencyReplies
from assistant.knowledge.forms.page import links_to_html, text_to_html
from assistant.knowledge.forms.sms import to_sms
from assistant.knowledge.forms.whatsapp import to_whatsapp
from assistant.knowledge.load import AGREEMENT_PARTS
from assistant.knowledge.messages import Message
from assistant.knowledge.model import Knowledge, Review, Section, Topic
from assistant.knowledge.render import Renderer, contact_links
from assistant.knowledge.vocabulary import AGE_BANDS, ASPECTS, SERVICE_TOPICS
from assistant.preview.changes import Changes

_TEMPLATES: Final = Path(__file__).resolve().parent / "templates"
_STATIC: Final = ("style.css", "search.js")
_READERS: Final = (
    None,
    *(f"age_{band.replace('-', '_')}" for band in AGE_BANDS),
    "child",
    "teacher",
    "adult_victim",
    "worried_about_own_behaviour",
)
# Where a family writes by hand.
_BLANK: Final = re.compile(r"_{3,}")
_PRINT_READERS: Final = (None, "child")


@dataclass(frozen=True)
class Part:
    """One answer on a page.

    Attributes:
        heading: What it answers.
        reader: For whom, in words; empty for a parent.
        anchor: Its place on the page.
        message: The rendered answer.
    """

    heading: str
    reader: str
    anchor: str
    message: Message

    @property
    def html(self) -> Markup:
        """Return the words and links."""
        # Both escape whatever they are given.
        return Markup(text_to_html(self.message.text) + links_to_html(self.message.links))  # noqa: S704

    @property
    def sms_segments(self) -> int:
        """Return how many text messages it takes."""
        return to_sms(self.message).segments

    @property
    def whatsapp_messages(self) -> int:
        """Return how many WhatsApp messages it takes."""
        return len(to_whatsapp(self.message))


@dataclass(frozen=True)
class Page:
    """One page of answers."""

    path: str
    title: str
    group: str
    place: str
    review: Review
    parts: tuple[Part, ...]


class Site:
    """The pages of one knowledge base."""

    def __init__(
        self, knowledge: Knowledge, *, is_editorial: bool, today: datetime.date, changes: Changes | None = None
    ) -> None:
        """Prepare the pages.

        Args:
            knowledge: The knowledge base.
            is_editorial: True for editors and approvers: owners, dates, approval, lengths, changes.
            today: To say what is overdue; what is withheld in the chat is withheld for readers here too.
            changes: What has changed since the last release, for editors.
        """
        self._knowledge = knowledge
        self._is_editorial = is_editorial
        self._today = today
        self._changes = changes
        self._renderer = Renderer(knowledge)
        self._titles = knowledge.wording.page_titles
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield each file of the site: its path and its content."""
        pages = tuple(self._pages())
        yield "index.html", self._render("index.html", "", pages=pages, groups=self._groups(pages))
        for page in pages:
            yield page.path, self._render("content.html", page.path, page=page)
            for folder, is_large in (("print", False), ("large-print", True)):
                path = f"{folder}/{Path(page.path).stem}.html"
                parts = [part for part in page.parts if part.reader in self._printed()]
                yield path, self._render("print.html", path, page=page, parts=parts, is_large=is_large)
        yield (
            "contacts.html",
            self._render("contacts.html", "contacts.html", contacts=self._contacts(), links=contact_links),
        )
        yield "sources.html", self._render("sources.html", "sources.html", sources=self._knowledge.sources.values())
        for band in (None, *AGE_BANDS):
            for is_large in (False, True):
                path = agreement_path(band, is_large=is_large)
                yield path, self._render("agreement.html", path, parts=self._agreement(band), is_large=is_large)
        if self._is_editorial:
            yield (
                "changes.html",
                self._render("changes.html", "changes.html", changes=self._changes or Changes(None, ())),
            )
        for name in _STATIC:
            yield name, (_TEMPLATES / name).read_bytes()
        yield "search-index.js", self._search_index(pages)

    # What the pages say.

    def _pages(self) -> Iterator[Page]:
        knowledge = self._knowledge
        service = [knowledge.topics[name] for name in SERVICE_TOPICS]
        advice = [topic for topic in knowledge.topics.values() if topic.id not in SERVICE_TOPICS]
        for group, folder, topics in (
            ("advice", "advice", advice),
            ("subtopics", "advice", knowledge.subtopics.values()),
            ("circumstances", "families", knowledge.circumstances.values()),
            ("service", "about", service),
        ):
            for topic in sorted(topics, key=lambda topic: topic.title.lower()):
                if self._is_editorial or topic.is_crisis or not topic.review.is_overdue(self._today):
                    yield self._topic_page(topic, group, f"{folder}/{topic.id}.html")
        yield from self._guide_pages()
        yield from self._emergency_pages()
        yield from self._platform_pages()

    def _topic_page(self, topic: Topic, group: str, path: str) -> Page:
        wording = self._knowledge.wording
        titles = {**wording.aspect_titles, **wording.aspect_titles_by_topic.get(topic.id, {})}
        order = {
            (aspect, reader): (_READERS.index(reader), ASPECTS.index(aspect))
            for aspect in ASPECTS
            for reader in _READERS
        }
        sections = sorted(topic.sections.values(), key=lambda section: order[(section.name, section.reader)])
        parts = tuple(self._part(topic, section, titles[section.name]) for section in sections)
        return Page(path, topic.title, group, self._knowledge.place(topic), topic.review, parts)

    def _part(self, topic: Topic, section: Section, heading: str) -> Part:
        where = f"{self._knowledge.place(topic)}: {section.heading}"
        rendered = self._renderer.render(section.text, where=where)
        sources = self._renderer.cite(section.sources, topic.review, where=where)
        message = Message("answer", rendered.text, (), rendered.links, sources)
        anchor = "-".join(part for part in (section.name, section.reader) if part)
        return Part(heading, self._titles[section.reader] if section.reader else "", anchor, message)

    def _guide_pages(self) -> Iterator[Page]:
        book = AnswerBook(self._knowledge)
        for guide in sorted(self._knowledge.guides.values(), key=lambda guide: guide.title.lower()):
            parts = []
            for step in guide.steps.values():
                message = book.guide_step(guide, step, Question(guide.topics[0], "what_to_do")).messages[0]
                ways = "".join(f"\n- {choice.title}: {_words(choice.next)}" for choice in step.choices)
                parts.append(Part(_words(step.id), "", step.id, replace(message, text=message.text + ways)))
            place = f"guides/{guide.id}.yml"
            yield Page(f"guides/{guide.id}.html", guide.title, "guides", place, guide.review, tuple(parts))

    def _emergency_pages(self) -> Iterator[Page]:
        replies = EmergencyReplies(self._knowledge)
        by_kind: dict[str, list[Part]] = {}
        for kind, stage, reader, answer in replies.all():
            if self._is_editorial or (stage == "decided" and reader in (None, "child")):
                label = self._titles.get(reader or "", reader or "")
                heading = self._titles.get(f"stage_{stage}", stage)
                anchor = "-".join(part for part in (stage, reader) if part)
                by_kind.setdefault(kind, []).append(Part(heading, label, anchor, answer.messages[0]))
        for kind, parts in by_kind.items():
            topic = self._knowledge.emergencies[kind]
            place = self._knowledge.place(topic)
            yield Page(f"emergencies/{kind}.html", topic.title, "emergencies", place, topic.review, tuple(parts))

    def _platform_pages(self) -> Iterator[Page]:
        book = AnswerBook(self._knowledge, now=lambda: datetime.datetime.combine(self._today, datetime.time(12)))
        for platform in sorted(self._knowledge.platforms.values(), key=lambda platform: platform.name.lower()):
            parts = []
            for aspect in ("explain", "how_to_control_or_monitor", "how_to_report"):
                if aspect == "how_to_report" and not (platform.report or platform.block):
                    continue
                message = book.answer(Question("platform_setup", aspect, platform=platform.id)).messages[0]
                parts.append(Part(self._titles[f"platform_{aspect}"], "", aspect, message))
            path = f"apps/{platform.id}.html"
            yield Page(path, platform.name, "platforms", f"platforms/{platform.id}.yml", platform.review, tuple(parts))

    def _agreement(self, band: str | None) -> list[tuple[str, Markup]]:
        sections = self._knowledge.agreement.sections
        parts = []
        for name in AGREEMENT_PARTS:
            mark = f"age_{band.replace('-', '_')}" if band else None
            section = sections.get((name, mark)) or sections[(name, None)]
            heading, _, body = section.text.partition("\n")
            rendered = self._renderer.render(body, where=f"agreement.md: {section.heading}")
            filled = _BLANK.sub('<span class="blank"></span>', text_to_html(rendered.text))
            parts.append((heading, Markup(filled)))  # noqa: S704
        return parts

    def _contacts(self) -> list[tuple[str, list[Any]]]:
        local = set(self._knowledge.force.contacts)
        everybody = self._knowledge.contacts.values()
        return [
            (self._titles["contacts_national"], [contact for contact in everybody if contact.id not in local]),
            (self._titles["contacts_local"], [contact for contact in everybody if contact.id in local]),
        ]

    def _printed(self) -> set[str]:
        return {self._titles[reader] if reader else "" for reader in _PRINT_READERS}

    def _groups(self, pages: tuple[Page, ...]) -> list[tuple[str, list[Page]]]:
        groups = dict.fromkeys(page.group for page in pages)
        return [(self._titles[f"group_{group}"], [page for page in pages if page.group == group]) for group in groups]

    # Files.

    def _render(self, template: str, path: str, **values: Any) -> bytes:
        up = "../" * path.count("/")
        text = self._environment.get_template(template).render(
            up=up,
            titles=self._titles,
            force=self._knowledge.force,
            is_editorial=self._is_editorial,
            is_approved=self._knowledge.is_approved,
            awaiting=sum(1 for _, review, _ in self._knowledge.reviews if not review.approved_by),
            reviewed=len(self._knowledge.reviews),
            today=self._today,
            bands=AGE_BANDS,
            agreement_path=agreement_path,
            **values,
        )
        return text.encode("utf-8")

    @staticmethod
    def _search_index(pages: tuple[Page, ...]) -> bytes:
        entries = [
            {
                "url": f"{page.path}#{part.anchor}",
                "title": f"{page.title}: {part.heading}" + (f" ({part.reader})" if part.reader else ""),
                "text": part.message.text,
            }
            for page in pages
            for part in page.parts
        ]
        return f"const SEARCH_INDEX = {json.dumps(entries, ensure_ascii=False)};\n".encode()


def _words(identifier: str) -> str:
    return identifier.replace("_", " ").capitalize()


def agreement_path(band: str | None, *, is_large: bool) -> str:
    """Return where the family agreement of an age band stands."""
    return "-".join(part for part in ("agreement", band, "large" if is_large else "") if part) + ".html"


def write_site(site: Site, folder: Path) -> int:
    """Write the site into a folder of its own and return the number of files.

    A page that is no longer there is deleted; nothing else is touched.
    """
    written = set()
    for name, content in site.files():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.add(path)
    for path in folder.rglob("*.html"):
        if path not in written:
            path.unlink()
    return len(written)
