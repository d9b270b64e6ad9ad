"""Reads a schedule that a person says without ``as``: 매일 8시, every morning, weekly on monday, 9:30pm.

At the end of a line it is taken where its words can be no terms of a query and leave no choice, and else offered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.matching.query.tokens import QueryToken
from bot.matching.text.korean import is_hangul
from handlers.verbs.times import SHORT_WEEKDAYS, WEEKDAY_WORDS, WEEKDAYS, said_clock, weekday_named

CADENCE_WORDS = {
    "즉시": "instant", "매시간": "hourly", "매시": "hourly", "매일": "daily", "날마다": "daily", "everyday": "daily",
    "매주": "weekly", "주마다": "weekly",
}  # fmt: skip
"""What people type for a cadence, besides its own word."""
CADENCES = ("instant", "hourly", "daily", "weekly")
KOREAN_CADENCES = {"instant": "즉시", "hourly": "매시간", "daily": "매일", "weekly": "매주"}
"""The Korean word of each cadence, for lines to offer."""
KOREAN_WEEKDAYS = {day: f"{short}요일" for short, day in SHORT_WEEKDAYS.items()}
_END = r"(?!\w)"
_DAY = "|".join((*WEEKDAYS, *(word for word in WEEKDAY_WORDS if is_hangul(word[0]))))
_EVERY = re.compile(
    rf"(?:every|each)\s+(?:single\s+)?(?:(?P<unit>day|morning|evening|night|noon|midnight|week|hour)|(?P<day>{_DAY})s?){_END}",
    re.IGNORECASE,
)
_ONCE = re.compile(
    r"(?:once\s+(?:a|per)\s+(?P<unit>hour|day|week)|(?P<korean>하루에?|한\s?시간에|일주일에|주)\s?(?:한|1)\s?(?:번|회))(?:씩)?"
    + _END,
    re.IGNORECASE,
)
_CADENCE = re.compile(
    rf"(?P<word>{'|'.join((*CADENCES, *CADENCE_WORDS))})(?:에)?(?:{_END}|(?=아침|저녁|오전|오후|새벽|밤|[0-9]))",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    rf"(?:monthly|biweekly|fortnightly|yearly|매월|매달|매년|격주|every\s+(?:month|year)){_END}", re.IGNORECASE
)
_WEEKDAY = re.compile(rf"(?P<day>{_DAY})s?(?P<each>마다)?(?:에)?{_END}", re.IGNORECASE)
_SHORT_WEEKDAY = re.compile(
    rf"(?P<day>{'|'.join((*SHORT_WEEKDAYS, *WEEKDAY_WORDS))})(?P<each>)(?:에)?{_END}", re.IGNORECASE
)
"""A weekday that is one only behind ``weekly``: 월 is a month, too, and ``sun`` a star."""
_BARE_HOUR = re.compile(r"(?P<hour>[01]?[0-9]|2[0-3])(?!\w|\s?[:.：시]|\s?[ap]\.?m)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s+(?:(?:at|on|in\s+the|에)\s+)?|", re.IGNORECASE)
_OF_UNIT = {"week": "weekly", "hour": "hourly"}
_OF_KOREAN = {"일주일에": "weekly", "주": "weekly", "한시간에": "hourly"}


@dataclass(frozen=True, slots=True)
class BareSchedule:
    """A schedule in a query, with its place in code points."""

    position: int
    end: int
    cadence: str | None = None
    at: str | None = None
    weekday: str | None = None
    is_said: bool = False
    """Whether the words can hardly be anything but a schedule (every …, 월요일마다)."""
    has_digits: bool = False
    is_unknown: bool = False
    """Whether it is a cadence that no subscription has (monthly)."""
    is_exact: bool = True
    """Whether its time can only be one: 아침 and ``at 8`` leave a choice."""
    is_korean: bool = False
    """Whether its words are Korean."""
    has_second_cadence: bool = False
    """Whether another cadence follows the first (즉시 매일)."""

    def meant(self, *, korean: bool) -> str:
        """The options that say the same, as a person of the language types them."""
        cadence = self.cadence or ("weekly" if self.weekday else "daily")
        weekday = self.weekday if cadence == "weekly" else None
        if korean or self.is_korean:
            words = (KOREAN_CADENCES[cadence], KOREAN_WEEKDAYS[weekday] if weekday else None, self.at)
            return " ".join(word for word in words if word)
        return f"as {cadence}{f' on {weekday}' if weekday else ''}{f' at {self.at}' if self.at else ''}"

    @property
    def contradicts(self) -> bool:
        """Whether its parts exclude each other: a weekday needs a week, and what comes at once has no time."""
        has_weekday_without_week = self.weekday is not None and self.cadence not in (None, "weekly")
        return (
            self.has_second_cadence or has_weekday_without_week or (self.at is not None and self.cadence == "instant")
        )

    @property
    def is_schedule(self) -> bool:
        """Whether the words are a schedule when they end the query; 월요일 is one, but Monday may be a name's part."""
        return bool(self.cadence or self.has_digits or self.is_unknown or (self.weekday and self.is_korean))

    @property
    def is_taken(self) -> bool:
        """Whether it is taken at the end of a line; ``quantum daily`` may look for a daily, so that is offered."""
        is_certain = self.is_korean or self.is_said or self.at is not None or self.weekday is not None
        return bool(self.cadence and is_certain and self.is_exact and not self.is_unknown and not self.contradicts)

    @property
    def is_schedule_anywhere(self) -> bool:
        """Whether they are one also before other words."""
        return self.is_said or bool(self.cadence and (self.at or self.weekday))


