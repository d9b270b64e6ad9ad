"""Parses a subscription's line: the query, then its options (cadence, time, zone, channel, duration).

The options begin at the first word that can only be one. Everything after it must be an option, so that a slip is an
error with its place and never a silent change of the query.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.matching.query.names import names_of, nearest
from bot.matching.query.near_options import near_option, near_weekday
from bot.matching.query.nodes import Query, QueryError
from bot.matching.query.option_words import (
    CLOCK,
    HOUR,
    KEYWORDS,
    ME,
    OUTLETS,
    cadence_named,
    count_said,
    is_for_me,
    option_of_value,
    options_start,
    raw_text,
    schedule_of,
)
from bot.matching.query.parse_query import parse
from bot.matching.query.schedule import (
    CADENCE_WORDS,
    CADENCES,
    KOREAN_CADENCES,
    BareSchedule,
    find_bare_schedule,
)
from bot.matching.query.tokens import WIDE, QueryToken, tokens
from bot.matching.query.zones import zone_meant, zone_named
from bot.matching.text.korean import is_hangul
from bot.matching.text.normalize import fold
from handlers.verbs.times import NUMBER_WORDS, WEEKDAYS, Said, said_clock, said_span, weekday_named
from settings.lexicon import Lexicon

_UNIT_SECONDS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "분": 60, "시간": 3_600, "일": 86_400, "주": 604_800}
_MAX_DURATION_SECONDS = 366 * 86_400
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]{2,20})(?:\|[^>]{0,100})?>|#([CG][A-Z0-9]{2,20})|#([^\s<>#]{1,80})")
"""A channel as Slack writes it, by its id without Slack's brackets, or by its name, which has no capitals."""
_HALVES = ("am", "pm", "a.m.", "p.m.")
_TYPED = ("typed", "그대로", "입력대로")
_CADENCES_WITH = {"at": ("hourly", "daily", "weekly"), "on": ("weekly",), "tz": ("hourly", "daily", "weekly")}
"""The cadences with which an option has an effect."""
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
    as_typed: bool = False
    """``as typed``: a word that nothing knows is meant, so nobody is asked about it."""


def parse_line(text: str, lexicon: Lexicon, language: str = "en") -> tuple[Query, SubscriptionOptions]:
    """The query and options of one line. Raises QueryError with places of the whole line.

    What an error offers is typed as people of the language type it.
    """
    start, bare, korean = options_start(text), schedule_of(text), language == "ko"
    line = tokens(text)
    words = [token for token in line if token.position < (start if bare is None else bare.position)]
    mistyped = near_option(words, names_of(lexicon))
    if mistyped is not None:
        bare = None
    elif bare is None:
        _refuse_bare_schedule(text, words, korean=korean)
    behind = mistyped if mistyped is not None else start if bare is None else bare.end
    options = _OptionReader(text, [token for token in line if token.position >= behind], korean=korean).read(bare)
    return parse(text[:start], lexicon), options


def _refuse_bare_schedule(text: str, words: list[QueryToken], *, korean: bool) -> None:
    """Refuse a schedule without ``as`` that is not taken: ``quantum daily`` would search for these words."""
    bare = find_bare_schedule(text, words)
    if bare is None:
        return
    token = text[bare.position : bare.end]
    if bare.is_unknown:
        raise QueryError(bare.position, len(token), "option.bad_cadence", {"token": token})
    is_tail = bare.position > words[0].position and bare.end >= words[-1].position + words[-1].length
    meant = bare.meant(korean=korean)
    suggestion = meant if is_tail and not bare.contradicts else None
    raise QueryError(bare.position, len(token), "option.bare_schedule", {"token": token, "meant": meant}, suggestion)


