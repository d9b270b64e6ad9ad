"""``digest`` shows the digest of now, or sets its time each day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from handlers.requests import Ask, Unclear
from handlers.verbs.grammar import FILLERS, OFF, Line, Token, clock_time, ends_here, unclear
from handlers.verbs.times import said_clock
from handlers.verbs.verb import Verb

DEFAULT_TIME = "08:30"

_PAGE = re.compile(r"([1-9][0-9]{0,3})쪽?")
_NOW = frozenset({"now", "지금"})
_DAILY = frozenset({"daily", "매일"})


@dataclass(frozen=True, slots=True)
class Digest(Ask):
    """A request for the digest of now, or for a time of the daily digest."""

    when: Literal["now", "daily", "off"]
    """``now`` shows the digest; ``daily`` sets its time; ``off`` ends the daily digest."""
    at: str | None = None
    """HH:MM in the channel's zone, with ``daily``."""
    page: int = 1
    """The page to show, with ``now``."""

    @property
    def changes_channel(self) -> bool:
        """The time of the daily digest changes, unless it is only shown now."""
        return self.when != "now"


def parse(line: Line) -> Ask:
    """``digest``, ``digest now``, ``digest now 2``, ``digest daily 08:30``, ``digest 08:30``, ``digest off``."""
    words = line.words_without(FILLERS)
    if not words or words[0].word in _NOW:
        return _now(line, words[1:])
    if words[0].word in OFF:
        return ends_here(words[1:], Digest("off"), line.offer(line.word_for("off", "끄기")))
    times = words[1:] if words[0].word in _DAILY else words
    if not times:
        return Digest("daily", DEFAULT_TIME)
    daily = line.word_for("daily", "매일")
    at = clock_time(times[0].text)
    said = said_clock(line.text[times[0].position :])
    if said is not None and said.meant != at:
        return Unclear(times[0].position, said.length, "time_wrong", line.offer(daily, said.meant))
    if at is None:
        code = "time_wrong" if words[0].word in _DAILY else "digest_when"
        return unclear(times[0], code, line.offer(daily, DEFAULT_TIME), example=True)
    return ends_here(times[1:], Digest("daily", at), line.offer(daily, at))


def _now(line: Line, words: tuple[Token, ...]) -> Ask:
    page = _PAGE.fullmatch(words[0].text) if words else None
    ask = Digest("now", page=int(page[1]) if page else 1)
    return ends_here(words[1:] if page else words, ask, line.offer(line.word_for("now", "지금")))


VERB = Verb(
    "digest",
    "요약",
    group="channel",
    order=30,
    request=Digest,
    parse=parse,
    korean_words={"now": "지금", "daily": "매일", "off": "끄기"},
)
