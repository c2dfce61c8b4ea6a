"""Run the process pair: action server and assistant, started together, stopped together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from assistant.settings import ROOT, Settings

READY_SECONDS = 120
STOP_SECONDS = 8
POLL_SECONDS = 0.25
# A part that keeps dying is not restarted for ever.
RESTARTS = 5

Say = Callable[[str], None]


class RunError(Exception):
    """The assistant did not start or did not stay up. The message says which part, and what to do."""


def _start(part: str) -> subprocess.Popen[bytes]:
    # Its own process group: Ctrl-C in a terminal reaches the supervisor only, which stops both in order.
    return subprocess.Popen([sys.executable, "-m", "assistant", part], cwd=ROOT, start_new_session=True)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _stop(process: subprocess.Popen[bytes] | None) -> None:
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def run(settings: Settings, say: Say) -> None:
    """Run both parts until Ctrl-C or SIGTERM.

    Raises:
        RunError: If a part does not start, or the assistant ends by itself.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    actions = assistant = None
    restarts = 0
    try:
        say("Starting the action server and the assistant ...")
        actions, assistant = _start("actions"), _start("serve")
        address = f"http://{settings.host}:{settings.port}"
        _wait_until_ready(assistant, settings)
        say(f"Harbour answers at {address}  (stop with Ctrl-C)")
        while assistant.poll() is None:
            if actions.poll() is not None:
                restarts += 1
                if restarts > RESTARTS:
                    raise RunError("The action server keeps ending; the lines above say why.")
                say("The action server ended; starting it again.")
                actions = _start("actions")
            time.sleep(POLL_SECONDS)
        raise RunError(f"The assistant ended by itself (status {assistant.returncode}); the lines above say why.")
    except (KeyboardInterrupt, SystemExit):
        say("Stopping.")
    finally:
        _stop(assistant)
        _stop(actions)


def _wait_until_ready(assistant: subprocess.Popen[bytes], settings: Settings) -> None:
    local = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host  # noqa: S104
    deadline = time.monotonic() + READY_SECONDS
    urls = (
        f"http://{local}:{settings.port}/webhooks/web/health",
        f"http://127.0.0.1:{settings.actions_port}/health",
    )
    for url in urls:
        while not _answers(url):
            if assistant.poll() is not None:
                raise RunError("The assistant ended while starting; the lines above say why.")
            if time.monotonic() > deadline:
                raise RunError(f"Not ready after {READY_SECONDS} seconds; is port {settings.port} free?")
            time.sleep(POLL_SECONDS)