class _OptionReader:
    """Reads the options one after the other; each may stand once."""

    def __init__(self, text: str, option_tokens: list[QueryToken], *, korean: bool) -> None:
        self._text = text
        self._korean = korean
        self._tokens = option_tokens
        self._at = 0
        self._places: dict[str, tuple[int, int]] = {}
        """Begin and end of each option that was read, by its keyword."""

    def read(self, bare: BareSchedule | None = None) -> SubscriptionOptions:
        """Read all options behind a schedule without ``as``. Raises QueryError at the first that is wrong."""
        options = self._scheduled(bare) if bare is not None else SubscriptionOptions()
        while self._at < len(self._tokens):
            keyword = self._tokens[self._at]
            word = fold(keyword.text)
            if keyword.kind == "word" and word in KEYWORDS:
                self._at += 1
                options = self._option(options, word, keyword)
            elif implied := option_of_value(keyword) or self._option_said(keyword):
                options = self._option(options, implied, keyword)
            elif near_weekday(keyword.text):
                _on(keyword)
            else:
                raise _error(keyword, "option.unknown", {"token": keyword.text}, nearest(keyword.text, KEYWORDS))
        self._refuse_contradictions(options)
        return options

    def _scheduled(self, bare: BareSchedule) -> SubscriptionOptions:
        said = {"as": bare.cadence, "at": bare.at, "on": bare.weekday}
        self._places |= {keyword: (bare.position, bare.end) for keyword, value in said.items() if value}
        return SubscriptionOptions(bare.cadence, bare.at, bare.weekday)

    def _option_said(self, token: QueryToken) -> str | None:
        """The option of a time said in words (저녁 8시 반), or of a zone behind a time; None for another word."""
        if said_clock(self._text[token.position :].translate(WIDE)) is not None:
            return "at"
        is_zone = zone_named(token.text) is not None or zone_meant(self._text[token.position :]) is not None
        return "tz" if "at" in self._places and is_zone else None

    def _refuse_contradictions(self, options: SubscriptionOptions) -> None:
        """Refuse an option that the others leave without effect.

        A time or zone needs a digest, a weekday a weekly one; a subscription for a person posts in no channel.
        """
        if "in" in self._places and options.personal:
            raise self._contradiction("for", "in")
        for keyword in ("at", "on", "tz"):
            if keyword not in self._places or options.cadence in _CADENCES_WITH[keyword]:
                continue
            if options.cadence is not None:
                raise self._contradiction(keyword, "as")
            raise self._without_cadence(keyword, options)

    def _contradiction(self, keyword: str, other: str) -> QueryError:
        position, end = self._places[keyword]
        args = {"token": self._text[position:end], "other": self._text[slice(*self._places[other])]}
        return QueryError(position, end - position, "option.contradicts", args)

    def _without_cadence(self, keyword: str, options: SubscriptionOptions) -> QueryError:
        position, end = self._places[keyword]
        token = self._text[position:end]
        cadence = "weekly" if options.weekday else "daily"
        meant = f"{KOREAN_CADENCES[cadence]} {_value_of(token)}" if self._korean else f"as {cadence} {token}"
        return QueryError(position, end - position, "option.needs_cadence", {"token": token, "meant": meant}, meant)

    def _option(self, options: SubscriptionOptions, word: str, keyword: QueryToken) -> SubscriptionOptions:
        if self._at >= len(self._tokens):
            raise _error(keyword, "option.value_missing", {"option": word})
        token = self._tokens[self._at]
        self._at += 1
        readers: dict[str, Callable[[QueryToken], dict[str, object]]] = {
            "as": self._cadence, "at": self._clock, "on": _on, "tz": self._tz, "min": self._min, "in": _in,
            "for": self._for,
        }  # fmt: skip
        values = readers[word](token)
        cleared = replace(options, **{name: SubscriptionOptions.__dataclass_fields__[name].default for name in values})  # type: ignore[arg-type]
        if cleared != options:
            raise _error(keyword, "option.twice", {"token": keyword.text})
        last = self._tokens[self._at - 1]
        self._places[word] = (keyword.position, last.position + last.length)
        return replace(options, **values)  # type: ignore[arg-type]

    def _cadence(self, token: QueryToken) -> dict[str, object]:
        plain = fold(token.text)
        if plain in _TYPED:
            return {"as_typed": True}
        cadence = cadence_named(token)
        if cadence is not None:
            return {"cadence": cadence}
        bare = find_bare_schedule(f"x {self._text[token.position :]}", tokens(f"x {self._text[token.position :]}"))
        if bare is not None and bare.position == 2 and not bare.is_unknown:
            length = bare.end - 2
            args = {"token": self._text[token.position : token.position + length]}
            meant = bare.meant(korean=self._korean).removeprefix("as ")
            raise QueryError(token.position, length, "option.bad_cadence", args, meant)
        raise _error(token, "option.bad_cadence", {"token": token.text}, nearest(plain, (*CADENCES, *CADENCE_WORDS)))

    def _clock(self, token: QueryToken) -> dict[str, object]:
        """HH:MM, or a time of day that is said in another way; one that leaves a choice is offered as HH:MM."""
        clock = CLOCK.fullmatch(raw_text(token))
        if clock is not None and int(clock[1]) <= 23 and int(clock[2]) <= 59:
            following = self._tokens[self._at] if self._at < len(self._tokens) else None
            if following is None or fold(following.text) not in _HALVES:
                return {"at": f"{int(clock[1]):02}:{clock[2]}"}
        rest = self._text[token.position :].translate(WIDE)
        said = said_clock(rest)
        if said is not None and said.exact:
            self._skip_to(token.position + said.length)
            return {"at": said.meant}
        hour = NUMBER_WORDS.get(fold(token.text)) or (int(token.text) if HOUR.fullmatch(token.text) else 24)
        if said is None and hour <= 23:
            said = Said(f"{hour:02}:00", token.length)
        raise _misread(token, "option.bad_time", raw_text(token), rest, said, "08:30")

    def _skip_to(self, end: int) -> None:
        """Skip the tokens that belong to a value of several words."""
        while self._at < len(self._tokens) and self._tokens[self._at].position < end:
            self._at += 1

    def _tz(self, token: QueryToken) -> dict[str, object]:
        zone = zone_named(token.text)
        if zone is not None:
            return {"timezone": zone}
        rest = self._text[token.position :]
        meant = zone_meant(rest)
        raise _misread(token, "option.bad_zone", token.text, rest, Said(*meant) if meant else None, "Asia/Seoul")

    def _for(self, token: QueryToken) -> dict[str, object]:
        plain = fold(token.text)
        if plain in ME or is_for_me(token):
            return {"personal": True}
        duration = _DURATION.fullmatch(plain)
        seconds = int(duration[1]) * _UNIT_SECONDS[duration[2]] if duration else 0
        if 0 < seconds <= _MAX_DURATION_SECONDS:
            return {"duration_seconds": seconds}
        rest = self._text[token.position :]
        said = None if duration else said_span(rest, korean=self._korean or is_hangul(plain[-1:] or "-"))
        number = re.match(r"[1-9][0-9]{0,2}(?![0-9])", plain)
        example = f"{number[0] if number else 3}{'일' if self._korean else 'd'}"
        raise _misread(token, "option.bad_duration", token.text, rest, said, example)

    def _min(self, token: QueryToken) -> dict[str, object]:
        count, has_unit = count_said(token.text) or (0, False)
        if not 1 <= count <= _MAX_MIN_OUTLETS:
            raise _error(token, "option.bad_number", {"token": token.text}, "2", example=True)
        if has_unit:
            return {"min_outlets": count}
        following = self._tokens[self._at] if self._at < len(self._tokens) else None
        if following is None or fold(following.text) not in OUTLETS:
            raise self._without_unit(token, following)
        self._at += 1
        return {"min_outlets": count}

    def _without_unit(self, count: QueryToken, following: QueryToken | None) -> QueryError:
        """Offer the unit in place of another word, or behind the count where the next option or the end follows."""
        unit = "매체" if self._korean else "outlets"
        if following is None or fold(following.text) in KEYWORDS or option_of_value(following):
            return _error(count, "option.min_outlets", {"token": count.text}, f"{count.text} {unit}")
        return _error(following, "option.min_outlets", {"token": following.text}, unit)


