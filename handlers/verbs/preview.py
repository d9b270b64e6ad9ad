"""``preview`` shows what a query would have found in the last days, before anything is subscribed."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.requests import Ask, Unclear
from handlers.verbs.grammar import Line, Rest
from handlers.verbs.periods import PAGE_WORDS, Days, cut_days
from handlers.verbs.query_lines import query_line
from handlers.verbs.verb import Verb

DEFAULT_DAYS = 7
MAX_DAYS = 31


@dataclass(frozen=True, slots=True)
class Preview(Ask):
    """A request for what a subscription's line would have found."""

    rest: Rest
    """The query, perhaps with the options of a subscription."""
    days: int = DEFAULT_DAYS
    page: int = 1


def parse(line: Line) -> Ask:
    """``preview quantum``, ``preview 양자 -"양자 면담" 14d``, ``preview quantum 6G min 2 outlets page 2``."""
    asked = query_line(line, "preview", usual_days=DEFAULT_DAYS, most_days=MAX_DAYS, cut=_cut_days)
    return asked if isinstance(asked, Unclear) else Preview(asked.query, asked.days, asked.page)


def _cut_days(rest: Rest, most: int) -> tuple[Rest, Days | None]:
    """Cuts the days off the end, unless they end the subscription (``for 3d``)."""
    cut, span = cut_days(rest, most)
    return (rest, None) if cut.text.casefold().endswith(" for") else (cut, span)


VERB = Verb(
    "preview",
    "미리보기",
    group="read",
    order=12,
    request=Preview,
    parse=parse,
    korean_words=PAGE_WORDS,
    only_if_near=True,
)
