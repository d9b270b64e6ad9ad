"""Makes the admins' part of the home tab on feedback: the last reasons, their counts, and forms to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.deliveries.linked_stories import stories_as_seen
from bot.model import Mention, story_id
from bot.store import feedback, mentions
from bot.store.engine import Connection
from bot.store.feedback import FeedbackRow
from bot.stories.facts.leads import heading_article
from bot.stories.workspace_view import SeenStory
from handlers.cards.home import HomeFeedback, HomeForm, HomeReason
from scrapers.outlet import Outlet

LOOK_BACK = timedelta(days=30)
ROWS_READ = 100
REASONS_SHOWN = 5
FORMS_SHOWN = 3
FORM_MIN_STORIES = 2
"""One story alone does not show that a form is often only mentioned in passing."""


async def feedback_part(
    c: Connection, team: str, language: str, outlets: Mapping[str, Outlet], now: datetime
) -> HomeFeedback:
    """Reads what the workspace's people said of stories in the last days."""
    since_at = now - LOOK_BACK
    said = await feedback.newest(c, team, since_at, ROWS_READ)
    counts = await feedback.counts_since(c, team, since_at)
    passing = {row.story for row in said if row.what == "passing"}
    numbers = passing.union(row.story for row in said[:REASONS_SHOWN])
    story_of = {number: seen for seen in await stories_as_seen(c, team, numbers) for number in seen.ids}
    unwanted = {story_of[number].story.id: story_of[number] for number in sorted(passing) if number in story_of}
    return HomeFeedback(
        counts=tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        last=tuple(_reason(row, story_of.get(row.story), language, outlets) for row in said[:REASONS_SHOWN]),
        forms=often_in_passing(await _forms_of(c, list(unwanted.values()))),
    )


def often_in_passing(forms_of_stories: Iterable[Collection[tuple[str, str]]]) -> tuple[HomeForm, ...]:
    """Returns the forms that made several stories match of which people said that they only mention the topic.

    Each story has its forms as topic and lexicon form. The most frequent form stands first.
    """
    stories_with = Counter(form for forms in forms_of_stories for form in set(forms))
    often = [(form, count) for form, count in stories_with.items() if count >= FORM_MIN_STORIES]
    often.sort(key=lambda item: (-item[1], item[0]))
    return tuple(HomeForm(form, topic, count) for (topic, form), count in often[:FORMS_SHOWN])


def forms_that_matched(named: Iterable[Mention]) -> set[tuple[str, str]]:
    """Returns topic and form of the mentions by which the lexicon took an article; those in passing alert nobody."""
    return {(mention.topic, mention.term) for mention in named if mention.kind != "literal" and not mention.passing}


async def _forms_of(c: Connection, seen: Sequence[SeenStory]) -> list[set[tuple[str, str]]]:
    named = await mentions.mentions_of(c, [article.id for story in seen for article in story.articles])
    return [
        forms_that_matched(mention for article in story.articles for mention in named.get(article.id, ()))
        for story in seen
    ]


def _reason(row: FeedbackRow, seen: SeenStory | None, language: str, outlets: Mapping[str, Outlet]) -> HomeReason:
    heading = heading_article(seen.story, seen.articles, language, outlets) if seen else None
    headline = heading.headline if heading else seen.story.headline if seen else ""
    return HomeReason(story_id(row.story), headline, row.person, row.what, row.remark or "", row.said_at)
