"""Step by step help: every way ends somewhere safe, and nothing about the person is asked."""

from __future__ import annotations

import re

import pytest

from assistant.knowledge.answers import Question
from assistant.knowledge.guides import guide_button, parse_guide_button
from assistant.knowledge.load import load_knowledge
from assistant.knowledge.model import KnowledgeError

GUIDES = ("contact_check", "report_ready", "new_device", "make_agreement", "after_sharing")


def test_the_five_guides_are_there(knowledge):
    assert set(GUIDES) <= set(knowledge.guides)


@pytest.mark.parametrize("name", GUIDES)
def test_guide_shows_each_step_with_buttons_that_lead_on(book, knowledge, name: str):
    guide = knowledge.guides[name]
    for step in guide.steps.values():
        answer = book.guide_step(guide, step, Question(guide.topics[0], "what_to_do"))
        assert answer.id == f"guides/{name}/{step.id}"
        buttons = answer.messages[0].buttons
        assert [button.title for button in buttons] == [choice.title for choice in step.choices]
        for button in buttons:
            found = parse_guide_button(knowledge.guides, button.id)
            assert found is not None
            assert found[0] == guide


@pytest.mark.parametrize("name", GUIDES)
def test_guide_asks_for_no_personal_details(knowledge, name: str):
    for step in knowledge.guides[name].steps.values():
        question = step.say.rsplit("\n", 1)[-1].lower()
        if step.choices:
            assert not re.search(r"\b(name|address|phone number|email|date of birth)\b", question), step.id


def test_guide_takes_typed_answers_that_name_a_choice(knowledge):
    guide = knowledge.guides["contact_check"]
    step = guide.first
    for choice in step.choices:
        assert guide.chosen(step, choice.title.upper()) == guide.steps[choice.next]
    assert guide.chosen(step, "he lives in leeds i think") is None


@pytest.mark.parametrize("identifier", ["", "guide", "guide.", "guide.nothing", "guide.contact_check.nothing", "ask.x"])
def test_parse_guide_button_with_an_unknown_button_is_none(knowledge, identifier: str):
    assert parse_guide_button(knowledge.guides, identifier) is None


def test_answers_offer_the_guide_of_their_topic_to_parents_only(book, knowledge):
    guide = next(guide for guide in knowledge.guides.values() if "grooming" in guide.topics)

    def offered(speaker: str) -> bool:
        message = book.answer(Question("grooming", "what_to_do", speaker)).messages[0]
        return guide_button(guide) in [button.id for button in message.buttons]

    assert offered("parent")
    assert not offered("child")


def test_load_guide_with_a_choice_that_leads_nowhere_says_so(folder):
    path = folder / "guides" / "contact_check.yml"
    text = re.sub(r"next: \w+", "next: nowhere", path.read_text(encoding="utf-8"), count=1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match="leads to `nowhere`"):
        load_knowledge(folder, force_id="cumbria")
