"""Reads what decides whether the next card of a channel joins a burst, for several channels with one statement."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, bindparam, cast, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import chunks
from bot.store.schema import deliveries

_row = deliveries.c
_PAYLOAD = cast(_row.payload, Text)


class BurstCard(NamedTuple):
    """A card as the decision about a burst reads it. Of held cards that end alike there is one, without its id."""

    destination: int
    id: int
    state: str
    created_at: datetime
    not_before: datetime
    payload: Mapping[str, object]


def _cards(card_id: ColumnElement[Any], created_at: ColumnElement[Any], *where: ColumnElement[bool]) -> Select[Any]:
    query = select(_row.destination, card_id, _row.state, created_at, _row.not_before, _PAYLOAD.label("payload"))
    return query.where(_row.kind == "card", *where)


_FIRST = func.min(_row.created_at, type_=_row.created_at.type).label("created_at")
_IN_CHANNELS = _row.destination.in_(bindparam("destinations", expanding=True))
_IS_NEW = _row.created_at > bindparam("since_at")
# A burst may hold hundreds of cards, and all of them have one end.
_HELD = _cards(literal(0).label("id"), _FIRST, _row.state == "held", _IN_CHANNELS)
_HELD = _HELD.group_by(_row.destination, _row.state, _row.not_before, _PAYLOAD)
_OPEN = _cards(_row.id, _row.created_at, _row.state.in_(("due", "sending", "unknown")), _IN_CHANNELS, _IS_NEW)
# Found by the instant alone: by its state, SQLite would read all that a channel was ever sent.
_IS_SENT = (func.coalesce(_row.state, "") == "sent", _row.sent_at >= bindparam("since_at"))
_CARDS = union_all(_HELD, _OPEN, _cards(_row.id, _row.created_at, *_IS_SENT, _IN_CHANNELS, _IS_NEW))


async def cards_of_bursts(
    c: AsyncConnection, destination_ids: Collection[int], since_at: datetime
) -> dict[int, list[BurstCard]]:
    """Returns each channel's held cards, and those enqueued since then that are on their way or sent, oldest first."""
    cards: dict[int, list[BurstCard]] = {destination: [] for destination in destination_ids}
    for ids in chunks(cards):
        for row in await c.execute(_CARDS, {"destinations": ids, "since_at": since_at}):
            card = BurstCard._make(row)
            cards[card.destination].append(card._replace(payload=json.loads(row.payload)))
    return {destination: sorted(of_it, key=lambda card: card.id) for destination, of_it in cards.items()}
