"""Settles the cards of stories that a workspace's people made one, or parted again.

Each channel keeps one card of such a story. Another one that is posted shows where that one is, and one that is not
posted is withheld. Both rows stay, so an undo finds each card as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.deliveries.holds import release_unless_held
from bot.deliveries.linked_stories import matches_in, stories_as_seen, story_as_seen
from bot.deliveries.standing_card import digest_that_told, standing_card
from bot.model import Delivery, Story
from bot.store import matches
from bot.store.deliveries import story_cards
from bot.store.engine import Connection
from bot.store.matches import Match
from bot.store.merged_stories import lock_deliveries
from bot.stories.workspace_view import SeenStory


async def cards_of(
    c: Connection, team: str, story_ids: Iterable[int], destination: int | None = None
) -> list[Delivery]:
    """The workspace's cards of some stories, in one channel or in all."""
    return [
        card
        for story_number in story_ids
        for card in await story_cards.of_story(c, story_number, destination)
        if card.team == team
    ]


async def standing_card_of(c: Connection, team: str, seen: SeenStory, destination: int) -> Delivery | None:
    """The card that shows the story in this channel."""
    return _standing(
        await cards_of(c, team, seen.ids, destination), await matches_in(c, seen.ids, destination), seen.story
    )


async def gives_way(c: Connection, card: Delivery) -> bool:
    """Whether the card of a linked story leaves the story to another card of its channel."""
    seen = await story_as_seen(c, card.team, card.story) if card.story is not None else None
    if seen is None or len(seen.ids) == 1:
        return False
    standing = await standing_card_of(c, card.team, seen, card.destination)
    return standing is not None and standing.id != card.id


async def settle_cards(c: Connection, team: str, story_ids: Iterable[int], now: datetime) -> None:
    """Leaves one card of each story in each channel: others that are not posted are withheld, or restored.

    Posted cards are shown again. A second call posts nothing more.
    """
    for seen in await stories_as_seen(c, team, story_ids):
        await lock_deliveries(c, seen.ids)
        for cards, standing in await _by_channel(c, team, seen):
            for card in cards:
                if card.id == standing.id:
                    await _restore(c, card, now)
                    await release_unless_held(c, [card], seen.story, seen.articles, now)
                else:
                    await story_cards.withhold(c, card.id)
                await story_cards.want_edit(c, card.id)


async def standing_cards(c: Connection, team: str, seen: SeenStory) -> list[Delivery]:
    """The card that shows the story in each of the workspace's channels that has one."""
    return [standing for _, standing in await _by_channel(c, team, seen)]


async def _by_channel(c: Connection, team: str, seen: SeenStory) -> list[tuple[list[Delivery], Delivery]]:
    """The story's cards in each channel, with the one that stands."""
    in_channels = defaultdict[int, list[Delivery]](list)
    for card in await cards_of(c, team, seen.ids):
        in_channels[card.destination].append(card)
    settled = []
    for destination, cards in in_channels.items():
        standing = _standing(cards, await matches_in(c, seen.ids, destination), seen.story)
        if standing is not None:
            settled.append((cards, standing))
    return settled


def _standing(cards: Sequence[Delivery], met: Sequence[Match], story: Story) -> Delivery | None:
    rolled_up_told = digest_that_told(cards, met) is not None
    return standing_card(cards, severe=story.topics.severity >= 1, rolled_up_told=rolled_up_told)


async def _restore(c: Connection, card: Delivery, now: datetime) -> None:
    """Makes a withheld card due again, unless a digest has told its story meanwhile."""
    if card.state != "cancelled" or card.error != story_cards.LINKED or card.story is None:
        return
    untold = [
        match for match in await matches_in(c, (card.story,), card.destination) if match.told_by in (None, card.id)
    ]
    if untold:
        await story_cards.restore_withheld(c, card.id, now)
        await matches.mark_told(c, [match.id for match in untold], card.id, now)
