"""``edit`` changes a subscription: in the builder, filled in, or by the line that follows its id."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.requests import Ask
from handlers.verbs.grammar import Line, Rest, unclear
from handlers.verbs.verb import Verb

_SUBSCRIPTION = re.compile(r"S?([0-9]{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Edit(Ask):
    """A request to change one subscription, or for the builder with its fields."""

    subscription_id: int
    """12 for S12."""
    rest: Rest
    """The new query with options, or either of them alone; empty: the builder is asked for."""

    @property
    def changes_channel(self) -> bool:
        """A line changes it at once; the builder changes nothing before it is saved."""
        return bool(self.rest.text)

    @property
    def names_target(self) -> bool:
        """A person's own subscription is edited from any channel."""
        return True

    @property
    def shareable(self) -> bool:
        """The builder is one person's."""
        return False

    @property
    def opens_modal(self) -> bool:
        """Without a line it opens the builder."""
        return not self.rest.text


def parse(line: Line) -> Ask:
    """``edit S12``, ``edit S12 quantum as daily at 08:30``, ``edit S12 as weekly``."""
    if not line.words:
        return line.missing("edit_needs", line.word_for("list", "목록"))
    target = line.words[0]
    match = _SUBSCRIPTION.fullmatch(target.text)
    if match is None:
        return unclear(target, "edit_needs", line.word_for("list", "목록"))
    if len(line.words) == 1:
        return Edit(int(match[1]), Rest("", len(line.text.rstrip())))
    start = line.words[1].position
    return Edit(int(match[1]), Rest(line.text[start:].rstrip(), start))


VERB = Verb("edit", "수정", group="channel", order=15, request=Edit, parse=parse)
