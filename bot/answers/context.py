"""Holds what every answer may use (``AnswerContext``) and who asks from which channel (``Requester``)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.deliveries.notices import OperatorsChannel
from bot.deliveries.subscription_index import SubscriptionIndex
from bot.model import Delivery, Destination
from bot.proposed_outlet import ProposedOutlet
from bot.store import changes, channel_settings, destinations, people
from bot.store.engine import Connection, Store
from bot.store.people import Person
from handlers.cards.answers import ErrorCard
from handlers.cards.home import HomeCard
from handlers.cards.modals import FieldErrorsCard, ModalCard
from handlers.cards.shown import Card, Shown
from handlers.cards.texts import Note
from handlers.cards.unfurl import UnfurlCard
from handlers.requests import Asker, Request
from handlers.slack_facts import UserGroup
from handlers.text.words import known_language
from handlers.verbs.grammar import place_of
from scrapers.outlet import Outlet
from settings.lexicon import Lexicon
from settings.pact_calendar import PactCalendar


async def no_user_groups(_team: str) -> tuple[UserGroup, ...] | None:
    """Returns None, as Slack does without the scope for user groups."""
    return None


@dataclass(frozen=True, slots=True)
class AnswerContext:
    """Everything that an answer function may use."""

    store: Store
    subscription_index: SubscriptionIndex
    outlets: Mapping[str, Outlet]
    calendar: PactCalendar
    now: Callable[[], datetime]
    language: str
    """The workspace's default."""
    timezone: str
    """The workspace's default."""
    command: str
    """The slash command's name, as ``/pact``."""
    wait_for_delivery: Callable[[int], Awaitable[Delivery | None]]
    """Wakes the outbox and waits a moment for a delivery's outcome."""
    follow_delivery: Callable[[int], Awaitable[Delivery | None]]
    """Waits for a delivery's outcome as long as an answer about it can be replaced."""
    open_direct: Callable[[str, str], Awaitable[str | None]]
    """Returns the channel id of a team's person's direct message; None when Slack does not say."""
    channels_of: Callable[[str, str | None, bool], Awaitable[frozenset[str] | None]]
    """Returns the ids of a team's person's (None: the bot's) public or, with True, private channels.

    It is None where Slack does not say, as without the scope; nothing is shown or changed on a guess."""
    user_groups: Callable[[str], Awaitable[tuple[UserGroup, ...] | None]] = no_user_groups
    """Returns a team's user groups; None where Slack does not say, or without the scope for it."""
    socket_age: Callable[[], float | None] = lambda: None
    """Returns the seconds since anything arrived over Socket Mode; None in HTTP mode."""
    operators: OperatorsChannel | None = None
    """The channel where operators read; None where none is set."""
    several_workspaces: bool = False
    """Whether workspaces that have nothing to do with each other share the outlets and the lexicon."""
    propose: Callable[[str], Awaitable[ProposedOutlet]] | None = None
    """Returns the spec that fits a site best, after a few requests to it; raises ScrapeError."""
    spec_folder: Path | None = None
    """Where new specs are written; None: into rows."""
    lexicon_path: Path | None = None
    """The operator's lexicon; None: the built-in one."""

    @property
    def lexicon(self) -> Lexicon:
        """The vocabulary that queries are parsed with."""
        return self.subscription_index.lexicon


@dataclass(frozen=True, slots=True)
class Requester:
    """The person who asks, the channel, and the language and zone of the answer."""

    request: Request
    destination: Destination | None
    """The channel; None when nothing was ever set or queued there."""
    language: str
    zone: str
    moved: bool = False
    """Whether it was asked in a direct message between people and belongs in the bot's own direct message."""

    @property
    def asker(self) -> Asker:
        """The person who asks."""
        return self.request.asker

    def shown(self, card: Card | HomeCard | ModalCard | FieldErrorsCard | UnfurlCard, *, share: bool = False) -> Shown:
        """Shows a card in this person's language; ``share`` adds the Share button, except in a direct message."""
        line = self.request.line if share and not self.asker.direct else None
        return Shown(card, self.language, line, direct=self.asker.direct)

    def error(self, code: str, args: Mapping[str, str] | None = None, *, about: str = "") -> Shown:
        """Says in one line what cannot be done, with a caret under what it is ``about``. Nothing was changed."""
        position, length = place_of(self.request.line, about) or (None, 0)
        return self.shown(ErrorCard(self.request.line, position, length, Note(code, args or {})))


async def requester_of(c: Connection, context: AnswerContext, request: Request, *, public: bool = False) -> Requester:
    """Finds channel, language and zone.

    A Korean verb is answered in Korean; else what the person chose counts, then the channel's, then the workspace's.
    An answer that is ``public`` has the channel's zone.
    """
    asker = request.asker
    destination = await destinations.find(c, asker.team, asker.channel)
    person = await people.get(c, asker.team, asker.user)
    candidates = (
        asker.language,
        language_of_person(person, asker),
        destination.language if destination else None,
    )
    language = next((candidate for candidate in candidates if candidate), context.language)
    zone = (not public and person.timezone) or (destination.timezone if destination else context.timezone)
    return Requester(request, destination, language, zone)


def language_of_person(person: Person, asker: Asker) -> str | None:
    """Returns the language that the person chose, or that of the person's Slack; None where neither is known."""
    return person.language or known_language(asker.locale)


async def destination_for(
    c: Connection, context: AnswerContext, requester: Requester, channel: str | None = None, *, personal: bool = False
) -> Destination:
    """Finds or adds the destination of a change: this channel, another one, or the person's direct message.

    Until something was changed in a channel it has the language of who changes it first, not the workspace's default.
    """
    asker = requester.asker
    owner = asker.user if personal or (asker.direct and channel is None) else None
    person = await people.get(c, asker.team, owner) if owner else None
    language = (person.language if person else None) or requester.language
    destination = await destinations.get_or_add(
        c,
        asker.team,
        channel or asker.channel,
        language=language,
        timezone=(person.timezone if person else None) or context.timezone,
        person=owner,
    )
    if destination.language == language or await changes.any_of(c, destination.id):
        return destination
    spoken = replace(destination, language=language)
    await channel_settings.save(c, destination, spoken)
    return spoken
