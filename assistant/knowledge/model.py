"""What the knowledge base is made of, once read: immutable, and free of files and formats."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.knowledge.vocabulary import CHILD, TEACHER, WORRIED_ABOUT_OWN_BEHAVIOUR

if TYPE_CHECKING:
    from assistant.knowledge.guides import Guide

ADULT: Final = "adult"
# In an emergency the reader is a parent (no mark), a child, an adult writing of themselves, a professional, or
# somebody afraid of their own behaviour, who reads what is written for adults where nothing is written for them.
EMERGENCY_READERS: Final = (None, CHILD, ADULT, TEACHER, WORRIED_ABOUT_OWN_BEHAVIOUR)
EVERY_EMERGENCY: Final = "every_emergency"
# Its readers are languages.
OTHER_LANGUAGE: Final = "other_language"


class KnowledgeError(Exception):
    """The knowledge base cannot be used. The message names the file, the place, and what to do."""


@dataclass(frozen=True)
class Review:
    """Who answers for a piece of content, and until when."""

    owner: str
    drafted_on: datetime.date
    checked_on: datetime.date
    review_by: datetime.date
    approved_by: str | None

    def is_overdue(self, today: datetime.date) -> bool:
        """Say whether the day by which it had to be looked at again has passed."""
        return self.review_by < today


@dataclass(frozen=True)
class Contact:
    """One entry of the register. A field nobody could confirm is None.

    Attributes:
        used_for: What it is for, in plain words.
        who: Who may use it: `anyone`, `parent`, `child`, `professional`, ...
        relay: Number for people who use text relay.
        bsl: Way in for people who use British Sign Language.
        nations: Where in the UK it works.
        area: The part it serves, if not all of them.
        source: Where the facts come from.
    """

    id: str
    name: str
    short_name: str
    used_for: str
    who: tuple[str, ...]
    phone: str | None
    text: str | None
    relay: str | None
    bsl: str | None
    web: str | None
    email: str | None
    hours: str | None
    cost: str | None
    nations: tuple[str, ...]
    area: str | None
    confidence: str
    source: str
    checked_on: datetime.date
    review_by: datetime.date


@dataclass(frozen=True)
class SourceEntry:
    """One place that facts come from.

    Attributes:
        says: What was taken from it, in our own words, fact by fact.
    """

    id: str
    title: str
    publisher: str | None
    url: str | None
    dated: str
    says: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """One answer: the text of one aspect (or emergency state) for one kind of reader.

    Attributes:
        name: Aspect, or `decided` / `asked` in an emergency file.
        reader: Whom it is written for (`child`, `age_6_9`, ...), or None: a parent.
        text: The words, with placeholders.
        sources: Ids in `sources.yml`.
    """

    name: str
    reader: str | None
    text: str
    sources: tuple[str, ...]

    @property
    def heading(self) -> str:
        """Return how the file names it, for example `what_to_do @child`."""
        return self.name + (f" @{self.reader}" if self.reader else "")


@dataclass(frozen=True)
class Topic:
    """One content file: a topic, a narrower matter, a family's circumstances, an emergency or an urgent matter.

    Attributes:
        topics: For a narrower matter, the topics it may belong to, its own first; for an urgent matter, under
            whose answers it stands.
        words: For narrower matters and circumstances: patterns that recognise them in a message.
        leads: True if the words are so telling that they decide what a calm question is about.
        not_applicable: Headings nobody need write here, with the reason.
        hard_words: Headings that may read above the reading age, with the reason.
    """

    id: str
    title: str
    is_crisis: bool
    review: Review
    sections: Mapping[tuple[str, str | None], Section]
    path: Path
    topics: tuple[str, ...] = ()
    words: re.Pattern[str] | None = None
    leads: bool = False
    not_applicable: Mapping[str, str] = field(default_factory=dict)
    hard_words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One statement about an app, and whether its source is good enough to state it as certain.

    Attributes:
        sources: Codes of the platform's sources that it is from; `own` for advice of our own.
    """

    text: str
    certain: bool
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Platform:
    """An app, game, console, device or network that children use."""

    id: str
    name: str
    names: tuple[str, ...]
    kind: str
    min_age: Step | None
    age_rating: Step | None
    tool: Step | None
    steps: tuple[Step, ...]
    settings_first: tuple[Step, ...]
    risks: Step | None
    good_to_know: tuple[Step, ...]
    uk_rules: Step | None
    report: Step | None
    block: Step | None
    help_url: str | None
    sources: tuple[SourceEntry, ...]
    review: Review


@dataclass(frozen=True)
class LocalService:
    """A service that each force's area has its own of.

    Attributes:
        say: How sentences name it; None: by the name of its contact.
        contacts: Ids in the register, or among the force's own contacts.
    """

    say: str | None
    contacts: tuple[str, ...]


