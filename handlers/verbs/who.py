"""``who`` shows an official: offices, other names, the latest appearances and quotes."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.requests import Ask
from handlers.verbs.grammar import Line, Rest
from handlers.verbs.periods import PAGE_WORDS, cut_page
from handlers.verbs.verb import Verb


@dataclass(frozen=True, slots=True)
class Who(Ask):
    """A request for an official, or without a name for the list of all who are tracked."""

    name: Rest
    page: int = 1


def parse(line: Line) -> Ask:
    """``who``, ``who kratsios``, ``who kratsios page 2``."""
    rest, page = cut_page(line.rest())
    return Who(rest, page)


VERB = Verb(
    "who",
    "인물",
    group="read",
    order=27,
    request=Who,
    parse=parse,
    korean_words=PAGE_WORDS,
    only_if_near=True,
)
