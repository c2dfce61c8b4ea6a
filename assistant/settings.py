"""The only reader of the environment: every setting, typed, with its default and its limits.

`load_settings()` fails early and names the variable, what is wrong and what would be right.
`docs/settings.md` lists the same settings; a test keeps the two equal.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """A setting is missing or wrong. The message says which, why, and what would be right."""


@dataclass(frozen=True)
class Settings:
    """All settings of one running assistant.

    Attributes:
        host: Address to listen on.
        port: Port of the assistant (web API and page).
        actions_port: Port of the action server, on the loopback address only.
        force: Id of the police force, a file `knowledge/forces/<id>.yml`.
        watchdog_seconds: Longest wait for a full answer before Harbour sends its fixed one.
        emergency_watchdog_seconds: The same for a message that triage calls an emergency.
        action_seconds: Longest wait for the action server within a turn.
        session_minutes: A conversation not used for this long is over.
        retention_hours: Stored conversations are deleted after this long.
        rate_limit: Messages per minute and session; None switches the limits off.
        rate_limit_per_address: Messages per minute and network address.
        session_secret: Key that signs session tokens; None means: kept in the data folder.
        data_dir: Folder for the conversation store and the generated session key.
        encoder_dir: Folder with the sentence encoder (ONNX file, tokenizer, model card).
        log_level: Level of the assistant's own events.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    actions_port: int = 5055
    force: str = "cumbria"
    watchdog_seconds: float = 4.0
    emergency_watchdog_seconds: float = 1.5
    action_seconds: float = 2.5
    session_minutes: int = 30
    retention_hours: int = 24
    rate_limit: int | None = 20
    rate_limit_per_address: int | None = 120
    session_secret: str | None = field(default=None, repr=False)
    data_dir: Path = ROOT / "var"
    encoder_dir: Path = ROOT / "encoder"
    log_level: str = "INFO"

    @property
    def database_path(self) -> Path:
        """The SQLite file that holds the masked conversations."""
        return self.data_dir / "conversations.db"

    @property
    def questions_path(self) -> Path:
        """The SQLite file that holds the masked questions for live sessions, apart from all conversations."""
        return self.data_dir / "session_questions.db"


def _number(name: str, raw: str, low: float, high: float, *, whole: bool) -> float:
    try:
        value = int(raw) if whole else float(raw)
    except ValueError:
        kind = "a whole number" if whole else "a number"
        raise SettingsError(f"{name}={raw!r} is not {kind}; give one from {low:g} to {high:g}.") from None
    if not low <= value <= high:
        raise SettingsError(f"{name}={raw!r} is out of range; give a number from {low:g} to {high:g}.")
    return value


def _limit(name: str, raw: str) -> int | None:
    if raw.lower() == "off":
        return None
    return int(_number(name, raw, 1, 1_000_000, whole=True))


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check every setting.

    Args:
        environment: Names and values; the process environment if left out.

    Raises:
        SettingsError: If a value cannot be used.
    """
    env = os.environ if environment is None else environment
    default = Settings()

    def get(name: str) -> str | None:
        value = env.get(name, "").strip()
        return value or None

    def whole(name: str, fallback: int, low: int, high: int) -> int:
        raw = get(name)
        return fallback if raw is None else int(_number(name, raw, low, high, whole=True))

    def seconds(name: str, fallback: float, high: float) -> float:
        raw = get(name)
        return fallback if raw is None else _number(name, raw, 0.05, high, whole=False)

    force = get("FORCE") or default.force
    if not force.replace("-", "").isalnum() or not (ROOT / "knowledge" / "forces" / f"{force}.yml").is_file():
        known = ", ".join(sorted(path.stem for path in (ROOT / "knowledge" / "forces").glob("*.yml")))
        raise SettingsError(f"FORCE={force!r} is not a known force; use one of: {known}.")

    secret = get("SESSION_SECRET")
    if secret is not None and len(secret) < 32:
        raise SettingsError("SESSION_SECRET is too short; give at least 32 random characters.")

    log_level = (get("LOG_LEVEL") or default.log_level).upper()
    if log_level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise SettingsError(f"LOG_LEVEL={log_level!r} is unknown; use DEBUG, INFO, WARNING or ERROR.")

    watchdog = seconds("WATCHDOG_SECONDS", default.watchdog_seconds, 30)
    action = seconds("ACTION_SECONDS", min(default.action_seconds, watchdog * 0.8), 30)
    if action >= watchdog:
        raise SettingsError(
            f"ACTION_SECONDS={action:g} must be smaller than WATCHDOG_SECONDS={watchdog:g}, "
            "or the watchdog answers before the action server can fail."
        )
    rate_limit = get("RATE_LIMIT")
    rate_limit_per_address = get("RATE_LIMIT_PER_ADDRESS")
    per_session = default.rate_limit if rate_limit is None else _limit("RATE_LIMIT", rate_limit)
    per_address = (
        default.rate_limit_per_address
        if rate_limit_per_address is None
        else _limit("RATE_LIMIT_PER_ADDRESS", rate_limit_per_address)
    )
    port = whole("PORT", default.port, 1, 65535)
    actions_port = whole("ACTIONS_PORT", default.actions_port, 1, 65535)
    if port == actions_port:
        raise SettingsError(f"PORT and ACTIONS_PORT are both {port}; choose two different ports.")
    return Settings(
        host=get("HOST") or default.host,
        port=port,
        actions_port=actions_port,
        force=force,
        watchdog_seconds=watchdog,
        emergency_watchdog_seconds=min(
            watchdog, seconds("EMERGENCY_WATCHDOG_SECONDS", default.emergency_watchdog_seconds, 30)
        ),
        action_seconds=action,
        session_minutes=whole("SESSION_MINUTES", default.session_minutes, 1, 24 * 60),
        retention_hours=whole("RETENTION_HOURS", default.retention_hours, 1, 24 * 30),
        rate_limit=per_session,
        rate_limit_per_address=None if per_session is None else per_address,
        session_secret=secret,
        data_dir=Path(get("DATA_DIR") or default.data_dir),
        encoder_dir=Path(get("ENCODER_DIR") or default.encoder_dir),
        log_level=log_level,
    )