def find_bare_schedule(text: str, words: Sequence[QueryToken]) -> BareSchedule | None:
    """The first schedule in a query of these words; it may extend into the options behind them.

    None for a query that only has one word like it ("daily"), and for a word that an operator joins to the query.
    """
    end = words[-1].position + words[-1].length if words else 0
    for number, word in enumerate(words):
        if word.kind != "word":
            continue
        found = _read(text, word.position)
        is_tail = found.end >= end
        if is_tail and number == 0 and found.end <= word.position + word.length:
            return None
        if found.is_schedule_anywhere or (is_tail and found.is_schedule and not _is_joined(words, number)):
            return found
    return None


def taken_schedule(text: str, words: Sequence[QueryToken]) -> BareSchedule | None:
    """The schedule that ends a query of these words and is taken as its options; None where there is none."""
    found = find_bare_schedule(text, words)
    if found is None or not found.is_taken or found.end < words[-1].position + words[-1].length:
        return None
    number = next(number for number, word in enumerate(words) if word.position == found.position)
    return None if number == 0 or _is_joined(words, number) else found


def is_only_schedule(text: str, words: Sequence[QueryToken]) -> bool:
    """Whether these words are a schedule and nothing else: ``daily``, 매주 월요일."""
    if not words or words[0].kind != "word":
        return False
    found = _read(text, words[0].position)
    return found.is_schedule and found.end >= words[-1].position + words[-1].length


def _is_joined(words: Sequence[QueryToken], number: int) -> bool:
    """Whether an operator before this word makes it a part of the query."""
    return number > 0 and words[number - 1].kind in ("or", "and", "not", "(")


def _read(text: str, position: int) -> BareSchedule:
    """What is said from this place on, up to the first word that belongs to no schedule."""
    said = BareSchedule(position, position)
    at = position
    while True:
        following = _next(text, at, said)
        if following is None:
            return replace(said, is_korean=any(is_hangul(char) for char in text[said.position : said.end]))
        said = following
        between = _BETWEEN.match(text, said.end)
        at = between.end() if between else said.end


def _next(text: str, at: int, said: BareSchedule) -> BareSchedule | None:
    """What is said with the next part of a schedule; None where none stands."""
    for read in (_every, _once, _cadence, _unknown, _weekday, _clock):
        more = read(text, at, said)
        if more is not None:
            return more
    return None


def _every(text: str, at: int, said: BareSchedule) -> BareSchedule | None:
    match = _EVERY.match(text, at)
    if match is None or said.cadence:
        return None
    if match["day"]:
        return replace(said, end=match.end(), cadence="weekly", weekday=_weekday_of(match), is_said=True)
    unit = match["unit"].casefold()
    clock = said_clock(unit)
    cadence = _OF_UNIT.get(unit, "daily")
    exact = said.is_exact and (clock is None or clock.exact)
    at_time = clock.meant if clock else said.at
    return replace(said, end=match.end(), cadence=cadence, at=at_time, is_said=True, is_exact=exact)


def _once(text: str, at: int, said: BareSchedule) -> BareSchedule | None:
    match = _ONCE.match(text, at)
    if match is None or said.cadence:
        return None
    korean = (match["korean"] or "").replace(" ", "")
    cadence = _OF_KOREAN.get(korean) or _OF_UNIT.get((match["unit"] or "").casefold(), "daily")
    return replace(said, end=match.end(), cadence=cadence, is_said=True)


def _cadence(text: str, at: int, said: BareSchedule) -> BareSchedule | None:
    match = _CADENCE.match(text, at)
    if match is None:
        return None
    word = match["word"].casefold()
    cadence = CADENCE_WORDS.get(word, word)
    is_second = said.cadence not in (None, cadence)
    return replace(said, end=match.end(), cadence=said.cadence or cadence, has_second_cadence=is_second)


def _unknown(text: str, at: int, said: BareSchedule) -> BareSchedule | None:
    match = _UNKNOWN.match(text, at)
    return replace(said, end=match.end(), is_unknown=True) if match else None


def _weekday(text: str, at: int, said: BareSchedule) -> BareSchedule | None:
    match = _WEEKDAY.match(text, at) or (_SHORT_WEEKDAY.match(text, at) if said.cadence == "weekly" else None)
    if match is None or said.weekday:
        return None
    weekly = "weekly" if match["each"] else said.cadence
    is_said = said.is_said or bool(match["each"])
    return replace(said, end=match.end(), cadence=weekly, weekday=_weekday_of(match), is_said=is_said)


def _clock(text: str, at: int, said: BareSchedule) -> BareSchedule | None:
    if said.at:
        return None
    hour = _BARE_HOUR.match(text, at) if said.cadence else None
    if hour is not None:
        return replace(said, end=hour.end(), at=f"{int(hour['hour']):02}:00", has_digits=True, is_exact=False)
    clock = said_clock(text[at:])
    if clock is None:
        return None
    has_digits = any(char in "0123456789" for char in text[at : at + clock.length])
    exact = said.is_exact and clock.exact
    return replace(said, end=at + clock.length, at=clock.meant, has_digits=has_digits, is_exact=exact)


def _weekday_of(match: re.Match[str]) -> str | None:
    return weekday_named(match["day"], short=True)
