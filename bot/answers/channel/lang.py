"""Answers ``lang``: shows the languages that count here, or changes the person's or the channel's."""

from __future__ import annotations

from bot.answers.channel.own_settings import change_own
from bot.answers.channel.settings import change_setting
from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from bot.store import people
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.lang import Lang
from handlers.verbs.settings import SettingChange


@answers(Lang)
async def lang(context: AnswerContext, requester: Requester, ask: Lang) -> Shown:
    """Shows or changes a language; in a direct message the channel is the person."""
    if ask.language is None:
        return await _show(context, requester)
    if ask.channel and not requester.asker.direct:
        return await change_setting(context, requester, SettingChange("language", ask.language, 0, 0))
    return await change_own(context, requester, "language", ask.language)


async def _show(context: AnswerContext, requester: Requester) -> Shown:
    asker, channel = requester.asker, requester.destination
    async with context.store.read() as c:
        person = await people.get(c, asker.team, asker.user)
    notes = [Note(f"lang_own_{person.language}" if person.language else "lang_own_none")]
    if not asker.direct:
        notes.append(Note(f"lang_channel_{channel.language if channel else context.language}"))
    notes.append(Note("lang_change", {"line": "lang en" if requester.language == "ko" else "lang ko"}))
    return requester.shown(NoticeCard(tuple(notes), zone=requester.zone))
