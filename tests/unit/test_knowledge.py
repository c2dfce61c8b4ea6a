from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from assistant.knowledge.answers import AnswerBook, Question, parse_button_id
from assistant.knowledge.guides import parse_guide_button
from assistant.knowledge.load import load_knowledge
from assistant.knowledge.model import KnowledgeError
from assistant.knowledge.render import Renderer
from assistant.knowledge.vocabulary import ASPECTS, EMERGENCY_KINDS, SPEAKERS


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("contacts.yml", 'short_name: "CEOP"', "", "contact ceop: the field `short_name` is missing"),
        ("contacts.yml", "confidence: verified", "confidence: unverified", "only verified or likely"),
        ("contacts.yml", "id: ceop\n", "id: childline\n", "stands here twice"),
        ("topics/grooming.md", "id: grooming", "id: groomng", "must be the file's name"),
        ("topics/grooming.md", "## warning_signs\nsources:", "## warning_signs\nsource:", "first line must be"),
        ("topics/grooming.md", "## warning_signs", "## signs", "unknown section"),
        ("topics/grooming.md", "@child", "@kid", "unknown reader"),
        ("topics/grooming.md", "owner: ", "woner: ", "`owner` is missing"),
        ("topics/grooming.md", "review_by: 2027", "review_by: soon 2027", "must be a date"),
        ("platforms/snapchat.yml", "certain: true", "certain: maybe", "needs `text` and `certain"),
        ("forces/cumbria.yml", 'name: "Cumbria Police"', "", "`name` is missing"),
        ("wording.yml", "replies:", "replies: [", "cannot be read"),
    ],
)
def test_load_knowledge_with_a_fault_names_file_and_field(folder: Path, file: str, old: str, new: str, words: str):
    replace(folder / file, old, new)
    with pytest.raises(KnowledgeError, match=words) as caught:
        load_knowledge(folder, force_id="cumbria")
    assert Path(file).stem in str(caught.value)


def test_load_knowledge_without_a_topic_says_which(folder: Path):
    (folder / "topics" / "sextortion.md").unlink()
    with pytest.raises(KnowledgeError, match="sextortion"):
        load_knowledge(folder, force_id="cumbria")


def test_answer_with_every_topic_aspect_speaker_and_age_is_never_empty(book, knowledge):
    for topic in (*knowledge.topics, "smalltalk", "out_of_scope", None):
        for aspect in ASPECTS:
            for speaker in SPEAKERS:
                for age_band in (None, "6-9"):
                    answer = book.answer(Question(topic, aspect, speaker, "snapchat", age_band, is_urgent=True))
                    assert answer.id
                    assert all(message.text.strip() for message in answer.messages)


def test_answer_to_a_parent_about_grooming_names_ceop_and_the_apps_own_route(book):
    answer = book.answer(Question("grooming", "what_to_do", platform="snapchat", is_urgent=True))
    assert answer.id == "grooming/what_to_do"
    assert "CEOP" in answer.messages[0].text
    assert "Snapchat" in answer.messages[1].text
    assert any(link.url.startswith("https://www.ceop.police.uk") for link in answer.messages[0].links)


def test_answer_to_a_child_never_says_your_child(book, knowledge):
    for topic in knowledge.topics:
        for aspect in ASPECTS:
            answer = book.answer(Question(topic, aspect, "child", "roblox", "10-12"))
            assert "your child" not in answer.messages[0].text.lower(), (topic, aspect)


def test_answer_to_someone_worried_about_themselves_names_stop_it_now(book):
    for topic in ("csam_found", "grooming", None):
        assert "Stop It Now" in book.answer(Question(topic, "explain", "worried_about_own_behaviour")).messages[0].text


def test_answer_to_someone_worried_about_their_own_hacking_is_about_hacking(book):
    answer = book.answer(Question("young_hacker", "what_to_do", "worried_about_own_behaviour"))
    assert answer.id == "young_hacker/what_to_do"
    assert "your child" not in answer.messages[0].text


