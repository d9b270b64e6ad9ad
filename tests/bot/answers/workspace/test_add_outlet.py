"""Without a folder of specs an added outlet is a row; private addresses are refused and nothing is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.outlet_client import propose_outlet
from bot.proposed_outlet import ProposedOutlet
from bot.store import outlet_specs
from handlers.cards.answers import ErrorCard, NoticeCard
from handlers.cards.home import HomeCard
from handlers.requests import Asker, Home, Request
from handlers.views.home_tab import home_view
from scrapers.fake_outlets.fake_articles import FakeArticle
from scrapers.fake_outlets.server import FakeOutlets
from settings.config import load
from tests.support.bot_harness import TEAM, BotHarness

TEXT = tuple(f"The harbour council met for the {n} time this year about its lighthouse." for n in ("1st", "2nd"))


def connected(harness: BotHarness, folder: Path | None = None, **given: Any) -> None:
    """Lets the harness ask real sites."""
    settings = load(**{"host_pause_seconds": 0.0, **given})

    async def propose(address: str) -> ProposedOutlet:
        return await propose_outlet(settings, address, datetime.now(UTC))

    harness.answers._context = replace(harness.context, propose=propose, spec_folder=folder)


async def stored(harness: BotHarness) -> list[str]:
    async with harness.store.read() as c:
        return [spec.key for spec in await outlet_specs.present(c)]


async def test_an_added_outlet_is_stored_undone_and_added_again(harness: BotHarness) -> None:
    async with FakeOutlets() as fake:
        for n in range(3):
            old = FakeArticle(f"harbour-{n}", f"The harbour council discusses lighthouse number {n}", TEXT)
            fake.publish("seoul-courier", old, datetime.now(UTC) - timedelta(hours=n + 1))
        connected(harness, trusted_addresses=fake.trusted)
        line = f"sources add {fake.source_url('seoul-courier')}"
        said = await harness.ask(line, standing="admin")
        assert isinstance(said, NoticeCard)
        codes = [note.code for note in said.notes]
        assert codes[:3] == ["sources_added", "sources_soon", "sources_title"]
        assert codes[-1] == "own_undo"
        (key,) = await stored(harness)
        assert said.notes[-1].args == {"line": f"sources remove {key}"}
        removed = await harness.ask(said.notes[-1].args["line"], standing="admin")
        assert removed.notes[0].code == "sources_removed"
        assert await stored(harness) == []
        await harness.ask(line, standing="admin")
        assert await stored(harness) == [key]
        home = Request("home", Asker(TEAM, "U1", "", True, standing="admin"), Home())
        await harness.answers.remember(home)
        shown = await harness.answers.answer(home)
        assert shown is not None
        assert isinstance(shown.card, HomeCard)
        assert shown.card.admin is not None
        kinds = [(change.what, change.channel) for change in shown.card.admin.changes]
        assert kinds == [("outlet_added", ""), ("outlet_removed", ""), ("outlet_added", "")]
        assert f"Outlet removed: {key}" in str(home_view(shown))


async def test_a_folder_that_cannot_be_written_is_said_and_nothing_is_stored(
    harness: BotHarness, tmp_path: Path
) -> None:
    async with FakeOutlets() as fake:
        for n in range(3):
            old = FakeArticle(f"harbour-{n}", f"The harbour council discusses lighthouse number {n}", TEXT)
            fake.publish("seoul-courier", old, datetime.now(UTC) - timedelta(hours=n + 1))
        connected(harness, tmp_path / "missing", trusted_addresses=fake.trusted)
        card = await harness.ask(f"sources add {fake.source_url('seoul-courier')}", standing="admin")
    assert isinstance(card, ErrorCard)
    assert card.note.code == "sources_folder"
    assert await stored(harness) == []


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "https://localhost/",
        "http://10.0.0.8/feed",
    ],
)
async def test_a_private_address_is_refused(harness: BotHarness, address: str) -> None:
    connected(harness)
    card = await harness.ask(f"sources add {address}", standing="admin")
    assert isinstance(card, ErrorCard)
    assert card.note.code in ("sources_private", "sources_needs_address")
    assert await stored(harness) == []
