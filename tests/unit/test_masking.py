from __future__ import annotations

import time

import pytest

from assistant.privacy.masking import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ring me on 07700 900123", "ring me on [phone number]"),
        ("or (01228) 555123 please", "or [phone number] please"),
        ("mail anna.b@example.co.uk", "mail [email]"),
        ("he is @big_dave99 on there", "he is [username] on there"),
        ("look https://example.org/a?b=c", "look [link]"),
        ("we live at 12 High Street", "we live at [address]"),
        ("postcode CA1 2AB", "postcode [postcode]"),
        ("card 4111 1111 1111 1111", "card [card number]"),
        ("sort 12-34-56 account 12345678", "sort [sort code] account [account number]"),
        ("born on 12/03/2012", "[date of birth]"),
    ],
)
def test_mask_with_a_personal_detail_replaces_it(text: str, masked: str):
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "call 999 or 101 now",
        "she is 12 and in year 7",
        "he wants £500 by 18.00",
        "Childline is 0800 1111",
        "since 2019 on TikTok and Xbox",
        "24/7 and 50-50",
    ],
)
def test_mask_with_ordinary_words_leaves_them(text: str):
    assert mask(text) == text


def test_mask_with_a_long_odd_message_stays_fast():
    started = time.perf_counter()
    mask("0 1 2 3 " * 1000 + "a.b" * 1000 + "@" * 2000)
    assert time.perf_counter() - started < 1
