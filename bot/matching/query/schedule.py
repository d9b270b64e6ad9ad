"""Finds a schedule that a person says without ``as``: 매일 8시, every morning, weekly on monday, 9:30pm."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.matching.query.tokens import QueryToken
from handlers.verbs.times import WEEKDAY_WORDS, WEEKDAYS, said_clock

CADENCE_WORDS = {
    "즉시": "instant", "매시간": "hourly", "매시": "hourly", "매일": "daily", "날마다": "daily", "everyday": "daily",
    "매주": "weekly", "주마다": "weekly",
}  # fmt: skip
"""What people type for a cadence, besides its own word."""
CADENCES = ("instant", "hourly", "daily", "weekly")
_END = r"(?!\w)"
_DAY = "|".join((*WEEKDAYS, *(f"{short}요일" for short in "월화수목금토일")))
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
_BARE_HOUR = re.compile(r"at\s+(?P<hour>[01]?[0-9]|2[0-3])(?!\w|\s?[:：]|\s?[ap]\.?m)", re.IGNORECASE)
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

    @property
    def meant(self) -> str:
        """The options that say the same."""
        cadence = self.cadence or ("weekly" if self.weekday else "daily")
        on = f" on {self.weekday}" if self.weekday and cadence == "weekly" else ""
        return f"as {cadence}{on}{f' at {self.at}' if self.at else ''}"

    @property
    def is_schedule(self) -> bool:
        """Whether the words are a schedule when they end the query."""
        return bool(self.cadence or self.has_digits or self.is_unknown)

    @property
    def is_schedule_anywhere(self) -> bool:
        """Whether they are one also before other words."""
        return self.is_said or bool(self.cadence and (self.at or self.weekday))


def find_bare_schedule(text: str, words: Sequence[QueryToken]) -> BareSchedule | None:
    """The first schedule in a query of these words; it may extend into the options behind them.

    None for a query that only has one word like it ("daily").
    """
    end = words[-1].position + words[-1].length if words else 0
    for number, word in enumerate(words):
        if word.kind != "word":
            continue
        found = _read(text, word.position)
        is_tail = found.end >= end
        if is_tail and number == 0 and found.end <= word.position + word.length:
            return None
        if (is_tail and found.is_schedule) or found.is_schedule_anywhere:
            return found
    return None


def _read(text: str, position: int) -> BareSchedule:
    """What is said from this place on, up to the first word that belongs to no schedule."""
    said = BareSchedule(position, position)
    at = position
    while True:
        following = _next(text, at, said)
        if following is None:
            return said
        said = following
        between = _BETWEEN.match(text, said.end)
        at = between.end() if between else said.end
        if _BARE_HOUR.match(text, said.end + 1):
            at = said.end + 1


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
        return replace(said, end=match.end(), cadence="weekly", weekday=_weekday_of(match["day"]), is_said=True)
    unit = match["unit"].casefold()
    clock = said_clock(unit)
    cadence = _OF_UNIT.get(unit, "daily")
    return replace(said, end=match.end(), cadence=cadence, at=clock.meant if clock else said.at, is_said=True)


def _once(text: str, at: int, said: BareSchedule) -> BareSchedule | None:
    match = _ONCE.match(text, at)
    if match is None or said.cadence:
        return None
    korean = (match["korean"] or "").replace(" ", "")
    cadence = _OF_KOREAN.get(korean) or _OF_UNIT.get((match["unit"] or "").casefold(), "daily")
    return replace(said, end=match.end(), cadence=cadence, is_said=True)


def _cadence(text: str, at: int, said: BareSchedule) -> BareSchedule | None:
    match = _CADENCE.match(text, at)
    if match is None or said.cadence:
        return None
    word = match["word"].casefold()
    return replace(said, end=match.end(), cadence=CADENCE_WORDS.get(word, word))


def _unknown(text: str, at: int, said: BareSchedule) -> BareSchedule | None:
    match = _UNKNOWN.match(text, at)
    return replace(said, end=match.end(), is_unknown=True) if match else None


def _weekday(text: str, at: int, said: BareSchedule) -> BareSchedule | None:
    match = _WEEKDAY.match(text, at)
    if match is None or said.weekday:
        return None
    weekly = "weekly" if match["each"] else said.cadence
    is_said = said.is_said or bool(match["each"])
    return replace(said, end=match.end(), cadence=weekly, weekday=_weekday_of(match["day"]), is_said=is_said)


def _clock(text: str, at: int, said: BareSchedule) -> BareSchedule | None:
    if said.at:
        return None
    hour = _BARE_HOUR.match(text, at) if said.cadence else None
    if hour is not None:
        return replace(said, end=hour.end(), at=f"{int(hour['hour']):02}:00", has_digits=True)
    clock = said_clock(text[at:])
    if clock is None:
        return None
    has_digits = any(char in "0123456789" for char in text[at : at + clock.length])
    return replace(said, end=at + clock.length, at=clock.meant, has_digits=has_digits)


def _weekday_of(word: str) -> str:
    plain = word.casefold()
    return WEEKDAY_WORDS.get(plain, plain)
