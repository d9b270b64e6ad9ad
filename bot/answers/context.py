"""Holds what every answer may use (``AnswerContext``) and who asks from which channel (``Requester``)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.deliveries.subscription_index import SubscriptionIndex
from bot.model import Delivery, Destination
from bot.store import destinations, people
from bot.store.engine import Connection, Store
from handlers.cards.answers import ErrorCard
from handlers.cards.shown import Card, Shown
from handlers.cards.status import HomeCard
from handlers.cards.texts import Note
from handlers.requests import Asker, Request
from handlers.text.words import LANGUAGES
from scrapers.outlet import Outlet
from settings.lexicon import Lexicon
from settings.pact_calendar import PactCalendar


@dataclass(frozen=True, slots=True)
class AnswerContext:
    """Everything an answer may use."""

    store: Store
    subscription_index: SubscriptionIndex
    outlets: Mapping[str, Outlet]
    calendar: PactCalendar
    now: Callable[[], datetime]
    language: str
    """The workspace's."""
    timezone: str
    """The workspace's."""
    command: str
    """The slash command's name, as ``/pact``."""
    wait_for_delivery: Callable[[int], Awaitable[Delivery | None]]
    """Wakes the outbox and waits a moment for a delivery's outcome."""
    open_direct: Callable[[str, str], Awaitable[str | None]]
    """The direct message's channel id of a team's person; None when Slack does not say."""
    socket_age: Callable[[], float | None] = lambda: None
    """Seconds since anything arrived over Socket Mode; None where Slack comes over HTTP."""

    @property
    def lexicon(self) -> Lexicon:
        """The vocabulary that queries are read with."""
        return self.subscription_index.lexicon


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks, from which channel, and in which language and zone the answer comes."""

    request: Request
    destination: Destination | None
    """The channel, when anything was ever set or queued there."""
    language: str
    zone: str

    @property
    def asker(self) -> Asker:
        """Who asks."""
        return self.request.asker

    def shown(self, card: Card | HomeCard, *, share: bool = False) -> Shown:
        """A card in this person's language; with a Share button when the answer could be anybody's."""
        line = self.request.line if share and not self.asker.direct else None
        return Shown(card, self.language, line)

    def error(self, code: str, args: Mapping[str, str] | None = None) -> Shown:
        """One line about what cannot be done; nothing was changed."""
        return self.shown(ErrorCard(self.request.line, None, 0, Note(code, args or {})))


async def requester_of(c: Connection, context: AnswerContext, request: Request) -> Requester:
    """Who asks. The language is Korean for a Korean verb; else the person's, the channel's, the workspace's."""
    asker = request.asker
    destination = await destinations.find(c, asker.team, asker.channel)
    person = await people.get(c, asker.team, asker.user)
    candidates = (
        asker.language,
        person.language,
        _language_of_locale(asker.locale),
        destination.language if destination else None,
    )
    language = next((candidate for candidate in candidates if candidate), context.language)
    zone = destination.timezone if destination else context.timezone
    return Requester(request, destination, language, zone)


def _language_of_locale(locale: str | None) -> str | None:
    language = (locale or "").split("-")[0].lower()
    return language if language in LANGUAGES else None


async def destination_for(
    c: Connection, context: AnswerContext, requester: Requester, channel: str | None = None, *, personal: bool = False
) -> Destination:
    """The destination that a change is about, added if need be: this channel, another one, or a person's messages."""
    asker = requester.asker
    owner = asker.user if personal or (asker.direct and channel is None) else None
    return await destinations.get_or_add(
        c,
        asker.team,
        channel or asker.channel,
        language=requester.language if owner else context.language,
        timezone=context.timezone,
        person=owner,
    )
