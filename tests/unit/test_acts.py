"""What short messages ask of the last answer, or of this chat."""

from __future__ import annotations

import pytest

from assistant.knowledge.answers import Question
from assistant.knowledge.forms.short import shorten
from assistant.knowledge.messages import Message


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Can you make that shorter please?", "shorter"),
        ("too long to read", "shorter"),
        ("in plain english please", "shorter"),
        ("i don't understand any of that", "shorter"),
        ("tldr", "shorter"),
        ("What else?", "more"),
        ("ok what now", "more"),
        ("tell me more about it", "more"),
        ("anything else i should know", "more"),
        ("I've already done that", "done"),
        ("we already reported it to ceop", "done"),
        ("done all that already", "done"),
        ("Delete what I wrote", "forget"),
        ("please can you delete this chat now", "forget"),
        ("forget everything i told you", "forget"),
    ],
)
def test_act_in_a_short_message_is_heard(book, text: str, act: str):
    assert book.act_in(text) == act


@pytest.mark.parametrize(
    "text",
    [
        "should i delete it all",
        "should i delete this chat",
        "he told me to delete everything",
        "delete the messages from him",
        "i dont understand why she talks to him",
        "what else does he know about her, he has her address",
        "ive already reported it and now he is outside our house",
        "he wants more pictures",
        "go on tiktok",
        "next week they want to meet",
        "",
    ],
)
def test_act_in_a_message_about_something_else_is_none(book, text: str):
    assert book.act_in(text) is None


def test_shorten_keeps_the_first_sentence_three_items_and_the_line_with_999():
    text = "Stay calm. You are right.\n\n1. One.\n2. Two.\n3. Three.\n4. Four.\n\nIn danger, call 999."
    short = shorten(Message("answer", text))
    assert short.text == "Stay calm.\n\n1. One.\n2. Two.\n3. Three.\n\nIn danger, call 999."


def test_shorten_with_a_text_that_is_short_already_changes_nothing():
    for text in ("Just one line.", "Take care. In danger, call 999."):
        assert shorten(Message("notice", text)).text in text


def test_shorten_never_loses_999_from_a_harm_topics_advice(book, knowledge):
    for topic in ("grooming", "sextortion", "self_harm_suicide", "nudes_sharing", "csam_found"):
        message = book.answer(Question(topic, "what_to_do")).messages[0]
        assert "999" in message.text
        assert "999" in shorten(message).text, topic


def test_next_aspect_goes_through_a_topic_and_ends(book):
    question, shown = Question("grooming", "what_to_do"), ["what_to_do"]
    while (aspect := book.next_aspect(question, shown)) is not None:
        assert aspect not in shown
        shown.append(aspect)
    assert len(shown) == 8
