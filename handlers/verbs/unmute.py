"""``unmute`` ends a mute early."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.requests import Ask, Unclear
from handlers.verbs.grammar import Line, ends_here
from handlers.verbs.mute import TARGET_WORDS, MuteTarget, offer_target, target_of
from handlers.verbs.verb import Verb


@dataclass(frozen=True, slots=True)
class Unmute(Ask):
    """A request to end a mute early, or to see what is muted."""

    target: MuteTarget | None
    """None: what is muted is shown."""

    @property
    def changes_channel(self) -> bool:
        """The channel gets again what was muted, unless its mutes are only shown."""
        return self.target is not None

    @property
    def names_target(self) -> bool:
        """The mute of a person's own subscription is ended from any channel."""
        return self.target is not None and self.target.kind == "subscription"


def parse(line: Line) -> Ask:
    """``unmute`` to see what is muted, ``unmute ST91``, ``unmute outlet asiae``."""
    if not line.words:
        return Unmute(None)
    named = target_of(line, has_end=False)
    if isinstance(named, Unclear):
        return named
    target, typed, words = named
    return ends_here(words, Unmute(target), offer_target(line, target, typed))


VERB = Verb(
    "unmute",
    "해제",
    group="channel",
    order=50,
    request=Unmute,
    parse=parse,
    korean_words=TARGET_WORDS,
    also=("음소거해제",),
)
