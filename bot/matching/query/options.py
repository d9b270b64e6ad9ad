"""Parses a subscription's line: the query, then its options (cadence, time, zone, channel, duration).

The options begin at the first word that can only be one. Everything after it must be an option, so that a slip is an
error with its place and never a silent change of the query.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from zoneinfo import available_timezones

from bot.matching.query.names import nearest
from bot.matching.query.nodes import Query, QueryError
from bot.matching.query.parse_query import parse
from bot.matching.query.tokens import QueryToken, tokens
from bot.matching.text.normalize import fold
from settings.lexicon import Lexicon

CADENCES = ("instant", "hourly", "daily", "weekly")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CADENCE_WORDS = {"즉시": "instant", "매시간": "hourly", "매시": "hourly", "매일": "daily", "매주": "weekly"}
_WEEKDAY_WORDS = {day[:3]: day for day in WEEKDAYS} | {
    f"{short}요일": day for short, day in zip("월화수목금토일", WEEKDAYS, strict=True)
}
_ZONE_WORDS = {"kst": "Asia/Seoul", "et": "America/New_York", "est": "America/New_York", "edt": "America/New_York"}
_UNIT_SECONDS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "분": 60, "시간": 3_600, "일": 86_400, "주": 604_800}
_MAX_DURATION_SECONDS = 366 * 86_400
_KEYWORDS = ("as", "at", "on", "tz", "min", "in", "for")
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]{2,20})(?:\|[^>]{0,100})?>|#([CG][A-Z0-9]{2,20})|#([^\s<>#]{1,80})")
"""A channel as Slack writes it, by its id without Slack's brackets, or by its name, which has no capitals."""
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_BARE_SCHEDULE = re.compile(
    rf"\s(?:(?P<cadence>{'|'.join((*CADENCES, *_CADENCE_WORDS))})(?:\s+(?P<clock>\d{{1,2}}:\d{{2}}))?"
    r"|(?P<alone>\d{1,2}:\d{2}))\s*$",
    re.IGNORECASE,
)
_COUNT = re.compile(r"[0-9]{1,6}")
_MAX_MIN_OUTLETS = 50
_DURATION = re.compile(r"([0-9]{1,4})(m|h|d|w|분|시간|일|주)")


@dataclass(frozen=True, slots=True)
class SubscriptionOptions:
    """The options of a subscription; None stands for the channel's default."""

    cadence: str | None = None
    at: str | None = None
    """HH:MM, local."""
    weekday: str | None = None
    timezone: str | None = None
    min_outlets: int | None = None
    channel: str | None = None
    """The channel's id where Slack gave one, else ``#name``."""
    duration_seconds: int | None = None
    personal: bool = False
    """``for me``: the subscription is delivered to the person's direct messages."""


def parse_line(text: str, lexicon: Lexicon) -> tuple[Query, SubscriptionOptions]:
    """The query and options of one line. Raises QueryError with places of the whole line."""
    start = options_start(text)
    query = text[:start]
    _refuse_bare_schedule(query)
    options = _OptionReader([token for token in tokens(text) if token.position >= start]).read()
    return parse(query, lexicon), options


def options_start(text: str) -> int:
    """Returns the place of the first option in a line; its end when it has none."""
    line = tokens(text)
    return next((token.position for number, token in enumerate(line) if _begins(line, number)), len(text))


def _refuse_bare_schedule(query: str) -> None:
    """Refuse a schedule without ``as``: ``quantum daily 08:30`` would search for these words."""
    bare = _BARE_SCHEDULE.search(query)
    if bare is None or not query[: bare.start()].strip():
        return
    word, clock = bare["cadence"], bare["clock"] or bare["alone"]
    said = f"as {_CADENCE_WORDS.get(word, fold(word))}" if word else "as daily"
    suggestion = f"{said} at {clock}" if clock else said
    at, token = bare.start() + 1, bare[0].strip()
    raise QueryError(at, len(token), "option.bare_schedule", {"token": token, "meant": suggestion}, suggestion)


def _begins(line: list[QueryToken], at: int) -> bool:
    """Can this word only begin the options? ``in``, ``on``, ``at``, ``for`` are words too, so their value decides."""
    word = line[at]
    if word.kind != "word" or fold(word.text) not in _KEYWORDS:
        return False
    value = line[at + 1].text if at + 1 < len(line) else ""
    match fold(word.text):
        case "as" | "tz":
            return True
        case "min":
            return value.isdigit()
        case "at":
            return value[:1].isdigit() and ":" in _raw(line, at + 1)
        case "on":
            return _weekday(value) is not None
        case "in":
            return value.startswith(("#", "<#"))
        case _:
            return fold(value) in ("me", "나", "내게") or _DURATION.fullmatch(fold(value)) is not None


def _raw(line: list[QueryToken], at: int) -> str:
    token = line[at]
    return f"{token.text}:{token.value}" if token.kind == "field" else token.text