@dataclass(frozen=True)
class Force:
    """A police force: its names, and who plays which part in its area."""

    id: str
    name: str
    area: str
    unit_name: str
    local: Mapping[str, LocalService]
    contacts: Mapping[str, Contact]
    review: Review


@dataclass(frozen=True)
class School:
    """A school that embeds Harbour.

    Attributes:
        dsl: Name or role of the designated safeguarding lead, as a sentence names them.
        reach: How to reach them: a phone number, an e-mail address, a room.
        hours: When.
    """

    id: str
    name: str
    dsl: str
    reach: str
    hours: str
    review: Review


@dataclass(frozen=True)
class LiveQA:
    """A public question-and-answer session that a force has announced.

    Attributes:
        questions_until: Last moment for sending a question beforehand.
        where: Where it takes place, in plain words.
        questions_kept_until: The day on which questions sent for it are deleted.
    """

    id: str
    force: str
    title: str
    starts: datetime.datetime
    ends: datetime.datetime
    questions_until: datetime.datetime
    where: str
    questions_kept_until: datetime.date


@dataclass(frozen=True)
class Day:
    """A day of the year for online safety.

    Attributes:
        on: The date, or None while nobody has confirmed it.
        text: What is said of it.
    """

    id: str
    title: str
    on: datetime.date | None
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Events:
    """What is in the calendar."""

    live_qa: tuple[LiveQA, ...]
    days: tuple[Day, ...]
    review: Review


@dataclass(frozen=True)
class Reply:
    """A short sentence that is not advice of one topic."""

    id: str
    text: str
    buttons: tuple[str, ...]


@dataclass(frozen=True)
class Wording:
    """Button titles, short replies and the parts of platform answers."""

    aspect_titles: Mapping[str, str]
    answer_titles: Mapping[str, str]
    aspect_titles_by_topic: Mapping[str, Mapping[str, str]]
    aspect_cues: Mapping[str, Mapping[str, tuple[str, ...]]]
    replies: Mapping[str, Reply]
    platform_parts: Mapping[str, str]
    act_cues: Mapping[str, re.Pattern[str]]
    question_titles: Mapping[str, str]
    page_titles: Mapping[str, str]
    review: Review


@dataclass(frozen=True)
class Knowledge:
    """The whole knowledge base, for one force.

    Attributes:
        subtopics: Narrower matters within topics, recognised by their words.
        circumstances: Families whose advice needs an added note, recognised by their words.
    """

    folder: Path
    contacts: Mapping[str, Contact]
    never_publish: Mapping[str, str]
    sources: Mapping[str, SourceEntry]
    topics: Mapping[str, Topic]
    subtopics: Mapping[str, Topic]
    circumstances: Mapping[str, Topic]
    emergencies: Mapping[str, Topic]
    urgent: Mapping[str, Topic]
    platforms: Mapping[str, Platform]
    guides: Mapping[str, Guide]
    force: Force
    schools: Mapping[str, School]
    events: Events
    wording: Wording
    agreement: Topic

    @property
    def reviews(self) -> tuple[tuple[str, Review, bool], ...]:
        """Return where each reviewed thing stands, its review, and whether it is about a crisis."""
        files: list[tuple[str, Review, bool]] = []
        for topics, is_always_crisis in (
            (self.topics, False),
            (self.subtopics, False),
            (self.circumstances, False),
            (self.emergencies, True),
            (self.urgent, True),
        ):
            files += [
                (self.place(topic), topic.review, topic.is_crisis or is_always_crisis) for topic in topics.values()
            ]
        files += [(f"platforms/{platform.id}.yml", platform.review, False) for platform in self.platforms.values()]
        files += [(f"guides/{guide.id}.yml", guide.review, True) for guide in self.guides.values()]
        files += [(f"schools/{school.id}.yml", school.review, True) for school in self.schools.values()]
        files += [
            ("wording.yml", self.wording.review, False),
            ("events.yml", self.events.review, False),
            (self.place(self.agreement), self.agreement.review, False),
            (f"forces/{self.force.id}.yml", self.force.review, True),
        ]
        return tuple(files)

    @property
    def is_approved(self) -> bool:
        """Say whether a person at the force has signed every file."""
        return all(review.approved_by for _, review, _ in self.reviews)

    def place(self, topic: Topic) -> str:
        """Return where a content file stands, seen from the knowledge base."""
        return topic.path.relative_to(self.folder).as_posix()

    def matter(self, identifier: str) -> Topic | None:
        """Return the topic, narrower matter or circumstance of an id."""
        return self.topics.get(identifier) or self.narrow(identifier)

    def narrow(self, identifier: str | None) -> Topic | None:
        """Return the narrower matter or circumstance of an id, or None if it is neither."""
        return self.subtopics.get(identifier or "") or self.circumstances.get(identifier or "")
