"""``list`` shows the subscriptions of this channel, or of every channel."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.requests import Ask
from handlers.verbs.grammar import ALL, Line
from handlers.verbs.verb import Verb

_PAGE = re.compile(r"([1-9][0-9]{0,3})쪽?")


@dataclass(frozen=True, slots=True)
class ListSubscriptions(Ask):
    """A request for a page of subscriptions."""

    everywhere: bool = False
    """Whether subscriptions of every channel of the workspace are listed."""
    page: int = 1

    @property
    def admins_only(self) -> bool:
        """What all channels follow is for the workspace's admins."""
        return self.everywhere

    @property
    def shareable(self) -> bool:
        """The list of every channel depends on who asks."""
        return not self.everywhere


def parse(line: Line) -> Ask:
    """``list``, ``list all``, ``list 2``, ``list all 2``."""
    words = line.words
    everywhere = bool(words) and words[0].word in ALL
    if everywhere:
        words = words[1:]
    page = 1
    if words and (match := _PAGE.fullmatch(words[0].text)):
        page, words = int(match[1]), words[1:]
    return line.ends_after(len(line.tokens) - len(words), ListSubscriptions(everywhere, page))


VERB = Verb("list", "목록", group="read", order=30, most_used=3, request=ListSubscriptions, parse=parse)