def test_a_note_on_circumstances_is_for_exactly_this_reader(book):
    def notes(speaker: str) -> int:
        return len(book.answer(Question("sextortion", "what_to_do", speaker, circumstance="grandparents")).messages) - 1

    assert notes("parent") == 1
    assert notes("adult_victim") == notes("teacher") == notes("child") == 0


def test_answer_for_an_age_uses_the_text_of_that_age(book):
    young = book.answer(Question("monitoring_controls", "how_to_control_or_monitor", age_band="0-5"))
    older = book.answer(Question("monitoring_controls", "how_to_control_or_monitor", age_band="16-17"))
    assert young.messages[0].text != older.messages[0].text


def test_answer_for_every_platform_gives_settings_and_never_an_exact_path_as_certain_where_it_is_not(book, knowledge):
    for platform in knowledge.platforms.values():
        text = (
            book.answer(Question("platform_setup", "how_to_control_or_monitor", platform=platform.id)).messages[0].text
        )
        assert platform.settings_first[0].text in text
        if not all(step.certain for step in (*platform.settings_first, *platform.steps)):
            assert "Menus move" in text, platform.id


def test_answer_about_a_platform_says_risks_and_only_what_is_certain_besides(book, knowledge):
    for platform in knowledge.platforms.values():
        text = book.answer(Question("platform_setup", "explain", platform=platform.id)).messages[0].text
        assert platform.risks.text in text
        assert not [step.text for step in platform.good_to_know if not step.certain and step.text in text]


def test_answer_names_a_narrower_matter_if_its_words_were_used(book):
    assert book.subtopic_in("someone offered him £200 to be a money mule", "scams_fraud") == "money_mules"
    assert book.subtopic_in("someone offered him £200 to be a money mule", "grooming") is None
    assert book.subtopic_in("whats a money mule", None) == "money_mules"
    answer = book.answer(Question("scams_fraud", "what_to_do", subtopic="money_mules"))
    assert answer.id == "money_mules/what_to_do"
    # What it has nothing of its own on, the topic answers.
    answer = book.answer(Question("scams_fraud", "how_to_control_or_monitor", subtopic="romance_fraud"))
    assert answer.id == "scams_fraud/how_to_control_or_monitor"


def test_answer_to_a_family_with_circumstances_carries_their_note_below_it(book):
    circumstance = book.circumstance_in("my autistic son is being asked for pics")
    assert circumstance == "send"
    answer = book.answer(Question("grooming", "what_to_do", circumstance=circumstance))
    assert answer.id == "grooming/what_to_do"
    assert len(answer.messages) == 2
    assert "SEND" in answer.messages[1].text
    assert answer.messages[0].buttons == ()
    assert answer.messages[1].buttons


def test_every_narrower_matter_can_be_asked_for_by_a_button(book, knowledge):
    for identifier, content in {**knowledge.subtopics, **knowledge.circumstances}.items():
        answer = book.answer(Question(identifier, "explain"))
        assert answer.id == f"{identifier}/explain"
        assert book.topic_of(identifier) == content.topics[0]
        assert book.button(f"ask.explain.{identifier}").title == content.title


def test_answer_in_a_school_names_its_safeguarding_lead(book):
    for speaker in ("parent", "child", "teacher"):
        text = book.answer(Question("cyberbullying", "what_to_do", speaker, school="example-school")).messages[-1].text
        assert "Fellside Academy" in text
        assert "Designated Safeguarding Lead" in text
    assert "Fellside" not in str(book.answer(Question("cyberbullying", "what_to_do")))


def test_overdue_ordinary_content_is_withheld_and_crisis_content_is_not(knowledge):
    later = AnswerBook(knowledge, now=lambda: datetime.datetime(2027, 6, 30, 12))
    assert later.answer(Question("gaming", "explain")).id == "wording/withheld"
    assert later.answer(Question("grooming", "what_to_do")).id == "grooming/what_to_do"
    settings = later.answer(Question("platform_setup", "how_to_control_or_monitor", platform="roblox"))
    assert settings.id == "roblox/overdue"
    assert "checked again" in settings.messages[0].text


