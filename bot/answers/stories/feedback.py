"""Answers ``feedback``: keeps why a story is not relevant, for the workspace's admins."""

from __future__ import annotations

from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from bot.deliveries.linked_stories import story_as_seen
from bot.model import story_id
from bot.store import feedback as kept_feedback
from bot.stories.facts.leads import heading_article
from handlers.cards.answers import NoticeCard
from handlers.cards.choice import Choice, ChoiceCard
from handlers.cards.modals import FeedbackForm
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.feedback import REASONS, Feedback
from handlers.views.asks import SaveFeedback

REMARK_MAX_CHARS = 500


@answers(Feedback)
async def feedback(context: AnswerContext, requester: Requester, ask: Feedback) -> Shown:
    """Asks for the reason, in a modal with room for more, or keeps it."""
    if ask.reason is not None:
        return await _keep(context, requester, ask.story, ask.reason, None)
    named = story_id(ask.story)
    async with context.store.read() as c:
        seen = await story_as_seen(c, requester.asker.team, ask.story)
    if seen is None:
        return requester.error("no_such_story", {"target": named}, about=named)
    if requester.request.view is not None:
        heading = heading_article(seen.story, seen.articles, requester.language, context.outlets)
        headline = heading.headline if heading else seen.story.headline
        return requester.shown(FeedbackForm(seen.story.id, headline, requester.asker.channel, requester.zone))
    choices = tuple(Choice(Note(f"feedback.{reason}"), f"feedback {named} {reason}") for reason in REASONS)
    return requester.shown(ChoiceCard(Note("feedback_why", {"story": named}), choices))


@answers(SaveFeedback)
async def save_feedback(context: AnswerContext, requester: Requester, ask: SaveFeedback) -> Shown:
    """Keeps the reason and what the person wrote."""
    return await _keep(context, requester, ask.story, ask.reason, ask.remark[:REMARK_MAX_CHARS] or None)


async def _keep(context: AnswerContext, requester: Requester, story: int, reason: str, remark: str | None) -> Shown:
    """Keeps the reason in place of the one that the person gave before."""
    asker, named = requester.asker, story_id(story)
    async with context.store.begin() as c:
        seen = await story_as_seen(c, asker.team, story)
        if seen is None:
            return requester.error("no_such_story", {"target": named}, about=named)
        await kept_feedback.say(
            c, team=asker.team, story=seen.story.id, person=asker.user, what=reason, now=context.now(), remark=remark
        )
    notes = (
        Note("feedback_kept", {"story": named, "reason": reason}),
        Note("feedback_then", {"line": f"mute story {named} for 7d"}),
    )
    return requester.shown(NoticeCard(notes))