def _value_of(option: str) -> str:
    """An option without its keyword, where its value says alone what it is: 08:30, 월요일."""
    keyword, _, value = option.partition(" ")
    return value if fold(keyword) in ("at", "on") and value else option


def _on(token: QueryToken) -> dict[str, object]:
    weekday = weekday_named(token.text)
    if weekday is None:
        near = near_weekday(token.text) or nearest(token.text, WEEKDAYS)
        raise _error(token, "option.bad_weekday", {"token": token.text}, near)
    return {"weekday": weekday}


def _in(token: QueryToken) -> dict[str, object]:
    channel = _CHANNEL.fullmatch(token.text)
    if channel is None:
        raise _error(token, "option.bad_channel", {"token": token.text}, "#policy", example=True)
    return {"channel": channel[1] or channel[2] or f"#{channel[3]}"}


def _misread(token: QueryToken, code: str, typed: str, rest: str, said: Said | None, example: str) -> QueryError:
    """The error of a value that is said in another way; its place are all the words that say it.

    One that is not understood at all gets an example.
    """
    if said is None:
        return _error(token, code, {"token": typed}, example, example=True)
    return QueryError(token.position, said.length, code, {"token": rest[: said.length]}, said.meant)


def _error(
    token: QueryToken, code: str, args: Mapping[str, str], suggestion: str | None = None, *, example: bool = False
) -> QueryError:
    return QueryError(token.position, token.length, code, args, suggestion, example=example)
