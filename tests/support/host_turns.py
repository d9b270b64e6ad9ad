"""Takes and ends a single turn at a host."""

from __future__ import annotations

from datetime import datetime

from bot.store import hosts
from bot.store.engine import Connection
from bot.store.hosts import HostTurn, TurnEnded, TurnWanted


async def take_turn(c: Connection, host: str, now: datetime, pause_seconds: float) -> HostTurn | None:
    """Takes the host's turn, or returns None where it is not free now."""
    (turn,) = await hosts.settle_turns(c, [TurnWanted(host, pause_seconds)], now)
    return turn if isinstance(turn, HostTurn) else None


async def end_turn(c: Connection, turn: HostTurn, now: datetime, pause_seconds: float) -> None:
    """Ends a turn."""
    await hosts.settle_turns(c, [TurnEnded(turn, now, pause_seconds)], now)
