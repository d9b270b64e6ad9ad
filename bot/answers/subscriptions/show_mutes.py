"""Shows what is muted in this channel, and until when: the answer to ``mute`` and ``unmute`` alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.answers.context import AnswerContext, Requester
from bot.deliveries.cards_from_rows import outlet_name
from bot.model import Story, story_id, subscription_id
from bot.store import mutes, stories
from bot.store.mutes import Mute
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
        muted = await stories.get_some(c, (int(mute.target) for mute in running if mute.kind == "story"))
    notes = [mute_note(mute, muted, context.outlets) for mute in running[:MUTES_SHOWN]]
    if len(running) > MUTES_SHOWN:
        notes.append(Note("mutes_more", {"n": str(len(running) - MUTES_SHOWN)}))
    return requester.shown(NoticeCard((*notes, *_how(running)), zone=requester.zone))


def mute_note(mute: Mute, muted: Mapping[int, Story], outlets: Mapping[str, Outlet]) -> Note:
    """Returns the line of one mute: what it is about, as it is typed, and until when."""
    if mute.kind == "outlet":
        target = outlet_name(outlets, mute.target)
    elif mute.kind == "subscription":
        target = subscription_id(int(mute.target))
    else:
        story = muted.get(int(mute.target))
        target = f"{story_id(int(mute.target))} {story.headline[:HEADLINE_CHARS] if story else ''}".strip()
    return Note("mute_runs", {"target": target, "until": mute.until_at.isoformat()})


def _how(running: Sequence[Mute]) -> tuple[Note, ...]:
    to_mute = Note("mute_how", {"line": "mute ST91 3d"})
    if not running:
        return (Note("mutes_none"), to_mute)
    first = running[0]
    names = {"story": story_id, "subscription": subscription_id}
    target = f"outlet {first.target}" if first.kind == "outlet" else names[first.kind](int(first.target))
    return (Note("mute_end", {"line": f"unmute {target}"}), to_mute)
