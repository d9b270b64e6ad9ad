"""A channel speaks the language of who changes it first, and keeps it."""

from __future__ import annotations

import pytest

from bot.store import destinations
from handlers.requests import SlackEvent
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


@pytest.mark.parametrize(("locale", "language"), [("ko-KR", "ko"), ("en-GB", "en"), ("fr-FR", "en"), (None, "en")])
async def test_a_channel_is_greeted_in_the_language_of_who_invites_the_bot(
    harness: BotHarness, locale: str | None, language: str
) -> None:
    await harness.membership.note(SlackEvent("Ev1", TEAM, "joined", "C9", "U7", locale=locale))
    assert await language_of(harness, "C9") == language
    await harness.deliver()
    (greeting,) = harness.slack.posts["C9"].values()
    assert greeting.language == language


async def test_a_language_that_the_inviter_has_chosen_counts_before_slacks(harness: BotHarness) -> None:
    await harness.ask("lang ko", user="U7")
    await harness.membership.note(SlackEvent("Ev1", TEAM, "joined", "C9", "U7", locale="en-US"))
    assert await language_of(harness, "C9") == "ko"
