"""``debug`` shows what whoever looks after the bot wants to know: ids, membership, scopes, queue, version."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.requests import Ask
from handlers.verbs.grammar import Line
from handlers.verbs.verb import Verb


@dataclass(frozen=True, slots=True)
class Debug(Ask):
    """A request for the bot's own figures."""

    @property
    def shareable(self) -> bool:
        """It is about the person and the channel where it was asked."""
        return False


def parse(line: Line) -> Ask:
    """Parses ``debug``, and nothing after it."""
    return line.ends_after(1, Debug())


VERB = Verb("debug", "진단", group="admin", order=20, request=Debug, parse=parse)
