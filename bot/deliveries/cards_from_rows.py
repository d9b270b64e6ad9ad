"""Makes cards and lines from stored rows: story cards, digest lines, subscription lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypedDict

from bot.deliveries.coarse_outlets import coarse_outlets
from bot.deliveries.lead_sentences import best_lead
from bot.deliveries.linked_cards import standing_card_of
from bot.deliveries.linked_stories import groups_of, story_as_seen
from bot.model import FROM_SOURCE, Destination, StoredArticle, Story, Subscription, story_id, subscription_id
from bot.store import matches, mentions, mutes
from bot.store.engine import Connection
from bot.store.mutes import subscriptions_muted
from bot.stories.facts.coverage import coverage_of
from bot.stories.facts.leads import heading_article
from bot.stories.facts.text_read import has_vanished, is_announced_flash, is_corrected, is_partial, lacks_text
from handlers.blocks.story_card import ALSO_SHOWN
from handlers.cards.digest import ChangedArticle, DigestLine
from handlers.cards.story import MergedCard, OtherArticle, StoryCard, UnreadDocument
from handlers.cards.subscriptions import SubscriptionLine
from handlers.cards.texts import Lead
from scrapers.headline_marks import without_marks
from scrapers.outlet import Outlet

TOPICS_SHOWN = 8
_CORRECTION = ("correction",)
"""The kind of an outlet's own mark that repeats the label *corrected*."""


def outlet_name(outlets: Mapping[str, Outlet], key: str) -> str:
    """An outlet's name as readers know it."""
    return outlets[key].name if key in outlets else key


def may_quote(key: str, outlets: Mapping[str, Outlet]) -> bool:
    """Whether an outlet's present terms allow a sentence of its text to be shown."""
    return key in outlets and outlets[key].text_allowed


def topics_of(story: Story) -> tuple[str, ...]:
    """The topics that a card names, the most specific first."""
    pact = ("pact",) if story.topics.pact else ()
    return (*pact, *story.topics.sister_pact, *story.topics.officials, *story.topics.sectors)[:TOPICS_SHOWN]


async def story_card(
    c: Connection,
    story_number: int,
    outlets: Mapping[str, Outlet],
    destination: Destination,
    subscription_numbers: Sequence[int],
    muted_until: datetime | None = None,
) -> StoryCard | None:
    """A story as a card for one destination, headed in its language if possible; None when the story is unknown."""
    seen = await story_as_seen(c, destination.team, story_number)
    if seen is None:
        return None
    story, of_story = seen.story, seen.articles
    heading = heading_article(story, of_story, destination.language, outlets)
    coverage = coverage_of(of_story, outlets, await coarse_outlets(c, of_story))
    head = _heading(story, heading, outlets)
    return StoryCard(
        story=story_id(story.id),
        **head,
        seen_at=story.first_seen_at,
        zone=destination.timezone,
        lead=await lead_of(c, heading, of_story, outlets),
        topics=topics_of(story),
        articles_ko=coverage.ko,
        articles_en=coverage.en,
        articles_other=coverage.other,
        first_outlet=outlet_name(outlets, coverage.first.article.outlet) if coverage.first else None,
        first_by_minutes=coverage.first.lead_minutes if coverage.first else None,
        official_url=coverage.official_url(destination.language),
        after=tuple(source for source, _ in coverage.after),
        subscriptions=tuple(subscription_id(number) for number in subscription_numbers),
        severity=story.topics.severity,
        **_flash(head["headline"], heading, of_story),
        sister=_sister_of(story),
        **_other_articles(coverage.articles, heading, outlets),
        mention_group=destination.mention_group if story.topics.severity >= 1 else None,
        muted_until=muted_until,
        partial=heading is not None and is_partial(heading),
        unread=_unread(heading, coverage.unread_document),
    )


class _Flash(TypedDict):
    flash: bool
    bare_headline: str


