"""Parses the line of a verb that asks stored history: a query, the days that it covers, a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handlers.requests import Unclear
from handlers.verbs.grammar import Line, Rest
from handlers.verbs.periods import Days, cut_days, cut_page

CutDays = Callable[[Rest, int], tuple[Rest, Days | None]]


@dataclass(frozen=True, slots=True)
class QueryLine:
    """What such a line asks for."""

    query: Rest
    days: int
    page: int


def query_line(
    line: Line, verb: str, *, usual_days: int, most_days: int, cut: CutDays = cut_days
) -> QueryLine | Unclear:
    """Returns the query with its days and page; a span out of bounds, or no query, is unclear with ``verb``'s code.

    ``cut`` takes the days off the end.
    """
    rest, page = cut_page(line.rest())
    query, span = cut(rest, most_days)
    if span is not None and not 1 <= span.days <= most_days:
        nearest = most_days if span.days else 1
        offer = line.offer(*filter(None, (query.text, line.word_for(f"{nearest}d", f"{nearest}일"))))
        return Unclear(span.position, span.length, f"{verb}_span_wrong", offer)
    if not query.text:
        return line.missing(f"{verb}_needs", line.offer(line.word_for("quantum", "양자컴퓨터")))
    return QueryLine(query, span.days if span else usual_days, page)
