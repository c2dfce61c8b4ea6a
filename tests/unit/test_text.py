from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text import MAX_READ_CHARACTERS, clean_message, for_matching, has_words, is_mostly_latin, is_prose


def test_clean_message_with_hidden_characters_drops_them():
    assert clean_message("he\u200blp\u202e me\x00").text == "help me"


def test_clean_message_with_fancy_quotes_and_spaces_makes_them_plain():
    assert clean_message("she\u2019s \u00a0 gone\n\nnow").text == "she's gone now"


def test_clean_message_with_family_emoji_keeps_it_whole():
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert clean_message(f"us {family}").text == f"us {family}"


def test_clean_message_too_long_keeps_beginning_and_end():
    cleaned = clean_message("start " + "x" * 50_000 + " the end")
    assert cleaned.was_cut
    assert cleaned.text.startswith("start ")
    assert cleaned.text.endswith(" the end")
    assert len(cleaned.text) <= MAX_READ_CHARACTERS


@given(st.text())
def test_clean_message_with_any_text_is_total_and_settles(text: str):
    once = clean_message(text).text
    assert clean_message(once).text == once


@given(st.text(alphabet=st.characters(min_codepoint=0, max_codepoint=0x10FFFF)))
def test_for_matching_with_any_character_never_raises(text: str):
    for_matching(text)


@pytest.mark.parametrize(
    ("typed", "matched"),
    [("She's GONE", "shes gone"), ("Heeeeelp", "heelp"), ("café", "cafe"), ("don\u2019t", "dont")],
)
def test_for_matching_with_other_spellings_gives_one_form(typed: str, matched: str):
    assert for_matching(typed) == matched


@pytest.mark.parametrize(
    ("text", "is_latin"),
    [("hello", True), ("Dzień dobry, łódź", True), ("123", True), ("मदद", False), ("表ポあA鷗ŒéB逍Üßªąñ丂㐀𠀀", False)],
)
def test_is_mostly_latin_tells_the_script(text: str, is_latin: bool):
    assert is_mostly_latin(text) is is_latin


@pytest.mark.parametrize("text", ["", "   ", "...", "\U0001f62d", "?!"])
def test_has_words_without_letters_or_digits_is_false(text: str):
    assert not has_words(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("she has gone and i cant find her", True),
        ("Pills counted. Door locked", True),
        ("look at https://example.org/x he sent her this", True),
        ("hes here \U0001f62d\U0001f62d help", True),
        ("<IMG SRC=javascript:alert(String.fromCharCode(88,83,83))>", False),
        ("&#106;&#97;&#118; alert now", False),
        ("{{7*7}} == $x | rm -rf", False),
        ("help", False),
    ],
)
def test_is_prose_tells_sentences_from_markup_and_code(text: str, expected: bool):
    assert is_prose(text) == expected
