"""Lets a channel's cards of a story show that it is muted, or no longer is."""

from __future__ import annotations

from collections.abc import Iterable

from bot.deliveries.linked_cards import cards_of
from bot.deliveries.linked_stories import groups_of
from bot.store import mutes
from bot.store.deliveries import story_cards
from bot.store.engine import Connection
from bot.store.mutes import Mute


async def show_mute(c: Connection, team: str, destination_id: int, story_number: int) -> None:
    """Requests an edit of the posted cards of a story in one channel, also of the stories it is linked with."""
    for card in await cards_of(c, team, (await groups_of(c, team)).ids(story_number), destination_id):
        await story_cards.want_edit(c, card.id)


async def show_passed(c: Connection, passed: Iterable[Mute]) -> None:
    """Marks mutes whose end has passed, and requests an edit of the cards that show them."""
    for mute in passed:
        await mutes.mark_passed(c, mute)
        await show_mute(c, mute.team, mute.destination, int(mute.target))
