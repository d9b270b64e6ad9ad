"""Makes the admins' part of the home tab: all channels, the audit trail, and the spellings proposed last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from bot.answers.workspace.proposed_spellings import reported
from bot.deliveries.changes import sentence_args
from bot.model import Destination, Subscription
from bot.store import changes, lexicon_additions
from bot.store.changes import Change
from bot.store.engine import Connection
from handlers.cards.home import HomeAdmin, HomeChange, HomeChannel, HomeFeedback
from handlers.requests import Asker

CHANGES_LOOKED_AT = 60
"""Of the last changes so many are looked at, because some are of channels that the admin may not see."""
CHANGES_SHOWN = 10


async def admin_part(
    c: Connection,
    asker: Asker,
    active: Sequence[Subscription],
    everywhere: Mapping[int, Destination],
    visible: Collection[str],
    feedback: HomeFeedback,
    now: datetime,
) -> HomeAdmin:
    """Reads the audit trail and what nobody added of the last proposals; of hidden channels only the number is said."""
    recent = await changes.newest(c, asker.team, CHANGES_LOOKED_AT)
    counts = Counter(subscription.destination for subscription in active)
    channels = [everywhere[number] for number in counts if everywhere[number].person is None]
    seen = [channel for channel in channels if channel.slack_id in visible]
    lines = (HomeChannel(channel.slack_id, counts[channel.id], channel.state) for channel in seen)
    added = tuple(row.spelling for row in await lexicon_additions.present(c))
    proposed = next(iter(await reported(c, asker.team, now)), ())
    return HomeAdmin(
        channels=tuple(sorted(lines, key=lambda line: (-line.subscriptions, line.channel))),
        hidden=len(channels) - len(seen),
        changes=tuple(_visible(recent, everywhere, asker.user, visible))[:CHANGES_SHOWN],
        aliases=tuple(note for note in proposed if note.args.get("spelling") not in added),
        added=added,
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
