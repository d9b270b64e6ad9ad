"""What every answer stands on: the rooms it may use, and who asks from where."""

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
from settings.pact_calendar import PactCalendar


@dataclass(frozen=True, slots=True)
class AnswerContext:
    """Everything an answer may use."""

    store: Store
    watch: SubscriptionIndex
    outlets: Mapping[str, Outlet]
    calendar: PactCalendar
    now: Callable[[], datetime]
    language: str
    timezone: str
    command: str
    settled: Callable[[int], Awaitable[Delivery | None]]
    """Rings the outbox and waits a moment for a delivery's outcome."""
    open_direct: Callable[[str, str], Awaitable[str | None]]
    """The direct message's channel id of a person; None when Slack does not say."""
    socket_age: Callable[[], float | None] = lambda: None
    """Since how many seconds nothing was heard over Socket Mode; None where Slack comes over HTTP."""


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks, from which channel, in which language and zone the answer comes."""

    request: Request
    place: Destination | None
    """The channel, when anything was ever owed or set there."""
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


async def where(c: Connection, rooms: AnswerContext, request: Request) -> Requester:
    """A Korean verb is answered in Korean; else the person's language counts, the channel's, the workspace's."""
    asker = request.asker
    place = await destinations.find(c, asker.team, asker.channel)
    person = await people.get(c, asker.team, asker.user)
    candidates = (asker.language, person.language, _known(asker.locale), place.language if place else None)
    language = next((one for one in candidates if one), rooms.language)
    zone = place.timezone if place else rooms.timezone
    return Requester(request, place, language, zone)


def _known(locale: str | None) -> str | None:
    tag = (locale or "").split("-")[0].lower()
    return tag if tag in LANGUAGES else None


async def place_for(
    c: Connection, rooms: AnswerContext, here: Requester, channel: str | None = None, *, person: bool = False
) -> Destination:
    """The destination that a change is about, made if need be: here, another channel, or a person's own messages."""
    asker = here.asker
    owner = asker.user if person or (asker.direct and channel is None) else None
    return await destinations.get_or_add(
        c,
        asker.team,
        channel or asker.channel,
        language=here.language if owner else rooms.language,
        timezone=rooms.timezone,
        person=owner,
    )
