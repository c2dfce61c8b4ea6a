"""Signed conversation tokens: no cookies, nothing about the person, worthless when they expire."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import astuple, dataclass
from pathlib import Path

from itsdangerous import BadSignature, URLSafeTimedSerializer

from assistant.safety.alarm import Alarm

_SALT = "harbour.web.session.v1"
_KEY_FILE = "session.key"
MAX_TOKEN_CHARACTERS = 512


@dataclass(frozen=True)
class Session:
    """One conversation.

    Attributes:
        conversation: Random id, used as Rasa's sender id.
        speaker: Who was writing, as far as told so far; None if not told. It travels in the token, so
            that an emergency is answered in the right words even when no store can be read.
        alarm: The emergency of this conversation, if there was one; travels along for the same reason.
        is_new: True if the client had no token, or one that was wrong or too old.
    """

    conversation: str
    speaker: str | None
    alarm: Alarm | None
    is_new: bool


class Sessions:
    """Issues and checks tokens."""

    def __init__(self, secret: str, *, lifetime_minutes: int) -> None:
        """Set the key and the lifetime.

        Args:
            secret: Key of the signature.
            lifetime_minutes: A token older than this starts a new conversation.
        """
        self._serializer = URLSafeTimedSerializer(secret, salt=_SALT)
        self._secret = secret.encode()
        self._lifetime_seconds = lifetime_minutes * 60

    def open(self, token: object) -> Session:
        """Return the session of a token, or a new one if the token is missing, wrong or too old."""
        return self.read(token) or Session(secrets.token_urlsafe(18), None, None, is_new=True)

    def read(self, token: object) -> Session | None:
        """Return the session of a valid token, or None."""
        if not isinstance(token, str) or not token or len(token) > MAX_TOKEN_CHARACTERS:
            return None
        try:
            data = self._serializer.loads(token, max_age=self._lifetime_seconds)
            alarm = Alarm(*data["a"]) if data.get("a") else None
            return Session(str(data["c"]), data.get("s"), alarm, is_new=False)
        except (BadSignature, KeyError, TypeError, AttributeError):
            return None

    def token(self, session: Session, speaker: str | None = None, alarm: Alarm | None = None) -> str:
        """Return the token that the client sends with its next message, dated now."""
        kept: dict[str, object] = {"c": session.conversation, "s": speaker or session.speaker}
        if alarm is not None:
            kept["a"] = astuple(alarm)
        return str(self._serializer.dumps(kept))

    def key_of(self, address: str) -> str:
        """Return a keyed hash of a network address; the address itself is kept nowhere."""
        return hmac.new(self._secret, address.encode(), hashlib.sha256).hexdigest()[:24]


def load_or_make_secret(folder: Path) -> str:
    """Return the key kept in the data folder; make one at the first start."""
    path = folder / _KEY_FILE
    if path.is_file():
        return path.read_text(encoding="ascii").strip()
    folder.mkdir(parents=True, exist_ok=True)
    secret = secrets.token_urlsafe(48)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret)
    return secret
