"""Enqueues the card of a story for each destination with a match, with its matches told.

Everything here runs in the transaction that stores the article: an article is never stored without its deliveries, nor
a delivery without its article. What all destinations need is read, and written, with one statement each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.deliveries.growth import Growth
from bot.deliveries.holds import cards_to_join, holds_of, joins_until
from bot.deliveries.linked_stories import as_seen, story_as_seen
from bot.deliveries.quiet_hours import ROLL_UP_MARGIN
from bot.deliveries.standing_card import standing_card, teller
from bot.deliveries.subscription_index import Hit
from bot.model import Delivery, StoredArticle, Story, Subscription
from bot.store import matches, story_views, subscriptions
from bot.store.deliveries import rollups, story_cards
from bot.store.deliveries import table as deliveries
from bot.store.deliveries.table import NewDelivery
from bot.store.engine import Connection
from bot.store.matches import Match, NewMatch
from bot.stories.workspace_view import SeenStory


def card_key(team: str, destination_id: int, story_number: int) -> str:
    """The key of the card about a story; a story that others were merged into may have a card with the key of one."""
    return f"card:{team}:{destination_id}:{story_number}"


@dataclass(frozen=True, slots=True)
class TeamStory:
    """A story as a workspace sees it, with the workspace's matches of it."""

    team: str
    story: Story
    articles: Sequence[StoredArticle]
    met: Sequence[Match]
    risen: bool
    """Whether it has just become severe."""

    def by_destination(self) -> dict[int, list[Match]]:
        """Returns the matches of each channel, in the order in which they met."""
        of_channels: defaultdict[int, list[Match]] = defaultdict(list)
        for match in self.met:
            of_channels[match.destination].append(match)
        return dict(of_channels)


@dataclass(frozen=True, slots=True)
class _OwedCard:
    """The card of a story that a channel has not got yet."""

    of: TeamStory
    destination: int
    open_matches: Sequence[Match]
    instant: Sequence[Match]
    """The matches that alert at once."""


async def record_matches(
    c: Connection,
    hits: Iterable[Hit],
    story_number: int,
    article_id: int,
    now: datetime,
    parts: Mapping[str, int] | None = None,
) -> tuple[Match, ...]:
    """Stores which subscriptions an article of the story matches, and returns the new matches.

    A story matches a subscription once. ``parts`` are the parts that the article belongs to instead, by workspace.
    """
    met = [(hit.subscription, (parts or {}).get(hit.subscription.team, story_number)) for hit in hits]
    new = [NewMatch(each.team, each.id, each.destination, story, article_id, each.cadence, now) for each, story in met]
    return await matches.add(c, new)


async def enqueue_cards(
    c: Connection,
    story: Story,
    articles: Sequence[StoredArticle],
    now: datetime,
    *,
    alert: bool,
    risen: bool,
    growth: Growth | None = None,
    met: Sequence[Match] | None = None,
) -> list[int]:
    """Enqueues the story's card for every destination with a match that alerts; returns the new deliveries' ids.

    A destination that has the story's card gets no second one, whatever else matches later. Without ``alert`` (the
    article is old or suspect) no card is enqueued and the matches wait for the digest. With ``risen`` (the story has
    just become severe) a story that a digest has shown alerts nevertheless. A workspace that split the article off
    gets the card of its part. ``met`` are all of the story's matches, where they are known.
    """
    known_teams, parts = (growth.teams, growth.parts) if growth else (None, {})
    teams_with = {*(await story_views.teams_with(c, story.id) if known_teams is None else known_teams), *parts}
    by_team: defaultdict[str, list[Match]] = defaultdict(list)
    for number in dict.fromkeys((story.id, *parts.values())):
        for match in await matches.of_story(c, None, number) if met is None else met:
            if parts.get(match.team, story.id) == number:
                by_team[match.team].append(match)
    of_teams = []
    for team, of_team_met in sorted(by_team.items()):
        number, seen_articles, seen = parts.get(team, story.id), articles, story
        if team in teams_with:
            of_team = await seen_by(c, team, number, story, articles)
            seen, seen_articles = replace(of_team.story, id=number, revision=story.revision), of_team.articles
        ids = {article.id for article in seen_articles}
        is_split = growth is not None and not ids.issuperset(article.id for article in articles)
        rises = alert and growth.raises(ids) if growth and is_split else risen
        of_teams.append(TeamStory(team, seen, seen_articles, of_team_met, rises))
    return await enqueue_all(c, of_teams, now, alert=alert, opens_story=growth is not None and growth.opens_story)


async def enqueue_team_cards(
    c: Connection,
    team: str,
    story: Story,
    articles: Sequence[StoredArticle],
    now: datetime,
    *,
    alert: bool,
) -> list[int]:
    """Enqueues the card of a story, as a workspace sees it, for each of its destinations with a match that alerts."""
    met = await matches.of_story(c, team, story.id)
    return await enqueue_all(c, [TeamStory(team, story, articles, met, risen=False)], now, alert=alert)


