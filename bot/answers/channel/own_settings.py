"""Changes a person's own language and zone, which answers and the person's direct message follow."""

from __future__ import annotations

from dataclasses import replace

from bot.answers.context import AnswerContext, Requester, language_of_person, requester_of
from bot.deliveries.change_settings import save_settings
from bot.errors import ClaimLost
from bot.store import destinations, inbound, people
from bot.store.people import Person
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note


async def change_own(context: AnswerContext, requester: Requester, name: str, value: str) -> Shown:
    """Stores the choice; ``auto`` takes it back. The answer names the line that undoes it.

    Nothing is posted, because it concerns the person alone. Raises ``ClaimLost`` when another process has done it.
    """
    asker = requester.asker
    chosen = None if value == "auto" else value
    field = "language" if name == "language" else "timezone"
    async with context.store.begin() as c:
        if not await inbound.mark_handled(c, asker.team, requester.request.id, context.now()):
            raise ClaimLost(f"request {requester.request.id}")
        before = await people.get(c, asker.team, asker.user)
        after = replace(before, language=chosen) if name == "language" else replace(before, timezone=chosen)
        await people.save(c, after)
        wanted = {
            "language": language_of_person(after, asker) or context.language,
            "timezone": after.timezone or context.timezone,
        }
        for direct in await destinations.of_person(c, asker.team, asker.user):
            await save_settings(c, direct, {field: wanted[field]}, context.now())
        language = (await requester_of(c, context, requester.request)).language
    requester = replace(requester, language=language)
    if name == "language":
        said = Note(f"own_language_{value}")
    else:
        said = Note("own_zone", {"zone": value}) if value != "auto" else Note("own_zone_auto")
    undo = Note("own_undo", {"line": _line_back(name, before)})
    return replace(requester.shown(NoticeCard((said, undo), zone=requester.zone)), changed=True)


def _line_back(name: str, before: Person) -> str:
    if name == "language":
        return f"lang {before.language or 'auto'}"
    return f"settings zone {before.timezone or 'auto'} for me"
