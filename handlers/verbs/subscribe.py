"""``subscribe`` posts the stories that match a query, here or in a person's direct message."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.requests import Ask
from handlers.verbs.grammar import Line, Rest
from handlers.verbs.verb import Verb

_FOR_ME = re.compile(r"(?:^|\s)(?:for\s+me|나에게|내게)\s*$", re.IGNORECASE)

_IN_CHANNEL = re.compile(r"\sin\s+<?#", re.IGNORECASE)

_KOREAN_WORDS = {"pact": "협약", "or": "또는", "for me": "나에게"}


@dataclass(frozen=True, slots=True)
class Subscribe(Ask):
    """A request for a new subscription."""

    rest: Rest
    """The query with its options."""
    for_me: bool = False
    """Whether it is the person's and posts in the direct message."""

    @property
    def changes_channel(self) -> bool:
        """A subscription is added."""
        return True

    @property
    def configures(self) -> bool:
        """A line that names another channel or the person is decided by what it is for."""
        return not self.for_me and _IN_CHANNEL.search(self.rest.text) is None


def parse(line: Line) -> Ask:
    """``subscribe quantum as daily``, ``subscribe space for me``."""
    rest = line.rest()
    for_me = _FOR_ME.search(rest.text)
    if for_me:
        rest = Rest(rest.text[: for_me.start()].rstrip(), rest.offset)
    if not rest.text:
        return line.missing("subscribe_needs", line.offer(line.word_for("quantum", "양자컴퓨터")))
    return Subscribe(rest, for_me=for_me is not None)


VERB = Verb(
    "subscribe",
    "구독",
    group="channel",
    order=10,
    most_used=2,
    request=Subscribe,
    parse=parse,
    korean_words=_KOREAN_WORDS,
)
