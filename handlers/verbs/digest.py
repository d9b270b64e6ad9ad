"""``digest`` shows the digest of now or of the last days, or sets when the channel's digest comes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from handlers.requests import Ask, Unclear
from handlers.verbs.grammar import (
    FILLERS,
    OFF,
    Line,
    Token,
    duration_seconds,
    ends_here,
    is_korean,
    tokens_from,
    unclear,
)
from handlers.verbs.near_word import unclear_word
from handlers.verbs.times import said_clock, said_span, weekday_named
from handlers.verbs.verb import Verb

DEFAULT_TIME, DEFAULT_WEEKDAY = "08:30", "mon"
SINCE_MAX_DAYS = 31
SINCE_MAX_SECONDS = SINCE_MAX_DAYS * 86_400

DigestSchedule = Literal["hourly", "daily", "weekly", "shifts"]

_PAGE = re.compile(r"([1-9][0-9]{0,3})쪽?")
_NOW = frozenset({"now", "지금"})
_SINCE = frozenset({"since", "last", "최근", "지난"})
_BETWEEN = FILLERS | {"on", "every"}
_SCHEDULES: dict[str, DigestSchedule] = {
    "hourly": "hourly", "매시간": "hourly", "매시": "hourly", "daily": "daily", "매일": "daily",
    "weekly": "weekly", "매주": "weekly", "shifts": "shifts", "교대": "shifts", "교대근무": "shifts",
}  # fmt: skip
_TYPED: Mapping[str, str] = {"hourly": "매시간", "daily": "매일", "weekly": "매주", "shifts": "교대"}
"""The Korean of each schedule, for lines to offer."""


@dataclass(frozen=True, slots=True)
class Digest(Ask):
    """A request for the digest of now, or for another schedule of the channel's digest."""

    when: Literal["now", "hourly", "daily", "weekly", "shifts", "off"]
    """``now`` shows the digest, ``off`` ends the channel's digest; ``shifts`` comes in the morning of both capitals."""
    at: str | None = None
    """HH:MM in the channel's zone, or in each capital's for ``shifts``; None with ``now``, ``hourly`` and ``off``."""
    page: int = 1
    """The page to show, with ``now``."""
    weekday: str | None = None
    """``mon`` to ``sun``, with ``weekly``."""
    span_seconds: int | None = None
    """How far back the digest of now reaches; None: a day."""
    span: str = ""
    """The span as it was typed, such as ``3d``."""

    @property
    def changes_channel(self) -> bool:
        """The schedule changes, unless the digest is only shown now."""
        return self.when != "now"


def parse(line: Line) -> Ask:
    """``digest now 2``, ``digest since 3d``, ``digest 08:30``, ``digest weekly friday 09:00``, ``digest shifts``."""
    words = line.words_without(_BETWEEN)
    if not words or words[0].word in _NOW:
        return _with_page(line, words[1:], Digest("now"), line.offer(line.word_for("now", "지금")))
    if words[0].word in OFF:
        return ends_here(words[1:], Digest("off"), line.offer(line.word_for("off", "끄기")))
    if words[0].word in _SINCE or said_span(line.text[words[0].position :]) is not None:
        return _since(line, words[1:] if words[0].word in _SINCE else words)
    schedule = _SCHEDULES.get(words[0].word)
    if schedule is not None:
        return _scheduled(line, schedule, words[1:])
    if words[0].text[0].isdigit() or said_clock(line.text[words[0].position :]) is not None:
        return _scheduled(line, "daily", words)
    return _not_a_schedule(line, words)


def _not_a_schedule(line: Line, words: tuple[Token, ...]) -> Unclear:
    """Offers the schedule that a mistyped word or a weekday alone may have meant, or an example."""
    if weekday_named(words[0].text) is not None:
        meant = line.offer(line.word_for("weekly", _TYPED["weekly"]), *(word.text for word in words))
        return unclear(words[0], "digest_when", meant)
    example = line.offer(line.word_for("daily", _TYPED["daily"]), DEFAULT_TIME)
    return unclear_word(line, words[0], "digest_when", (*_SCHEDULES, *_NOW, *OFF, *_SINCE), example)


def _with_page(line: Line, words: tuple[Token, ...], ask: Digest, offer: str) -> Ask:
    page = _PAGE.fullmatch(words[0].text) if words else None
    if page is None:
        return ends_here(words, ask, offer)
    shown = Digest("now", page=int(page[1]), span_seconds=ask.span_seconds, span=ask.span)
    return ends_here(words[1:], shown, offer)


def _since(line: Line, words: tuple[Token, ...]) -> Ask:
    """``since 3d``, ``since 3 days 2`` (the second page), ``최근 3일``."""
    since = line.word_for("since", "최근")
    example = line.offer(since, line.word_for("3d", "3일"))
    if not words:
        return line.missing("duration_wrong", example)
    span = said_span(line.text[words[0].position :], korean=is_korean(line.verb.text))
    if span is None:
        return unclear(words[0], "duration_wrong", example, example=True)
    seconds = duration_seconds(span.meant) or 0
    if seconds > SINCE_MAX_SECONDS:
        longest = line.offer(since, line.word_for(f"{SINCE_MAX_DAYS}d", f"{SINCE_MAX_DAYS}일"))
        return Unclear(words[0].position, span.length, "digest_too_long", longest, example=True)
    ask = Digest("now", span_seconds=seconds, span=span.meant)
    return _with_page(line, tokens_from(words, words[0].position + span.length), ask, line.offer(since, span.meant))


def _scheduled(line: Line, schedule: DigestSchedule, words: tuple[Token, ...]) -> Ask:
    """Reads the weekday and the time of a schedule, in any order; what is not said has its default."""
    at: str | None = None
    weekday: str | None = None
    named = line.word_for(schedule, _TYPED[schedule])
    while words:
        day = weekday_named(words[0].text, short=True) if schedule == "weekly" and weekday is None else None
        said = said_clock(line.text[words[0].position :]) if at is None and schedule != "hourly" else None
        offer = line.offer(named) if schedule == "hourly" else line.offer(named, at or DEFAULT_TIME)
        if day is not None:
            weekday, words = day, words[1:]
        elif said is None:
            code = "not_taken" if at is not None or schedule == "hourly" else "time_wrong"
            return unclear(words[0], code, offer, example=True)
        elif not said.exact:
            return Unclear(words[0].position, said.length, "time_wrong", line.offer(named, said.meant))
        else:
            at, words = said.meant, tokens_from(words, words[0].position + said.length)
    return Digest(
        schedule,
        None if schedule == "hourly" else at or DEFAULT_TIME,
        weekday=(weekday[:3] if weekday else DEFAULT_WEEKDAY) if schedule == "weekly" else None,
    )


VERB = Verb(
    "digest",
    "요약",
    group="channel",
    order=30,
    request=Digest,
    parse=parse,
    korean_words={"now": "지금", "off": "끄기", "since": "최근", **_TYPED},
)
