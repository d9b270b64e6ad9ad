"""``story`` shows a story's articles in the order of publication, or compares the stories of some days."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.requests import Ask, Unclear
from handlers.verbs.grammar import Line, parse_story_number, unclear
from handlers.verbs.periods import PAGE_WORDS, cut_days, cut_page
from handlers.verbs.verb import Verb

MAX_DAYS = 90
_PAGE = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class ShowStory(Ask):
    """A request for a story's articles or, without a number, for what the stories of the last days show."""

    number: int | None
    page: int = 1
    days: int = 0


def parse(line: Line) -> Ask:
    """``story ST91``, ``story ST91 2``, ``story ST91 page 2``, ``story 7d``."""
    if not line.words:
        return line.missing("story_needs", line.offer("ST91"))
    rest, span = cut_days(line.rest(), MAX_DAYS)
    if span is not None and not rest.text:
        if 1 <= span.days <= MAX_DAYS:
            return ShowStory(None, days=span.days)
        offer = line.offer(line.word_for(f"{MAX_DAYS}d", f"{MAX_DAYS}일"))
        return Unclear(span.position, span.length, "board_span_wrong", offer)
    number = parse_story_number(line.words[0].text)
    if number is None:
        return unclear(line.words[0], "story_needs", line.offer("ST91"), example=True)
    rest, page = cut_page(line.rest())
    if rest.text == line.words[0].text:
        return ShowStory(number, page)
    bare_page = _PAGE.fullmatch(line.words[1].text)
    return line.ends_after(3 if bare_page else 2, ShowStory(number, int(bare_page[0]) if bare_page else 1))


VERB = Verb(
    "story",
    "기사묶음",
    group="read",
    order=25,
    request=ShowStory,
    parse=parse,
    korean_words=PAGE_WORDS,
    only_if_near=True,
)
