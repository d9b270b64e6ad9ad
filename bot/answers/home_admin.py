"""Makes the admins' part of the home tab: all channels, the audit trail, and the spellings proposed last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.deliveries.changes import sentence_args
from bot.model import Destination, Subscription
from bot.operations.alias_scout import report_key
from bot.store import changes
from bot.store.changes import Change
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from handlers.cards.home import HomeAdmin, HomeChange, HomeChannel, HomeFeedback
from handlers.cards.texts import Note
from handlers.requests import Asker

CHANGES_LOOKED_AT = 60
"""Of the last changes so many are looked at, because some are of channels that the admin may not see."""
CHANGES_SHOWN = 10
REPORTS_LOOKED_AT = 4
"""Weeks back in which a report of the alias scout is looked for."""


async def admin_part(
    c: Connection,
    asker: Asker,
    active: Sequence[Subscription],
    everywhere: Mapping[int, Destination],
    visible: Collection[str],
    feedback: HomeFeedback,
    now: datetime,
) -> HomeAdmin:
    """Reads the audit trail and the last proposals; of channels that the admin may not see only the number is said."""
    recent = await changes.newest(c, asker.team, CHANGES_LOOKED_AT)
    counts = Counter(subscription.destination for subscription in active)
    channels = [everywhere[number] for number in counts if everywhere[number].person is None]
    seen = [channel for channel in channels if channel.slack_id in visible]
    lines = (HomeChannel(channel.slack_id, counts[channel.id], channel.state) for channel in seen)
    return HomeAdmin(
        channels=tuple(sorted(lines, key=lambda line: (-line.subscriptions, line.channel))),
        hidden=len(channels) - len(seen),
        changes=tuple(_visible(recent, everywhere, asker.user, visible))[:CHANGES_SHOWN],
        aliases=await _aliases(c, asker.team, now),
        feedback=feedback,
    )


def _visible(
    recent: Iterable[Change], everywhere: Mapping[int, Destination], user: str, member_of: Collection[str]
) -> list[HomeChange]:
    lines = []
    for change in recent:
        undone = change.undone_at is not None
        if change.destination is None:  # an outlet that was added or taken back, for every channel
            lines.append(HomeChange(change.what, sentence_args(change), change.who, "", change.made_at, undone))
            continue
        place = everywhere.get(change.destination)
        if place is None or not (place.person == user if place.person else place.slack_id in member_of):
            continue
        lines.append(HomeChange(change.what, sentence_args(change), change.who, place.slack_id, change.made_at, undone))
    return lines


async def _aliases(c: Connection, team: str, now: datetime) -> tuple[Note, ...]:
    """Returns the proposals of the last report that the scout made."""
    for weeks in range(REPORTS_LOOKED_AT):
        report = await deliveries.by_key(c, report_key(team, now - timedelta(weeks=weeks)))
        lines = report.payload.get("more") if report else None
        if isinstance(lines, list):
            return tuple(Note(str(line["code"]), line["args"]) for line in lines)
    return ()
