"""Answers the opening of the home tab: one person's subscriptions, today's stories, and how things stand."""

from __future__ import annotations

from datetime import timedelta

from bot.answers.context import AnswerContext, Requester
from bot.answers.pact_dates import milestone_after
from bot.answers.registry import answers
from bot.answers.top_stories import top_stories_of_pact
from bot.deliveries.cards_from_rows import subscription_lines
from bot.deliveries.reading_proof import proof
from bot.operations.health import health
from bot.store import destinations, subscriptions
from handlers.cards.shown import Shown
from handlers.cards.status import HomeCard
from handlers.requests import Home

TODAY = timedelta(days=1)


@answers(Home)
async def home(context: AnswerContext, requester: Requester, _ask: Home) -> Shown:
    """Shows one person's home tab, with the subscriptions that this person made in any channel."""
    now, asker = context.now(), requester.asker
    async with context.store.read() as c:
        all_destinations = {row.id: row for row in await destinations.all_of_team(c, asker.team)}
        direct = {row.id for row in all_destinations.values() if row.person == asker.user}
        active = await subscriptions.active(c, asker.team)
        own = [
            subscription
            for subscription in active
            if subscription.owner == asker.user or subscription.destination in direct
        ]
        card = HomeCard(
            now=now,
            zone=requester.zone,
            proof=await proof(c, context.outlets, now),
            health=await health(c, now, asker.team, context.socket_age()),
            subscriptions=await subscription_lines(c, own, all_destinations, now),
            today=await top_stories_of_pact(c, asker.team, context.outlets, requester.language, now - TODAY),
            next_event=milestone_after(context.calendar, now.date()),
            in_force_on=context.calendar.in_force_on,
        )
    return requester.shown(card)