def _flash(headline: str, heading: StoredArticle | None, of_story: Sequence[StoredArticle]) -> _Flash:
    """Whether the card is labelled as a flash, and its headline without the marks that its labels repeat."""
    is_flash = bool(of_story) and all(map(is_announced_flash, of_story))
    labels = (("correction", _mark_of(heading) == "corrected"), ("flash", is_flash))
    bare = without_marks(headline, [kind for kind, is_shown in labels if is_shown])
    return {"flash": is_flash, "bare_headline": bare if bare != headline else ""}


class _OtherArticles(TypedDict):
    corrected: bool
    gone: bool
    also: tuple[OtherArticle, ...]
    also_more: int


def _other_articles(
    ordered: Sequence[StoredArticle], heading: StoredArticle | None, outlets: Mapping[str, Outlet]
) -> _OtherArticles:
    """What became of the heading article, and the story's other articles as they were published.

    Only the heading article's own correction stands before the headline: before another outlet's it would read as that
    outlet's. Where not all are shown, those that were corrected or have vanished are.
    """
    others = [article for article in ordered if article is not heading]
    first = sorted(others, key=lambda article: not _mark_of(article))[:ALSO_SHOWN]
    also = tuple(_other_article(article, outlets) for article in others if article in first)
    mark = _mark_of(heading)
    return {
        "corrected": mark == "corrected",
        "gone": mark == "gone",
        "also": also,
        "also_more": len(others) - len(also),
    }


def _mark_of(article: StoredArticle | None) -> str:
    """``corrected``, ``gone`` where its page has vanished, else empty."""
    if article is None:
        return ""
    return "gone" if has_vanished(article) else "corrected" if is_corrected(article) else ""


def _other_article(article: StoredArticle, outlets: Mapping[str, Outlet]) -> OtherArticle:
    mark = _mark_of(article)
    headline = without_marks(article.headline, _CORRECTION) if mark == "corrected" else article.headline
    return OtherArticle(headline, article.url, outlet_name(outlets, article.outlet), mark)


def _unread(heading: StoredArticle | None, unread: StoredArticle | None) -> UnreadDocument | None:
    """What is told without its text: the heading article, or an office's document of a story without official text."""
    document = heading if heading is not None and lacks_text(heading) else unread
    if document is None:
        return None
    return UnreadDocument(
        url=None if document is heading else document.url,
        by_summary=document.text_from == FROM_SOURCE,
        attachments=tuple((each["name"], each["url"]) for each in document.attachments),
    )


async def merged_card(
    c: Connection, story_number: int, outlets: Mapping[str, Outlet], destination: Destination
) -> MergedCard | None:
    """The line of a card that gave way to the one that stands for its story in this channel."""
    seen = await story_as_seen(c, destination.team, story_number)
    if seen is None:
        return None
    story = seen.story
    heading = heading_article(story, seen.articles, destination.language, outlets)
    standing = await standing_card_of(c, destination.team, seen, destination.id)
    url = message_url(standing.slack_id, standing.ts) if standing and standing.ts else None
    return MergedCard(story_id(story.id), _heading(story, heading, outlets)["headline"], url)


def message_url(channel: str, ts: str) -> str:
    """The address of a message; Slack leads it to the workspace of who opens it."""
    return f"https://slack.com/archives/{channel}/p{ts.replace('.', '')}"


class _Heading(TypedDict):
    headline: str
    headline_language: str
    url: str
    outlet: str
    published_at: datetime | None


def _heading(story: Story, article: StoredArticle | None, outlets: Mapping[str, Outlet]) -> _Heading:
    """The heading fields: the story's own where its leading article heads the card."""
    other = article if article is not None and article.url != story.url else None
    return {
        "headline": other.headline if other else story.headline,
        "headline_language": other.language if other else story.language,
        "url": other.url if other else story.url,
        "outlet": outlet_name(outlets, other.outlet if other else story.outlet),
        "published_at": article.published_at if article else None,
    }


