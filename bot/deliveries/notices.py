"""Enqueues notices: the bot's own sentences to a channel, a person or the operators, each once under its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model import Destination
from bot.store import destinations, installations
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection


@dataclass(frozen=True, slots=True)
class OperatorsChannel:
    """The channel that gets reports of failures, and its language and zone."""

    channel: str
    language: str
    timezone: str
    team: str | None = None
    """The operators' workspace, where there are several; None: the one workspace."""

    def is_in(self, team: str) -> bool:
        """Whether it is a channel of this workspace."""
        return self.team in (None, team)


async def enqueue_notice(
    c: Connection,
    key: str,
    destination: Destination,
    code: str,
    args: Mapping[str, str],
    now: datetime,
    more: Sequence[Mapping[str, object]] = (),
    *,
    opens_channel: bool = False,
) -> bool:
    """Enqueues the sentence ``note.<code>``, with ``more`` lines of the same form; False where the key is known.

    With ``opens_channel`` it goes before all that waits there.
    """
    payload: dict[str, object] = {"code": code, "args": dict(args)}
    if more:
        payload["more"] = [dict(line) for line in more]
    delivery_id = await deliveries.enqueue(
        c, key, team=destination.team, destination=destination.id, kind="notice", now=now, payload=payload,
        opens_channel=opens_channel,
    )  # fmt: skip
    return delivery_id is not None


async def notify_operators(
    c: Connection,
    operators: OperatorsChannel | None,
    team: str,
    what: str,
    code: str,
    args: Mapping[str, str],
    now: datetime,
) -> int:
    """Enqueues a notice to the operators, once for each ``what``; returns the number of messages.

    What concerns a workspace that is not theirs stands in the log alone.
    """
    if operators is None or not operators.is_in(team):
        return 0
    destination = await operators_destination(c, operators, team)
    return int(await enqueue_notice(c, f"notice:{team}:{what}", destination, code, args, now))


async def operators_teams(c: Connection, operators: OperatorsChannel | None) -> list[str]:
    """The workspaces whose operators learn of what concerns the installation."""
    if operators is None:
        return []
    if operators.team is not None:
        return [operators.team]
    return [installation.team for installation in await installations.present(c)]


async def operators_destination(c: Connection, operators: OperatorsChannel, team: str) -> Destination:
    """The operators' channel in a workspace, as a destination."""
    return await destinations.get_or_add(
        c, team, operators.channel, language=operators.language, timezone=operators.timezone
    )
