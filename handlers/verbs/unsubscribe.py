"""``unsubscribe`` ends a subscription by its number, or one of this channel by its query, or all after asking."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.requests import Ask
from handlers.verbs.grammar import ALL, Line, Rest, unclear
from handlers.verbs.verb import Verb

_SUBSCRIPTION = re.compile(r"S?([0-9]{1,9})", re.IGNORECASE)
_SURE = frozenset({"sure", "yes", "네", "확인"})


@dataclass(frozen=True, slots=True)
class Unsubscribe(Ask):
    """A request to end one subscription, or all."""

    subscription_id: int | None
    """12 for S12; None with ``everything`` and with a query."""
    everything: bool = False
    sure: bool = False
    """Whether all may end without asking first."""
    query: Rest | None = None
    """The query of the subscription that ends, perhaps with its options."""

    @property
    def changes_channel(self) -> bool:
        """Subscriptions end."""
        return True

    @property
    def names_target(self) -> bool:
        """A person's own subscription is ended from any channel."""
        return self.subscription_id is not None


def parse(line: Line) -> Ask:
    """``unsubscribe S12``, ``unsubscribe quantum -Britain``, ``unsubscribe all``, ``unsubscribe all sure``."""
    if not line.words:
        return line.missing("unsubscribe_needs", line.word_for("list", "목록"))
    target = line.words[0]
    if target.word in ALL:
        sure = len(line.words) > 1 and line.words[1].word in _SURE
        return line.ends_after(3 if sure else 2, Unsubscribe(None, everything=True, sure=sure))
    match = _SUBSCRIPTION.fullmatch(target.text)
    if match is None and target.text.lstrip("sS").isnumeric():
        return unclear(target, "subscription_wanted", line.word_for("list", "목록"))
    if match is None:
        return Unsubscribe(None, query=line.rest())
    return line.ends_after(2, Unsubscribe(int(match[1])))


VERB = Verb(
    "unsubscribe",
    "해지",
    group="channel",
    order=20,
    request=Unsubscribe,
    parse=parse,
    also=("구독해지",),
    only_if_near=True,
)
