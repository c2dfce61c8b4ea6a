"""Replies are as docs/openapi.yaml says."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from assistant.knowledge.vocabulary import AGE_BANDS, ASPECTS, SPEAKERS, TOPICS, URGENCIES

OPENAPI = yaml.safe_load((Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml").read_text(encoding="utf-8"))


def _schema(name: str) -> dict:
    return {"$ref": f"#/components/schemas/{name}", "components": OPENAPI["components"]}


def test_vocabulary_of_the_description_is_that_of_the_code():
    fields = OPENAPI["components"]["schemas"]["Decision"]["properties"]
    assert fields["urgency"]["enum"] == list(URGENCIES)
    assert fields["speaker"]["enum"] == list(SPEAKERS)
    assert fields["aspect"]["enum"] == list(ASPECTS)
    assert fields["topic"]["examples"] == list(TOPICS)
    assert [band for band in fields["age_band"]["enum"] if band] == list(AGE_BANDS)


@pytest.mark.server
@pytest.mark.parametrize(
    "text",
    ["hello", "hes outside our house now", "grooming signs?", "", "what is the weather", "i want to die", "qwxz plugh"],
)
def test_reply_is_as_described(server, text: str):
    reply = server.post(text=text)
    jsonschema.validate(reply.body, _schema("Reply"))


@pytest.mark.server
def test_error_is_as_described(server):
    for body in (b"{}", b"x"):
        jsonschema.validate(server.request("/webhooks/web/message", body).body, _schema("Error"))


@pytest.mark.server
def test_described_paths_exist_and_no_others(server):
    assert set(OPENAPI["paths"]) == {"/", "/webhooks/web/message", "/webhooks/web/session", "/webhooks/web/health"}
    assert server.request("/webhooks/web/health", method="GET").body == {"status": "ready"}
