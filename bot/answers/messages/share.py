"""Answers ``share`` and the button *Share to channel*: posts a story's card, or what a line answers by then."""

from __future__ import annotations

from collections.abc import Mapping

from bot.answers.context import AnswerContext, Requester, destination_for
from bot.answers.permission import is_member
from bot.answers.post_outcome import answer_with_outcome
from bot.answers.registry import answers
from bot.deliveries.linked_stories import story_as_seen
from bot.model import UNSETTLED, Delivery, story_id
from bot.store.deliveries import table as deliveries
from handlers.cards.answers import NoticeCard
from handlers.cards.choice import ChoiceCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.requests import Share
from handlers.verbs.parse import parse
from handlers.verbs.share import ShareStory


@answers(Share)
async def share(context: AnswerContext, requester: Requester, ask: Share) -> Shown:
    """Posts the line's answer in this channel."""
    if not parse(ask.line, requester.asker)[0].shareable:
        return requester.error("not_shareable")
    return await _post(context, requester, {"line": ask.line, "language": requester.language}, None)


@answers(ShareStory)
async def share_story(context: AnswerContext, requester: Requester, ask: ShareStory) -> Shown:
    """Asks for the channel, or posts the story's card there; only its members may do that."""
    named, channel = story_id(ask.story), ask.channel
    if channel is not None and channel.startswith("#"):
        return requester.error("channel_by_name", {"name": channel}, about=channel)
    if channel is not None and not await is_member(context, requester.asker, channel):
        return requester.error("not_your_channel", {"channel": channel}, about=channel)
    async with context.store.read() as c:
        seen = await story_as_seen(c, requester.asker.team, ask.story)
    if seen is None:
        return requester.error("no_such_story", {"target": named}, about=named)
    if channel is None:
        return requester.shown(ChoiceCard(Note("share_where", {"story": named}), channel_line=f"share {named} in"))
    # the line is for processes of the last release, which post its answer
    what = {"story": seen.story.id, "line": f"story {named}", "language": requester.language}
    return await _post(context, requester, what, channel)


async def _post(
    context: AnswerContext, requester: Requester, what: Mapping[str, object], channel_id: str | None
) -> Shown:
    """Enqueues the post of a line's answer or of a story's card, waits for it a moment, and says what became of it."""
    async with context.store.begin() as c:
        channel = await destination_for(c, context, requester, channel_id)
        delivery_id = await deliveries.enqueue(
            c,
            f"share:{channel.team}:{requester.request.id}",
            team=channel.team,
            destination=channel.id,
            kind="share",
            now=context.now(),
            payload={**what, "user": requester.asker.user},
        )
    if delivery_id is None:  # another process has enqueued it
        return requester.shown(NoticeCard((Note("shared_soon"),)))

    async def say(outcome: Delivery | None) -> Shown:
        if outcome is not None and outcome.state == "waiting":
            return requester.error("not_in_channel")
        return requester.shown(NoticeCard((_said(outcome, channel_id),)))

    return await answer_with_outcome(context, delivery_id, say)


def _said(outcome: Delivery | None, channel_id: str | None) -> Note:
    if outcome is None or outcome.state in UNSETTLED:
        return Note("shared_soon")
    if outcome.state != "sent":
        return Note("not_posted")
    return Note("shared") if channel_id is None else Note("shared_in", {"channel": channel_id})
