from __future__ import annotations

import pytest

from assistant.understanding.entities import EntityFinder, age_band_of


@pytest.fixture(scope="module")
def finder(knowledge) -> EntityFinder:
    return EntityFinder({platform.id: platform.names for platform in knowledge.platforms.values()})


def found(finder: EntityFinder, text: str) -> dict[str, str]:
    return {entity.entity: entity.value for entity in finder.find(text)}


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("she is on Snapchat", "snapchat"),
        ("on insta all night", "instagram"),
        ("his whatsap group", "whatsapp"),
        ("my lad is on snpachat", "snapchat"),
        ("robloks is all he plays", "roblox"),
        ("got a nintendo switch for xmas", "nintendo_switch"),
    ],
)
def test_find_with_a_named_app_knows_it(finder, text: str, platform: str):
    assert found(finder, text)["platform"] == platform


@pytest.mark.parametrize(
    "text",
    [
        "please make it snappy",
        "we zoom about a lot",
        "it was a signal to stop",
        "a nasty character",
        "should i phone the police",
        "an eating disorder",
        "every fortnight",
    ],
)
def test_find_with_an_ordinary_word_sees_no_app(finder, text: str):
    assert "platform" not in found(finder, text)


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("My 12 year old", "10-12"),
        ("shes 11 btw", "10-12"),
        ("my lad is 15", "13-15"),
        ("Y9 girl told me", "13-15"),
        ("a year 6 pupil", "10-12"),
        ("my 9yo", "6-9"),
        ("I'm 14 and scared", "13-15"),
        ("a sixteen-year-old", "16-17"),
        ("our toddler", "0-5"),
        ("child of nine", "6-9"),
    ],
)
def test_find_with_an_age_gives_its_band(finder, text: str, band: str):
    assert found(finder, text)["age_band"] == band


@pytest.mark.parametrize(
    "text", ["he is 10 minutes away", "police took 3 years to answer", "got 3 messages", "she is 40", "gone 2 hours"]
)
def test_find_with_another_number_sees_no_age(finder, text: str):
    assert "age_band" not in found(finder, text)


def test_find_gives_the_place_of_what_it_found(finder):
    (entity,) = finder.find("she is on Snapchat now")
    assert "she is on Snapchat now"[entity.start : entity.end] == "Snapchat"


@pytest.mark.parametrize(("age", "band"), [(0, "0-5"), (5.5, "0-5"), (6, "6-9"), (17, "16-17"), (18, None)])
def test_age_band_of_every_age_is_right(age: float, band: str | None):
    assert age_band_of(age) == band


def test_find_with_empty_and_huge_text_never_fails(finder):
    assert finder.find("") == []
    finder.find("snap " * 5000)
