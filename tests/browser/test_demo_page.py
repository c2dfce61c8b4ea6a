"""The demo page in a real Chromium: with script, without script, with the server gone."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.server]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]

if CHROMIUM is None:
    if os.environ.get("CI"):
        pytest.fail("Chromium is required here; install Debian's package `chromium`.", pytrace=False)
    pytest.skip("Chromium is not installed (Debian: apt install chromium)", allow_module_level=True)


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser, server):
    context = browser.new_context(viewport={"width": 900, "height": 1000})
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda message: page.faults.append(message.text) if message.type == "error" else None)
    page.goto(server.address)
    yield page
    context.close()


def ask(page, text: str) -> None:
    before = page.locator("#conversation > li.message:not(.mine)").count()
    page.get_by_label("Tell me what is on your mind").fill(text)
    page.get_by_role("button", name="Send").click()
    page.locator("#conversation > li.message:not(.mine)").nth(before).wait_for()


def test_page_with_a_question_shows_the_answer_and_next_steps(page):
    ask(page, "My 12 year old has been talking to a man on Snapchat who wants her to keep it secret")
    assert page.locator("#conversation").get_by_text("CEOP").first.is_visible()
    page.screenshot(path=SCREENSHOTS / "question.png", full_page=True)
    page.get_by_role("button", name="How to report it").click()
    page.locator("#conversation").get_by_text("You do not need proof").wait_for()
    assert page.faults == []


def test_page_with_an_emergency_offers_999_to_tap(page):
    ask(page, "hes outside our house now")
    emergency = page.locator("li.emergency")
    assert "999" in emergency.inner_text()
    assert emergency.locator('a[href="tel:999"]').is_visible()
    page.screenshot(path=SCREENSHOTS / "emergency.png", full_page=True)
    assert page.faults == []


def test_page_writes_what_was_typed_as_text_and_never_as_markup(page):
    ask(page, "<img src=x onerror=alert(1)> how do i block someone on snapchat")
    assert page.locator("#conversation img").count() == 0
    assert (
        page.locator("li.mine").inner_text().endswith("<img src=x onerror=alert(1)> how do i block someone on snapchat")
    )
    assert page.faults == []


def test_page_with_the_server_gone_keeps_the_words_and_names_999(page, server):
    page.route("**/webhooks/web/message", lambda route: route.abort())
    box = page.get_by_label("Tell me what is on your mind")
    box.fill("please help with my son")
    page.get_by_role("button", name="Send").click()
    page.locator("#problem").wait_for()
    assert "999" in page.locator("#problem").inner_text()
    assert box.input_value() == "please help with my son"


@pytest.mark.parametrize("body", ["[]", '{"messages": []}', "<html>sign in</html>"])
def test_page_with_an_empty_or_strange_reply_says_so(page, body: str):
    page.route("**/webhooks/web/message", lambda route: route.fulfill(status=200, body=body))
    page.get_by_label("Tell me what is on your mind").fill("hello")
    page.get_by_role("button", name="Send").click()
    page.locator("#problem").wait_for()


def test_page_without_script_shows_999_101_and_the_contacts(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.address)
    text = page.locator("body").inner_text()
    for contact in ("999", "101", "CEOP", "NSPCC", "Childline"):
        assert contact in text
    assert page.locator('a[href="tel:999"]').first.is_visible()
    page.screenshot(path=SCREENSHOTS / "without_script.png", full_page=True)
    context.close()


def test_page_on_a_small_phone_needs_no_sideways_scrolling(browser, server):
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(server.address)
    ask(page, "how do i set up snapchat for my 13 year old")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.screenshot(path=SCREENSHOTS / "phone.png", full_page=True)
    context.close()


def test_page_keeps_nothing_on_the_device(page):
    ask(page, "hello")
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


def test_page_deletes_the_chat_on_request(page):
    ask(page, "hello")
    page.get_by_role("button", name="Delete this chat").click()
    assert page.locator("#conversation > li").count() == 0


def test_page_can_be_used_with_the_keyboard_alone(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.get_by_label("Tell me what is on your mind").focus()
    page.keyboard.type("hello")
    page.keyboard.press("Enter")
    page.locator("#conversation > li.message:not(.mine)").first.wait_for()
    assert page.evaluate("document.activeElement.id") == "message"
