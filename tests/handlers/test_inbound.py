"""Commands, actions and events from the fake Slack, over both transports: each is acknowledged and answered once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest

from handlers.client import make_client
from handlers.fake_slack import FakeSlack
from handlers.fake_slack.event_dispatch import RetrySchedule
from handlers.fake_slack.limits import Pace
from handlers.http_mode import HttpMode
from handlers.manifest import manifest
from handlers.post import Poster
from handlers.requests import Share
from handlers.slack import SlackApp
from handlers.socket_mode import SocketMode
from handlers.verbs.digest import Digest
from handlers.verbs.help import Help
from handlers.verbs.mute import Mute, MuteTarget
from handlers.verbs.status import Status
from handlers.verbs.undo import Undo
from handlers.verbs.why import Why
from handlers.views.asks import AboutMessage
from handlers.workspaces import OneWorkspace
from tests.support.connected_transport import connected_transport
from tests.support.memory_bot import MemoryBot


@dataclass
class ConnectedApp:
    """A Slack app with its memory bot, connected to the fake Slack."""

    bot: MemoryBot
    app: SlackApp
    transport: SocketMode | HttpMode
    stop: Callable[[], Awaitable[None]]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    retry_schedule = RetrySchedule(ack_seconds=1.0, retry_after_seconds=(0.0, 0.05, 0.1))
    async with FakeSlack(pace=Pace(enforced=False), retry_schedule=retry_schedule) as running:
        running.context.events = set(manifest()["settings"]["event_subscriptions"]["bot_events"])
        yield running


@pytest.fixture
async def slack_app(slack: FakeSlack) -> AsyncIterator[SlackApp]:
    poster = Poster(make_client(slack.api_url, slack.bot_token))
    yield SlackApp(MemoryBot(), OneWorkspace(poster, await poster.identity()), signing_secret=slack.signing_secret)
    await poster.close()


@pytest.fixture(params=["socket", "http"])
async def connected(
    request: pytest.FixtureRequest, slack: FakeSlack, slack_app: SlackApp
) -> AsyncIterator[ConnectedApp]:
    transport = await connected_transport(request.param, slack, slack_app, ping_seconds=1.0)
    memory_bot = slack_app.inbound.bot
    assert isinstance(memory_bot, MemoryBot)

    async def stop() -> None:
        await transport.stop()
        await slack_app.drain(1.0)

    yield ConnectedApp(memory_bot, slack_app, transport, stop)
    memory_bot.may_answer.set()
    await stop()


async def until(connected: ConnectedApp, count: int = 1) -> None:
    """Waits until ``count`` payloads are handled and their answers are shown."""
    async with asyncio.timeout(30):
        while len(connected.bot.handled_ids) < count:
            connected.bot.changed.clear()
            await connected.bot.changed.wait()
    assert await connected.app.drain(5.0) == 0


async def test_a_command_is_acknowledged_and_answered_to_its_asker_alone(
    slack: FakeSlack, connected: ConnectedApp
) -> None:
    result = await slack.command("상태 양자 7d", "policy", "seoyeon")
    assert result.acked
    (answer,) = await result.answers()
    assert answer["text"] == "answer to 상태 양자 7d"
    asked = connected.bot.requests[0]
    assert isinstance(asked.ask, Status)
    assert (asked.ask.query.text, asked.ask.days) == ("양자", 7)
    assert asked.asker.language == "ko"
    assert asked.asker.channel == slack.channel("policy")
    assert asked.asker.locale == "ko-KR"
    await until(connected)
    assert connected.bot.handled_ids == [asked.id]
    assert not [m for m in slack.messages("policy") if m["text"].startswith("answer")]


async def test_the_ack_does_not_wait_for_the_answer(slack: FakeSlack, connected: ConnectedApp) -> None:
    connected.bot.may_answer.clear()
    result = await slack.command("status", "policy", "seoyeon")
    assert result.acked
    assert result.ack_seconds < 0.9
    assert result.messages() == []
    connected.bot.may_answer.set()
    assert len(await result.answers()) == 1


async def test_the_message_shortcut_asks_why(slack: FakeSlack, connected: ConnectedApp) -> None:
    posted = await connected.app.inbound.workspaces.client.chat_postMessage(
        channel=slack.channel("policy"), text="card"
    )
    outcome = await slack.interactions.shortcut("dana", "policy", posted["ts"], "pact_why")
    assert outcome.acked
    await until(connected)
    assert connected.bot.requests[0].ask == AboutMessage("why", posted["ts"])
    assert connected.bot.requests[0].asker.channel == slack.channel("policy")


async def test_a_line_in_the_other_keyboard_mode_is_answered_with_a_note(
    slack: FakeSlack, connected: ConnectedApp
) -> None:
    result = await slack.command("ㄴㅅㅁ션", "policy", "seoyeon")
    (answer,) = await result.answers()
    assert answer["text"] == "answer to status"
    assert "ㄴㅅㅁ션" in answer["blocks"][0]["elements"][0]["text"]


async def test_a_share_button_runs_its_line_again(slack: FakeSlack, connected: ConnectedApp) -> None:
    result = await slack.command("status", "policy", "seoyeon")
    (answer,) = await result.answers()
    outcome = await slack.click("pact:share", "seoyeon", "policy", answer["ts"])
    assert outcome.acked
    await until(connected, 2)
    assert connected.bot.requests[1].ask == Share("status")
    assert connected.bot.requests[1].asker.user == slack.user("seoyeon")


async def test_buttons_of_a_card_run_their_lines(slack: FakeSlack, connected: ConnectedApp) -> None:
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
    client = connected.app.inbound.workspaces.client
    posted = await client.chat_postMessage(channel=slack.channel("policy"), text="card", blocks=blocks)
    for action in ("pact:open", "pact:why", "pact:undo", "pact:run:2"):
        assert (await slack.click(action, "dana", "policy", posted["ts"])).acked
    await slack.click("pact:mute", "dana", "policy", posted["ts"], value="mute story ST1 for 3d")
    await until(connected, 4)
    asks = {type(each.ask): each.ask for each in connected.bot.requests}
    assert asks == {
        Why: Why("ST1"),
        Undo: Undo(7),
        Digest: Digest("now"),
        Mute: Mute(MuteTarget("story", "ST1"), 259_200),
    }
    assert {each.asker.channel for each in connected.bot.requests} == {slack.channel("policy")}


async def test_a_mention_in_a_thread_asks_about_its_parent(slack: FakeSlack, connected: ConnectedApp) -> None:
    posted = await connected.app.inbound.workspaces.client.chat_postMessage(
        channel=slack.channel("policy"), text="card"
    )
    await slack.mention("why", "policy", "dana", thread_ts=posted["ts"])
    await until(connected)
    assert connected.bot.requests[0].ask == Why(posted["ts"])
    replies = slack.replies("policy", posted["ts"], viewer="dana")
    assert replies[-1]["text"] == f"answer to why {posted['ts']}"


async def test_a_line_in_the_direct_message_runs_as_a_command(slack: FakeSlack, connected: ConnectedApp) -> None:
    direct = slack.direct("dana")
    await slack.say("status", direct, "dana")
    await until(connected)
    assert connected.bot.requests[0].asker.direct
    assert slack.messages(direct)[-1]["text"] == "answer to status"
    assert len(connected.bot.requests) == 1


async def test_messages_in_a_channel_are_ignored(slack: FakeSlack, connected: ConnectedApp) -> None:
    await slack.say("status", "policy", "dana")
    await slack.command("help", "policy", "dana")
    await until(connected)
    assert [type(each.ask) for each in connected.bot.requests] == [Help]


async def test_an_event_that_the_bot_does_not_use_is_acknowledged_without_a_word(
    slack: FakeSlack, connected: ConnectedApp, caplog: pytest.LogCaptureFixture
) -> None:
    slack.context.events.add("file_shared")
    event = {"type": "file_shared", "file_id": "F1", "user_id": "U1", "channel_id": "C1", "event_ts": "1.000001"}
    outcome = await slack.dispatch.send_event(slack.context.team(), event)
    assert outcome is not None
    assert outcome.acked
    assert connected.bot.stored == {}
    assert [record.name for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_membership_and_installation_events_reach_the_bot(slack: FakeSlack, connected: ConnectedApp) -> None:
    quiet = slack.add_channel("quiet", bot_member=False)
    await slack.invite(quiet, by="seoyeon")
    await slack.archive(quiet)
    await slack.unarchive(quiet)
    await slack.kick(quiet)
    await slack.uninstall()
    await until(connected, 6)
    assert [event.kind for event in connected.bot.events] == [
        *("joined", "archived", "unarchived", "left", "uninstalled", "tokens_revoked")
    ]
    assert connected.bot.events[0].channel == quiet
    assert connected.bot.events[0].user == slack.user("seoyeon")


async def test_a_person_who_joins_causes_no_event(slack: FakeSlack, connected: ConnectedApp) -> None:
    newcomer = slack.add_user("minji", "Minji")
    quiet = slack.add_channel("quiet2")
    await slack.kick(quiet, guest=newcomer)
    await slack.invite(quiet, by="seoyeon", guest=newcomer)
    await slack.command("help", "policy", "dana")
    await until(connected)
    assert connected.bot.events == []


async def test_a_redelivered_payload_is_handled_once(slack: FakeSlack, connected: ConnectedApp) -> None:
    result = await slack.command("status", "policy", "seoyeon")
    await result.answers()
    again = await (slack.redeliver() if isinstance(connected.transport, SocketMode) else slack.replay())
    assert again is not None
    await slack.command("help", "policy", "dana")
    await until(connected, 2)
    assert [each.line for each in connected.bot.requests] == ["status", "help"]
    assert len(result.messages()) == 1


async def test_a_failure_shows_its_reference(
    slack: FakeSlack, connected: ConnectedApp, caplog: pytest.LogCaptureFixture
) -> None:
    connected.bot.answer_fails = True
    result = await slack.command("status", "policy", "seoyeon")
    (answer,) = await result.answers()
    assert result.acked
    shown_text = str(answer["blocks"])
    logged = [record.getMessage() for record in caplog.records if "reference=" in record.getMessage()]
    reference = logged[0].split("reference=")[1].split()[0]
    assert reference in shown_text
    assert slack.bot_token not in caplog.text
    await until(connected)


async def test_a_payload_that_cannot_be_stored_is_not_handled(slack: FakeSlack, connected: ConnectedApp) -> None:
    connected.bot.storing_fails = True
    result = await slack.command("status", "policy", "seoyeon")
    (answer,) = await result.answers()
    assert "Reference" in str(answer["blocks"]) or "문의 번호" in str(answer["blocks"])
    assert connected.bot.requests == []
    connected.bot.storing_fails = False
    await slack.command("status", "policy", "seoyeon")
    await until(connected)
    assert len(connected.bot.requests) == 1


async def test_a_running_answer_survives_the_closing_of_the_transport(
    slack: FakeSlack, connected: ConnectedApp
) -> None:
    connected.bot.may_answer.clear()
    result = await slack.command("status", "policy", "seoyeon")
    await connected.transport.stop()
    drained = asyncio.create_task(connected.app.drain(5.0))
    await asyncio.sleep(0)
    connected.bot.may_answer.set()
    assert await drained == 0
    assert len(await result.answers()) == 1
    assert len(connected.bot.handled_ids) == 1


async def test_an_answer_that_does_not_end_is_put_back_for_the_next_start(
    slack: FakeSlack, connected: ConnectedApp
) -> None:
    connected.bot.may_answer.clear()
    result = await slack.command("status", "policy", "seoyeon")
    assert await connected.app.drain(0.05) == 1
    assert connected.bot.handled_ids == []
    assert connected.bot.put_back_ids == [connected.bot.requests[0].id]
    connected.bot.may_answer.set()
    connected.app.resume(connected.bot.requests[0])
    assert len(await result.answers()) == 1


async def test_an_answer_with_an_unknown_outcome_is_not_shown_another_way(
    slack: FakeSlack, connected: ConnectedApp
) -> None:
    slack.faults.drop_after_accept("response_url")
    result = await slack.command("status", "policy", "seoyeon")
    await until(connected)
    assert [each["text"] for each in result.messages()] == ["answer to status"]
    assert [call.method for call in slack.calls if call.method == "chat.postEphemeral"] == []


async def test_an_answer_that_is_definitely_rejected_is_shown_another_way(
    slack: FakeSlack, connected: ConnectedApp
) -> None:
    slack.faults.refuse("response_url", "expired_url")
    await slack.command("status", "policy", "seoyeon")
    await until(connected)
    texts = [each["text"] for each in slack.messages("policy", viewer="seoyeon")]
    assert texts.count("answer to status") == 1


async def test_an_answer_that_cannot_be_marked_is_not_shown(slack: FakeSlack, connected: ConnectedApp) -> None:
    connected.bot.marking_fails = True
    result = await slack.command("status", "policy", "seoyeon")
    await connected.app.drain(5.0)
    assert connected.bot.requests
    assert result.messages() == []
    connected.bot.marking_fails = False
    connected.app.resume(connected.bot.requests[0])
    assert [each["text"] for each in await result.answers()] == ["answer to status"]


async def test_an_answer_that_was_begun_before_a_crash_is_not_shown_again(
    slack: FakeSlack, connected: ConnectedApp
) -> None:
    result = await slack.command("status", "policy", "seoyeon")
    await result.answers()
    connected.app.resume(connected.bot.requests[0])
    await connected.app.drain(5.0)
    assert len(connected.bot.requests) == 2
    assert len(result.messages()) == 1


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}
