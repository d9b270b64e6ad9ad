"""``search`` shows the stored stories that a query matches, the newest first."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.requests import Ask, Unclear
from handlers.verbs.grammar import Line, Rest
from handlers.verbs.periods import PAGE_WORDS
from handlers.verbs.query_lines import query_line
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
    asked = query_line(line, "search", usual_days=DEFAULT_DAYS, most_days=MAX_DAYS)
    return asked if isinstance(asked, Unclear) else Search(asked.query, asked.days, asked.page)


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
