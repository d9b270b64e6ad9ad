"""A modal is opened at once, replaced by its answer, corrected at its fields, and submitted once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from handlers.cards.modals import BuilderCard, FieldErrorsCard
from handlers.cards.shown import Shown
from handlers.cards.subscriptions import ListCard
from handlers.cards.texts import Note
from handlers.client import make_client
from handlers.fake_slack import FakeSlack
from handlers.fake_slack.limits import Pace
from handlers.http_mode import HttpMode
from handlers.manifest import manifest
from handlers.post import Poster
from handlers.requests import Request, ViewRef
from handlers.slack import SlackApp
from handlers.socket_mode import SocketMode
from handlers.verbs.edit import Edit
from handlers.views.asks import PreviewSubscription, SaveSubscription
from handlers.views.modal import LOADING
from handlers.workspaces import OneWorkspace
from tests.support.example_cards import SUBSCRIPTION
from tests.support.http_server import PROBES
from tests.support.journey import words_of
from tests.support.memory_bot import MemoryBot

BUILDER = BuilderCard(
    query="quantum", cadence="instant", at="08:30", weekday="mon", timezone="UTC", min_outlets=1, for_me=False,
    channel="C0CHANNEL", opened_in="C0CHANNEL", subscription=12, revision=0, zone="UTC",
)  # fmt: skip


class BuilderBot(MemoryBot):
    """Answers the builder with the builder, and anything else with its line."""

    async def answer(self, request: Request) -> Shown:
        shown = await super().answer(request)
        if isinstance(request.ask, Edit | PreviewSubscription):
            return Shown(BUILDER, "en")
        if isinstance(request.ask, SaveSubscription):
            return Shown(shown.card, "en", changed=True)
        return shown


@dataclass
class Connected:
    slack: FakeSlack
    bot: BuilderBot
    app: SlackApp

    async def modal(self, part: str, user: str = "dana") -> str:
        """Waits until the person's modal says this."""
        await self.slack.wait_for(lambda: part in words_of(self.slack.modal(user)))
        return words_of(self.slack.modal(user))


@pytest.fixture(params=["socket", "http"])
async def connected(request: pytest.FixtureRequest) -> AsyncIterator[Connected]:
    async with FakeSlack(pace=Pace(enforced=False)) as slack:
        slack.context.adopt_manifest(manifest())
        poster, bot = Poster(make_client(slack.api_url, slack.bot_token)), BuilderBot()
        app = SlackApp(bot, OneWorkspace(poster, await poster.identity()), signing_secret=slack.signing_secret)
        transport: SocketMode | HttpMode
        if request.param == "socket":
            transport = SocketMode(app.app, slack.app_token, ping_seconds=1.0)
            await transport.start()
            await slack.wait_for(lambda: slack.socket_connections)
        else:
            transport = HttpMode(app, PROBES, port=0, host="127.0.0.1")
            await transport.start()
            slack.deliver_to(f"http://127.0.0.1:{transport.port}/slack/events")
        yield Connected(slack, bot, app)
        bot.may_answer.set()
        await transport.stop()
        await app.drain(1.0)
        await poster.close()


async def test_a_modal_loads_until_its_answer_is_there(connected: Connected) -> None:
    connected.bot.may_answer.clear()
    result = await connected.slack.command("edit S12", "policy", "dana")
    assert result.acked
    await connected.modal(LOADING)
    assert result.messages() == []
    connected.bot.may_answer.set()
    await connected.modal("Posts in")
    asked = connected.bot.requests[0]
    assert asked.view is not None
    assert (asked.view.is_home, asked.trigger_id) == (False, None)
    assert isinstance(connected.bot.stored[asked.id], Request), "it was stored before it was acknowledged"


async def test_a_modal_that_slack_does_not_open_is_a_message(connected: Connected) -> None:
    connected.slack.faults.refuse("views.open", "expired_trigger_id", times=1)
    result = await connected.slack.command("edit S12", "policy", "dana")
    (answer,) = await result.answers()
    assert "Press the button to open it." in words_of(answer)
    assert connected.slack.modal("dana") is None
    await connected.slack.click("pact:run", "dana", "policy", answer["ts"])
    await connected.modal("Posts in")


async def test_a_mention_opens_no_modal_but_gives_the_button_for_it(connected: Connected) -> None:
    await connected.slack.mention("edit S12", "policy", "dana")

    def asked() -> bool:
        return any("Open the form" in words_of(m) for m in connected.slack.messages("policy", viewer="dana"))

    await connected.slack.wait_for(asked)
    await connected.slack.click("pact:run", "dana", "policy")
    await connected.modal("Posts in")


async def test_wrong_fields_are_shown_at_their_place_and_nothing_is_stored(connected: Connected) -> None:
    await connected.slack.command("edit S12", "policy", "dana")
    await connected.modal("Posts in")
    stored = dict(connected.bot.stored)
    connected.bot.wrong_fields = Shown(FieldErrorsCard({"query": Note("builder_query_needed")}), "ko")
    outcome = await connected.slack.submit("dana")
    assert outcome.payload == {"response_action": "errors", "errors": {"pact:in:query": "무엇을 받을지 입력해 주세요."}}
    assert connected.bot.stored == stored
    assert "Posts in" in words_of(connected.slack.modal("dana")), "the modal stays open"


