"""The settings: read once by the command line from the environment, ``.env`` and secret files, and passed down.

The README's table is generated from this class. The environment wins over ``.env``, and that over the secret files. A
wrong value ends the start with one line a setting: its name, what is wrong, an example; no secret is ever printed.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from settings.errors import BadSetting
from settings.setting_types import (
    Addresses,
    ApiUrl,
    AppToken,
    BotToken,
    ChannelId,
    Contact,
    ExistingFile,
    Folders,
    OutletKey,
    PauseSeconds,
    Port,
    PublicUrl,
    SecretKeys,
    SlashCommand,
    Timezone,
    Upper,
    UserAgent,
)

DEFAULT_PORT = 3000
SECRET_FILES = Path("/run/secrets")
"""The folder in which container hosts mount secrets, one file a setting."""


def _setting(name: str, *others: str, default: Any, meaning: str, example: str, outlet_key: bool = False) -> Any:
    return Field(
        default=default,
        validation_alias=AliasChoices(name, *others),
        description=meaning,
        json_schema_extra={"example": example, "outlet_key": outlet_key},
    )


class Settings(BaseSettings):
    """Every setting. Build it with ``load``."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    slack_bot_token: BotToken | None = _setting(
        "SLACK_BOT_TOKEN", default=None, meaning="The bot's token.", example="xoxb-…"
    )
    slack_app_token: AppToken | None = _setting(
        "SLACK_APP_TOKEN", default=None, meaning="The app's token; with it the bot uses Socket Mode.", example="xapp-…"
    )
    slack_signing_secret: SecretStr | None = _setting(
        "SLACK_SIGNING_SECRET",
        default=None,
        meaning="Verifies Slack's requests at /slack/events; without an app token the bot uses HTTP mode.",
        example="8f742231b10e…",
    )
    port: Port | None = _setting(
        "PORT",
        default=None,
        meaning="The port of HTTP mode (default 3000), which also serves /healthz, /readyz and /metrics. In Socket "
        "Mode these three are served only when it is set.",
        example="3000",
    )
    public_url: PublicUrl | None = _setting(
        "PACT_PUBLIC_URL",
        default=None,
        meaning="The https address that leads from the internet to PORT. With it the bot subscribes at the hubs "
        "(WebSub) that feeds name, which call /websub/… when there is news; polling goes on as before.",
        example="https://pactbot.example.org",
    )
    slack_client_id: str | None = _setting(
        "SLACK_CLIENT_ID",
        default=None,
        meaning="The app's client id. With SLACK_CLIENT_SECRET, PACT_SECRET_KEY and PACT_PUBLIC_URL any number of "
        "workspaces install the app at /slack/install; SLACK_BOT_TOKEN is then left out.",
        example="1234567890.1234567890",
    )
    slack_client_secret: SecretStr | None = _setting(
        "SLACK_CLIENT_SECRET",
        default=None,
        meaning="The app's client secret, beside its client id.",
        example="b7…",
    )
    secret_key: SecretKeys = _setting(
        "PACT_SECRET_KEY",
        default=(),
        meaning="The key under which workspaces' tokens are stored, made by `pactbot secret-key`. Several keys, "
        "separated by commas: the first encrypts, all decrypt.",
        example="pm3F…=",
    )
    slack_api_url: ApiUrl = _setting(
        "PACT_SLACK_API_URL",
        default="https://slack.com/api/",
        meaning="The base address of Slack's Web API.",
        example="https://slack.com/api/",
    )
    database_url: SecretStr = _setting(
        "PACT_DATABASE_URL",
        "DATABASE_URL",
        default=SecretStr("sqlite:///pactbot.db"),
        meaning="The database: sqlite:///path, or postgresql://… in every form that libpq takes.",
        example="sqlite:///pactbot.db",
    )
    outlets: Folders = _setting(
        "PACT_OUTLETS",
        default=(),
        meaning="Folders of outlet specs, separated by a colon, added to the built-in set. A spec of the same key "
        "replaces the built-in one; one with `enabled = false` and a `reason` alone switches it off. Changes are live "
        "within a minute.",
        example="/etc/pactbot/outlets",
    )
    builtin_outlets: Literal["on", "off"] = _setting(
        "PACT_BUILTIN_OUTLETS",
        default="on",
        meaning="off leaves the built-in set out; only the outlets of PACT_OUTLETS are read.",
        example="off",
    )
    naver_client_id: OutletKey | None = _setting(
        "PACT_NAVER_CLIENT_ID",
        default=None,
        meaning="The id of an application at developers.naver.com; with it and its secret Naver's search is read.",
        example="8Xk2…",
        outlet_key=True,
    )
    naver_client_secret: OutletKey | None = _setting(
        "PACT_NAVER_CLIENT_SECRET",
        default=None,
        meaning="The secret of that application.",
        example="q7…",
        outlet_key=True,
    )
    lexicon: ExistingFile | None = _setting(
        "PACT_LEXICON",
        default=None,
        meaning='A lexicon file instead of the built-in one, or (`extends = "built-in"`) one that adds to it.',
        example="/etc/pactbot/lexicon.toml",
    )
    trusted_addresses: Addresses = _setting(
        "PACT_TRUSTED_ADDRESSES",
        default=frozenset(),
        meaning="Addresses of outlets (host:port, separated by commas) that are allowed although they are private.",
        example="intranet.example:8080",
    )
    channel: ChannelId | None = _setting(
        "PACT_CHANNEL",
        default=None,
        meaning="A channel id; the app subscribes it once to the pact and its officials. With several workspaces it "
        "names the workspace, too: T0123456789/C0123456789.",
        example="C0123456789",
    )
    operators_channel: ChannelId | None = _setting(
        "PACT_OPERATORS_CHANNEL",
        default=None,
        meaning="A channel id; failures of outlets and of the installation, and new spellings, are posted there. With "
        "several workspaces it names the workspace, too: T0123456789/C0123456789.",
        example="C0123456789",
    )
    host_pause_seconds: PauseSeconds = _setting(
        "PACT_HOST_PAUSE_SECONDS",
        default=10.0,
        meaning="The least seconds from the end of a host's answer to the next request to it, over all processes; a "
        "robots.txt's Crawl-delay may lengthen them.",
        example="10",
    )
    contact: Contact | None = _setting(
        "PACT_CONTACT",
        default=None,
        meaning="A mail address or page of the operator. Every request to an outlet names it in the User-Agent, so "
        "that an outlet can write to you before it locks the bot out.",
        example="https://www.example.org/about-our-bot",
    )
    user_agent: UserAgent | None = _setting(
        "PACT_USER_AGENT",
        default=None,
        meaning="The User-Agent in place of the bot's own, `pactbot/<version> (news monitor; honours robots.txt)`. It "
        "names pactbot, because rules of a robots.txt are found by that name; PACT_CONTACT is added to it.",
        example="Mozilla/5.0 (compatible; pactbot)",
    )
    when_in_doubt: Literal["resend", "skip"] = _setting(
        "PACT_WHEN_IN_DOUBT",
        default="resend",
        meaning="The fate of a post whose answer was lost, where the history scopes are refused: resend (marked as a "
        "possible repeat), or skip (the next digest says that it may be missing).",
        example="skip",
    )
    command: SlashCommand = _setting(
        "PACT_COMMAND", default="/pact", meaning="The slash command's name.", example="/pact"
    )
    language: Literal["ko", "en"] = _setting(
        "PACT_LANGUAGE", default="en", meaning="The language of channels: ko or en.", example="ko"
    )
    timezone: Timezone = _setting(
        "PACT_TIMEZONE",
        default="Asia/Seoul",
        meaning="The time zone of channels.",
        example="Asia/Seoul",
    )
    log: Literal["text", "json"] = _setting(
        "PACT_LOG", default="text", meaning="The format of the log: text or json.", example="json"
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], Upper] = _setting(
        "PACT_LOG_LEVEL", default="INFO", meaning="The level of the log: DEBUG, INFO, WARNING or ERROR.", example="INFO"
    )

    @property
    def several_workspaces(self) -> bool:
        """Whether workspaces install the app by OAuth, so that their tokens are in the database."""
        return self.slack_client_id is not None and self.slack_client_secret is not None

    def hub_callbacks_at(self) -> str | None:
        """Returns the address at which WebSub hubs reach us; None where it is not set, or no HTTP is served."""
        serves_http = self.port is not None or self.slack_app_token is None or self.several_workspaces
        return self.public_url if serves_http else None

    def outlet_keys(self) -> dict[str, SecretStr]:
        """Returns the keys that are set, by the names of their settings; ``headers`` of a spec may name them."""
        fields = {_names(field)[0]: field for field in _outlet_key_fields()}
        return {name: key for name, field in fields.items() if (key := getattr(self, field)) is not None}


