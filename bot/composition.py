"""Builds the bot's parts and connects them: the configuration, and the services over one store and the workspaces."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.answers.context import AnswerContext
from bot.answers.dispatch import Dispatcher
from bot.deliveries.digest import Digests
from bot.deliveries.notices import OperatorsChannel
from bot.deliveries.render import Renderer
from bot.deliveries.resume import resume_team
from bot.deliveries.subscription_index import SubscriptionIndex
from bot.intake.pipeline import Intake
from bot.intake.politeness import HostTurns
from bot.jobs import Jobs
from bot.model import UNSETTLED, Delivery, JobFunction
from bot.operations.absent_channels import AbsentChannels
from bot.operations.alerts import Alerts
from bot.operations.alias_scout import AliasScout
from bot.operations.audit import Auditor
from bot.operations.cleanup import Cleanup
from bot.operations.default_subscription import subscribe_channel
from bot.operations.membership import Membership
from bot.operations.process_watch import ProcessWatch
from bot.outbox.policy import DeliveryPolicy
from bot.outbox.worker import Outbox, worker_name
from bot.outlet_jobs import OutletJobs
from bot.proposed_outlet import ProposedOutlet
from bot.store import installations
from bot.store.engine import Store
from bot.websub.requests import HubRequests
from bot.websub.sources import HubSources
from handlers.errors import PostError
from handlers.slack_facts import Identity, UserGroup
from handlers.workspaces import Workspaces
from scrapers.catalogue import load_catalogue
from scrapers.live_outlets import LiveOutlets
from scrapers.scraper import Scraper
from settings.config import Settings
from settings.lexicon import Lexicon
from settings.lexicon import load as load_lexicon
from settings.pact_calendar import PactCalendar
from settings.pact_calendar import load as load_calendar
from settings.setting_types import workspace_and_channel

log = logging.getLogger("pactbot.app")

SPREAD_SECONDS_AN_OUTLET = 1.0
"""After a start, sixty outlets begin over a minute, not in one second."""
OUTCOME_SECONDS = 2.0
"""How long an answer waits for the post that announces its change."""
FOLLOW_SECONDS = 25 * 60.0
"""Slack lets an answer be replaced for half an hour."""
FOLLOW_POLL_SECONDS = 4.0
"""The longest pause between two looks at a post whose answer is replaced when it has an outcome."""


@dataclass(frozen=True, slots=True)
class Config:
    """What is loaded before anything starts: settings, lexicon, calendar, outlets."""

    settings: Settings
    lexicon: Lexicon
    calendar: PactCalendar
    outlets: LiveOutlets


def load_config(settings: Settings) -> Config:
    """Loads lexicon, calendar and outlets; raises SettingsError for a file that cannot be used."""
    outlets = LiveOutlets(
        load_catalogue(settings.outlets, built_in=settings.builtin_outlets == "on", keys=settings.outlet_keys())
    )
    return Config(settings, load_lexicon(settings.lexicon), load_calendar(), outlets)


class Services:
    """The parts of the bot that answer, send and alert, over one store and the workspaces' Slack clients."""

    def __init__(
        self,
        config: Config,
        store: Store,
        workspaces: Workspaces,
        policy: DeliveryPolicy,
        socket_age: Callable[[], float | None],
        now: Callable[[], datetime],
    ) -> None:
        settings = config.settings
        self.now = now
        self.store = store
        self.workspaces = workspaces
        self.subscription_index = SubscriptionIndex(config.lexicon)
        self._settings = settings
        self._proposing = asyncio.Lock()
        operators = self.operators = _operators_channel(settings)
        context = AnswerContext(
            store=store, subscription_index=self.subscription_index, outlets=config.outlets,
            calendar=config.calendar, now=now, language=settings.language, timezone=settings.timezone,
            command=settings.command, user_groups=self.user_groups,
            wait_for_delivery=self.wait_for_delivery, follow_delivery=self.follow_delivery,
            open_direct=self.open_direct, channels_of=self.channels_of,
            socket_age=socket_age, operators=operators, several_workspaces=settings.several_workspaces,
            propose=self.propose, spec_folder=next(iter(settings.outlets), None), lexicon_path=settings.lexicon,
        )  # fmt: skip
        self.alerts = Alerts(
            store, self.operators, settings.language, settings.timezone, now, self.open_direct
        )  # fmt: skip
        membership = Membership(
            store, self._wake_outbox, now, settings.language, settings.timezone,
            send_alert=self.alerts.send, confirm_token=self._confirm_token,
        )  # fmt: skip
        self.answers = Dispatcher(context, membership)
        renderer = Renderer(config.outlets, now, self.answers.answer_line)
        self.outbox = Outbox(
            store, workspaces.poster, renderer.render, now,
            resume_team=resume_team, roll_up=Digests(store, now).roll_up_due, send_alert=self.alerts.send,
            policy=policy,
        )  # fmt: skip

    async def register_installation(self, identity: Identity) -> None:
        """Stores where the app is installed, and makes the default subscription the first time."""
        async with self.store.begin() as c:
            await resume_team(c, identity.team, self.now())
            await installations.put(
                c, identity.team, self.now(), enterprise=identity.enterprise, name=identity.team_name,
                bot_user=identity.bot_user, bot=identity.bot_id, scopes=identity.scopes,
            )  # fmt: skip
            await self.alerts.notify_resumed(c, identity.team)
        await subscribe_channel(self.store, self.subscription_index, self._settings, identity.team, self.now())

    def process_watch(self, part: str) -> ProcessWatch:
        """Returns the heartbeat of this process, which is this part."""
        return ProcessWatch(self.store, worker_name(), part, self.operators, self.now, self.outbox.wake)

    async def propose(self, address: str) -> ProposedOutlet:
        """Proposes a spec for a site, one site at a time. Raises ScrapeError."""
        from bot.outlet_client import propose_outlet  # what proposes takes memory and is seldom needed

        async with self._proposing:
            return await propose_outlet(self._settings, address, self.now())

    def _wake_outbox(self) -> None:
        self.outbox.wake()

    async def _confirm_token(self, team: str) -> bool | None:
        try:
            return await self.workspaces.poster(team).confirm()
        except PostError as error:
            log.warning("token_not_confirmed", extra={"why": error.code})
            return None

    async def wait_for_delivery(self, delivery_id: int) -> Delivery | None:
        """Wakes the outbox and waits a moment for a delivery's outcome."""
        return await self.outbox.settled(delivery_id, OUTCOME_SECONDS)

    async def follow_delivery(self, delivery_id: int) -> Delivery | None:
        """Waits for a delivery's outcome as long as Slack lets an answer be replaced, and looks less and less often."""
        return await self.outbox.settled(delivery_id, FOLLOW_SECONDS, FOLLOW_POLL_SECONDS, UNSETTLED)

    async def open_direct(self, team: str, user: str) -> str | None:
        """The channel id of a person's direct messages; None when Slack does not answer."""
        try:
            return await self.workspaces.poster(team).open_direct(user)
        except PostError as error:
            log.warning("no_direct_message", extra={"why": error.code})
            return None

    async def channels_of(self, team: str, user: str | None, private: bool) -> frozenset[str] | None:
        """The ids of a person's (None: the bot's) public or private channels; None where Slack does not say."""
        try:
            return await self.workspaces.poster(team).channels_of(user, private=private)
        except PostError as error:
            log.warning("channels_not_listed", extra={"why": error.code})
            return None

    async def user_groups(self, team: str) -> tuple[UserGroup, ...] | None:
        """The workspace's user groups; None where Slack does not say."""
        try:
            return await self.workspaces.poster(team).user_groups()
        except PostError as error:
            log.warning("user_groups_not_listed", extra={"why": error.code})
            return None


