"""Settings: what an operator may change from outside, read once by the command line and passed down.

Names and defaults are a contract (the README's table is generated from this class). The environment wins over
``.env``. A wrong value ends the start with one line a setting: its name, what is wrong, an example; a secret's value
is never printed.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from settings.errors import BadSetting

DEFAULT_PORT = 3000
SECRET_FILES = Path("/run/secrets")
"""Where container hosts mount secrets, one file a setting; the environment and .env win over them."""


def _setting(name: str, *others: str, default: Any, meaning: str, example: str) -> Any:
    return Field(
        default=default,
        validation_alias=AliasChoices(name, *others),
        description=meaning,
        json_schema_extra={"example": example},
    )


class Settings(BaseSettings):
    """Everything that can be set. Build it with ``load``."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    slack_bot_token: SecretStr | None = _setting(
        "SLACK_BOT_TOKEN", default=None, meaning="The bot's token.", example="xoxb-…"
    )
    slack_app_token: SecretStr | None = _setting(
        "SLACK_APP_TOKEN", default=None, meaning="The app's token; present means Socket Mode.", example="xapp-…"
    )
    slack_signing_secret: SecretStr | None = _setting(
        "SLACK_SIGNING_SECRET",
        default=None,
        meaning="Without an app token: HTTP mode, signed requests at /slack/events.",
        example="8f742231b10e…",
    )
    port: int | None = _setting(
        "PORT",
        default=None,
        meaning="Where HTTP mode listens (default 3000), with /healthz, /readyz and /metrics. In Socket Mode these "
        "three are served only when it is set.",
        example="3000",
    )
    slack_client_id: str | None = _setting(
        "SLACK_CLIENT_ID",
        default=None,
        meaning="Reserved for several workspaces; alone it changes nothing.",
        example="1.2",
    )
    slack_client_secret: SecretStr | None = _setting(
        "SLACK_CLIENT_SECRET",
        default=None,
        meaning="Reserved for several workspaces; alone it changes nothing.",
        example="b7…",
    )
    slack_api_url: str = _setting(
        "PACT_SLACK_API_URL",
        default="https://slack.com/api/",
        meaning="Base of Slack's Web API.",
        example="https://slack.com/api/",
    )
    database_url: SecretStr = _setting(
        "PACT_DATABASE_URL",
        "DATABASE_URL",
        default=SecretStr("sqlite:///pactbot.db"),
        meaning="Where everything is kept: sqlite:///path, or postgresql://… in every form libpq takes.",
        example="sqlite:///pactbot.db",
    )
    outlets: Annotated[tuple[Path, ...], NoDecode] = _setting(
        "PACT_OUTLETS",
        default=(),
        meaning="Folders of outlet specs, separated by a colon; given, they replace the built-in set.",
        example="/etc/pactbot/outlets",
    )
    lexicon: Path | None = _setting(
        "PACT_LEXICON",
        default=None,
        meaning='A lexicon file instead of the built-in one, or (`extends = "built-in"`) one that adds to it.',
        example="/etc/pactbot/lexicon.toml",
    )
    trusted_addresses: Annotated[frozenset[str], NoDecode] = _setting(
        "PACT_TRUSTED_ADDRESSES",
        default=frozenset(),
        meaning="host:port, separated by commas, where outlets may live although the address is private.",
        example="intranet.example:8080",
    )
    channel: str | None = _setting(
        "PACT_CHANNEL",
        default=None,
        meaning="A channel id that the app subscribes once to the pact and its officials.",
        example="C0123456789",
    )
    operators_channel: str | None = _setting(
        "PACT_OPERATORS_CHANNEL",
        default=None,
        meaning="A channel id where failures of outlets and of the installation are told, and new spellings of names.",
        example="C0123456789",
    )
    host_pause_seconds: float = _setting(
        "PACT_HOST_PAUSE_SECONDS",
        default=10.0,
        meaning="Least time between two requests to one host; robots' Crawl-delay may lengthen it.",
        example="10",
    )
    command: str = _setting("PACT_COMMAND", default="/pact", meaning="The slash command's name.", example="/pact")
    language: Literal["ko", "en"] = _setting(
        "PACT_LANGUAGE", default="en", meaning="Language of channels until they choose: ko or en.", example="ko"
    )
    timezone: str = _setting(
        "PACT_TIMEZONE", default="Asia/Seoul", meaning="Zone of channels until they choose.", example="Asia/Seoul"
    )
    log: Literal["text", "json"] = _setting(
        "PACT_LOG", default="text", meaning="Form of the log: text or json.", example="json"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = _setting(
        "PACT_LOG_LEVEL", default="INFO", meaning="DEBUG, INFO, WARNING or ERROR.", example="INFO"
    )

    @field_validator("outlets", mode="before")
    @classmethod
    def _folders(cls, value: Any) -> Any:
        return tuple(Path(part) for part in value.split(":") if part) if isinstance(value, str) else value

    @field_validator("outlets")
    @classmethod
    def _folders_exist(cls, value: tuple[Path, ...]) -> tuple[Path, ...]:
        for folder in value:
            if not folder.is_dir():
                raise ValueError(f"{folder} is no folder")
        return value

    @field_validator("lexicon")
    @classmethod
    def _lexicon_exists(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError(f"{value} is no file")
        return value

    @field_validator("trusted_addresses", mode="before")
    @classmethod
    def _addresses(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return frozenset(part.strip().lower() for part in value.split(",") if part.strip())

    @field_validator("trusted_addresses")
    @classmethod
    def _host_and_port(cls, value: frozenset[str]) -> frozenset[str]:
        for address in value:
            if not re.fullmatch(r"(\[[0-9a-f:.]+\]|[^\s:/]+):\d{1,5}", address):
                raise ValueError(f"{address} is no host:port")
        return value

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _prefixed(value, "xoxb-")

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _prefixed(value, "xapp-")

    @field_validator("slack_api_url")
    @classmethod
    def _api_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{value!r} is no http address")
        return value if value.endswith("/") else value + "/"

    @field_validator("port")
    @classmethod
    def _port(cls, value: int | None) -> int | None:
        if value is not None and not 0 <= value <= 65535:
            raise ValueError(f"{value} is no port (0 to 65535)")
        return value

    @field_validator("host_pause_seconds")
    @classmethod
    def _pause(cls, value: float) -> float:
        if not 0 <= value <= 86_400:
            raise ValueError(f"{value:g} is not between 0 and 86400 seconds")
        return value

    @field_validator("channel", "operators_channel")
    @classmethod
    def _channel_id(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[CGD][A-Z0-9]{2,}", value):
            raise ValueError(f"{value!r} is no channel id (it stands at the end of the channel's details in Slack)")
        return value

    @field_validator("command")
    @classmethod
    def _command(cls, value: str) -> str:
        name = value if value.startswith("/") else f"/{value}"
        if not re.fullmatch(r"/[^\s/]{1,31}", name):
            raise ValueError(f"{value!r} is no slash command")
        return name

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is no IANA time zone") from error
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value


def _prefixed(value: SecretStr | None, prefix: str) -> SecretStr | None:
    if value is not None and not value.get_secret_value().startswith(prefix):
        raise ValueError(f"does not begin with {prefix}")
    return value


class BadSettings(BadSetting):
    """one or more settings are wrong; ``lines`` holds a line each"""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines
        super().__init__("settings", "", "\n".join(lines), "")

    def __str__(self) -> str:
        return "\n".join(self.lines)


def load(**overrides: Any) -> Settings:
    """The settings of this process. ``overrides`` are by field name and win over everything.

    Raises BadSettings with one line for every wrong setting.
    """
    named = {_names(field)[0]: value for field, value in overrides.items()}
    try:
        files = SECRET_FILES if SECRET_FILES.is_dir() else None
        return Settings(_secrets_dir=files, **named)
    except ValidationError as error:
        raise BadSettings(tuple(_line(dict(item)) for item in error.errors(include_input=False))) from None


def _line(problem: dict[str, Any]) -> str:
    location = problem["loc"][0] if problem["loc"] else ""
    field = next((key for key in Settings.model_fields if location in (key, *_names(key))), None)
    if field is None:
        return f"{location}: {problem['msg']}"
    said = str(problem["msg"]).removeprefix("Value error, ")
    return f"{_spelled(field)}: {said}; for example {_names(field)[0]}={example_of(field)}"


def _spelled(field: str) -> str:
    names = _names(field)
    return next((name for name in names if name in os.environ), names[0])


def _names(field: str) -> tuple[str, ...]:
    alias = Settings.model_fields[field].validation_alias
    assert isinstance(alias, AliasChoices)
    return tuple(str(choice) for choice in alias.choices)


def example_of(field: str) -> str:
    """The example that the settings table and the error line show."""
    extra = Settings.model_fields[field].json_schema_extra
    assert isinstance(extra, dict)
    return str(extra["example"])


def table() -> Iterator[tuple[str, str, str]]:
    """Name, meaning and default of every setting, in the order of the class: the README's table."""
    for field, info in Settings.model_fields.items():
        yield ", ".join(_names(field)), str(info.description), _shown_default(info.default)


def _shown_default(value: Any) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if value is None or value in ((), frozenset()):
        return "–"
    return f"{value:g}" if isinstance(value, float) else str(value)


def misspelled(environment: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """Names that begin with PACT_ and are no setting, each with the nearest that is."""
    known = [name for field in Settings.model_fields for name in _names(field)]
    for name in environment:
        if name.startswith("PACT_") and name not in known:
            yield name, next(iter(difflib.get_close_matches(name, known, n=1)), None)
