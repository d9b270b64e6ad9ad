"""``why`` explains why an article was posted, or was not; or shows the receipt of its message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from handlers.requests import Ask
from handlers.verbs.grammar import Line, parse_story_number, unclear
from handlers.verbs.verb import Verb

_TS = re.compile(r"[0-9]{1,20}\.[0-9]{1,20}")
_RECEIPT = frozenset({"receipt", "기록", "발송기록"})


@dataclass(frozen=True, slots=True)
class Why(Ask):
    """A request to explain what became of an article."""

    subject: str
    """An address, ST91, or the ts of a card in this channel."""
    receipt_only: bool = False
    """Whether only the times of its message are shown."""


def parse(line: Line) -> Ask:
    """``why https://…``, ``why ST91``, ``why ST91 receipt``."""
    if not line.words:
        return line.missing("why_needs")
    subject = line.words[0]
    if not _can_be_looked_for(subject.text):
        return unclear(subject, "why_needs")
    receipt_only = len(line.words) > 1 and line.words[1].word in _RECEIPT
    return line.ends_after(3 if receipt_only else 2, Why(subject.text, receipt_only))


def _can_be_looked_for(subject: str) -> bool:
    """Returns whether it is an address, a number that a story can have, or the ts of a message."""
    if "://" in subject:
        return _is_address(subject)
    return _TS.fullmatch(subject) is not None or parse_story_number(subject) is not None


def _is_address(text: str) -> bool:
    try:
        urlsplit(text)
    except ValueError:
        return False
    return True


VERB = Verb("why", "왜", group="read", order=20, most_used=4, request=Why, parse=parse)
