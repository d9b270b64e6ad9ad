"""Shows what is muted in this channel, and until when: the answer to ``mute`` and ``unmute`` alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.answers.context import AnswerContext, Requester
from bot.deliveries.cards_from_rows import outlet_name
from bot.deliveries.linked_stories import story_as_seen
from bot.model import story_id, subscription_id
from bot.store import mutes
from bot.store.engine import Connection
from bot.store.mutes import Mute
from bot.stories.facts.leads import heading_article
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from scrapers.outlet import Outlet

MUTES_SHOWN = 15
HEADLINE_CHARS = 60


async def show_mutes(context: AnswerContext, requester: Requester) -> Shown:
    """Shows each running mute with its end, and the lines that mute and end a mute."""
    channel = requester.destination
    async with context.store.read() as c:
        running = await mutes.active(c, channel.id, context.now()) if channel else ()
        headlines = await _headlines(c, context, requester, running[:MUTES_SHOWN])
    notes = [mute_note(mute, headlines, context.outlets) for mute in running[:MUTES_SHOWN]]
    if len(running) > MUTES_SHOWN:
        notes.append(Note("mutes_more", {"n": str(len(running) - MUTES_SHOWN)}))
    return requester.shown(NoticeCard((*notes, *_how(running)), zone=requester.zone))


async def _headlines(
    c: Connection, context: AnswerContext, requester: Requester, running: Sequence[Mute]
) -> dict[str, str]:
    """Returns the headline of each muted story, by its number; in the reader's language if any is."""
    headlines = {}
    for mute in running:
        seen = await story_as_seen(c, requester.asker.team, int(mute.target)) if mute.kind == "story" else None
        if seen is not None:
            heading = heading_article(seen.story, seen.articles, requester.language, context.outlets)
            headlines[mute.target] = heading.headline if heading else seen.story.headline
    return headlines


def mute_note(mute: Mute, headlines: Mapping[str, str], outlets: Mapping[str, Outlet]) -> Note:
    """Returns the line of one mute: what it is about, as it is typed, and until when."""
    if mute.kind == "outlet":
        target = outlet_name(outlets, mute.target)
    elif mute.kind == "subscription":
        target = subscription_id(int(mute.target))
    else:
        target = f"{story_id(int(mute.target))} {_cut(headlines.get(mute.target, ''))}".strip()
    return Note("mute_runs", {"target": target, "until": mute.until_at.isoformat()})


def _cut(headline: str) -> str:
    """Returns a headline that is cut between words, with an ellipsis, where it is long."""
    if len(headline) <= HEADLINE_CHARS:
        return headline
    whole, _, _ = headline[:HEADLINE_CHARS].rpartition(" ")
    return f"{whole or headline[: HEADLINE_CHARS - 1]}…"


def _how(running: Sequence[Mute]) -> tuple[Note, ...]:
    to_mute = Note("mute_how", {"line": "mute ST91 3d"})
    if not running:
        return (Note("mutes_none"), to_mute)
    first = running[0]
    names = {"story": story_id, "subscription": subscription_id}
    target = f"outlet {first.target}" if first.kind == "outlet" else names[first.kind](int(first.target))
    return (Note("mute_end", {"line": f"unmute {target}"}), to_mute)
