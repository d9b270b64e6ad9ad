"""Checks single fields of Block Kit; every failure names the place that is wrong."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.fake_slack.models import Json


class InvalidBlock(Exception):
    """a piece of Block Kit breaks one of Slack's rules"""

    def __init__(self, why: str, where: str) -> None:
        self.why = why
        self.where = where
        super().__init__(f"[ERROR] {why} [json-pointer:{where}]")


def require_object(value: object, where: str) -> Json:
    """Returns the value as an object."""
    if not isinstance(value, dict):
        raise InvalidBlock("must be an object", where)
    return value


def require_list(value: object, where: str, least: int, most: int) -> list[object]:
    """Returns the value as a list of a permitted length."""
    if not isinstance(value, list):
        raise InvalidBlock("must be an array", where)
    if len(value) < least:
        raise InvalidBlock(f"no fewer than {least} items allowed [input:{len(value)}]", where)
    if len(value) > most:
        raise InvalidBlock(f"no more than {most} items allowed [input:{len(value)}]", where)
    return value


def require_string(value: object, where: str, most: int, least: int = 1) -> str:
    """Returns the value as a string of a permitted length."""
    if not isinstance(value, str):
        raise InvalidBlock("must be a string", where)
    if len(value) < least:
        raise InvalidBlock(f"must be more than {least - 1} characters", where)
    if len(value) > most:
        raise InvalidBlock(f"must be less than {most + 1} characters", where)
    return value


def require_one_of(value: object, where: str, allowed: Iterable[str]) -> str:
    """Returns the value as one of the allowed words."""
    words = sorted(allowed)
    if not isinstance(value, str) or value not in words:
        raise InvalidBlock(f"must be one of: {', '.join(words)}", where)
    return value


def reject_unknown_keys(value: Json, where: str, allowed: Iterable[str]) -> None:
    """Rejects properties that Slack does not know."""
    for key in value:
        if key not in set(allowed):
            raise InvalidBlock(f"invalid additional property: {key}", where)


def require_keys(value: Json, where: str, *keys: str) -> None:
    """Rejects an object without one of the keys."""
    for key in keys:
        if value.get(key) is None:
            raise InvalidBlock(f"missing required field: {key}", where)


def require_url(value: object, where: str, most: int = 3000, secure: bool = False) -> str:
    """Returns the value as a URL."""
    address = require_string(value, where, most)
    if not address.startswith(("https://",) if secure else ("https://", "http://", "mailto:", "slack://")):
        raise InvalidBlock("must be a valid url", where)
    if any(mark in address for mark in (" ", "\n", "\t")):
        raise InvalidBlock("must be a valid url", where)
    return address