def test_a_force_without_a_service_leaves_its_line_out_and_counts_the_steps_anew(root: Path):
    other = load_knowledge(root / "knowledge", force_id="example-force")
    text = "1. One.\n2. Ask {{local.victim_support.name}}.\n3. Three.\n\nEnd."
    assert Renderer(other).render(text, where="test").text == "1. One.\n2. Three.\n\nEnd."


def test_the_line_on_approval_goes_once_everything_is_approved(folder: Path):
    def service_text() -> str:
        loaded = load_knowledge(folder, force_id="example-force")
        return AnswerBook(loaded).answer(Question("about_service", "explain")).messages[0].text

    assert "waiting for Wessmoor Police to approve" in service_text()
    for path in [*folder.rglob("*.md"), *folder.rglob("*.yml")]:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("approved_by:\n", 'approved_by: "Head of unit, 2026-11-30"\n'), encoding="utf-8")
    assert "waiting" not in service_text()


def test_answer_with_uncertain_steps_says_that_menus_move(book):
    text = book.answer(Question("grooming", "how_to_report", platform="snapchat")).messages[-1].text
    assert "Menus move" in text


def test_answer_buttons_all_lead_somewhere(book, knowledge):
    for topic in knowledge.topics:
        for aspect in ASPECTS:
            for message in book.answer(Question(topic, aspect)).messages:
                for button in message.buttons:
                    found = parse_button_id(knowledge, button.id) or parse_guide_button(knowledge.guides, button.id)
                    assert found, button
                    assert len(button.title) <= 24, button


@pytest.mark.parametrize(
    "identifier", ["", "ask", "ask.what_to_do.nothing", "ask.dance.grooming", "/restart", "a" * 900]
)
def test_parse_button_id_with_an_unknown_button_is_none(knowledge, identifier: str):
    assert parse_button_id(knowledge, identifier) is None


def test_first_mention_of_a_helpline_carries_its_number(book):
    text = book.reply("ask_for_human").messages[0].text
    assert "Childline (0800 1111)" in text


def test_emergency_replies_all_lead_with_999_and_stay_short(emergencies):
    for kind, stage, reader, answer in emergencies.all():
        text = answer.messages[0].text
        if stage == "over":
            assert "999" in text, (kind, stage, reader)
            continue
        assert "999" in text.split("\n")[0].split(". ")[0], (kind, stage, reader)
        assert answer.messages[0].kind == "emergency"
        read = text.split("\n\n")[0] if kind == "other_language" else text
        assert len(read.split()) <= 80


def test_emergency_replies_that_decide_say_what_the_operator_asks_how_to_be_silent_and_one_question(emergencies):
    kinds = [message.kind for message in emergencies.answer("meeting", "decided", None).messages]
    assert kinds == ["emergency", "notice", "notice", "question"]
    said = " ".join(message.text for message in emergencies.answer("meeting", "decided", None).messages)
    assert all(words in said for words in ("operator", "press 55", "Deaf"))
    assert [button.id for button in emergencies.answer("meeting", "decided", None).messages[-1].buttons] == [
        "answer.yes",
        "answer.no",
    ]


@pytest.mark.parametrize("reader", ["child", "teacher", "adult"])
def test_emergency_replies_for_others_never_say_your_child(emergencies, reader: str):
    for kind in EMERGENCY_KINDS:
        for stage in ("decided", "asked", "yes", "calling", "over"):
            if reader == "adult" and kind in ("missing", "child_alone"):
                continue
            said = " ".join(message.text for message in emergencies.answer(kind, stage, reader).messages)
            assert "your child" not in said.lower(), (kind, stage)


def test_emergency_replies_for_an_unknown_kind_fall_back_to_the_general_one(emergencies):
    assert emergencies.answer("volcano", "decided", None).id == "emergency/general"
    assert emergencies.answer("missing", "decided", "adult") == emergencies.answer("missing", "decided", None)
