"""Answers ``merge``: makes two stories one, for the workspace of the person alone."""

from __future__ import annotations

from datetime import datetime

from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester, destination_for
from bot.answers.registry import answers, restores
from bot.deliveries.linked_cards import settle_cards
from bot.deliveries.linked_stories import story_as_seen
from bot.model import story_id
from bot.store import stories, story_links
from bot.store.changes import Change
from bot.store.engine import Connection, lock_stories
from handlers.cards.shown import Shown
from handlers.verbs.merge import Merge


@answers(Merge)
async def merge(context: AnswerContext, requester: Requester, ask: Merge) -> Shown:
    """Links two stories: the workspace's channels keep one card of both."""
    now, team, person = context.now(), requester.asker.team, requester.asker.user
    async with context.store.begin() as c:
        await lock_stories(c)
        known = {number: await story_as_seen(c, team, number) for number in (ask.story, ask.other)}
        for number, seen in known.items():
            if seen is None:
                return requester.error("no_such_story", {"target": story_id(number)}, about=story_id(number))
        story, other = sorted(seen.story.id for seen in known.values() if seen is not None)
        if story == other:
            return requester.error("merged_already", {"story": story_id(story)})
        destination = await destination_for(c, context, requester)
        link = await story_links.add(c, team=team, story=story, other=other, person=person, now=now)
        await settle_cards(c, team, (story, other), now)
        after = {"link": link, "story": story_id(story), "other": story_id(other), "pair": [story, other]}
        recorded = await record_change(c, context, requester, destination, "merged", {}, after)
    return await confirm_change(context, requester, recorded)


@restores("merged")
async def restore_merge(c: Connection, change: Change, made: bool, person: str, now: datetime) -> None:
    """Makes the link again, or deletes it."""
    await lock_stories(c)
    link_id, pair = int(str(change.after["link"])), change.after["pair"]
    assert isinstance(pair, list)
    link = await story_links.get(c, change.team, link_id)
    if made and link is None:
        known = await stories.ids_today(c, pair)
        story, other = (known[number] for number in pair)
        await story_links.add(c, team=change.team, story=story, other=other, person=person, now=now, link=link_id)
    elif not made and link is not None:
        await story_links.remove(c, link)
    await settle_cards(c, change.team, pair, now)