class BadSettings(BadSetting):
    """one or more settings are wrong; ``lines`` holds a line each"""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines
        super().__init__("settings", "", "\n".join(lines), "")

    def __str__(self) -> str:
        return "\n".join(self.lines)


def load(**overrides: Any) -> Settings:
    """Returns the settings of this process. ``overrides`` are by field name and win over everything.

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
    return f"{_name_in_use(field)}: {_sentence(field, problem)}; for example {_names(field)[0]}={example_of(field)}"


def _sentence(field: str, problem: dict[str, Any]) -> str:
    """Returns what is wrong in words of our own: those of a library name types, not settings."""
    kind = str(problem["type"])
    if kind == "value_error":
        return str(problem["msg"]).removeprefix("Value error, ")
    if kind == "literal_error":
        return f"is none of {', '.join(_choices(Settings.model_fields[field].annotation))}"
    return next((words for start, words in _WRONG_TYPE if kind.startswith(start)), "cannot be used")


_WRONG_TYPE = (("int_", "is no whole number"), ("float_", "is no number"), ("string_", "is no text"))
"""What is wrong by the beginning of the library's name for it."""


def _choices(annotation: Any) -> list[str]:
    """Returns the words of a Literal, wherever it stands in an annotation."""
    words: list[str] = []
    for part in get_args(annotation):
        words += [part] if isinstance(part, str) else _choices(part)
    return words


