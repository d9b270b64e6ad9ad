"""Enqueues the deliveries of a story: a card for each destination with a match, a reply for each material change.

Everything here runs in the transaction that stores the article: an article is never stored without its deliveries, nor
a delivery without its article.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.deliveries.holds import held_until, joins_until, release_unless_held
from bot.deliveries.linked_cards import settle_cards, standing_cards
from bot.deliveries.linked_stories import as_seen, story_as_seen
from bot.deliveries.quiet_hours import ROLL_UP_MARGIN
from bot.deliveries.standing_card import standing_card, teller
from bot.deliveries.subscription_index import Hit
from bot.model import Delivery, StoredArticle, Story
from bot.store import destinations, installations, matches, story_links, story_parts, subscriptions
from bot.store.deliveries import rollups, story_cards
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from bot.store.matches import Match
from bot.stories.report import Report
from bot.stories.story_changes import Change, material_changes
from bot.stories.workspace_view import SeenStory

_CHANGE_PRIORITY = ("official", "official_listed", "milestone", "correction", "second_language")
"""When one article changes several things, the reply names the first of these."""

_MAY_BE_POSTED = ("sent", "sending", "unknown")
"""A card in any other state shows the change itself when it is sent."""


def card_key(team: str, destination_id: int, story_number: int) -> str:
    """The key of the card about a story; a story that others were merged into may have a card with the key of one."""
    return f"card:{team}:{destination_id}:{story_number}"


@dataclass(frozen=True, slots=True)
class Growth:
    """What an article changes of its story: the story's reports before and after, this one among them."""

    article: int
    before: Sequence[Report] = ()
    after: Sequence[Report] = ()
    parts: Mapping[str, int] = field(default_factory=dict)
    """The part that the article belongs to, by workspace, where people split it off."""

    def changes(self, ids: Collection[int]) -> list[Change]:
        """What is worth a reply to who sees these reports."""
        before, after = self._among(self.before, ids), self._among(self.after, ids)
        return material_changes(before, after)

    def untold(self) -> Growth:
        """The same of an article that nobody is told of in a thread."""
        return replace(self, before=(), after=())

    def raises(self, ids: Collection[int]) -> bool:
        """Whether the article has made severe what consists of these."""
        before, after = self._among(self.before, ids), self._among(self.after, ids)
        severity_before = max((report.topics.severity for report in before), default=0)
        return max((report.topics.severity for report in after), default=0) > severity_before

    @staticmethod
    def _among(reports: Sequence[Report], ids: Collection[int]) -> list[Report]:
        return [report for report in reports if report.id in ids]


async def record_matches(
    c: Connection,
    hits: Iterable[Hit],
    story_number: int,
    article_id: int,
    now: datetime,
    parts: Mapping[str, int] | None = None,
) -> None:
    """Stores which subscriptions an article of the story matches; a story matches a subscription once.

    ``parts`` are the parts that the article belongs to instead, by workspace.
    """
    for hit in hits:
        await matches.add(
            c,
            team=hit.subscription.team,
            subscription=hit.subscription.id,
            destination=hit.subscription.destination,
            story=(parts or {}).get(hit.subscription.team, story_number),
            article=article_id,
            cadence=hit.subscription.cadence,
            matched_at=now,
        )


async def enqueue_cards(
    c: Connection,
    story: Story,
    articles: Sequence[StoredArticle],
    now: datetime,
    *,
    alert: bool,
    risen: bool,
    growth: Growth | None = None,
) -> list[int]:
    """Enqueues the story's card for every destination with a match that alerts; returns the new deliveries' ids.

    A destination that has the story's card gets no second one, whatever else matches later. Without ``alert`` (the
    article is old or suspect) no card is enqueued and the matches wait for the digest. With ``risen`` (the story has
    just become severe) a story that a digest has shown alerts nevertheless. A workspace that split the article off
    gets the card of its part.
    """
    new: list[int] = []
    for installation in await installations.all_of(c):
        team = installation.team
        number = growth.parts.get(team, story.id) if growth else story.id
        if not await matches.of_story(c, team, number):
            continue
        seen = await _as_seen(c, team, number, story, articles)
        here = replace(seen.story, id=number, revision=story.revision)
        ids = {article.id for article in seen.articles}
        is_split = growth is not None and not ids.issuperset(article.id for article in articles)
        rises = alert and growth.raises(ids) if growth and is_split else risen
        new += await enqueue_team_cards(c, team, here, seen.articles, now, alert=alert, risen=rises)
    return new


async def enqueue_team_cards(
    c: Connection,
    team: str,
    story: Story,
    articles: Sequence[StoredArticle],
    now: datetime,
    *,
    alert: bool,
    risen: bool,
) -> list[int]:
    """Enqueues the card of a story, as a workspace sees it, for each of its destinations with a match that alerts."""
    new: list[int] = []
    by_destination: defaultdict[int, list[Match]] = defaultdict(list)
    for match in await matches.of_story(c, team, story.id):
        by_destination[match.destination].append(match)
    for destination_id, met in by_destination.items():
        open_matches = [match for match in met if match.told_by is None or risen]
        cards = await story_cards.of_story(c, story.id, destination_id) if open_matches else []
        if (card := standing_card(cards)) is not None:
            restored = alert and risen and await rollups.restore_card(c, card.id, now)
            await _add_to_card(c, card, card.id if restored else teller(card, cards, met), open_matches, now)
            if restored:
                await deliveries.want_revision(c, card.id, story.revision)
                new.append(card.id)
        elif alert and (instant := await _instant_matches(c, team, open_matches, story, articles)):
            new.append(await _enqueue_card(c, team, destination_id, instant, open_matches, story, articles, now))
    return new


