"""``timeline`` shows the pact's dated milestones with their sources, and the major news between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.requests import Ask, Unclear
from handlers.verbs.grammar import Line
from handlers.verbs.periods import NOW, PAGE_WORDS, cut_days, cut_file, cut_page, period_of
from handlers.verbs.verb import Verb

MAX_DAYS = 3_650


@dataclass(frozen=True, slots=True)
class Timeline(Ask):
    """A request for the milestones of a period."""

    begins_on: date | None = None
    """None: the beginning of the calendar."""
    ends_on: date | None = None
    """None: now, and the next formal event."""
    days: int | None = None
    """The last days, instead of dates."""
    page: int = 1
    is_usual: bool = False
    """Whether no period was typed: then it begins with the month of the signature."""
    as_file: bool = False

    @property
    def shareable(self) -> bool:
        """A file goes to one person."""
        return not self.as_file


def parse(line: Line) -> Ask:
    """``timeline``, ``timeline 2025-10..now``, ``timeline 2025 page 2``, ``timeline 90d file``."""
    rest, as_file = cut_file(line.rest())
    rest, page = cut_page(rest)
    if not rest.text:
        return Timeline(page=page, is_usual=True, as_file=as_file)
    before, days = cut_days(rest, MAX_DAYS)
    if days is not None and not before.text and 1 <= days.days <= MAX_DAYS:
        return Timeline(days=days.days, page=page, as_file=as_file)
    period = period_of(rest.text)
    now = line.word_for("now", "지금")
    if period is None:
        return Unclear(rest.offset, len(rest.text), "period_wrong", line.offer(f"2025-10..{now}"), example=True)
    if period.begins_on and period.ends_on and period.begins_on > period.ends_on:
        offer = line.offer(f"{period.ends_on:%Y-%m}..{period.begins_on:%Y-%m}")
        return Unclear(rest.offset, len(rest.text), "period_reversed", offer)
    return Timeline(period.begins_on, period.ends_on, page=page, as_file=as_file)


VERB = Verb(
    "timeline",
    "연표",
    group="read",
    order=28,
    request=Timeline,
    parse=parse,
    korean_words={**PAGE_WORDS, **dict.fromkeys(NOW & {"now", "today"}, "지금"), "file": "파일"},
)
