"""``request`` asks an admin to run a line that the person may not run."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.requests import Ask
from handlers.verbs.grammar import Line, unclear
from handlers.verbs.verb import Verb

GRANT_ACTION = "pact:run:grant"
"""The button of the message that asks an admin to run a line."""
MAX_CHARS = 300
"""A longer line could not be read whole in the message that asks for it."""


@dataclass(frozen=True, slots=True)
class AskAdmins(Ask):
    """A request that an admin run a line."""

    line: str
    position: int

    @property
    def changes_channel(self) -> bool:
        """It is posted."""
        return True

    @property
    def configures(self) -> bool:
        """A post is no setting."""
        return False


def parse(line: Line) -> Ask:
    """``request sources add https://…``; whether an admin may do that is decided later."""
    rest = line.rest()
    if not rest.text:
        return line.missing("request_needs", line.offer(line.word_for("list all", "목록 전체")))
    if len(rest.text) > MAX_CHARS:
        return unclear(line.words[-1], "line_too_long")
    return AskAdmins(rest.text, rest.offset)


VERB = Verb("request", "신청", group="me", order=30, request=AskAdmins, parse=parse)