async def seen_by(c: Connection, team: str, number: int, story: Story, articles: Sequence[StoredArticle]) -> SeenStory:
    """The story, or the part of it with this number, as it is in a workspace."""
    part = await story_as_seen(c, team, number) if number != story.id else None
    return part or await as_seen(c, team, story, articles)


async def enqueue_all(
    c: Connection, of_teams: Sequence[TeamStory], now: datetime, *, alert: bool, opens_story: bool = False
) -> list[int]:
    """Enqueues the cards of a story for all workspaces; ``opens_story`` says that it has none yet.

    A card that a channel has already gets the matches that are new.
    """
    new: list[int] = []
    owed: list[tuple[TeamStory, int, list[Match]]] = []
    for of_team in of_teams:
        cards_in = {} if opens_story else await _cards_in_channels(c, of_team)
        for destination_id, met in of_team.by_destination().items():
            open_matches = [match for match in met if match.told_by is None or of_team.risen]
            cards = cards_in.get(destination_id, ()) if open_matches else ()
            if (card := standing_card(cards)) is not None:
                restored = alert and of_team.risen and await rollups.restore_card(c, card.id, now)
                await _add_to_card(c, card, card.id if restored else teller(card, cards, met), open_matches, now)
                if restored:
                    await deliveries.want_revision(c, card.id, of_team.story.revision)
                    new.append(card.id)
            elif open_matches:
                owed.append((of_team, destination_id, open_matches))
    return [*new, *(await _enqueue_owed(c, owed, now) if alert else ())]


async def _cards_in_channels(c: Connection, of_team: TeamStory) -> dict[int, list[Delivery]]:
    in_channels: defaultdict[int, list[Delivery]] = defaultdict(list)
    if any(match.told_by is None or of_team.risen for match in of_team.met):
        for card in await story_cards.of_story(c, of_team.story.id):
            in_channels[card.destination].append(card)
    return dict(in_channels)


async def _add_to_card(
    c: Connection, card: Delivery, told_by: int | None, open_matches: Sequence[Match], now: datetime
) -> None:
    """Adds matches to an existing card; without ``told_by`` they stay untold, so the next digest includes them."""
    if told_by is not None:
        await deliveries.add_subscriptions(c, {card.id: [match.subscription for match in open_matches]})
        await matches.mark_told(c, [match.id for match in open_matches], told_by, now)


async def _enqueue_owed(
    c: Connection, channels: Sequence[tuple[TeamStory, int, list[Match]]], now: datetime
) -> list[int]:
    """Enqueues one card for all of a destination's matches, also those that would have waited for a digest."""
    asked = {match.subscription for _, _, open_matches in channels for match in open_matches}
    by_number = await subscriptions.by_ids(c, asked)
    holds = await holds_of(c, [destination for _, destination, _ in channels], now)
    owed = []
    for of_team, destination, open_matches in channels:
        muted = holds[destination].mutes.subscriptions()
        wanted = [match for match in open_matches if match.subscription not in muted]
        if instant := _instant_matches(of_team, wanted, by_number):
            owed.append(_OwedCard(of_team, destination, open_matches, instant))
    until = {
        each.destination: holds[each.destination].held_until(each.of.story, each.of.articles, now, ROLL_UP_MARGIN)
        for each in owed
    }
    plain = [each.destination for each in owed if each.of.story.topics.severity < 1]
    may_join = [number for number in plain if until[number] is None]
    recent = await cards_to_join(c, may_join, now)
    ends = {
        number: joins_until(channel, recent[number], now)
        for number in may_join
        if (channel := holds[number].destination) is not None
    }
    new = {_key(each): _card(each, ends.get(each.destination), until[each.destination]) for each in owed}
    ids = await deliveries.enqueue_many(c, list(new.values()), now)
    told_by = {match.id: ids[_key(each)] for each in owed for match in each.open_matches}
    await matches.mark_each_told(c, told_by, now)
    return [ids[key] for key in new]


def _instant_matches(
    of: TeamStory, open_matches: Sequence[Match], by_number: Mapping[int, Subscription]
) -> list[Match]:
    """The matches that alert at once: those of instant subscriptions, and all of them when the story is severe."""
    outlets = len({article.outlet for article in of.articles})
    return [
        match
        for match in open_matches
        if (subscription := by_number.get(match.subscription)) is not None
        and subscription.state == "active"
        and outlets >= subscription.min_outlets
        and (of.story.topics.severity >= 1 or subscription.cadence == "instant")
    ]


def _card(owed: _OwedCard, burst_ends_at: datetime | None, until: datetime | None) -> NewDelivery:
    """The delivery, which joins a burst or is held until then."""
    return NewDelivery(
        _key(owed),
        owed.of.team,
        owed.destination,
        "card",
        story=owed.of.story.id,
        payload={"burst": burst_ends_at.isoformat()} if burst_ends_at else {},
        subscriptions=tuple(match.subscription for match in owed.instant),
        revision=owed.of.story.revision,
        not_before=burst_ends_at + ROLL_UP_MARGIN if burst_ends_at else until,
        held=(burst_ends_at or until) is not None,
    )


def _key(owed: _OwedCard) -> str:
    return card_key(owed.of.team, owed.destination, owed.of.story.id)
