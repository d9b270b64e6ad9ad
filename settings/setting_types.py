"""The types of settings: each converts and checks one value, and says in a sentence what is wrong with it."""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from settings.timezones import known_zones

SECRET_KEY_BYTES = 32
MAX_PORT = 65_535
MAX_PAUSE_SECONDS = 86_400
MAX_CONTACT_CHARS = 150
MAX_PUBLIC_URL_CHARS = 200


def _starts_with(value: SecretStr, prefix: str) -> SecretStr:
    if not value.get_secret_value().startswith(prefix):
        raise ValueError(f"does not begin with {prefix}")
    return value


def _bot_token(value: SecretStr) -> SecretStr:
    return _starts_with(value, "xoxb-")


def _app_token(value: SecretStr) -> SecretStr:
    return _starts_with(value, "xapp-")


def _port(value: int) -> int:
    if not 0 <= value <= MAX_PORT:
        raise ValueError(f"{value} is no port (0 to {MAX_PORT})")
    return value


def _api_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{value!r} is no http address")
    return value if value.endswith("/") else value + "/"


def _split_folders(value: Any) -> Any:
    return tuple(Path(part) for part in value.split(":") if part) if isinstance(value, str) else value


def _folders(value: tuple[Path, ...]) -> tuple[Path, ...]:
    for folder in value:
        if not folder.is_dir():
            raise ValueError(f"{folder} is no folder")
    return value


def _file(value: Path) -> Path:
    if not value.is_file():
        raise ValueError(f"{value} is no file")
    return value


def _split_addresses(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return frozenset(part.strip().lower() for part in value.split(",") if part.strip())


def _addresses(value: frozenset[str]) -> frozenset[str]:
    for address in value:
        if not re.fullmatch(r"(\[[0-9a-f:.]+\]|[^\s:/]+):\d{1,5}", address):
            raise ValueError(f"{address} is no host:port")
    return value


def _channel_id(value: str) -> str:
    if not re.fullmatch(r"(T[A-Z0-9]{2,}/)?[CGD][A-Z0-9]{2,}", value):
        raise ValueError(f"{value!r} is no channel id (it stands at the end of the channel's details in Slack)")
    return value


def workspace_and_channel(value: str) -> tuple[str | None, str]:
    """Returns the workspace of a channel setting, None where it names none, and the channel's id."""
    team, _, channel = value.rpartition("/")
    return team or None, channel


def _split_keys(value: Any) -> Any:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _secret_keys(value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    """Checks each key without the package that uses it: 32 bytes in the URL-safe base 64."""
    for number, key in enumerate(value, 1):
        try:
            size = len(base64.urlsafe_b64decode(key.get_secret_value()))
        except (binascii.Error, ValueError):
            size = 0
        if size != SECRET_KEY_BYTES:
            which = f"key {number} of {len(value)}" if len(value) > 1 else "it"
            raise ValueError(f"{which} is no key; make one with: pactbot secret-key")
    return value


def _pause_seconds(value: float) -> float:
    if not 0 <= value <= MAX_PAUSE_SECONDS:
        raise ValueError(f"{value:g} is not between 0 and {MAX_PAUSE_SECONDS} seconds")
    return value


def _user_agent(value: str) -> str:
    if not re.fullmatch(r"[!-~](?:[ -~]{0,198}[!-~])?", value):
        raise ValueError("is not one line of at most 200 printable ASCII characters")
    if not re.search(r"\bpactbot\b", value, re.IGNORECASE):
        raise ValueError("does not name pactbot, the name by which a robots.txt knows the bot")
    return value


def _contact(value: str) -> str:
    is_mail = re.fullmatch(r"(mailto:)?[\w.+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", value, re.IGNORECASE | re.ASCII)
    is_page = re.fullmatch(r"https?://[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?(/[!-~]*)?", value, re.IGNORECASE)
    if not (is_mail or is_page) or len(value) > MAX_CONTACT_CHARS or re.search(r"[()\\]", value):
        raise ValueError(f"{value!r} is neither a mail address nor the address of a page")
    return value.removeprefix("mailto:")


def _public_url(value: str) -> str:
    """Returns the address without the slash at its end."""
    address = value.rstrip("/")
    if len(value) > MAX_PUBLIC_URL_CHARS or not re.fullmatch(
        r"https://[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?(/[\w./~-]*)?", address, re.IGNORECASE | re.ASCII
    ):
        raise ValueError(f"{value!r} is no https address of this bot")
    return address


def _command(value: str) -> str:
    name = value if value.startswith("/") else f"/{value}"
    if not re.fullmatch(r"/[^\s/]{1,31}", name):
        raise ValueError(f"{value!r} is no slash command")
    return name


def _timezone(value: str) -> str:
    if value not in known_zones():
        raise ValueError(f"{value!r} is no IANA time zone")
    return value


def _outlet_key(value: SecretStr) -> SecretStr:
    """Returns the key without the line break that a secret file ends with; what it holds is never shown."""
    key = value.get_secret_value().strip()
    if not re.fullmatch(r"[\x21-\x7e]{1,500}", key):
        raise ValueError("is no key: it may hold 1 to 500 letters, digits and signs, without a space")
    return SecretStr(key)


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


BotToken = Annotated[SecretStr, AfterValidator(_bot_token)]
AppToken = Annotated[SecretStr, AfterValidator(_app_token)]
Port = Annotated[int, AfterValidator(_port)]
ApiUrl = Annotated[str, AfterValidator(_api_url)]
Folders = Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_split_folders), AfterValidator(_folders)]
"""Folders that exist, separated by a colon."""
ExistingFile = Annotated[Path, AfterValidator(_file)]
Addresses = Annotated[frozenset[str], NoDecode, BeforeValidator(_split_addresses), AfterValidator(_addresses)]
"""``host:port``, separated by commas, in lower case."""
ChannelId = Annotated[str, AfterValidator(_channel_id)]
"""A channel's id, with the workspace's id and a slash before it where there are several: ``T0123/C0123``."""
SecretKeys = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split_keys), AfterValidator(_secret_keys)]
"""Keys that encrypt, separated by commas, the newest first."""
PauseSeconds = Annotated[float, AfterValidator(_pause_seconds)]
UserAgent = Annotated[str, AfterValidator(_user_agent)]
Contact = Annotated[str, AfterValidator(_contact)]
"""A mail address or the address of a page."""
PublicUrl = Annotated[str, AfterValidator(_public_url)]
"""The https address at which this bot is reached, without a slash at its end."""
SlashCommand = Annotated[str, AfterValidator(_command)]
"""A slash command with its slash."""
Timezone = Annotated[str, AfterValidator(_timezone)]
OutletKey = Annotated[SecretStr, AfterValidator(_outlet_key)]
"""A key that an outlet's spec may send in a header."""
Upper = BeforeValidator(_upper)
"""Accepts a word in any case."""
