"""Recognizes the words of a line that can only be options of a subscription."""

from __future__ import annotations

import re

from bot.matching.query.schedule import CADENCE_WORDS, CADENCES, BareSchedule, is_only_schedule, taken_schedule
from bot.matching.query.tokens import QueryToken, tokens
from bot.matching.text.normalize import fold
from handlers.verbs.times import NUMBER_WORDS, said_clock, said_span, weekday_named

KEYWORDS = ("as", "at", "on", "tz", "min", "in", "for")
ME = ("me", "나", "내게")
FOR_ME = ("나에게", "내게")
"""Words that say ``for me`` alone."""
CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")
OUTLETS = ("outlets", "outlet", "곳", "매체")
"""The units of ``min``."""
_COUNT = re.compile(rf"(?P<count>[0-9]{{1,6}}|{'|'.join(NUMBER_WORDS)})(?P<unit>{'|'.join(OUTLETS)})?")
HOUR = re.compile(r"[0-9]{1,2}")


def options_start(text: str) -> int:
    """Returns the place of the first option in a line; its end when it has none."""
    bare = schedule_of(text)
    return bare.position if bare is not None else _keyword_start(text, tokens(text))


def schedule_of(text: str) -> BareSchedule | None:
    """Returns the schedule that begins the options of a line without ``as``; None for a line that has none."""
    line = tokens(text)
    start = _keyword_start(text, line)
    return taken_schedule(text, [token for token in line if token.position < start])


def has_only_options(text: str) -> bool:
    """Returns whether a line names no query: ``as weekly``, ``daily``, 매일 8시."""
    line = tokens(text)
    start = _keyword_start(text, line)
    return start == 0 or is_only_schedule(text, [token for token in line if token.position < start])


def _keyword_start(text: str, line: list[QueryToken]) -> int:
    return next((token.position for number, token in enumerate(line) if _begins(text, line, number)), len(text))


def _begins(text: str, line: list[QueryToken], at: int) -> bool:
    """Can this word only begin the options? ``in``, ``on``, ``at``, ``for`` are words too, so their value decides."""
    word = line[at]
    if _begins_as_typed(line, at):
        return True
    if word.kind != "word" or fold(word.text) not in KEYWORDS:
        return _begins_schedule(line, at) or is_for_me(word)
    value = line[at + 1].text if at + 1 < len(line) else ""
    rest = text[line[at + 1].position :] if at + 1 < len(line) else ""
    match fold(word.text):
        case "as" | "tz":
            return True
        case "min":
            return count_said(value) is not None
        case "at":
            is_clock = said_clock(rest) is not None or (value[:1].isdigit() and ":" in raw_text(line[at + 1]))
            return is_clock or HOUR.fullmatch(value) is not None
        case "on":
            return weekday_named(value) is not None
        case "in":
            return value.startswith(("#", "<#"))
        case _:
            return fold(value) in ME or said_span(rest) is not None


def _begins_as_typed(line: list[QueryToken], at: int) -> bool:
    """Is this 그대로 behind a query, with nothing or an option behind it?"""
    if not is_as_typed(line[at]) or at == 0 or line[at - 1].kind in ("or", "and", "not", "("):
        return False
    following = line[at + 1] if at + 1 < len(line) else None
    return following is None or fold(following.text) in KEYWORDS or option_of_value(following) is not None


def is_as_typed(token: QueryToken) -> bool:
    """Returns whether a word says, without ``as``, that a query is meant as it was typed."""
    return token.kind == "word" and fold(token.text) in ("그대로", "입력대로")


def is_for_me(token: QueryToken) -> bool:
    """Returns whether a word says, without ``for``, that a subscription is the person's."""
    return token.kind == "word" and fold(token.text) in FOR_ME


def _begins_schedule(line: list[QueryToken], at: int) -> bool:
    """Is this exactly ``daily 08:30`` or ``매주 월요일 08:30`` behind a query, with options alone behind it?"""
    cadence = cadence_named(line[at])
    if cadence is None or at == 0 or at + 1 == len(line) or line[at - 1].kind in ("or", "and", "not", "("):
        return False
    values = [option_of_value(token) for token in line[at + 1 : at + 3]]
    return values[0] == "at" or (values == ["on", "at"] and cadence == "weekly")


def cadence_named(token: QueryToken) -> str | None:
    """Returns the cadence that a word names; None for another word."""
    plain = fold(token.text)
    return plain if plain in CADENCES else CADENCE_WORDS.get(plain)


def option_of_value(token: QueryToken) -> str | None:
    """Returns the option that a value without its keyword belongs to; None for any other word."""
    if token.kind in ("word", "field") and CLOCK.fullmatch(raw_text(token)):
        return "at"
    if token.kind != "word":
        return None
    if is_for_me(token):
        return "for"
    return "as" if cadence_named(token) or is_as_typed(token) else "on" if weekday_named(token.text) else None


def count_said(text: str) -> tuple[int, bool] | None:
    """Returns the number of ``2``, ``two``, 두 or 2곳, and whether its unit is in it; None for another word."""
    count = _COUNT.fullmatch(text.casefold())
    if count is None:
        return None
    return NUMBER_WORDS.get(count["count"]) or int(count["count"]), bool(count["unit"])


def raw_text(token: QueryToken) -> str:
    """Returns a token as it was typed; 08:30 looks like a field."""
    return f"{token.text}:{token.value}" if token.kind == "field" else token.text
