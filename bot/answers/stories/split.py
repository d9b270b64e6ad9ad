"""Answers ``split``: articles of a story become a story of their own, for the workspace of the person alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester, destination_for
from bot.answers.registry import answers, restores
from bot.answers.search.stored_history import original_of, stored_hits, stored_readings
from bot.deliveries.enqueue import enqueue_team_cards, record_matches
from bot.deliveries.linked_cards import settle_cards
from bot.deliveries.linked_stories import story_as_seen, view_of
from bot.deliveries.splits import add_part, put_back
from bot.deliveries.subscription_index import Hit
from bot.deliveries.subscription_lookup import IndexedSubscription
from bot.intake.candidate import ALERT_AGE, is_older
from bot.model import StoredArticle, story_id
from bot.store import articles, matches, story_parts
from bot.store.changes import Change
from bot.store.engine import Connection, lock_stories
from bot.stories.facts.coverage import coverage_of
from bot.stories.report import is_trusted
from bot.stories.workspace_view import SeenStory
from handlers.cards.answers import ErrorCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.split import NamedArticle, Split
from scrapers.catalogue import outlet_at
from scrapers.identities import identities


class _Refused(Exception):
    """The reason why nothing is split, with the typed article that it is about."""

    def __init__(self, note: Note, named: NamedArticle | None = None) -> None:
        super().__init__(note.code)
        self.note, self.named = note, named


@answers(Split)
async def split(context: AnswerContext, requester: Requester, ask: Split) -> Shown:
    """Gives the articles a story of their own: the old card no longer counts them, and a new card may be posted."""
    now, team, person = context.now(), requester.asker.team, requester.asker.user
    try:
        async with context.store.read() as c:
            seen, chosen = await _chosen(c, context, team, ask)
            subscriptions = await context.subscription_index.load(c, now)
            readings = await stored_readings(c, chosen, context.outlets)
        hits = await stored_hits(context.subscription_index, subscriptions, readings)
        async with context.store.begin() as c:
            await lock_stories(c)
            seen, chosen = await _still_there(c, team, seen, [article.id for article in chosen])
            destination = await destination_for(c, context, requester)
            part = await add_part(c, team, chosen, await _home(c, team, chosen[0]), person, now)
            for article, found in zip(chosen, hits, strict=True):
                of_team = await _hits_of_team(c, team, seen.ids, article, found, subscriptions)
                await record_matches(c, of_team, part, article.id, now)
            await _enqueue(c, team, part, now)
            await settle_cards(c, team, (*seen.ids, part), now)
            after = {
                "story": story_id(seen.story.id), "other": story_id(part), "n": len(chosen), "part": part,
                "articles": [article.id for article in chosen],
            }  # fmt: skip
            recorded = await record_change(c, context, requester, destination, "split", {}, after)
    except _Refused as refused:
        return _refused(requester, refused)
    return await confirm_change(context, requester, recorded)


@restores("split")
async def restore_split(c: Connection, change: Change, made: bool, _person: str, now: datetime) -> None:
    """Splits the articles off again, or deletes the rows, which gives them back."""
    await lock_stories(c)
    part, article_ids = int(str(change.after["part"])), change.after["articles"]
    assert isinstance(article_ids, list)
    homes = {part, *await _homes(c, change.team, article_ids)}
    if made:
        await put_back(c, change.team, part, article_ids, change.who, change.made_at)
    else:
        await story_parts.remove(c, change.team, part)
    await settle_cards(c, change.team, sorted({*homes, *await _homes(c, change.team, article_ids)}), now)


async def _chosen(
    c: Connection, context: AnswerContext, team: str, ask: Split
) -> tuple[SeenStory, list[StoredArticle]]:
    """The story and the articles that the line names, as they are listed. Raises _Refused."""
    seen = await story_as_seen(c, team, ask.story)
    if seen is None:
        raise _Refused(Note("no_such_story", {"target": story_id(ask.story)}))
    listed = coverage_of(seen.articles, context.outlets).articles
    chosen = {}
    for named in ask.articles:
        article = await _named(c, context, seen, listed, named)
        chosen[article.id] = article
    if len(chosen) == len(listed):
        raise _Refused(Note("split_all", {"story": story_id(seen.story.id), "n": str(len(listed))}))
    return seen, list(chosen.values())


async def _named(
    c: Connection, context: AnswerContext, seen: SeenStory, listed: Sequence[StoredArticle], named: NamedArticle
) -> StoredArticle:
    story = {"story": story_id(seen.story.id)}
    if named.number is not None:
        if named.number > len(listed):
            raise _Refused(Note("split_no_such_number", {**story, "n": str(len(listed))}), named)
        return listed[named.number - 1]
    names = identities(outlet_at(context.outlets, named.text), named.text)
    found = await articles.by_identities(c, names)
    original = await original_of(c, found) if found else None
    by_id = {article.id: article for article in listed}
    if original is None or original.id not in by_id:
        raise _Refused(Note("split_not_in_story", story), named)
    return by_id[original.id]


async def _still_there(
    c: Connection, team: str, before: SeenStory, article_ids: Sequence[int]
) -> tuple[SeenStory, list[StoredArticle]]:
    """The same story and articles under the lock. Raises _Refused where another change came in between."""
    seen = await story_as_seen(c, team, before.story.id)
    by_id = {article.id: article for article in seen.articles} if seen else {}
    if seen is None or not by_id.keys() > set(article_ids):
        raise _Refused(Note("split_changed_meanwhile", {"story": story_id(before.story.id)}))
    return seen, [by_id[article_id] for article_id in article_ids]


async def _hits_of_team(
    c: Connection,
    team: str,
    story_ids: Sequence[int],
    article: StoredArticle,
    found: Sequence[Hit],
    subscriptions: Sequence[IndexedSubscription],
) -> list[Hit]:
    """The workspace's subscriptions that the article matches and that are no younger than it.

    Texts are not stored: a subscription that the article has matched when it was read matches in any case.
    """
    met = [match for story in story_ids for match in await matches.of_story(c, team, story)]
    matched = {match.subscription for match in met if match.article == article.id}
    matched |= {
        hit.subscription.id
        for hit in found
        if hit.subscription.team == team and hit.subscription.created_at <= article.first_seen_at
    }
    return [Hit(each.subscription, ()) for each in subscriptions if each.subscription.id in matched]


async def _enqueue(c: Connection, team: str, part: int, now: datetime) -> None:
    """Enqueues the cards of a part; one whose articles are all older than a day waits for the digest."""
    seen = await story_as_seen(c, team, part)
    assert seen is not None
    alert = any(is_trusted(each) and not is_older(each.published_at, ALERT_AGE, now) for each in seen.articles)
    await enqueue_team_cards(c, team, seen.story, seen.articles, now, alert=alert)


async def _home(c: Connection, team: str, article: StoredArticle) -> int:
    assert article.story is not None
    return (await view_of(c, team)).home(article.id, article.story)


async def _homes(c: Connection, team: str, article_ids: Sequence[int]) -> set[int]:
    view = await view_of(c, team)
    rows = await articles.some(c, article_ids)
    return {view.home(article.id, article.story) for article in rows if article.story is not None}


def _refused(requester: Requester, refused: _Refused) -> Shown:
    named, line = refused.named, requester.request.line
    if named is None:
        return requester.error(refused.note.code, refused.note.args, about=refused.note.args.get("target", ""))
    return requester.shown(ErrorCard(line, named.position, len(named.text), refused.note))
