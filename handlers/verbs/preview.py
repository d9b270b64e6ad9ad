"""``preview`` shows what a query would have found in the last days, before anything is subscribed."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.requests import Ask, Unclear
from handlers.verbs.grammar import Line, Rest
from handlers.verbs.periods import PAGE_WORDS, Days, cut_days, cut_page
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
    rest, page = cut_page(line.rest())
    rest, span = _cut_days(rest)
    if span is not None and not 1 <= span.days <= MAX_DAYS:
        nearest = line.word_for(f"{MAX_DAYS}d", f"{MAX_DAYS}일") if span.days else line.word_for("1d", "1일")
        offer = line.offer(*filter(None, (rest.text, nearest)))
        return Unclear(span.position, span.length, "preview_span_wrong", offer)
    if not rest.text:
        return line.missing("preview_needs", line.offer(line.word_for("quantum", "양자컴퓨터")))
    return Preview(rest, span.days if span else DEFAULT_DAYS, page)


def _cut_days(rest: Rest) -> tuple[Rest, Days | None]:
    """Cuts the days off the end, unless they end the subscription (``for 3d``)."""
    cut, span = cut_days(rest, MAX_DAYS)
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
