"""The bot without its wires: real rows in a file, the real lexicon, a clock that tests set, a Slack that records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bot.answers.context import AnswerContext
from bot.answers.dispatch import Dispatcher
from bot.deliveries.digest import Digests
from bot.deliveries.notices import OperatorsChannel
from bot.deliveries.render import Renderer
from bot.deliveries.resume import resume_team
from bot.deliveries.subscription_index import SubscriptionIndex
from bot.intake.pipeline import Intake
from bot.model import Delivery, Destination, Subscription
from bot.operations.absent_channels import AbsentChannels
from bot.operations.alerts import Alerts
from bot.operations.membership import Membership
from bot.outbox.ports import RollUp
from bot.outbox.worker import Outbox
from bot.store import articles, destinations, matches, sources, subscriptions
from bot.store.deliveries import table as deliveries
from bot.store.engine import Store
from handlers.cards.digest import DigestCard
from handlers.cards.shown import Shown
from handlers.cards.story import ReplyCard, StoryCard
from handlers.errors import DestinationAway, OutcomeUnknown, PostError, RateLimited
from handlers.history import HistoryPage
from handlers.requests import Asker, Request
from handlers.slack_facts import ChannelFacts
from handlers.verbs.parse import parse
from scrapers.article import Article, Headline, SourceReading, SourceState
from scrapers.outlet import Outlet, Source
from scrapers.plain_text import content_hash
from settings.lexicon import Lexicon
from settings.lexicon import load as load_lexicon
from settings.pact_calendar import load as load_calendar

START = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
"""A Monday, nine in the morning in Seoul."""
TEAM = "T1"


def outlet_named(key: str, **more: Any) -> Outlet:
    """An outlet with one feed."""
    plain = Outlet(
        key=key,
        name=key.title(),
        home=f"https://{key}.example/",
        language="en",
        timezone="Asia/Seoul",
        every_minutes=15,
        kind="media",
        hosts=(f"{key}.example",),
        sources=(Source("feed", f"https://{key}.example/feed"),),
        text_allowed=True,
    )
    return replace(plain, **more)


@dataclass
class RecordingSlack:
    """Every message that stands there, by channel and ts, as it was last shown."""

    now: Any
    posts: dict[str, dict[str, Shown]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    threads: dict[str, str] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    edits: int = 0
    confirmed: int = 0
    token_works: bool | None = True
    no_scope: bool = False
    hidden: set[str] = field(default_factory=set)
    channel_error: str = ""
    """Slack's answer to a question about any channel."""
    asked: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    doubles: list[str] = field(default_factory=list)
    page_messages: int = 200
    reads_left: int = -1
    """Pages that may be read before Slack limits the rate; below 0 for no limit."""
    numbers: Any = field(default_factory=count)

    async def post(
        self, channel: str, shown: Shown, *, key: str, thread_ts: str | None = None, plain: bool = False
    ) -> Any:
        """Posts, unless the channel is closed."""
        self.tried.append(channel)
        if channel in self.closed:
            raise DestinationAway("not_in_channel", channel)
        assert key not in self.keys, "posted twice"
        ts = f"{next(self.numbers)}.000100"
        self.posts.setdefault(channel, {})[ts], self.keys[key] = shown, ts
        if thread_ts:
            self.threads[ts] = thread_ts
        return Ts(ts)

    async def edit(self, channel: str, ts: str, shown: Shown, *, plain: bool = False) -> None:
        """Shows another state."""
        self.edits += 1
        self.posts[channel][ts] = shown

    async def read_page(
        self, channel: str, *, since_at: datetime, until_at: datetime, thread_ts: str | None = None, cursor: str = ""
    ) -> HistoryPage:
        """Every key that stands in a channel or a thread, on pages of ``page_messages``."""
        if channel in self.closed:
            raise DestinationAway("not_in_channel", channel)
        if self.reads_left == 0:
            raise RateLimited("ratelimited", channel, 60)
        self.reads_left -= 1
        posts = self.posts.get(channel, {})
        here = [(key, ts) for key, ts in self.keys.items() if ts in posts and self.threads.get(ts) == thread_ts]
        found = [*here, *((key, "9.000100") for key in self.doubles)]
        start, stop = int(cursor or 0), int(cursor or 0) + self.page_messages
        return HistoryPage(tuple(found[start:stop]), self.page_messages, str(stop) if stop < len(found) else "")

    async def confirm(self) -> bool:
        """Does the token work? Counted, because a dead one is asked about once."""
        self.confirmed += 1
        if self.token_works is None:
            raise OutcomeUnknown("timeout")
        return self.token_works

    async def channel_facts(self, channel: str) -> Any:
        """Is the bot in it? Not to be asked without the scope; a private channel hides itself."""
        self.asked.append(channel)
        if self.channel_error:
            raise DestinationAway(self.channel_error, channel)
        if channel in self.hidden:
            raise DestinationAway("channel_not_found", channel)
        return None if self.no_scope else ChannelFacts(channel, "", False, channel not in self.closed, False, False)


