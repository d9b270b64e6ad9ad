"""Answers ``digest``: shows the digest of now, or sets the time of the channel's daily digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester, destination_for
from bot.answers.registry import answers, restores
from bot.deliveries.digest import take_past_slot
from bot.deliveries.digest_lines import digest_sections, digest_spikes, sector_counts
from bot.deliveries.digest_pages import group_by_subscription, measure_sections, split_into_pages
from bot.deliveries.linked_stories import groups_of
from bot.deliveries.reading_proof import proof
from bot.deliveries.week_heat import WeekHeat
from bot.store import destinations, matches, subscriptions
from bot.store.changes import Change
from bot.store.engine import Connection
from handlers.cards.digest import DigestCard
from handlers.cards.shown import Shown
from handlers.verbs.digest import Digest

NOW_COVERS = timedelta(days=1)


@answers(Digest)
async def digest(context: AnswerContext, requester: Requester, ask: Digest) -> Shown:
    """Shows the digest of now, or sets the channel's digest time."""
    if ask.when == "now":
        return await _digest_now(context, requester, ask.page)
    return await _set_digest_time(context, requester, ask.at if ask.when == "daily" else None)


async def _digest_now(context: AnswerContext, requester: Requester, asked_page: int) -> Shown:
    """Shows a page of what this channel's subscriptions matched in the last day, whether it was posted or not.

    A number behind the last page shows the last one.
    """
    now, channel = context.now(), requester.destination
    since_at = now - NOW_COVERS
    async with context.store.read() as c:
        subscribed = await subscriptions.of_destination(c, channel.id) if channel else ()
        if channel is None or not subscribed:
            return requester.error("no_subscriptions")
        ids = [subscription.id for subscription in subscribed]
        groups = await groups_of(c, channel.team)
        since = await matches.since(c, ids, since_at)
        matched = group_by_subscription([replace(match, story=groups.leader(match.story)) for match in since], ids)
        pages = split_into_pages(matched, await measure_sections(c, channel, matched))
        page = min(asked_page, len(pages))
        stories = [(section.subscription, section.stories) for section in pages[page - 1]]
        sections = await digest_sections(c, channel.team, context.outlets, stories, subscribed, requester.language)
        card = DigestCard(
            on=now.astimezone(ZoneInfo(requester.zone)).date(),
            zone=requester.zone,
            since_at=since_at,
            sections=sections,
            counts=await sector_counts(c, channel.team, matched),
            spikes=await digest_spikes(c, channel, matched, now, WeekHeat()) if page == 1 else (),
            stories=sum(len(section.stories) for section in matched),
            page=page,
            pages=len(pages),
            proof=await proof(c, context.outlets, now, since_at),
            preview=True,
            later=sum(len(section.stories) for later in pages[page:] for section in later),
        )
    return requester.shown(card, share=True)


async def _set_digest_time(context: AnswerContext, requester: Requester, at: str | None) -> Shown:
    """Sets the time of the channel's daily digest, in its zone; None ends it."""
    async with context.store.begin() as c:
        destination = await destination_for(c, context, requester)
        before = {"digest_at": destination.digest_at}
        await destinations.set_digest(c, destination.id, at)
        destination = replace(destination, digest_at=at)
        await take_past_slot(c, destination, context.now())
        what, after = ("digest_on", {"at": at}) if at else ("digest_off", {})
        recorded = await record_change(c, context, requester, destination, what, before, after)
    return await confirm_change(context, requester, recorded)


@restores("digest_on", "digest_off")
async def restore_digest_time(c: Connection, change: Change, made: bool, _person: str, now: datetime) -> None:
    """Sets the digest time as the change set it, or as it was before it."""
    assert change.destination is not None
    at = change.after.get("at") if made else change.before.get("digest_at")
    await destinations.set_digest(c, change.destination, str(at) if at else None)
    destination = await destinations.get(c, change.destination)
    assert destination is not None
    await take_past_slot(c, destination, now)