async def lead_of(
    c: Connection,
    heading: StoredArticle | None,
    of_story: Sequence[StoredArticle],
    outlets: Mapping[str, Outlet],
) -> Lead | None:
    """The heading article's best sentence, else another article's; only from outlets whose terms allow it."""
    quotable = [article for article in of_story if may_quote(article.outlet, outlets)]
    mentions_of = await mentions.mentions_of(c, [article.id for article in quotable])
    ordered = sorted(quotable, key=lambda article: heading is None or article.id != heading.id)
    return next((lead for article in ordered if (lead := best_lead(mentions_of.get(article.id, ())))), None)


def _sister_of(story: Story) -> str | None:
    """The sister pact that a story is about, where it is not about the pact itself."""
    return next(iter(story.topics.sister_pact), None) if not story.topics.pact else None


def digest_line(
    story: Story, of_story: Sequence[StoredArticle], outlets: Mapping[str, Outlet], language: str
) -> DigestLine:
    """One story as one line, headed in the reader's language if possible."""
    heading = heading_article(story, of_story, language, outlets)
    head = _heading(story, heading, outlets)
    mark = _mark_of(heading)
    if mark == "corrected":
        head["headline"] = without_marks(head["headline"], _CORRECTION)
    return DigestLine(
        story=story_id(story.id),
        **head,
        articles=len(of_story),
        topics=topics_of(story),
        partial=heading is not None and is_partial(heading),
        text_missing=heading is not None and lacks_text(heading),
        corrected=mark == "corrected",
        gone=mark == "gone",
        changed=tuple(
            ChangedArticle(outlet_name(outlets, article.outlet), _mark_of(article))
            for article in of_story
            if article is not heading and _mark_of(article)
        ),
        severity=story.topics.severity,
        sister=_sister_of(story),
    )


async def subscription_lines(
    c: Connection, subscribed: Sequence[Subscription], destinations: Mapping[int, Destination], now: datetime
) -> tuple[SubscriptionLine, ...]:
    """Subscriptions as lines, each with the number of stories that it matched in the last week."""
    week_ago = now - timedelta(days=7)
    counts = {subscription.id: await _count_stories(c, subscription, week_ago) for subscription in subscribed}
    muted = await mutes.active_in(c, {subscription.destination for subscription in subscribed}, now)
    until = subscriptions_muted(mute for running in muted.values() for mute in running)
    lines = (
        subscription_line(subscription, destinations[subscription.destination], counts[subscription.id], week_ago)
        for subscription in subscribed
    )
    return tuple(replace(line, muted_until=until.get(each.id)) for line, each in zip(lines, subscribed, strict=True))


async def _count_stories(c: Connection, subscription: Subscription, since: datetime) -> int:
    groups = await groups_of(c, subscription.team)
    if not groups:
        return await matches.count_since(c, subscription.id, since)
    return len({groups.leader(match.story) for match in await matches.since(c, (subscription.id,), since)})


def subscription_line(
    subscription: Subscription, destination: Destination, week_count: int, week_ago: datetime
) -> SubscriptionLine:
    """One subscription as one line; ``week_count`` counts its stories since then, or since it began."""
    return SubscriptionLine(
        id=subscription_id(subscription.id),
        query=subscription.query,
        cadence=subscription.cadence,
        at=subscription.at if subscription.cadence in ("daily", "weekly") else None,
        weekday=subscription.weekday if subscription.cadence == "weekly" else None,
        zone=subscription.timezone,
        owner=subscription.owner,
        channel=destination.slack_id,
        created_at=subscription.created_at,
        last_post_at=subscription.last_post_at,
        week_count=week_count,
        state="ended" if subscription.state == "ended" else destination.state,
        min_outlets=subscription.min_outlets,
        ends_at=subscription.ends_at,
        is_new=subscription.created_at > week_ago,
    )
