"""Several workspaces over one set of articles: what all share is the operators', and so is their channel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.answers.dispatch import Dispatcher
from bot.deliveries.notices import OperatorsChannel, notify_operators
from bot.operations.alerts import Alerts
from bot.operations.default_subscription import subscribe_channel
from bot.operations.membership import Membership
from bot.outbox.ports import Alert
from bot.store import bot_tokens, destinations, installations
from bot.store.bot_tokens import BotTokenRow
from handlers.cards.answers import ErrorCard
from handlers.requests import Asker, Request, SlackEvent
from handlers.verbs.parse import parse
from settings.config import load
from tests.support.bot_harness import BotHarness

OPERATORS = OperatorsChannel("COPS", "en", "Asia/Seoul", "T1")


@pytest.mark.parametrize("line", ["sources add outlet.example", "sources remove asiae", "lexicon add 크래치오스"])
async def test_what_all_workspaces_share_is_changed_in_the_operators_workspace_alone(
    harness: BotHarness, line: str
) -> None:
    context = replace(harness.context, several_workspaces=True, operators=OPERATORS)
    answers = Dispatcher(context, harness.membership)

    async def code(team: str, of: Dispatcher = answers) -> str | None:
        ask, asker = parse(line, Asker(team, "U1", "C1", direct=False, standing="admin"))
        shown = await of.answer(Request("R1", asker, ask, line))
        return shown.card.note.code if shown is not None and isinstance(shown.card, ErrorCard) else None

    assert await code("T2") == "operators_only"
    assert await code("T1") != "operators_only"
    assert await code("T1", Dispatcher(replace(context, operators=None), harness.membership)) == "operators_only"
    assert await code("T2", harness.answers) != "operators_only", "one workspace is its own operator"


async def test_notices_and_alerts_stand_in_the_operators_channel_alone(harness: BotHarness) -> None:
    alerts = Alerts(harness.store, OPERATORS, "en", "Asia/Seoul", harness.now, harness.open_direct)
    async with harness.store.begin() as c:
        assert await notify_operators(c, OPERATORS, "T2", "a", "trouble_scope", {}, harness.now()) == 0
        assert await notify_operators(c, OPERATORS, "T1", "a", "trouble_scope", {}, harness.now()) == 1
    await alerts.send(Alert("scope", "T2", "channels:read"))
    async with harness.store.read() as c:
        assert await destinations.find(c, "T2", "COPS") is None
        assert await destinations.find(c, "T1", "COPS") is not None


async def test_the_channel_of_the_settings_is_subscribed_in_its_workspace_alone(harness: BotHarness) -> None:
    settings = load(channel="T02/C0123")
    for team in ("T1", "T02", "T02"):
        await subscribe_channel(harness.store, harness.subscription_index, settings, team, harness.now())
    async with harness.store.read() as c:
        assert await destinations.find(c, "T1", "C0123") is None
        assert await destinations.find(c, "T02", "C0123") is not None


@pytest.mark.parametrize("first", ["uninstalled", "tokens_revoked"])
async def test_a_workspace_that_leaves_loses_its_token_and_nothing_else(harness: BotHarness, first: Any) -> None:
    harness.slack.token_works = False
    async with harness.store.begin() as c:
        for team in ("T1", "T2"):
            await installations.put(c, team, harness.now())
            await bot_tokens.put(c, BotTokenRow(team, "", "sealed", harness.now()))
    await harness.subscribe("quantum")
    second: Any = "tokens_revoked" if first == "uninstalled" else "uninstalled"
    for kind in (first, second):
        await harness.membership.note(SlackEvent(f"E{kind}", "T1", kind))
    async with harness.store.read() as c:
        assert [row.team for row in await bot_tokens.all_of(c)] == ["T2"]
        states = {row.team: (row.state, row.reason) for row in await installations.all_of(c)}
    assert states == {"T1": ("stopped", "uninstalled"), "T2": ("active", None)}


async def test_a_removal_that_was_overtaken_by_a_new_install_stops_nothing(harness: BotHarness) -> None:
    async with harness.store.begin() as c:
        await installations.put(c, "T1", harness.now())
        await bot_tokens.put(c, BotTokenRow("T1", "", "old", harness.now()))

    async def installed_meanwhile(_team: str) -> bool:
        harness.pass_time(minutes=1)
        async with harness.store.begin() as c:
            await bot_tokens.put(c, BotTokenRow("T1", "", "new", harness.now()))
        return False

    membership = Membership(
        harness.store, lambda: None, harness.now, "en", "Asia/Seoul",
        send_alert=harness.alerts.send, confirm_token=installed_meanwhile,
    )  # fmt: skip
    await membership.note(SlackEvent("E1", "T1", "uninstalled"))
    async with harness.store.read() as c:
        installation, token = await installations.get(c, "T1"), await bot_tokens.get(c, "T1", "")
    assert installation is not None
    assert token is not None
    assert (installation.state, token.token) == ("active", "new")


async def test_an_organization_takes_the_app_from_some_of_its_workspaces_and_gives_it_back(harness: BotHarness) -> None:
    async with harness.store.begin() as c:
        for team, enterprise in (("T1", "E1"), ("T2", "E1"), ("T3", "E2")):
            await installations.put(c, team, harness.now(), enterprise=enterprise)
        await bot_tokens.put(c, BotTokenRow("", "E1", "sealed", harness.now()))

    async def stopped() -> set[str]:
        async with harness.store.read() as c:
            return {row.team for row in await installations.all_of(c) if row.state == "stopped"}

    await harness.membership.note(SlackEvent("E1", "E1", "access_revoked", teams=("T1", "T3", "T9")))
    assert await stopped() == {"T1"}, "the others are another organization's, or nobody's"
    await harness.membership.note(SlackEvent("E2", "E1", "access_granted", teams=("T1",)))
    assert await stopped() == set()
    harness.slack.token_works = False
    await harness.membership.note(SlackEvent("E3", "E1", "uninstalled"))
    assert await stopped() == {"T1", "T2"}
    async with harness.store.read() as c:
        assert await bot_tokens.all_of(c) == ()
