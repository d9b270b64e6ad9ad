"""Converts and checks the text of a setting; a ValueError says in a sentence what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from settings.secret import SecretStr
from settings.timezones import known_zones

MAX_PORT = 65_535
MAX_PAUSE_SECONDS = 86_400
MAX_CONTACT_CHARS = 150
MAX_PUBLIC_URL_CHARS = 200


def to_text(value: str) -> str:
    """Returns the text as it is."""
    return value


def to_secret(value: str) -> SecretStr:
    """Returns a secret of any form."""
    return SecretStr(value)


def to_bot_token(value: str) -> SecretStr:
    """Returns a bot's token."""
    return _starting_with("xoxb-", value)


def to_app_token(value: str) -> SecretStr:
    """Returns an app-level token."""
    return _starting_with("xapp-", value)


def _starting_with(prefix: str, value: str) -> SecretStr:
    if not value.startswith(prefix):
        raise ValueError(f"does not begin with {prefix}")
    return SecretStr(value)


def one_of(*choices: str, upper: bool = False) -> Callable[[str], str]:
    """Returns a converter that takes only these words; with ``upper`` it takes them in any case."""

    def convert(value: str) -> str:
        word = value.upper() if upper else value
        if word not in choices:
            *first, last = map(repr, choices)
            raise ValueError(f"should be {', '.join(first)} or {last}")
        return word

    return convert


def to_port(value: str) -> int:
    """Returns the number of a port."""
    if not re.fullmatch(r"\s*[+-]?\d{1,20}\s*", value, re.ASCII):
        raise ValueError("is not an integer")
    number = int(value)
    if not 0 <= number <= MAX_PORT:
        raise ValueError(f"{number} is no port (0 to {MAX_PORT})")
    return number


def to_api_url(value: str) -> str:
    """Returns an http address with a slash at its end."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{value!r} is no http address")
    return value if value.endswith("/") else value + "/"


def to_folders(value: str) -> tuple[Path, ...]:
    """Returns folders that exist, from paths that are separated by a colon."""
    paths = tuple(Path(part) for part in value.split(":") if part)
    for folder in paths:
        if not folder.is_dir():
            raise ValueError(f"{folder} is no folder")
    return paths


def to_existing_file(value: str) -> Path:
    """Returns the path of a file that exists."""
    path = Path(value)
    if not path.is_file():
        raise ValueError(f"{path} is no file")
    return path


def to_addresses(value: str) -> frozenset[str]:
    """Returns ``host:port`` in lower case, from addresses that are separated by commas."""
    parts = frozenset(part.strip().lower() for part in value.split(",") if part.strip())
    for address in parts:
        if not re.fullmatch(r"(\[[0-9a-f:.]+\]|[^\s:/]+):\d{1,5}", address):
            raise ValueError(f"{address} is no host:port")
    return parts


def to_channel_id(value: str) -> str:
    """Returns the id of a channel."""
    if not re.fullmatch(r"[CGD][A-Z0-9]{2,}", value):
        raise ValueError(f"{value!r} is no channel id (it stands at the end of the channel's details in Slack)")
    return value


def to_pause_seconds(value: str) -> float:
    """Returns a number of seconds."""
    try:
        seconds = float(value)
    except ValueError:
        raise ValueError("is not a number") from None
    if not 0 <= seconds <= MAX_PAUSE_SECONDS:
        raise ValueError(f"{seconds:g} is not between 0 and {MAX_PAUSE_SECONDS} seconds")
    return seconds


def to_user_agent(value: str) -> str:
    """Returns a User-Agent that names pactbot."""
    if not re.fullmatch(r"[!-~](?:[ -~]{0,198}[!-~])?", value):
        raise ValueError("is not one line of at most 200 printable ASCII characters")
    if not re.search(r"\bpactbot\b", value, re.IGNORECASE):
        raise ValueError("does not name pactbot, the name by which a robots.txt knows the bot")
    return value


def to_contact(value: str) -> str:
    """Returns a mail address or the address of a page."""
    is_mail = re.fullmatch(r"(mailto:)?[\w.+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", value, re.IGNORECASE | re.ASCII)
    is_page = re.fullmatch(r"https?://[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?(/[!-~]*)?", value, re.IGNORECASE)
    if not (is_mail or is_page) or len(value) > MAX_CONTACT_CHARS or re.search(r"[()\\]", value):
        raise ValueError(f"{value!r} is neither a mail address nor the address of a page")
    return value.removeprefix("mailto:")


def to_public_url(value: str) -> str:
    """Returns the https address at which this bot is reached, without a slash at its end."""
    address = value.rstrip("/")
    if len(value) > MAX_PUBLIC_URL_CHARS or not re.fullmatch(
        r"https://[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?(/[\w./~-]*)?", address, re.IGNORECASE | re.ASCII
    ):
        raise ValueError(f"{value!r} is no https address of this bot")
    return address


def to_slash_command(value: str) -> str:
    """Returns a slash command with its slash."""
    name = value if value.startswith("/") else f"/{value}"
    if not re.fullmatch(r"/[^\s/]{1,31}", name):
        raise ValueError(f"{value!r} is no slash command")
    return name


def to_timezone(value: str) -> str:
    """Returns the name of a time zone."""
    if value not in known_zones():
        raise ValueError(f"{value!r} is no IANA time zone")
    return value


def to_outlet_key(value: str) -> SecretStr:
    """Returns a key that an outlet's spec may send in a header, without white space around it; it is never shown."""
    key = value.strip()
    if not re.fullmatch(r"[\x21-\x7e]{1,500}", key):
        raise ValueError("is no key: it may hold 1 to 500 letters, digits and signs, without a space")
    return SecretStr(key)
