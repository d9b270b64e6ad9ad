"""Decides which of a channel's cards stands for a story, and what tells its matches. Pure.

A channel has several cards about a story only where stories were merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.model import Delivery
from bot.store.deliveries.rollups import ROLLED_UP
from bot.store.deliveries.story_cards import LINKED
from bot.store.deliveries.unconfirmed import MAY_HAVE_BEEN_SENT
from bot.store.matches import Match

_TOLD_THOUGH_CANCELLED = (ROLLED_UP, MAY_HAVE_BEEN_SENT, "message_gone")
"""Reasons of cancelled cards that nevertheless told their story, or that may not be repeated."""
_RANKS = {"sent": 0, "sending": 1, "unknown": 1, "due": 3, "held": 4, "waiting": 5, "dead": 8}


def standing_card(cards: Sequence[Delivery], *, severe: bool = False, rolled_up_told: bool = True) -> Delivery | None:
    """The card that shows the story: a posted one, else one that told it though it is cancelled, else a pending one.

    Of equals the oldest stands. A severe story's pending card stands before one that is only a line of a roll-up, and
    so does every pending card where that roll-up was never sent (not ``rolled_up_told``).
    """

    def order(card: Delivery) -> tuple[int, datetime, int]:
        return _rank(card, severe, rolled_up_told), card.sent_at or card.created_at, card.id

    return min(cards, key=order, default=None)


def teller(card: Delivery | None, cards: Sequence[Delivery], met: Sequence[Match]) -> int | None:
    """The delivery that tells a channel's matches, given its standing card; None where the next digest tells them.

    A card that was rolled up, or none, leaves it to the digest that told one of the matches. A withheld one tells none.
    """
    if card is None or (card.state == "cancelled" and card.error == ROLLED_UP):
        return digest_that_told(cards, met)
    return None if card.state == "dead" or card.error == LINKED else card.id


def digest_that_told(cards: Sequence[Delivery], met: Sequence[Match]) -> int | None:
    """The digest or roll-up that told one of a channel's matches, or None."""
    ids = {card.id for card in cards}
    return next((match.told_by for match in met if match.told_by is not None and match.told_by not in ids), None)


def _rank(card: Delivery, severe: bool, rolled_up_told: bool) -> int:
    if card.state != "cancelled":
        return _RANKS[card.state]
    if card.error == LINKED:
        return 7
    if card.error not in _TOLD_THOUGH_CANCELLED or (card.error == ROLLED_UP and not rolled_up_told):
        return 9
    return 6 if severe else 2
