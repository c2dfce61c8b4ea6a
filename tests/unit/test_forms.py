"""One content, every form."""

from __future__ import annotations

import pytest

from assistant.knowledge.answers import Question
from assistant.knowledge.forms.page import links_to_html, text_to_html
from assistant.knowledge.forms.plain import answer_to_plain, to_plain
from assistant.knowledge.forms.sms import count_segments, to_sms
from assistant.knowledge.forms.whatsapp import MAX_BODY_WITH_BUTTONS, to_whatsapp
from assistant.knowledge.messages import Button, Link, Message, Source

BUTTONS = tuple(Button(f"ask.{number}", f"Choice {number}") for number in range(4))


@pytest.mark.parametrize(
    ("text", "segments", "is_basic"),
    [
        ("", 1, True),
        ("a" * 160, 1, True),
        ("a" * 161, 2, True),
        ("a" * 306, 2, True),
        ("a" * 307, 3, True),
        ("€" * 80, 1, True),
        ("€" * 81, 2, True),
        ("ł" * 70, 1, False),
        ("ł" * 71, 2, False),
        ("😀" * 35, 1, False),
        ("😀" * 36, 2, False),
    ],
)
def test_count_segments_counts_as_the_networks_do(text: str, segments: int, is_basic: bool):
    assert count_segments(text) == (segments, is_basic)


def test_to_sms_writes_typographic_quotes_plainly_so_that_the_message_stays_cheap():
    sms = to_sms(Message("answer", "Say: “I am here” – it’s not your fault…"))
    assert sms.is_basic
    assert sms.text == 'Say: "I am here" - it\'s not your fault...'


def test_to_plain_gives_addresses_and_only_numbers_that_the_words_do_not_have():
    message = Message(
        "answer",
        "Call 999 or Childline (0800 1111).",
        links=(
            Link("Call 999", "tel:999"),
            Link("Call Childline 0800 1111", "tel:08001111"),
            Link("Call Samaritans 116 123", "tel:116123"),
            Link("CEOP", "https://www.ceop.police.uk/Safety-Centre/"),
            Link("Email phishing reports", "mailto:report@example.org"),
        ),
        sources=(Source("A page", None, "2026-11-22"),),
    )
    assert to_plain(message, with_sources=True).split("\n") == [
        "Call 999 or Childline (0800 1111).",
        "",
        "Call Samaritans 116 123",
        "CEOP: https://www.ceop.police.uk/Safety-Centre/",
        "Email phishing reports: report@example.org",
        "",
        "Sources, checked 2026-11-22: A page",
    ]


def test_to_whatsapp_makes_the_first_sentence_bold_and_offers_a_list_for_many_choices():
    (message,) = to_whatsapp(Message("answer", "Stay calm. You are right to ask.\n\n- One\n- Two", BUTTONS))
    assert message.body == "*Stay calm.* You are right to ask.\n\n• One\n• Two"
    assert message.as_list
    assert message.buttons == BUTTONS
    (few,) = to_whatsapp(Message("answer", "Stay calm.", BUTTONS[:3]))
    assert not few.as_list


def test_to_whatsapp_with_a_long_answer_puts_the_choices_under_its_last_paragraph_and_loses_no_word():
    text = "\n\n".join(["First sentence.", "word " * 400, "Ring 999 in danger."])
    parts = to_whatsapp(Message("answer", text, BUTTONS))
    assert [part.buttons for part in parts] == [(), BUTTONS]
    assert parts[1].body == "Ring 999 in danger."
    assert len(parts[1].body) <= MAX_BODY_WITH_BUTTONS
    assert " ".join(part.body for part in parts).replace("*", "").split() == text.split()


def test_text_to_html_escapes_and_keeps_lists_apart():
    html = text_to_html("Say <b>hello</b>.\n- one\n- two\n1. first\n\nEnd & stop.")
    assert html == (
        "<p>Say &lt;b&gt;hello&lt;/b&gt;.</p><ul><li>one</li><li>two</li></ul><ol><li>first</li></ol>"
        "<p>End &amp; stop.</p>"
    )
    assert links_to_html((Link('"A"', 'https://x.org/?a="b"'),)) == (
        '<ul class="links"><li><a href="https://x.org/?a=&quot;b&quot;">&quot;A&quot;</a></li></ul>'
    )


def test_every_topic_fits_every_channel_for_every_speaker(book, knowledge):
    for topic in knowledge.topics:
        for speaker in ("parent", "child", "teacher"):
            answer = book.answer(Question(topic, "what_to_do", speaker, is_urgent=True))
            assert "999" in answer_to_plain(answer) or topic in ("unit_info", "live_qa", "about_service"), topic
            for message in answer.messages:
                assert all(len(part.body) <= 4096 for part in to_whatsapp(message))
                assert to_sms(message).segments <= 12
