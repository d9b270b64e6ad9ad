"""Answers ``feedback``: keeps why a story is not relevant, for the workspace's admins."""

from __future__ import annotations

from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from bot.deliveries.linked_stories import story_as_seen
from bot.model import story_id
from bot.store import feedback as kept_feedback
from handlers.cards.answers import NoticeCard
from handlers.cards.choice import Choice, ChoiceCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.feedback import REASONS, Feedback


@answers(Feedback)
async def feedback(context: AnswerContext, requester: Requester, ask: Feedback) -> Shown:
    """Asks for the reason, or keeps it in place of the one that the person gave before."""
    named = story_id(ask.story)
    async with context.store.begin() as c:
        seen = await story_as_seen(c, requester.asker.team, ask.story)
        if seen is None:
            return requester.error("no_such_story", {"target": named})
        if ask.reason is not None:
            await kept_feedback.say(
                c,
                team=requester.asker.team,
                story=seen.story.id,
                person=requester.asker.user,
                what=ask.reason,
                now=context.now(),
            )
    if ask.reason is None:
        choices = tuple(Choice(Note(f"feedback.{reason}"), f"feedback {named} {reason}") for reason in REASONS)
        return requester.shown(ChoiceCard(Note("feedback_why", {"story": named}), choices))
    notes = (
        Note("feedback_kept", {"story": named, "reason": ask.reason}),
        Note("feedback_then", {"line": f"mute story {named} for 7d"}),
    )
    return requester.shown(NoticeCard(notes))
