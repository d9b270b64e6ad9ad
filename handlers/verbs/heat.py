"""``heat`` shows the new stories of each sector by day or week, beside the usual number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.requests import Ask, Unclear
from handlers.verbs.grammar import Line, Token
from handlers.verbs.near_word import unclear_word
from handlers.verbs.periods import cut_days, cut_file
from handlers.verbs.verb import Verb

DEFAULT_DAYS = 7
MAX_DAYS = 90
PERIODS: Mapping[str, int] = {
    **dict.fromkeys(("", "week", "weekly", "주간", "주", "일주일"), DEFAULT_DAYS),
    **dict.fromkeys(("month", "monthly", "월간", "월", "한달", "한 달"), 28),
}
"""The days of a period's name; a month is four weeks, so that all columns are equally long."""


@dataclass(frozen=True, slots=True)
class Heat(Ask):
    """A request for the new stories of the last days by sector."""

    days: int = DEFAULT_DAYS
    as_file: bool = False

    @property
    def shareable(self) -> bool:
        """A file goes to one person."""
        return not self.as_file


def parse(line: Line) -> Ask:
    """``heat``, ``heat week``, ``heat month``, ``heat 90d``, ``heat week file``."""
    rest, as_file = cut_file(line.rest())
    days = PERIODS.get(rest.text.casefold())
    if days is not None:
        return Heat(days, as_file)
    before, span = cut_days(rest, MAX_DAYS)
    if span is None or before.text:
        wrong = before if before.text else rest
        example = line.offer(line.word_for("week", "주간"))
        typed = Token(wrong.text, wrong.offset)
        return unclear_word(line, typed, "heat_period_wrong", filter(None, PERIODS), example)
    if not 1 <= span.days <= MAX_DAYS:
        nearest = line.word_for(f"{MAX_DAYS}d", f"{MAX_DAYS}일") if span.days else line.word_for("1d", "1일")
        return Unclear(span.position, span.length, "heat_span_wrong", line.offer(nearest))
    return Heat(span.days, as_file)


VERB = Verb(
    "heat",
    "열지도",
    group="read",
    order=16,
    request=Heat,
    parse=parse,
    korean_words={"week": "주간", "month": "월간", "file": "파일"},
    also=("히트맵", "heatmap"),
    only_if_near=True,
)
