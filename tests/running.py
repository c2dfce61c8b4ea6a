"""A real process pair on free ports, with a store of its own: what a parent would talk to."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 180


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Reply:
    """One HTTP answer."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def text(self) -> str:
        return "\n\n".join(message["text"] for message in self.body["messages"])

    @property
    def first_sentence(self) -> str:
        return self.body["messages"][0]["text"].split("\n")[0].split(". ")[0]


@dataclass
class Server:
    """The running pair."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    root: Path = ROOT
    port: int = 0
    actions_port: int = 0
    serve: subprocess.Popen | None = None
    actions: subprocess.Popen | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        self.port, self.actions_port = free_port(), free_port()
        self.start_actions()
        self.serve = self._part("serve")
        self._wait(f"{self.address}/webhooks/web/health", self.serve)
        self._wait(f"http://127.0.0.1:{self.actions_port}/health", self.actions)

    def start_actions(self) -> None:
        self.actions = self._part("actions")

    def wait_for_actions(self) -> None:
        self._wait(f"http://127.0.0.1:{self.actions_port}/health", self.actions)

    def _part(self, name: str) -> subprocess.Popen:
        environment = {
            **os.environ,
            "PORT": str(self.port),
            "ACTIONS_PORT": str(self.actions_port),
            "DATA_DIR": str(self.folder / "var"),
            "RATE_LIMIT": "off",
            **self.environment,
        }
        log = (self.folder / "log.txt").open("ab")
        return subprocess.Popen(
            [sys.executable, "-m", "assistant", name], cwd=self.root, env=environment, stdout=log, stderr=log
        )

    def _wait(self, url: str, process: subprocess.Popen | None) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process is not None and process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(url, timeout=2) as response:
                    if response.status == 200:
                        return
            except OSError:
                pass
            time.sleep(0.2)
        pytest.fail(f"{url} did not become ready; the log ends: {self.log[-1500:]}")

    def stop(self) -> None:
        for process in (self.serve, self.actions):
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def request(self, path: str, data: bytes | None = None, method: str = "POST", timeout: float = 30) -> Reply:
        request = urllib.request.Request(
            self.address + path, data=data, method=method, headers={"Content-Type": "application/json"}
        )
        try:
            response = urllib.request.urlopen(request, timeout=timeout)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            raw = response.read()
            kind = response.headers.get("Content-Type", "")
            body = json.loads(raw) if raw and "json" in kind else raw.decode("utf-8", "replace")
            return Reply(response.status, dict(response.headers), body)

    def post(self, **body: Any) -> Reply:
        return self.request("/webhooks/web/message", json.dumps({"session": None, **body}).encode())

    def conversation(self) -> Conversation:
        return Conversation(self)


@dataclass
class Conversation:
    """Says one thing after the other in one session."""

    server: Server
    session: str | None = None
    last: Reply | None = None

    def say(self, text: str, **more: Any) -> Reply:
        return self._keep(self.server.post(session=self.session, text=text, **more))

    @property
    def buttons(self) -> list[dict]:
        return [button for message in self.last.body["messages"] for button in message["buttons"]]

    def press(self, number: int) -> Reply:
        return self.press_id(self.buttons[number]["id"])

    def press_id(self, identifier: str) -> Reply:
        return self._keep(self.server.post(session=self.session, button=identifier))

    def _keep(self, reply: Reply) -> Reply:
        self.session, self.last = reply.body.get("session", self.session), reply
        return reply


def copy_of_repository(folder: Path) -> Path:
    """A copy of all files of the project, to change in ways that the real one must not see."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
    return folder


def running_server(tmp_path_factory, root: Path = ROOT, **environment: str) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"), environment, root)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Server]:
    """One pair for all tests that leave it as they found it."""
    yield from running_server(tmp_path_factory)


@pytest.fixture(scope="module")
def own_server(tmp_path_factory) -> Iterator[Server]:
    """A pair of the module's own, to be hurt."""
    yield from running_server(tmp_path_factory, RATE_LIMIT="20")
