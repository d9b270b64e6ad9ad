"""``search`` shows the stored stories that a query matches, the newest first."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.requests import Ask, Unclear
from handlers.verbs.grammar import Line, Rest
from handlers.verbs.periods import PAGE_WORDS, cut_days, cut_page
from handlers.verbs.verb import Verb

DEFAULT_DAYS = 90
"""So long sentences are kept; headlines and topics are kept for good."""
MAX_DAYS = 3_650


@dataclass(frozen=True, slots=True)
class Search(Ask):
    """A request for the stories of the last days that a query matches."""

    query: Rest
    days: int = DEFAULT_DAYS
    page: int = 1


def parse(line: Line) -> Ask:
    """``search quantum``, ``search 크라치오스 6G 90d``, ``search quantum page 2``."""
    rest, page = cut_page(line.rest())
    query, span = cut_days(rest, MAX_DAYS)
    if span is not None and not 1 <= span.days <= MAX_DAYS:
        nearest = line.word_for(f"{MAX_DAYS}d", f"{MAX_DAYS}일") if span.days else line.word_for("1d", "1일")
        offer = line.offer(*filter(None, (query.text, nearest)))
        return Unclear(span.position, span.length, "search_span_wrong", offer)
    if not query.text:
        return line.missing("search_needs", line.offer(line.word_for("quantum", "양자컴퓨터")))
    return Search(query, span.days if span else DEFAULT_DAYS, page)


VERB = Verb(
    "search",
    "검색",
    group="read",
    order=22,
    request=Search,
    parse=parse,
    korean_words=PAGE_WORDS,
    also=("find", "찾기"),
)
