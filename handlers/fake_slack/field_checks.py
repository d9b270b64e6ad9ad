"""Checks single fields of Block Kit; every failure names the place that is wrong."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.fake_slack.models import Json


class InvalidBlock(Exception):
    """a piece of Block Kit breaks one of Slack's rules"""

    def __init__(self, why: str, pointer: str) -> None:
        self.why = why
        self.pointer = pointer
        super().__init__(f"[ERROR] {why} [json-pointer:{pointer}]")


def require_object(value: object, pointer: str) -> Json:
    """Returns the value as an object."""
    if not isinstance(value, dict):
        raise InvalidBlock("must be an object", pointer)
    return value


def require_list(value: object, pointer: str, minimum: int, maximum: int) -> list[object]:
    """Returns the value as a list of a permitted length."""
    if not isinstance(value, list):
        raise InvalidBlock("must be an array", pointer)
    if len(value) < minimum:
        raise InvalidBlock(f"no fewer than {minimum} items allowed [input:{len(value)}]", pointer)
    if len(value) > maximum:
        raise InvalidBlock(f"no more than {maximum} items allowed [input:{len(value)}]", pointer)
    return value


def require_string(value: object, pointer: str, maximum: int, minimum: int = 1) -> str:
    """Returns the value as a string of a permitted length."""
    if not isinstance(value, str):
        raise InvalidBlock("must be a string", pointer)
    if len(value) < minimum:
        raise InvalidBlock(f"must be more than {minimum - 1} characters", pointer)
    if len(value) > maximum:
        raise InvalidBlock(f"must be less than {maximum + 1} characters", pointer)
    return value


def require_one_of(value: object, pointer: str, allowed: Iterable[str]) -> str:
    """Returns the value as one of the allowed words."""
    words = sorted(allowed)
    if not isinstance(value, str) or value not in words:
        raise InvalidBlock(f"must be one of: {', '.join(words)}", pointer)
    return value


def reject_unknown_keys(value: Json, pointer: str, allowed: Iterable[str]) -> None:
    """Rejects properties that Slack does not know."""
    for key in value:
        if key not in set(allowed):
            raise InvalidBlock(f"invalid additional property: {key}", pointer)


def require_keys(value: Json, pointer: str, *keys: str) -> None:
    """Rejects an object without one of the keys."""
    for key in keys:
        if value.get(key) is None:
            raise InvalidBlock(f"missing required field: {key}", pointer)


def require_url(value: object, pointer: str, maximum: int = 3000, secure: bool = False) -> str:
    """Returns the value as a URL."""
    address = require_string(value, pointer, maximum)
    if not address.startswith(("https://",) if secure else ("https://", "http://", "mailto:", "slack://")):
        raise InvalidBlock("must be a valid url", pointer)
    if any(mark in address for mark in (" ", "\n", "\t")):
        raise InvalidBlock("must be a valid url", pointer)
    return address