@dataclass(frozen=True)
class Ts:
    """What a post answers."""

    ts: str


@dataclass(repr=False)
class BotHarness:
    """Every part of the bot between outlets and Slack, over one store."""

    store: Store
    outlets: Mapping[str, Outlet]
    at: datetime = START
    clock_is_off: timedelta = timedelta()
    """How far the machine's clock was set away from the true time ``at``."""
    lexicon: Lexicon = field(default_factory=lambda: load_lexicon(None))
    direct_opens: bool = True
    channels: dict[tuple[str | None, bool], set[str]] = field(default_factory=dict)
    """What Slack says of the channels of a person (None: the bot), public or with True private."""
    unlisted: set[bool] = field(default_factory=set)
    """The kinds of channels that Slack does not list: public ones (False), private ones (True)."""
    roll_up: RollUp | None = None
    """Makes the outbox's roll-ups in place of the real ones."""

    def __post_init__(self) -> None:
        self.numbers = count(1)
        self.bodies = count(1)
        self.subscription_index = SubscriptionIndex(self.lexicon)
        self.slack = RecordingSlack(self.now)
        self.absent_channels = AbsentChannels(self.store, lambda _team: self.slack, self.wait_for_delivery, self.now)
        operators = OperatorsChannel("COPS", "en", "Asia/Seoul")
        self.alerts = Alerts(self.store, operators, "en", "Asia/Seoul", self.now, self.open_direct)
        self.membership = Membership(
            self.store, lambda: None, self.now, "en", "Asia/Seoul",
            send_alert=self.alerts.send, confirm_token=self.confirm_token,
        )  # fmt: skip
        self.context = AnswerContext(
            store=self.store,
            subscription_index=self.subscription_index,
            outlets=self.outlets,
            calendar=load_calendar(),
            now=self.now,
            language="en",
            timezone="Asia/Seoul",
            command="/pact",
            wait_for_delivery=self.wait_for_delivery,
            follow_delivery=self.follow_delivery,
            open_direct=self.open_direct,
            channels_of=self.channels_of,
        )
        self.answers = Dispatcher(self.context, self.membership)
        self.start()

    def start(self) -> None:
        """A fresh process over the same rows."""
        operators = OperatorsChannel("COPS", "en", "Asia/Seoul")
        self.intake = Intake(self.store, self.subscription_index, self.now, operators)
        self.digests = Digests(self.store, self.now)
        renderer = Renderer(self.outlets, self.now, self.answers.answer_line)
        poster = self.slack
        self.outbox = Outbox(
            self.store,
            lambda _team: poster,
            renderer.render,
            self.now,
            resume_team=resume_team,
            roll_up=self.roll_up or self.digests.roll_up_due,
            send_alert=self.alerts.send,
            seconds=self.seconds,
        )

    def now(self) -> datetime:
        """What the clock shows."""
        return self.at + self.clock_is_off

    def seconds(self) -> float:
        """What a clock that nobody sets shows."""
        return (self.at - START).total_seconds()

    def pass_time(self, **span: float) -> datetime:
        """Later."""
        self.at += timedelta(**span)
        return self.at

    async def wait_for_delivery(self, delivery_id: int) -> Delivery | None:
        await self.outbox.run_once()
        async with self.store.read() as c:
            return await deliveries.get(c, delivery_id)

    async def follow_delivery(self, delivery_id: int) -> Delivery | None:
        await self.deliver()
        return await self.wait_for_delivery(delivery_id)

    async def confirm_token(self, _team: str) -> bool | None:
        try:
            return await self.slack.confirm()
        except PostError:
            return None

    async def open_direct(self, _team: str, user: str) -> str | None:
        return f"D{user}" if self.direct_opens else None

    async def channels_of(self, _team: str, user: str | None, private: bool) -> frozenset[str] | None:
        return None if private in self.unlisted else frozenset(self.channels.get((user, private), ()))

    # ── people ─────────────────────────────────────────────────────────────────────────────────────────────

    async def channel(self, name: str = "C1", **facts: Any) -> Destination:
        """A channel in Seoul that reads English."""
        async with self.store.begin() as c:
            return await destinations.get_or_add(c, TEAM, name, language="en", timezone="Asia/Seoul", **facts)

    async def subscribe(self, query: str, cadence: Any = "instant", channel: str = "C1", **more: Any) -> Subscription:
        """A subscription as it is stored."""
        place = await self.channel(channel)
        asked = {"at": "08:30", "weekday": "mon", "timezone": "Asia/Seoul", "owner": "U1", **more}
        async with self.store.begin() as c:
            return await subscriptions.add(
                c, team=TEAM, destination=place.id, query=query, cadence=cadence, created_at=self.at, **asked
            )

    async def active_subscriptions(self, channel: str = "C1") -> list[Subscription]:
        """The channel's active subscriptions, oldest first."""
        async with self.store.read() as c:
            destination = await destinations.find(c, TEAM, channel)
            return list(await subscriptions.of_destination(c, destination.id)) if destination else []

    async def ask(self, line: str, channel: str = "C1", user: str = "U1", **facts: Any) -> Any:
        """The card that a typed line is answered with."""
        ask, who = parse(line, Asker(TEAM, user, channel, channel.startswith("D"), **facts))
        request = Request(f"r{next(self.numbers)}", who, ask, line)
        assert await self.answers.remember(request)
        shown = await self.answers.answer(request)
        assert shown is not None
        return shown.card

    # ── outlets ────────────────────────────────────────────────────────────────────────────────────────────

    def headline(
        self, key: str, title: str, number: int | None = None, at: datetime | None = None, **more: Any
    ) -> Headline:
        """An entry of an outlet's feed."""
        url = f"https://{key}.example/{number or next(self.numbers)}"
        return replace(
            Headline(
                key, url, url, (f"url:{url}",), title, "", self.at if at is None else at, self.outlets[key].language
            ),
            **more,
        )

    async def announce(self, key: str, *items: Headline) -> list[Any]:
        """The outlet's feed shows these."""
        outlet = self.outlets[key]
        async with self.store.read() as c:
            row = await sources.get(c, key, outlet.sources[0].url)
        reading = SourceReading(items, SourceState(body_hash=str(next(self.bodies))))
        return await self.intake.source_read(outlet, outlet.sources[0], reading, 0.1, row)

    def page(self, item: Headline, text: str, title: str | None = None, **more: Any) -> Article:
        """The page behind a headline."""
        title, paragraphs = title or item.title, tuple(text.split("\n")) if text else ()
        whole = Article(
            item.outlet, item.url, item.canonical_url, item.identities, title, paragraphs, item.published_at, None,
            item.language, content_hash(title, paragraphs),
        )  # fmt: skip
        return replace(whole, **more)

    async def number_of(self, item: Headline) -> int:
        async with self.store.read() as c:
            row = await articles.by_identities(c, item.identities)
        assert row is not None
        return row.id

    async def take(self, item: Headline, text: str, title: str | None = None, **more: Any) -> list[Any]:
        """The page of an announced headline is read."""
        article = self.page(item, text, title, **more)
        return await self.intake.page_read(self.outlets[item.outlet], await self.number_of(item), article)

    async def publish(self, key: str, title: str, text: str, **more: Any) -> Headline:
        """Announced and read at once, by an outlet that is known already."""
        item = self.headline(
            key, title, at=more.pop("at", None), language=more.pop("language", self.outlets[key].language)
        )
        await self.announce(key, item)
        await self.take(item, text, **more)
        return item

    # ── what came of it ────────────────────────────────────────────────────────────────────────────────────

    async def deliver(self, rounds: int = 8) -> None:
        """The outbox works, a little over a second a round."""
        for _ in range(rounds):
            await self.outbox.run_once()
            self.pass_time(seconds=1.2)

    async def edits(self) -> None:
        """Cards come to show what is new."""
        self.pass_time(seconds=15)
        await self.deliver(3)

    def shown(self, kind: type, channel: str = "C1") -> list[Any]:
        """Cards of a kind that stand in a channel, oldest first."""
        return [shown.card for shown in self.slack.posts.get(channel, {}).values() if isinstance(shown.card, kind)]

    def cards(self, channel: str = "C1") -> list[Any]:
        return self.shown(StoryCard, channel)

    def replies(self, channel: str = "C1") -> list[Any]:
        return self.shown(ReplyCard, channel)

    def digests_in(self, channel: str = "C1") -> list[Any]:
        return self.shown(DigestCard, channel)

    async def row(self, item: Headline) -> Any:
        """The stored article."""
        async with self.store.read() as c:
            return await articles.get(c, await self.number_of(item))

    async def sentences(self, article: int) -> int:
        """How many of its sentences are kept."""
        async with self.store.read() as c:
            rows = await c.exec_driver_sql(f"SELECT COUNT(*) FROM sentences WHERE article = {article}")
            return int(rows.scalar_one())

    async def untold(self, subscription: Subscription) -> list[int]:
        """Stories that a subscription met and nobody told it."""
        async with self.store.read() as c:
            met = await matches.since(c, [subscription.id], START)
        return [match.story for match in met if match.told_by is None]