def _operators_channel(settings: Settings) -> OperatorsChannel | None:
    if settings.operators_channel is None:
        return None
    team, channel = workspace_and_channel(settings.operators_channel)
    return OperatorsChannel(channel, settings.language, settings.timezone, team)


def job_functions(config: Config, services: Services, scraper: Scraper, turns: HostTurns) -> Mapping[str, JobFunction]:
    """The function of every job by its name."""
    store, outlets, operators, now = services.store, config.outlets, services.operators, services.now
    intake = Intake(store, services.subscription_index, now, operators)
    public_url = config.settings.hub_callbacks_at()
    jobs = Jobs(
        OutletJobs(
            store, outlets, scraper, intake, services.outbox.wake, now, spread_seconds=SPREAD_SECONDS_AN_OUTLET,
            hub_sources=HubSources(store, public_url, now) if public_url else None, turns=turns,
        ),
        Digests(store, now),
        Cleanup(store, outlets, operators, now),
        Auditor(store, services.workspaces.poster, operators, now),
        AliasScout(store, config.lexicon, operators, now),
        AbsentChannels(store, services.workspaces.poster, services.wait_for_delivery, now),
        services.outbox.wake,
        HubRequests(store, outlets, scraper, public_url, now) if public_url else None,
    )  # fmt: skip
    return jobs.table()
