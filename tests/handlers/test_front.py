"""Slack's wing against the pretend Slack, over both transports: heard once, acknowledged at once, answered once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from handlers.cards.answers import HelpCard, NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.client import make_client
from handlers.fake_slack import FakeSlack
from handlers.fake_slack.event_dispatch import RetrySchedule
from handlers.fake_slack.limits import Pace
from handlers.manifest import manifest
from handlers.post import Poster
from handlers.requests import Home, Request, Share, SlackEvent
from handlers.slack import SlackApp
from handlers.transports import HttpMode, Probes, SocketMode
from handlers.verbs.digest import Digest
from handlers.verbs.help import Help
from handlers.verbs.mute import Mute, MuteTarget
from handlers.verbs.status import Status
from handlers.verbs.undo import Undo
from handlers.verbs.why import Why


@dataclass
class MemoryDesk:
    """A desk that keeps what it heard in a dictionary and answers with what it was asked."""

    heard: dict[str, Request | SlackEvent] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    news: list[SlackEvent] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    broken: bool = False
    """The answer fails."""
    locked: bool = False
    """Nothing can be remembered."""
    away: bool = False
    """Nothing can be marked."""
    given_back: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    """Answers wait for it."""
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def remember(self, heard: Request | SlackEvent) -> bool:
        if self.locked:
            raise RuntimeError("database is locked")
        if heard.id in self.heard:
            return False
        self.heard[heard.id] = heard
        return True

    async def answer(self, request: Request) -> Shown:
        self.asked.append(request)
        await self.gate.wait()
        if self.broken:
            raise RuntimeError("a bug")
        if isinstance(request.ask, Home):
            return Shown(NoticeCard((Note("home"),)), "en")
        if isinstance(request.ask, Help):
            return Shown(HelpCard(request.ask.verb, "/pact"), request.asker.language or "en")
        return Shown(NoticeCard((Note(f"answer to {request.line}"),)), request.asker.language or "en", request.line)

    async def handle_event(self, event: SlackEvent) -> None:
        self.news.append(event)

    async def begin_showing(self, request: Request, changed: bool) -> bool:
        if self.away:
            raise RuntimeError("database is locked")
        if request.id in self.done:
            return False
        self._end(request)
        return True

    async def handled(self, event: SlackEvent) -> None:
        self._end(event)

    async def put_back(self, heard: Request | SlackEvent) -> None:
        self.given_back.append(heard.id)

    def _end(self, heard: Request | SlackEvent) -> None:
        self.done.append(heard.id)
        self.moved.set()


async def nothing_wrong() -> tuple[int, str]:
    return 200, "ok"


async def not_ready() -> tuple[int, str]:
    return 503, "not yet"


PROBES = Probes(healthz=nothing_wrong, readyz=not_ready, metrics=nothing_wrong)


@dataclass
class Bot:
    """The wing with its desk, connected."""

    desk: MemoryDesk
    front: SlackApp
    transport: SocketMode | HttpMode
    stop: Callable[[], Awaitable[None]]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    retry_schedule = RetrySchedule(ack_seconds=1.0, retry_after_seconds=(0.0, 0.05, 0.1))
    async with FakeSlack(pace=Pace(enforced=False), retry_schedule=retry_schedule) as running:
        running.context.events = set(manifest()["settings"]["event_subscriptions"]["bot_events"])
        yield running


@pytest.fixture
async def front(slack: FakeSlack) -> AsyncIterator[SlackApp]:
    poster = Poster(make_client(slack.api_url, slack.bot_token))
    yield SlackApp(MemoryDesk(), poster, await poster.identity(), signing_secret=slack.signing_secret)
    await poster.close()


@pytest.fixture(params=["socket", "http"])
async def bot(request: pytest.FixtureRequest, slack: FakeSlack, front: SlackApp) -> AsyncIterator[Bot]:
    transport: SocketMode | HttpMode
    if request.param == "socket":
        transport = SocketMode(front.app, slack.app_token, ping_seconds=1.0)
        await transport.start()
        await slack.wait_for(lambda: slack.socket_connections)
    else:
        transport = HttpMode(front.app, PROBES, port=0, host="127.0.0.1")
        await transport.start()
        slack.deliver_to(f"http://127.0.0.1:{transport.port}/slack/events")
    desk = front.inbound.bot
    assert isinstance(desk, MemoryDesk)

    async def stop() -> None:
        await transport.stop()
        await front.drain(1.0)

    yield Bot(desk, front, transport, stop)
    desk.gate.set()
    await stop()


async def until(bot: Bot, count: int = 1) -> None:
    """Waits until so many things are handled, and what is to be shown of them is shown."""
    async with asyncio.timeout(5):
        while len(bot.desk.done) < count:
            bot.desk.moved.clear()
            await bot.desk.moved.wait()
    assert await bot.front.drain(5.0) == 0


async def test_a_command_is_acknowledged_and_answered_to_the_person_alone(slack: FakeSlack, bot: Bot) -> None:
    result = await slack.command("상태 양자 7d", "policy", "seoyeon")
    assert result.acked
    (answer,) = await result.answers()
    assert answer["text"] == "answer to 상태 양자 7d"
    asked = bot.desk.asked[0]
    assert isinstance(asked.ask, Status)
    assert (asked.ask.query.text, asked.ask.days) == ("양자", 7)
    assert asked.asker.language == "ko"
    assert asked.asker.channel == slack.channel("policy")
    assert asked.asker.locale == "ko-KR"
    await until(bot)
    assert bot.desk.done == [asked.id]
    assert not [m for m in slack.messages("policy") if m["text"].startswith("answer")]


async def test_the_ack_does_not_wait_for_the_answer(slack: FakeSlack, bot: Bot) -> None:
    bot.desk.gate.clear()
    result = await slack.command("status", "policy", "seoyeon")
    assert result.acked
    assert result.ack_seconds < 0.9
    assert result.messages() == []
    bot.desk.gate.set()
    assert len(await result.answers()) == 1


async def test_the_message_shortcut_asks_why(slack: FakeSlack, bot: Bot) -> None:
    posted = await bot.front.inbound.poster.client.chat_postMessage(channel=slack.channel("policy"), text="card")
    outcome = await slack.interactions.shortcut("dana", "policy", posted["ts"], "pact_why")
    assert outcome.acked
    await until(bot)
    assert bot.desk.asked[0].ask == Why(posted["ts"])
    assert bot.desk.asked[0].asker.channel == slack.channel("policy")


async def test_a_line_in_the_other_keyboard_mode_is_answered_and_said_so(slack: FakeSlack, bot: Bot) -> None:
    result = await slack.command("ㄴㅅㅁ션", "policy", "seoyeon")
    (answer,) = await result.answers()
    assert answer["text"] == "answer to status"
    assert "ㄴㅅㅁ션" in answer["blocks"][0]["elements"][0]["text"]


async def test_a_share_button_runs_its_line_again(slack: FakeSlack, bot: Bot) -> None:
    result = await slack.command("status", "policy", "seoyeon")
    (answer,) = await result.answers()
    outcome = await slack.click("pact:share", "seoyeon", "policy", answer["ts"])
    assert outcome.acked
    await until(bot, 2)
    assert bot.desk.asked[1].ask == Share("status")
    assert bot.desk.asked[1].asker.user == slack.user("seoyeon")


async def test_buttons_of_a_card_are_lines(slack: FakeSlack, bot: Bot) -> None:
    blocks = [
        {
            "type": "actions",
            "elements": [
                {"type": "button", "action_id": "pact:open", "text": plain("o"), "url": "https://a.kr", "value": "ST1"},
                {"type": "button", "action_id": "pact:why", "text": plain("w"), "value": "why ST1"},
                {"type": "button", "action_id": "pact:undo", "text": plain("u"), "value": "undo 7"},
                {"type": "button", "action_id": "pact:run:2", "text": plain("r"), "value": "요약 지금"},
                {
                    "type": "static_select",
                    "action_id": "pact:mute",
                    "options": [{"text": plain("3d"), "value": "mute story ST1 for 3d"}],
                },
            ],
        }
    ]
    client = bot.front.inbound.poster.client
    posted = await client.chat_postMessage(channel=slack.channel("policy"), text="card", blocks=blocks)
    for action in ("pact:open", "pact:why", "pact:undo", "pact:run:2"):
        assert (await slack.click(action, "dana", "policy", posted["ts"])).acked
    await slack.click("pact:mute", "dana", "policy", posted["ts"], value="mute story ST1 for 3d")
    await until(bot, 4)
    asks = {type(each.ask): each.ask for each in bot.desk.asked}
    assert asks == {
        Why: Why("ST1"),
        Undo: Undo(7),
        Digest: Digest("now"),
        Mute: Mute(MuteTarget("story", "ST1"), 259_200),
    }
    assert {each.asker.channel for each in bot.desk.asked} == {slack.channel("policy")}


async def test_a_mention_in_a_thread_asks_about_its_parent(slack: FakeSlack, bot: Bot) -> None:
    posted = await bot.front.inbound.poster.client.chat_postMessage(channel=slack.channel("policy"), text="card")
    await slack.mention("why", "policy", "dana", thread_ts=posted["ts"])
    await until(bot)
    assert bot.desk.asked[0].ask == Why(posted["ts"])
    seen = slack.replies("policy", posted["ts"], viewer="dana")
    assert seen[-1]["text"] == f"answer to why {posted['ts']}"


async def test_a_line_in_the_direct_message_is_a_command(slack: FakeSlack, bot: Bot) -> None:
    direct = slack.direct("dana")
    await slack.say("status", direct, "dana")
    await until(bot)
    assert bot.desk.asked[0].asker.direct
    assert slack.messages(direct)[-1]["text"] == "answer to status"
    assert len(bot.desk.asked) == 1


async def test_talk_in_a_channel_is_not_for_us(slack: FakeSlack, bot: Bot) -> None:
    await slack.say("status", "policy", "dana")
    await slack.command("help", "policy", "dana")
    await until(bot)
    assert [type(each.ask) for each in bot.desk.asked] == [Help]


async def test_happenings_are_told(slack: FakeSlack, bot: Bot) -> None:
    quiet = slack.add_channel("quiet", bot_member=False)
    await slack.invite(quiet, by="seoyeon")
    await slack.archive(quiet)
    await slack.unarchive(quiet)
    await slack.kick(quiet)
    await slack.uninstall()
    await until(bot, 6)
    assert [event.kind for event in bot.desk.news] == [
        *("joined", "archived", "unarchived", "left", "uninstalled", "tokens_revoked")
    ]
    assert bot.desk.news[0].channel == quiet
    assert bot.desk.news[0].user == slack.user("seoyeon")


async def test_a_person_who_joins_is_no_news(slack: FakeSlack, bot: Bot) -> None:
    newcomer = slack.add_user("minji", "Minji")
    quiet = slack.add_channel("quiet2")
    await slack.kick(quiet, guest=newcomer)
    await slack.invite(quiet, by="seoyeon", guest=newcomer)
    await slack.command("help", "policy", "dana")
    await until(bot)
    assert bot.desk.news == []


async def test_what_comes_twice_is_done_once(slack: FakeSlack, bot: Bot) -> None:
    result = await slack.command("status", "policy", "seoyeon")
    await result.answers()
    again = await (slack.redeliver() if isinstance(bot.transport, SocketMode) else slack.replay())
    assert again is not None
    await slack.command("help", "policy", "dana")
    await until(bot, 2)
    assert [each.line for each in bot.desk.asked] == ["status", "help"]
    assert len(result.messages()) == 1


async def test_a_failure_is_told_with_its_reference(
    slack: FakeSlack, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    bot.desk.broken = True
    result = await slack.command("status", "policy", "seoyeon")
    (answer,) = await result.answers()
    assert result.acked
    told = str(answer["blocks"])
    logged = [record.getMessage() for record in caplog.records if "reference=" in record.getMessage()]
    reference = logged[0].split("reference=")[1].split()[0]
    assert reference in told
    assert slack.bot_token not in caplog.text
    await until(bot)


async def test_what_cannot_be_remembered_is_not_done(slack: FakeSlack, bot: Bot) -> None:
    bot.desk.locked = True
    result = await slack.command("status", "policy", "seoyeon")
    (answer,) = await result.answers()
    assert "Reference" in str(answer["blocks"]) or "문의 번호" in str(answer["blocks"])
    assert bot.desk.asked == []
    bot.desk.locked = False
    await slack.command("status", "policy", "seoyeon")
    await until(bot)
    assert len(bot.desk.asked) == 1


async def test_an_answer_under_way_survives_the_closing_of_the_line(slack: FakeSlack, bot: Bot) -> None:
    bot.desk.gate.clear()
    result = await slack.command("status", "policy", "seoyeon")
    await bot.transport.stop()
    drained = asyncio.create_task(bot.front.drain(5.0))
    await asyncio.sleep(0)
    bot.desk.gate.set()
    assert await drained == 0
    assert len(await result.answers()) == 1
    assert len(bot.desk.done) == 1


async def test_what_does_not_end_is_left_for_the_next_start(slack: FakeSlack, bot: Bot) -> None:
    bot.desk.gate.clear()
    result = await slack.command("status", "policy", "seoyeon")
    assert await bot.front.drain(0.05) == 1
    assert bot.desk.done == []
    assert bot.desk.given_back == [bot.desk.asked[0].id]
    bot.desk.gate.set()
    bot.front.resume(bot.desk.asked[0])
    assert len(await result.answers()) == 1


async def test_an_answer_whose_fate_is_unknown_is_not_shown_another_way(slack: FakeSlack, bot: Bot) -> None:
    slack.faults.drop_after_accept("response_url")
    result = await slack.command("status", "policy", "seoyeon")
    await until(bot)
    assert [each["text"] for each in result.messages()] == ["answer to status"]
    assert [call.method for call in slack.calls if call.method == "chat.postEphemeral"] == []


async def test_an_answer_that_is_refused_for_certain_goes_another_way(slack: FakeSlack, bot: Bot) -> None:
    slack.faults.refuse("response_url", "expired_url")
    await slack.command("status", "policy", "seoyeon")
    await until(bot)
    seen = [each["text"] for each in slack.messages("policy", viewer="seoyeon")]
    assert seen.count("answer to status") == 1


async def test_an_answer_that_cannot_be_marked_is_not_shown(slack: FakeSlack, bot: Bot) -> None:
    bot.desk.away = True
    result = await slack.command("status", "policy", "seoyeon")
    await bot.front.drain(5.0)
    assert bot.desk.asked
    assert result.messages() == []
    bot.desk.away = False
    bot.front.resume(bot.desk.asked[0])
    assert [each["text"] for each in await result.answers()] == ["answer to status"]


async def test_an_answer_that_was_begun_before_a_crash_is_not_shown_again(slack: FakeSlack, bot: Bot) -> None:
    result = await slack.command("status", "policy", "seoyeon")
    await result.answers()
    bot.front.resume(bot.desk.asked[0])
    await bot.front.drain(5.0)
    assert len(bot.desk.asked) == 2
    assert len(result.messages()) == 1


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}
