"""The small checks that every Block Kit rule is made of; each names the place that is wrong."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.fake_slack.models import Json


class Misshapen(Exception):
    """a piece of Block Kit breaks a rule"""

    def __init__(self, why: str, where: str) -> None:
        self.why = why
        self.where = where
        super().__init__(f"[ERROR] {why} [json-pointer:{where}]")


def an_object(value: object, where: str) -> Json:
    """The value as an object."""
    if not isinstance(value, dict):
        raise Misshapen("must be an object", where)
    return value


def a_list(value: object, where: str, least: int, most: int) -> list[object]:
    """The value as a list of a permitted length."""
    if not isinstance(value, list):
        raise Misshapen("must be an array", where)
    if len(value) < least:
        raise Misshapen(f"no fewer than {least} items allowed [input:{len(value)}]", where)
    if len(value) > most:
        raise Misshapen(f"no more than {most} items allowed [input:{len(value)}]", where)
    return value


def a_string(value: object, where: str, most: int, least: int = 1) -> str:
    """The value as a string of a permitted length."""
    if not isinstance(value, str):
        raise Misshapen("must be a string", where)
    if len(value) < least:
        raise Misshapen(f"must be more than {least - 1} characters", where)
    if len(value) > most:
        raise Misshapen(f"must be less than {most + 1} characters", where)
    return value


def one_of(value: object, where: str, allowed: Iterable[str]) -> str:
    """The value as one of a few words."""
    words = sorted(allowed)
    if not isinstance(value, str) or value not in words:
        raise Misshapen(f"must be one of: {', '.join(words)}", where)
    return value


def only_keys(value: Json, where: str, allowed: Iterable[str]) -> None:
    """Refuse properties that Slack does not know."""
    for key in value:
        if key not in set(allowed):
            raise Misshapen(f"invalid additional property: {key}", where)


def required(value: Json, where: str, *keys: str) -> None:
    """Refuse an object in which one of the keys is missing."""
    for key in keys:
        if value.get(key) is None:
            raise Misshapen(f"missing required field: {key}", where)


def an_address(value: object, where: str, most: int = 3000, secure: bool = False) -> str:
    """The value as a web address."""
    address = a_string(value, where, most)
    if not address.startswith(("https://",) if secure else ("https://", "http://", "mailto:", "slack://")):
        raise Misshapen("must be a valid url", where)
    if any(mark in address for mark in (" ", "\n", "\t")):
        raise Misshapen("must be a valid url", where)
    return address
