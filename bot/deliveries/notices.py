"""Notices: a sentence of the bot's own, owed once under its key to a channel, a person, or the operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model import Destination
from bot.store import destinations
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection


@dataclass(frozen=True, slots=True)
class OperatorsChannel:
    """Where failures are told, and how."""

    channel: str
    language: str
    timezone: str


async def enqueue_notice(
    c: Connection,
    key: str,
    place: Destination,
    code: str,
    args: Mapping[str, str],
    now: datetime,
    more: Sequence[Mapping[str, object]] = (),
) -> bool:
    """Owes ``note.<code>`` there, with ``more`` lines of the same form; False where it was owed before."""
    payload: dict[str, object] = {"code": code, "args": dict(args)}
    if more:
        payload["more"] = [dict(line) for line in more]
    number = await deliveries.enqueue(
        c, key, team=place.team, destination=place.id, kind="notice", now=now, payload=payload
    )
    return number is not None


async def notify_operators(
    c: Connection,
    told: OperatorsChannel | None,
    team: str,
    what: str,
    code: str,
    args: Mapping[str, str],
    now: datetime,
) -> int:
    """Owes a notice to a workspace's operators, once for ``what``; how many messages that is."""
    if told is None:
        return 0
    place = await operators_destination(c, told, team)
    return int(await enqueue_notice(c, f"notice:{team}:{what}", place, code, args, now))


async def operators_destination(c: Connection, told: OperatorsChannel, team: str) -> Destination:
    """The operators' channel in a workspace."""
    return await destinations.get_or_add(c, team, told.channel, language=told.language, timezone=told.timezone)