async def _as_seen(c: Connection, team: str, number: int, story: Story, articles: Sequence[StoredArticle]) -> SeenStory:
    """The story, or the part of it with this number, as it is in a workspace."""
    part = await story_as_seen(c, team, number) if number != story.id else None
    return part or await as_seen(c, team, story, articles)


async def _instant_matches(
    c: Connection, team: str, open_matches: Sequence[Match], story: Story, articles: Sequence[StoredArticle]
) -> list[Match]:
    """The matches that alert at once: those of instant subscriptions, and all of them when the story is severe."""
    outlets = len({article.outlet for article in articles})
    numbers = tuple(match.subscription for match in open_matches)
    by_number = {subscription.id: subscription for subscription in await subscriptions.some(c, team, numbers)}
    return [
        match
        for match in open_matches
        if (subscription := by_number.get(match.subscription)) is not None
        and subscription.state == "active"
        and outlets >= subscription.min_outlets
        and (story.topics.severity >= 1 or subscription.cadence == "instant")
    ]


async def _add_to_card(
    c: Connection, card: Delivery, told_by: int | None, open_matches: Sequence[Match], now: datetime
) -> None:
    """Adds matches to an existing card; without ``told_by`` they stay untold, so the next digest includes them."""
    if told_by is not None:
        await deliveries.add_subscriptions(c, card.id, [match.subscription for match in open_matches])
        await matches.mark_told(c, [match.id for match in open_matches], told_by, now)


async def _enqueue_card(
    c: Connection,
    team: str,
    destination_id: int,
    instant: Sequence[Match],
    open_matches: Sequence[Match],
    story: Story,
    articles: Sequence[StoredArticle],
    now: datetime,
) -> int:
    """Enqueues one card for all of a destination's matches, also those that would have waited for a digest."""
    until = await held_until(c, destination_id, story, articles, now, ROLL_UP_MARGIN)
    destination = await destinations.get(c, destination_id)
    may_join = until is None and story.topics.severity < 1
    burst = await joins_until(c, destination, now) if may_join and destination is not None else None
    delivery_id = await deliveries.enqueue(
        c,
        card_key(team, destination_id, story.id),
        team=team,
        destination=destination_id,
        kind="card",
        now=now,
        story=story.id,
        payload={"burst": burst.isoformat()} if burst else None,
        subscriptions=[match.subscription for match in instant],
        revision=story.revision,
        not_before=burst + ROLL_UP_MARGIN if burst else until,
        held=(burst or until) is not None,
    )
    assert delivery_id is not None
    await matches.mark_told(c, [match.id for match in open_matches], delivery_id, now)
    return delivery_id


async def refresh_cards(
    c: Connection,
    story: Story,
    articles: Sequence[StoredArticle],
    growth: Growth,
    now: datetime,
    new: Sequence[int] = (),
) -> None:
    """Requests the newest revision of the story's cards, and a reply in the thread of each for a material change."""
    teams = {*await story_links.teams_with(c, story.id), *await story_parts.teams_with(c, story.id), *growth.parts}
    cards = [card for card in await story_cards.of_story(c, story.id) if card.team not in teams]
    for card in cards:
        await refresh_card(c, card, story, articles, now)
    await _enqueue_replies(c, cards, story, articles, growth, now, new)
    for team in sorted(teams):
        number = growth.parts.get(team, story.id)
        await settle_cards(c, team, (number,), now)
        seen = await _as_seen(c, team, number, story, articles)
        here = replace(seen.story, id=number, revision=story.revision)
        cards = await standing_cards(c, team, seen)
        await _enqueue_replies(c, cards, here, seen.articles, growth, now, new)


async def _enqueue_replies(
    c: Connection,
    cards: Iterable[Delivery],
    story: Story,
    articles: Sequence[StoredArticle],
    growth: Growth,
    now: datetime,
    new: Sequence[int],
) -> None:
    """Enqueues a reply under each older card that shows these articles, where the new one makes a material change."""
    changes = growth.changes({article.id for article in articles})
    for card in cards if changes else ():
        if card.id not in new and card.state in _MAY_BE_POSTED:
            await _enqueue_reply(c, card, story, articles, changes, growth.article, now)


async def refresh_card(
    c: Connection, card: Delivery, story: Story, articles: Sequence[StoredArticle], now: datetime
) -> None:
    """Requests the story's newest revision of a card, and releases it where the story is no longer held."""
    if card.state in ("cancelled", "dead"):
        return
    if not await deliveries.want_revision(c, card.id, story.revision):
        await story_cards.want_edit(c, card.id)
    await release_unless_held(c, card, story, articles, now)


async def _enqueue_reply(
    c: Connection,
    card: Delivery,
    story: Story,
    articles: Sequence[StoredArticle],
    changes: Sequence[str],
    article_id: int,
    now: datetime,
) -> None:
    until = await held_until(c, card.destination, story, articles, now)
    key = card.key if card.story == story.id else card_key(card.team, card.destination, story.id)
    await deliveries.enqueue(
        c,
        f"reply:{key}:{story.revision}",
        team=card.team,
        destination=card.destination,
        kind="reply",
        now=now,
        story=story.id,
        after=card.id,
        payload={"what": min(changes, key=_CHANGE_PRIORITY.index), "article": article_id},
        subscriptions=card.subscriptions,
        not_before=until,
        held=until is not None,
    )
