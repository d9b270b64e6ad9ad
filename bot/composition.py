"""What is built before anything runs: the ground, and the desk's rooms over one store and one poster."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.answers.context import AnswerContext
from bot.answers.dispatch import Dispatcher
from bot.deliveries.notices import OperatorsChannel
from bot.deliveries.render import Renderer
from bot.deliveries.resume import resume_team
from bot.deliveries.subscription_index import SubscriptionIndex
from bot.model import Delivery
from bot.operations.alerts import Alerts
from bot.operations.default_subscription import subscribe_channel
from bot.operations.membership import Membership
from bot.outbox.policy import DeliveryPolicy
from bot.outbox.worker import Outbox
from bot.startup import utc_now
from bot.store import installations
from bot.store.engine import Store
from handlers.errors import PostError
from handlers.post import Poster
from handlers.slack_facts import Identity
from scrapers.catalogue import load_outlets
from scrapers.outlet import Outlet
from settings.config import Settings
from settings.lexicon import Lexicon
from settings.lexicon import load as load_lexicon
from settings.pact_calendar import PactCalendar
from settings.pact_calendar import load as load_calendar

log = logging.getLogger("pactbot.app")

OUTCOME_SECONDS = 2.0
"""So long an answer waits for the post that a change is said with."""


@dataclass(frozen=True, slots=True)
class Config:
    """What was loaded before anything starts."""

    settings: Settings
    lexicon: Lexicon
    calendar: PactCalendar
    outlets: Mapping[str, Outlet]


def load_config(settings: Settings) -> Config:
    """Reads lexicon, calendar and outlets; raises SettingsError for what cannot be used."""
    return Config(settings, load_lexicon(settings.lexicon), load_calendar(), load_outlets(settings.outlets or None))


class Services:
    """The desk's rooms over one store and one poster."""

    def __init__(
        self,
        config: Config,
        store: Store,
        poster: Poster,
        policy: DeliveryPolicy,
        socket_age: Callable[[], float | None],
    ) -> None:
        settings = config.settings
        self.store = store
        self.poster = poster
        self.watch = SubscriptionIndex(config.lexicon)
        self._settings = settings
        context = AnswerContext(
            store=store, subscription_index=self.watch, outlets=config.outlets, calendar=config.calendar, now=utc_now,
            language=settings.language, timezone=settings.timezone, command=settings.command,
            wait_for_delivery=self.settled, open_direct=self.open_direct, socket_age=socket_age,
        )  # fmt: skip
        told = settings.operators_channel
        self.operators = OperatorsChannel(told, settings.language, settings.timezone) if told else None
        self._alerts = Alerts(
            store, self.operators, settings.language, settings.timezone, utc_now, self.open_direct
        )  # fmt: skip
        presence = Membership(
            store, self._wake_outbox, utc_now, settings.language, settings.timezone,
            tell=self._alerts.tell, confirmed=self._confirmed,
        )  # fmt: skip
        self.answers = Dispatcher(context, presence)
        renderer = Renderer(config.outlets, utc_now, self.answers.answer_line)
        self.outbox = Outbox(
            store, self._poster_of, renderer.render, utc_now,
            resume_team=resume_team, send_alert=self._alerts.tell, policy=policy,
        )  # fmt: skip

    async def register_installation(self, identity: Identity) -> None:
        """Writes down where the app is installed, and subscribes the operator's channel the first time."""
        async with self.store.begin() as c:
            await resume_team(c, identity.team, utc_now())
            await installations.put(
                c, identity.team, utc_now(), enterprise=identity.enterprise, name=identity.team_name,
                bot_user=identity.bot_user, bot=identity.bot_id, scopes=identity.scopes,
            )  # fmt: skip
            await self._alerts.notify_resumed(c, identity.team)
        await subscribe_channel(self.store, self.watch, self._settings, identity.team, utc_now())

    def _wake_outbox(self) -> None:
        self.outbox.wake()

    def _poster_of(self, _team: str) -> Poster:
        return self.poster

    async def _confirmed(self, _team: str) -> bool | None:
        try:
            return await self.poster.confirm()
        except PostError as trouble:
            log.warning("token_not_confirmed", extra={"why": trouble.code})
            return None

    async def settled(self, delivery: int) -> Delivery | None:
        """Rings the outbox and waits a moment for a delivery's outcome."""
        return await self.outbox.settled(delivery, OUTCOME_SECONDS)

    async def open_direct(self, _team: str, user: str) -> str | None:
        """The direct message's channel id of a person; None when Slack does not say."""
        try:
            return await self.poster.open_direct(user)
        except PostError as refusal:
            log.warning("no_direct", extra={"why": refusal.code})
            return None
