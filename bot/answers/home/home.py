"""Answers the opening of the home tab: subscriptions, today's stories, and how things stand; more for admins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from bot.answers.context import AnswerContext, Requester
from bot.answers.home.home_admin import admin_part
from bot.answers.home.home_feedback import feedback_part
from bot.answers.pact.pact_dates import milestone_after
from bot.answers.permission import READERS, own_channels, visible_channels
from bot.answers.registry import answers
from bot.answers.stories.top_stories import top_stories_of_pact
from bot.deliveries.cards_from_rows import subscription_lines
from bot.deliveries.reading_proof import proof
from bot.model import Destination, Subscription
from bot.operations.health import health
from bot.store import destinations, people, subscriptions
from bot.store.engine import Connection
from handlers.cards.home import HomeAdmin, HomeCard
from handlers.cards.shown import Shown
from handlers.requests import Home

TODAY = timedelta(days=1)
SUBSCRIPTIONS_A_PAGE = 10


@answers(Home)
async def home(context: AnswerContext, requester: Requester, ask: Home) -> Shown:
    """Shows one person's home tab, with the subscriptions of the person and of the person's channels."""
    now, asker = context.now(), requester.asker
    member_of = await own_channels(context, asker)
    visible = await visible_channels(context, asker) if asker.standing == "admin" else None
    async with context.store.read() as c:
        everywhere = {row.id: row for row in await destinations.all_of_team(c, asker.team)}
        active = await subscriptions.active(c, asker.team)
        own = seen_by(asker.user, member_of, active, everywhere)
        pages = max(1, -(-len(own) // SUBSCRIPTIONS_A_PAGE))
        page = min(max(1, ask.page), pages)
        shown = own[(page - 1) * SUBSCRIPTIONS_A_PAGE : page * SUBSCRIPTIONS_A_PAGE]
        person = await people.get(c, asker.team, asker.user)
        card = HomeCard(
            now=now,
            zone=requester.zone,
            proof=await proof(c, context.outlets, now),
            health=await health(c, now, asker.team, context.socket_age()),
            subscriptions=await subscription_lines(c, shown, everywhere, now),
            today=await top_stories_of_pact(c, asker.team, context.outlets, requester.language, now - TODAY),
            next_event=milestone_after(context.calendar, now.date()),
            in_force_on=context.calendar.in_force_on,
            page=page,
            pages=pages,
            opened_in=asker.channel,
            own_language=person.language,
            own_zone=person.timezone,
            may_change=asker.standing not in READERS,
            admin=await _admin(c, context, requester, active, everywhere, visible) if visible is not None else None,
        )
    return requester.shown(card)


async def _admin(
    c: Connection,
    context: AnswerContext,
    requester: Requester,
    active: Sequence[Subscription],
    everywhere: Mapping[int, Destination],
    visible: Collection[str],
) -> HomeAdmin:
    now, asker = context.now(), requester.asker
    feedback = await feedback_part(c, asker.team, requester.language, context.outlets, now)
    return await admin_part(c, asker, active, everywhere, visible, feedback, now)


def seen_by(
    user: str, member_of: Collection[str], active: Sequence[Subscription], everywhere: Mapping[int, Destination]
) -> list[Subscription]:
    """Returns the subscriptions of a person and of the channels that the person is in, the person's own first.

    One in a channel that Slack does not name as the person's is left out, even if the person made it: the channel may
    be private, and the person may have left it.
    """

    def rank(subscription: Subscription) -> tuple[bool, bool, int, int]:
        direct = everywhere[subscription.destination].person is not None
        made = subscription.destination in mine
        return not direct, not made, subscription.destination, subscription.id

    seen = [
        subscription
        for subscription in active
        if (destination := everywhere.get(subscription.destination)) is not None
        and (destination.person == user if destination.person else destination.slack_id in member_of)
    ]
    mine = Counter(subscription.destination for subscription in seen if subscription.owner == user)
    return sorted(seen, key=rank)
