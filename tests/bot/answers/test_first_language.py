"""A channel speaks the language of who changes it first, and keeps it."""

from __future__ import annotations

from bot.store import destinations
from tests.support.bot_harness import TEAM, BotHarness


async def language_of(harness: BotHarness, channel: str) -> str:
    async with harness.store.read() as c:
        destination = await destinations.find(c, TEAM, channel)
        assert destination is not None
        return destination.language


async def test_the_first_change_decides_the_language_of_a_channels_posts(harness: BotHarness) -> None:
    await harness.ask("구독 협약", channel="C7")
    assert await language_of(harness, "C7") == "ko"
    await harness.ask("subscribe quantum", channel="C7", locale="en-US")
    assert await language_of(harness, "C7") == "ko", "a later change does not decide it again"


async def test_a_channel_that_the_bot_was_invited_to_before_is_no_exception(harness: BotHarness) -> None:
    await harness.channel("C8")
    assert await language_of(harness, "C8") == "en", "the workspace's default"
    await harness.ask("subscribe quantum", channel="C8", locale="ko-KR")
    assert await language_of(harness, "C8") == "ko"