def _weekday(text: str) -> str | None:
    plain = fold(text)
    return plain if plain in WEEKDAYS else _WEEKDAY_WORDS.get(plain)


@cache
def _zones() -> Mapping[str, str]:
    return {zone.casefold(): zone for zone in available_timezones()} | _ZONE_WORDS


class _OptionReader:
    """Reads the options one after the other; each may stand once."""

    def __init__(self, option_tokens: list[QueryToken]) -> None:
        self._tokens = option_tokens
        self._at = 0

    def read(self) -> SubscriptionOptions:
        """Read all options. Raises QueryError at the first that is wrong."""
        options = SubscriptionOptions()
        while self._at < len(self._tokens):
            keyword = self._tokens[self._at]
            word = fold(keyword.text)
            if keyword.kind != "word" or word not in _KEYWORDS:
                raise _error(keyword, "option.unknown", {"token": keyword.text}, nearest(keyword.text, _KEYWORDS))
            self._at += 1
            options = self._option(options, word, keyword)
        return options

    def _option(self, options: SubscriptionOptions, word: str, keyword: QueryToken) -> SubscriptionOptions:
        if self._at >= len(self._tokens):
            raise _error(keyword, "option.value_missing", {"option": word})
        token = self._tokens[self._at]
        self._at += 1
        readers: dict[str, Callable[[QueryToken], dict[str, object]]] = {
            "as": _cadence, "at": _at, "on": _on, "tz": _tz, "min": self._min, "in": _in, "for": _for,
        }  # fmt: skip
        values = readers[word](token)
        cleared = replace(options, **{name: SubscriptionOptions.__dataclass_fields__[name].default for name in values})  # type: ignore[arg-type]
        if cleared != options:
            raise _error(keyword, "option.twice", {"token": keyword.text})
        return replace(options, **values)  # type: ignore[arg-type]

    def _min(self, token: QueryToken) -> dict[str, object]:
        count = int(token.text) if _COUNT.fullmatch(token.text) else 0
        if not 1 <= count <= _MAX_MIN_OUTLETS:
            raise _error(token, "option.bad_number", {"token": token.text})
        following = self._tokens[self._at] if self._at < len(self._tokens) else None
        if following is None or fold(following.text) not in ("outlets", "outlet", "곳", "매체"):
            raise _error(following or token, "option.min_outlets", {"token": (following or token).text}, "outlets")
        self._at += 1
        return {"min_outlets": count}


def _cadence(token: QueryToken) -> dict[str, object]:
    plain = fold(token.text)
    cadence = plain if plain in CADENCES else _CADENCE_WORDS.get(plain)
    if cadence is None:
        raise _error(token, "option.bad_cadence", {"token": token.text}, nearest(plain, (*CADENCES, *_CADENCE_WORDS)))
    return {"cadence": cadence}


def _at(token: QueryToken) -> dict[str, object]:
    clock = _CLOCK.fullmatch(_raw([token], 0))
    if clock is None or int(clock[1]) > 23 or int(clock[2]) > 59:
        raise _error(token, "option.bad_time", {"token": _raw([token], 0)}, "08:30", example=True)
    return {"at": f"{int(clock[1]):02}:{clock[2]}"}


def _on(token: QueryToken) -> dict[str, object]:
    weekday = _weekday(token.text)
    if weekday is None:
        raise _error(token, "option.bad_weekday", {"token": token.text}, nearest(token.text, WEEKDAYS))
    return {"weekday": weekday}


def _tz(token: QueryToken) -> dict[str, object]:
    zone = _zones().get(fold(token.text))
    if zone is None:
        near = nearest(token.text, _zones())
        raise _error(token, "option.bad_zone", {"token": token.text}, _zones()[near] if near else None)
    return {"timezone": zone}


def _in(token: QueryToken) -> dict[str, object]:
    channel = _CHANNEL.fullmatch(token.text)
    if channel is None:
        raise _error(token, "option.bad_channel", {"token": token.text}, "#policy", example=True)
    return {"channel": channel[1] or channel[2] or f"#{channel[3]}"}


def _for(token: QueryToken) -> dict[str, object]:
    plain = fold(token.text)
    if plain in ("me", "나", "내게"):
        return {"personal": True}
    duration = _DURATION.fullmatch(plain)
    seconds = int(duration[1]) * _UNIT_SECONDS[duration[2]] if duration else 0
    if not 0 < seconds <= _MAX_DURATION_SECONDS:
        raise _error(token, "option.bad_duration", {"token": token.text}, "3d", example=True)
    return {"duration_seconds": seconds}


def _error(
    token: QueryToken, code: str, args: Mapping[str, str], suggestion: str | None = None, *, example: bool = False
) -> QueryError:
    return QueryError(token.position, token.length, code, args, suggestion, example=example)
