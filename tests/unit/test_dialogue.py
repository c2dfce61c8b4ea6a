from __future__ import annotations

import pytest

from assistant.understanding.dialogue import matter_of


def matter(text: str, intent: str, topic: str, confidence: float, *, current: str | None, **kwargs):
    ranking = [(topic, confidence), ("gaming", 0.05), ("livestream", 0.02)]
    return matter_of(text, intent=intent, topic_ranking=ranking, current_topic=current, **kwargs)


def test_matter_with_how_do_i_report_it_keeps_the_topic():
    found = matter("how do i report it", "ask_how_to_report", "reporting_how", 0.9, current="grooming")
    assert (found.topic, found.aspect, found.is_follow_up) == ("grooming", "how_to_report", True)


def test_matter_with_a_clear_question_keeps_its_aspect_whatever_the_topic_looks_like():
    found = matter("and is what he did illegal", "ask_is_it_illegal", "reporting_how", 0.6, current="grooming")
    assert (found.topic, found.aspect) == ("grooming", "is_it_illegal")


def test_matter_without_a_topic_before_takes_the_words_as_they_are():
    found = matter("how do i report it", "ask_how_to_report", "reporting_how", 0.9, current=None)
    assert (found.topic, found.is_follow_up) == ("reporting_how", False)


def test_matter_with_a_clearly_new_topic_switches():
    found = matter("she is being bullied in it", "share_concern", "cyberbullying", 0.9, current="grooming")
    assert found.topic == "cyberbullying"


def test_matter_with_a_platform_only_asks_the_same_again():
    found = matter(
        "and on xbox?", "give_detail", "platform_setup", 0.9, current="grooming", last_aspect="how_to_report",
        names_platform=True,
    )  # fmt: skip
    assert (found.topic, found.aspect) == ("grooming", "how_to_report")


def test_matter_with_a_weak_guess_and_nothing_before_is_not_sure():
    found = matter("the thing with the thing", "ask_explain", "deepfake", 0.1, current=None)
    assert found.topic is None
    assert found.candidates[0] == "deepfake"


@pytest.mark.parametrize("service", ["about_service", "unit_info", "out_of_scope"])
def test_matter_after_a_question_about_the_service_is_not_a_follow_up_of_it(service: str):
    found = matter("is it illegal", "ask_is_it_illegal", "grooming", 0.5, current=service)
    assert found.topic == "grooming"


def test_matter_with_the_evidence_question_answers_evidence():
    found = matter(
        "what should I keep as evidence of all these messages and pictures",
        "ask_what_to_do", "evidence", 0.8, current="sextortion",
    )  # fmt: skip
    assert found.topic == "evidence"
