"""``subscribe`` posts the stories that match a query, here or in a person's direct message."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.requests import Ask
from handlers.verbs.grammar import Line, Rest
from handlers.verbs.verb import Verb

_FOR_ME = re.compile(r"(?:^|\s)(?:for\s+me|나에게|내게)(?=\s|$)", re.IGNORECASE)
_IN_CHANNEL = re.compile(r"\sin\s+<?#", re.IGNORECASE)

_KOREAN_WORDS = {"pact": "협약", "or": "또는", "for me": "나에게"}


@dataclass(frozen=True, slots=True)
class Subscribe(Ask):
    """A request for a new subscription."""

    rest: Rest
    """The query with its options."""

    @property
    def changes_channel(self) -> bool:
        """A subscription is added."""
        return True

    @property
    def configures(self) -> bool:
        """A line that names the person or another channel is decided by what it is for."""
        return _FOR_ME.search(self.rest.text) is None and _IN_CHANNEL.search(self.rest.text) is None


def parse(line: Line) -> Ask:
    """``subscribe quantum as daily``, ``subscribe space for me``."""
    rest = line.rest()
    if not _FOR_ME.sub("", rest.text).strip():
        return line.missing("subscribe_needs", line.offer(line.word_for("quantum", "양자컴퓨터")))
    return Subscribe(rest)


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
