"""``story`` shows a story's articles in the order of publication, and what is known of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.requests import Ask
from handlers.verbs.grammar import Line, parse_story_number, unclear
from handlers.verbs.verb import Verb

_PAGE = re.compile(r"([1-9][0-9]{0,3})쪽?")


@dataclass(frozen=True, slots=True)
class ShowStory(Ask):
    """A request for a story's articles."""

    number: int
    page: int = 1


def parse(line: Line) -> Ask:
    """``story ST91``, ``story ST91 2``."""
    if not line.words:
        return line.missing("story_needs", line.offer("ST91"))
    number = parse_story_number(line.words[0].text)
    if number is None:
        return unclear(line.words[0], "story_needs", line.offer("ST91"), example=True)
    page = _PAGE.fullmatch(line.words[1].text) if len(line.words) > 1 else None
    return line.ends_after(3 if page else 2, ShowStory(number, int(page[1]) if page else 1))


VERB = Verb("story", "기사묶음", group="read", order=25, request=ShowStory, parse=parse, only_if_near=True)
