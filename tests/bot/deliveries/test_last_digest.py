"""A person who asks sees when the last digest ran, also one that had nothing to show and was not posted."""

from __future__ import annotations

import pytest

from handlers.blocks.message import render
from handlers.cards.shown import Shown
from tests.support.bot_harness import BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT

ASKED = ("status", "list", "debug")


async def plain(harness: BotHarness, line: str, language: str = "en") -> str:
    return render(Shown(await harness.ask(line), language)).plain


async def until_half_past_eight(harness: BotHarness) -> None:
    harness.pass_time(minutes=1)
    while (harness.at.hour, harness.at.minute) != (23, 30):
        harness.pass_time(seconds=60 - harness.at.second)
    await harness.digests.enqueue_due()
    await harness.deliver()


@pytest.mark.parametrize("line", ASKED)
async def test_the_last_digest_is_said_with_whether_it_was_empty(harness: BotHarness, line: str) -> None:
    await harness.subscribe("quantum", "daily", at="08:30")
    assert "Last digest" not in await plain(harness, line)
    await until_half_past_eight(harness)
    assert harness.digests_in() == []
    assert "Last digest Tue 3 Mar, 08:30 KST: nothing new" in await plain(harness, line)
    assert "3월 3일" in await plain(harness, line, "ko")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await until_half_past_eight(harness)
    assert len(harness.digests_in()) == 1
    said = await plain(harness, line)
    assert "Last digest Wed 4 Mar, 08:30 KST" in said
    assert "nothing new" not in said
