"""Checks text objects."""

from __future__ import annotations

from handlers.fake_slack.field_checks import (
    reject_unknown_keys,
    require_keys,
    require_object,
    require_one_of,
    require_string,
)


def check_text(value: object, pointer: str, maximum: int, plain: bool = False) -> None:
    """Checks a text object; `plain` allows plain_text alone."""
    text = require_object(value, pointer)
    require_keys(text, pointer, "type", "text")
    kind = require_one_of(text["type"], f"{pointer}/type", ("plain_text",) if plain else ("plain_text", "mrkdwn"))
    flag = "emoji" if kind == "plain_text" else "verbatim"
    reject_unknown_keys(text, pointer, ("type", "text", flag))
    require_string(text["text"], f"{pointer}/text", maximum)
