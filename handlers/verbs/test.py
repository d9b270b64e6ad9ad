"""``test`` posts a sample alert and a sample digest here, on the way that real ones take."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.requests import Ask
from handlers.verbs.grammar import Line
from handlers.verbs.verb import Verb


@dataclass(frozen=True, slots=True)
class PostSamples(Ask):
    """A request for samples."""

    @property
    def changes_channel(self) -> bool:
        """They are posted in the channel."""
        return True

    @property
    def configures(self) -> bool:
        """A post is no setting."""
        return False


def parse(line: Line) -> Ask:
    """Parses ``test``, and nothing after it."""
    return line.ends_after(1, PostSamples())


VERB = Verb("test", "시험", group="admin", order=10, request=PostSamples, parse=parse)
