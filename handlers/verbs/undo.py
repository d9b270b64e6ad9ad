"""``undo`` takes a change of this channel, or the person's own, back: the one with a number, or the last."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.requests import Ask
from handlers.verbs.grammar import Line, unclear
from handlers.verbs.verb import Verb

_CHANGE = re.compile(r"#?([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Undo(Ask):
    """A request to undo one change."""

    change_id: int | None
    """None: the person's last change here, or else the channel's."""

    @property
    def changes_channel(self) -> bool:
        """What the change did is taken back."""
        return True

    @property
    def names_target(self) -> bool:
        """A change of the workspace's is undone by every member, and a person's own change from any channel."""
        return True


def parse(line: Line) -> Ask:
    """``undo``, ``undo 7``, ``undo #7``."""
    if not line.words:
        return Undo(None)
    match = _CHANGE.fullmatch(line.words[0].text)
    if match is None:
        return unclear(line.words[0], "undo_needs")
    return line.ends_after(2, Undo(int(match[1])))


VERB = Verb("undo", "되돌리기", group="channel", order=70, request=Undo, parse=parse)
