"""Answers a line without a story that was typed in the thread of a card: the card's story is meant."""

from __future__ import annotations

from dataclasses import replace

from bot.answers.context import AnswerContext, Requester
from bot.answers.messages.about_message import story_of_card
from bot.answers.permission import channel_refusal, refusal_of
from bot.answers.registry import answer_functions, answers
from bot.errors import NotPermitted
from bot.model import story_id
from handlers.cards.shown import Shown
from handlers.verbs.parse import parse
from handlers.views.asks import InThread


@answers(InThread)
async def in_thread(context: AnswerContext, requester: Requester, ask: InThread) -> Shown:
    """Answers the line with the story put behind its verb; in another thread the line lacks its story."""
    async with context.store.read() as c:
        seen = await story_of_card(c, requester, ask.ts)
    verb, _, rest = ask.line.partition(" ")
    line = f"{verb} {story_id(seen.story.id)} {rest}".strip() if seen else ask.line
    meant, asker = parse(line, requester.asker)
    code = refusal_of(meant, asker.standing)
    is_of_channel = meant.configures and not meant.names_target
    code = code or (channel_refusal(requester.destination, asker) if is_of_channel else None)
    if code is not None:  # the verb decides, and not only what its line was taken for
        raise NotPermitted(code)
    request = replace(requester.request, ask=meant, line=line, asker=asker)
    return await answer_functions()[type(meant)](context, replace(requester, request=request), meant)
