"""The settings: read once by the command line from the environment, ``.env`` and secret files, and passed down.

The README's table is generated from this class. The environment wins over ``.env``, and that over the secret files. A
wrong value ends the start with one line a setting: its name, what is wrong, an example; no secret is ever printed.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from settings.errors import BadSetting
from settings.secret import SecretStr
from settings.setting_sources import read_sources, value_in
from settings.setting_types import (
    one_of,
    to_addresses,
    to_api_url,
    to_app_token,
    to_bot_token,
    to_channel_id,
    to_contact,
    to_existing_file,
    to_folders,
    to_outlet_key,
    to_pause_seconds,
    to_port,
    to_public_url,
    to_secret,
    to_slash_command,
    to_text,
    to_timezone,
    to_user_agent,
)

DEFAULT_PORT = 3000
ENV_FILE = Path(".env")
SECRET_FILES = Path("/run/secrets")
"""The folder in which container hosts mount secrets, one file a setting."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How one setting is written: its names, the first of which is shown, and how its text becomes a value."""

    names: tuple[str, ...]
    convert: Callable[[str], Any]
    default: Any
    meaning: str
    example: str
    is_outlet_key: bool = False


def _setting(convert: Callable[[str], Any], *names: str, default: Any, meaning: str, example: str) -> Any:
    setting = Setting(names, convert, default, meaning, example, convert is to_outlet_key)
    return dataclasses.field(default=default, metadata={"setting": setting})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting. Build it with ``load``."""

    slack_bot_token: SecretStr | None = _setting(
        to_bot_token, "SLACK_BOT_TOKEN", default=None, meaning="The bot's token.", example="xoxb-…"
    )
    slack_app_token: SecretStr | None = _setting(
        to_app_token,
        "SLACK_APP_TOKEN",
        default=None,
        meaning="The app's token; with it the bot uses Socket Mode.",
        example="xapp-…",
    )
    slack_signing_secret: SecretStr | None = _setting(
        to_secret,
        "SLACK_SIGNING_SECRET",
        default=None,
        meaning="Verifies Slack's requests at /slack/events; without an app token the bot uses HTTP mode.",
        example="8f742231b10e…",
    )
    port: int | None = _setting(
        to_port,
        "PORT",
        default=None,
        meaning="The port of HTTP mode (default 3000), which also serves /healthz, /readyz and /metrics. In Socket "
        "Mode these three are served only when it is set.",
        example="3000",
    )
    public_url: str | None = _setting(
        to_public_url,
        "PACT_PUBLIC_URL",
        default=None,
        meaning="The https address that leads from the internet to PORT. With it the bot subscribes at the hubs "
        "(WebSub) that feeds name, which call /websub/… when there is news; polling goes on as before.",
        example="https://pactbot.example.org",
    )
    slack_client_id: str | None = _setting(
        to_text,
        "SLACK_CLIENT_ID",
        default=None,
        meaning="Reserved for several workspaces; alone it changes nothing.",
        example="1.2",
    )
    slack_client_secret: SecretStr | None = _setting(
        to_secret,
        "SLACK_CLIENT_SECRET",
        default=None,
        meaning="Reserved for several workspaces; alone it changes nothing.",
        example="b7…",
    )
    slack_api_url: str = _setting(
        to_api_url,
        "PACT_SLACK_API_URL",
        default="https://slack.com/api/",
        meaning="The base address of Slack's Web API.",
        example="https://slack.com/api/",
    )
    database_url: SecretStr = _setting(
        to_secret,
        "PACT_DATABASE_URL",
        "DATABASE_URL",
        default=SecretStr("sqlite:///pactbot.db"),
        meaning="The database: sqlite:///path, or postgresql://… in every form that libpq takes.",
        example="sqlite:///pactbot.db",
    )
    outlets: tuple[Path, ...] = _setting(
        to_folders,
        "PACT_OUTLETS",
        default=(),
        meaning="Folders of outlet specs, separated by a colon, added to the built-in set. A spec of the same key "
        "replaces the built-in one; one with `enabled = false` and a `reason` alone switches it off. Changes are live "
        "within a minute.",
        example="/etc/pactbot/outlets",
    )
    builtin_outlets: Literal["on", "off"] = _setting(
        one_of("on", "off"),
        "PACT_BUILTIN_OUTLETS",
        default="on",
        meaning="off leaves the built-in set out; only the outlets of PACT_OUTLETS are read.",
        example="off",
    )
    naver_client_id: SecretStr | None = _setting(
        to_outlet_key,
        "PACT_NAVER_CLIENT_ID",
        default=None,
        meaning="The id of an application at developers.naver.com; with it and its secret Naver's search is read.",
        example="8Xk2…",
    )
    naver_client_secret: SecretStr | None = _setting(
        to_outlet_key,
        "PACT_NAVER_CLIENT_SECRET",
        default=None,
        meaning="The secret of that application.",
        example="q7…",
    )
    lexicon: Path | None = _setting(
        to_existing_file,
        "PACT_LEXICON",
        default=None,
        meaning='A lexicon file instead of the built-in one, or (`extends = "built-in"`) one that adds to it.',
        example="/etc/pactbot/lexicon.toml",
    )
    trusted_addresses: frozenset[str] = _setting(
        to_addresses,
        "PACT_TRUSTED_ADDRESSES",
        default=frozenset(),
        meaning="Addresses of outlets (host:port, separated by commas) that are allowed although they are private.",
        example="intranet.example:8080",
    )
    channel: str | None = _setting(
        to_channel_id,
        "PACT_CHANNEL",
        default=None,
        meaning="A channel id; the app subscribes it once to the pact and its officials.",
        example="C0123456789",
    )
    operators_channel: str | None = _setting(
        to_channel_id,
        "PACT_OPERATORS_CHANNEL",
        default=None,
        meaning="A channel id; failures of outlets and of the installation, and new spellings, are posted there.",
        example="C0123456789",
    )
    host_pause_seconds: float = _setting(
        to_pause_seconds,
        "PACT_HOST_PAUSE_SECONDS",
        default=10.0,
        meaning="The least seconds from the end of a host's answer to the next request to it, over all processes; a "
        "robots.txt's Crawl-delay may lengthen them.",
        example="10",
    )
    contact: str | None = _setting(
        to_contact,
        "PACT_CONTACT",
        default=None,
        meaning="A mail address or page of the operator. Every request to an outlet names it in the User-Agent, so "
        "that an outlet can write to you before it locks the bot out.",
        example="https://www.example.org/about-our-bot",
    )
    user_agent: str | None = _setting(
        to_user_agent,
        "PACT_USER_AGENT",
        default=None,
        meaning="The User-Agent in place of the bot's own, `pactbot/<version> (news monitor; honours robots.txt)`. It "
        "names pactbot, because rules of a robots.txt are found by that name; PACT_CONTACT is added to it.",
        example="Mozilla/5.0 (compatible; pactbot)",
    )
    when_in_doubt: Literal["resend", "skip"] = _setting(
        one_of("resend", "skip"),
        "PACT_WHEN_IN_DOUBT",
        default="resend",
        meaning="The fate of a post whose answer was lost, where the history scopes are refused: resend (marked as a "
        "possible repeat), or skip (the next digest says that it may be missing).",
        example="skip",
    )
    command: str = _setting(
        to_slash_command, "PACT_COMMAND", default="/pact", meaning="The slash command's name.", example="/pact"
    )
    language: Literal["ko", "en"] = _setting(
        one_of("ko", "en"), "PACT_LANGUAGE", default="en", meaning="The language of channels: ko or en.", example="ko"
    )
    timezone: str = _setting(
        to_timezone,
        "PACT_TIMEZONE",
        default="Asia/Seoul",
        meaning="The time zone of channels.",
        example="Asia/Seoul",
    )
    log: Literal["text", "json"] = _setting(
        one_of("text", "json"),
        "PACT_LOG",
        default="text",
        meaning="The format of the log: text or json.",
        example="json",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = _setting(
        one_of("DEBUG", "INFO", "WARNING", "ERROR", upper=True),
        "PACT_LOG_LEVEL",
        default="INFO",
        meaning="The level of the log: DEBUG, INFO, WARNING or ERROR.",
        example="INFO",
    )

    def hub_callbacks_at(self) -> str | None:
        """Returns the address at which WebSub hubs reach us; None where it is not set, or no HTTP is served."""
        serves_http = self.port is not None or self.slack_app_token is None
        return self.public_url if serves_http else None

    def outlet_keys(self) -> dict[str, SecretStr]:
        """Returns the keys that are set, by the names of their settings; ``headers`` of a spec may name them."""
        keys = {name: setting.names[0] for name, setting in SETTINGS.items() if setting.is_outlet_key}
        return {shown: key for name, shown in keys.items() if (key := getattr(self, name)) is not None}


SETTINGS: Mapping[str, Setting] = {field.name: field.metadata["setting"] for field in dataclasses.fields(Settings)}
"""Every setting by its field, in the order of the class."""


class BadSettings(BadSetting):
    """one or more settings are wrong; ``lines`` holds a line each"""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines
        super().__init__("settings", "", "\n".join(lines), "")

    def __str__(self) -> str:
        return "\n".join(self.lines)


def load(**overrides: Any) -> Settings:
    """Returns the settings of this process. ``overrides`` are by field name and win over everything.

    A string among them is converted as one of the environment is; any other value is taken as it is. Raises BadSettings
    with one line for every wrong setting.
    """
    sources = read_sources(ENV_FILE, SECRET_FILES, _known_names())
    values, problems = dict(overrides), []
    for field, setting in SETTINGS.items():
        name, value = setting.names[0], overrides.get(field)
        if field not in overrides:
            name, value = value_in(sources, setting.names)
        if not isinstance(value, str):
            continue
        try:
            values[field] = setting.convert(value)
        except ValueError as error:
            problems.append(f"{name}: {error}; for example {setting.names[0]}={setting.example}")
    if problems:
        raise BadSettings(tuple(problems))
    return Settings(**values)


def _known_names() -> list[str]:
    return [name for setting in SETTINGS.values() for name in setting.names]


def outlet_key_names() -> tuple[str, ...]:
    """Returns the settings that ``headers`` of an outlet spec may name: no spec can send another secret."""
    return tuple(setting.names[0] for setting in SETTINGS.values() if setting.is_outlet_key)


def table() -> Iterator[tuple[str, str, str]]:
    """Yields names, meaning and default of every setting, in the order of the class: the README's table."""
    for setting in SETTINGS.values():
        yield ", ".join(setting.names), setting.meaning, _shown_default(setting.default)


def _shown_default(value: Any) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if value is None or value in ((), frozenset()):
        return "–"
    return f"{value:g}" if isinstance(value, float) else str(value)


def misspelled(environment: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """Yields names that begin with PACT_ and are no setting, each with the nearest that is one."""
    known = _known_names()
    for name in environment:
        if name.startswith("PACT_") and name not in known:
            yield name, next(iter(difflib.get_close_matches(name, known, n=1)), None)