async def test_a_submission_is_answered_once_in_its_modal(connected: Connected) -> None:
    await connected.slack.command("edit S12", "policy", "dana")
    await connected.modal("Posts in")
    outcome = await connected.slack.submit("dana", {"pact:in:query": "space"})
    assert outcome.payload["response_action"] == "update"
    await connected.modal("answer to")
    if connected.slack.socket_connections:
        await connected.slack.redeliver()
    else:
        await connected.slack.replay()
    assert await connected.app.drain(2.0) == 0
    saves = [each for each in connected.bot.requests if isinstance(each.ask, SaveSubscription)]
    assert [each.ask for each in saves] == [SaveSubscription("space", "instant", subscription=12)]
    assert saves[0].asker.channel == "C0CHANNEL", "it means the channel that the modal was opened in"


async def test_an_answer_whose_modal_was_closed_is_dropped_unless_it_is_a_change(connected: Connected) -> None:
    result = await connected.slack.command("edit S12", "policy", "dana")
    await connected.modal("Posts in")
    connected.bot.may_answer.clear()
    await connected.slack.click("pact:live", "dana", value="hourly", block_id="pact:in:cadence", where="modal")
    await connected.slack.interactions.close_modal("dana")
    connected.bot.may_answer.set()
    assert await connected.app.drain(5.0) == 0
    assert connected.slack.modal("dana") is None
    assert result.messages() == [], "a preview that nobody sees is dropped"

    await connected.slack.command("edit S12", "policy", "dana")
    await connected.modal("Posts in")
    connected.bot.may_answer.clear()
    await connected.slack.submit("dana")
    await connected.slack.interactions.close_modal("dana")
    connected.bot.may_answer.set()
    assert await connected.app.drain(5.0) == 0
    posts = [call for call in connected.slack.context.calls if call.method == "chat.postEphemeral"]
    assert [call.args["channel"] for call in posts] == ["C0CHANNEL"], "what was changed is told in the channel"


async def test_the_last_change_of_a_field_wins(connected: Connected) -> None:
    await connected.slack.command("edit S12", "policy", "dana")
    await connected.modal("Posts in")
    connected.bot.may_answer.clear()
    for cadence in ("hourly", "daily"):
        await connected.slack.click("pact:live", "dana", value=cadence, block_id="pact:in:cadence", where="modal")
    connected.bot.may_answer.set()
    assert await connected.app.drain(5.0) == 0
    assert [each.ask.cadence for each in connected.bot.requests if isinstance(each.ask, PreviewSubscription)] == [
        "hourly", "daily",
    ]  # fmt: skip
    updates = [call for call in connected.slack.calls if call.method == "views.update"]
    assert len(updates) == 2, "the builder, and the answer to the last change"


async def test_an_answer_replaces_a_modal_that_changed_meanwhile(connected: Connected) -> None:
    await connected.slack.command("edit S12", "policy", "dana")
    await connected.modal("Posts in")
    connected.bot.may_answer.clear()
    await connected.slack.click("pact:live", "dana", value="daily", block_id="pact:in:cadence", where="modal")
    view = connected.slack.modal("dana")
    assert view is not None
    await connected.app.inbound.workspaces.poster("").update_modal(ViewRef(view["id"]), Shown(BUILDER, "ko"), "C1")
    await connected.modal("게시하는 채널")
    connected.bot.may_answer.set()
    await connected.modal("Posts in")
    assert [call.error for call in connected.slack.refused_calls] == ["hash_conflict"]


async def test_a_button_in_a_modal_opens_another_one_on_top(connected: Connected) -> None:
    await connected.slack.command("edit S12", "policy", "dana")
    await connected.modal("Posts in")
    view = connected.slack.modal("dana")
    assert view is not None
    listed = ListCard((SUBSCRIPTION,), 1, 1, "UTC", False, None, None)
    await connected.app.inbound.workspaces.poster("").update_modal(
        ViewRef(view["id"]), Shown(listed, "en"), "C0CHANNEL"
    )
    await connected.modal("Edit…")
    await connected.slack.click("pact:edit:list", "dana", value=f"edit {SUBSCRIPTION.id}", where="modal")
    await connected.modal("Posts in")
    assert len(connected.slack.context.state.modals[connected.slack.user("dana")]) == 2
    assert connected.bot.requests[-1].asker.channel == "C0CHANNEL"


async def test_a_check_that_fails_refuses_nothing_and_a_failed_answer_names_its_reference(
    connected: Connected, caplog: pytest.LogCaptureFixture
) -> None:
    await connected.slack.command("edit S12", "policy", "dana")
    await connected.modal("Posts in")
    connected.bot.check_fails = connected.bot.answer_fails = True
    assert (await connected.slack.submit("dana")).payload["response_action"] == "update"
    assert "Reference" in await connected.modal("Reference")
    assert any("fields not checked" in record.getMessage() for record in caplog.records)