def _name_in_use(field: str) -> str:
    names = _names(field)
    return next((name for name in names if name in os.environ), names[0])


def _names(field: str) -> tuple[str, ...]:
    alias = Settings.model_fields[field].validation_alias
    assert isinstance(alias, AliasChoices)
    return tuple(str(choice) for choice in alias.choices)


def _outlet_key_fields() -> Iterator[str]:
    for field, info in Settings.model_fields.items():
        if isinstance(info.json_schema_extra, dict) and info.json_schema_extra["outlet_key"]:
            yield field


def outlet_key_names() -> tuple[str, ...]:
    """Returns the settings that ``headers`` of an outlet spec may name: no spec can send another secret."""
    return tuple(_names(field)[0] for field in _outlet_key_fields())


def example_of(field: str) -> str:
    """Returns the example that .env.example and the error line show."""
    extra = Settings.model_fields[field].json_schema_extra
    assert isinstance(extra, dict)
    return str(extra["example"])


def table() -> Iterator[tuple[str, str, str]]:
    """Yields names, meaning and default of every setting, in the order of the class: the README's table."""
    for field, info in Settings.model_fields.items():
        yield ", ".join(_names(field)), str(info.description), _shown_default(info.default)


def _shown_default(value: Any) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if value is None or value in ((), frozenset()):
        return "–"
    return f"{value:g}" if isinstance(value, float) else str(value)


def misspelled(environment: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """Yields names that begin with PACT_ and are no setting, each with the nearest that is one."""
    known = [name for field in Settings.model_fields for name in _names(field)]
    for name in environment:
        if name.startswith("PACT_") and name not in known:
            yield name, next(iter(difflib.get_close_matches(name, known, n=1)), None)
