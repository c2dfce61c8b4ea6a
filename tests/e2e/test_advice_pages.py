"""All advice as pages, from the same server."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.server


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/advice/", "All advice"),
        ("/advice/index.html", "All advice"),
        ("/advice/advice/sextortion.html", "do not pay"),
        ("/advice/apps/roblox.html", "Roblox"),
        ("/advice/contacts.html", "Childline"),
        ("/advice/agreement-10-12.html", 'class="blank"'),
        ("/advice/large-print/grooming.html", "large"),
        ("/advice/style.css", "font"),
        ("/advice/search-index.js", "SEARCH_INDEX"),
    ],
)
def test_advice_page_is_served_with_the_strict_headers(server, path: str, words: str):
    reply = server.request(path, method="GET")
    assert reply.status == 200
    assert words.lower() in reply.body.lower()
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/advice/nothing.html", "/advice/../settings.py", "/advice/%2e%2e/settings.py"])
def test_advice_page_that_does_not_exist_is_not_found(server, path: str):
    reply = server.request(path, method="GET")
    assert reply.status == 404
    assert "999" in str(reply.body)


def test_school_that_embeds_harbour_is_named_and_an_unknown_profile_is_ignored(server):
    text = "my daughter is being bullied in her class group chat"
    own = server.post(text=text, profile="example-school")
    assert "Fellside Academy" in own.text
    assert "Fellside" not in server.post(text=text, profile="nobody").text
