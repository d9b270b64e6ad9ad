"""``test`` posts marked samples through the outbox, ``debug`` tells what helps to find a fault and no secret."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.deliveries.samples import sample_alert
from bot.model import Destination
from bot.store import installations
from handlers.blocks.message import render
from handlers.cards.debug import DebugCard
from handlers.cards.digest import DigestCard
from handlers.cards.shown import Shown
from handlers.cards.story import StoryCard
from handlers.manifest import SCOPES
from handlers.requests import Standing
from tests.support.bot_harness import TEAM, BotHarness

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize("channel", ["C1", "DU1"])
async def test_samples_are_posted_once_in_ten_minutes_and_marked(harness: BotHarness, channel: str) -> None:
    assert (await harness.ask("test", channel=channel)).notes[0].code == "sample_posted"
    await harness.deliver()
    shown = list(harness.slack.posts[channel].values())
    assert [type(each.card) for each in shown] == [StoryCard, DigestCard]
    assert [each.sample for each in shown] == [True, True]
    for each in shown:
        message = render(each)
        assert message.text.startswith("Sample: ")
        assert message.text.count("Sample: ") == 1
        assert message.plain.startswith("A sample, posted by /pact test")
    assert (await harness.ask("test", channel=channel)).notes[0].code == "sample_known"
    await harness.deliver()
    assert len(harness.slack.posts[channel]) == 2
    next_slot = harness.at.replace(minute=harness.at.minute // 10 * 10, second=0, microsecond=0) + timedelta(minutes=10)
    harness.at = next_slot - timedelta(seconds=1)
    assert (await harness.ask("test", channel=channel)).notes[0].code == "sample_known"
    harness.at = next_slot
    assert (await harness.ask("test", channel=channel)).notes[0].code == "sample_posted"


async def test_samples_read_the_channels_language_and_mention_no_group(harness: BotHarness) -> None:
    await harness.ask("lang ko channel")
    await harness.ask("settings mention @S0ABCDE")
    await harness.ask("시험")
    await harness.deliver()
    digest = next(each for each in harness.slack.posts["C1"].values() if isinstance(each.card, DigestCard))
    assert "quantum" not in render(digest).plain, "its section is headed in Korean"
    alert = next(each for each in harness.slack.posts["C1"].values() if isinstance(each.card, StoryCard))
    plain = render(alert).plain
    assert "예시일보" in plain
    assert "subteam" not in plain


async def test_samples_wait_for_an_invitation(harness: BotHarness) -> None:
    harness.slack.closed.add("C1")
    assert (await harness.ask("test")).notes[0].code == "sample_waits"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_sentence_of_a_sample_has_its_term_in_bold(language: str) -> None:
    channel = Destination(1, "T1", "C1", None, language, "UTC", "active", None, None, None, None)
    lead = sample_alert(channel, NOW).lead
    assert lead is not None
    (span,) = lead.bold
    assert lead.text[span.start : span.end] in ("기술번영 업무협약", "Technology Prosperity Deal")


@pytest.mark.parametrize("standing", ["member", "admin", "guest", "outsider", "unreachable", None])
@pytest.mark.parametrize("language", ["ko", "en"])
async def test_debug_tells_ids_membership_scopes_and_version(
    harness: BotHarness, standing: Standing | None, language: str
) -> None:
    harness.channels = {(None, True): {"C1"}}
    async with harness.store.begin() as c:
        scopes = tuple(scope for scope in SCOPES if scope != "files:write")
        await installations.put(c, TEAM, harness.now(), bot_user="U0BOT", scopes=scopes)
    await harness.ask("quiet off")
    await harness.deliver()
    card = await harness.ask("debug", standing=standing)
    assert isinstance(card, DebugCard)
    codes = [fact.code for fact in card.facts]
    assert codes == [
        "debug.ids", f"debug.standing_{standing or 'unknown'}", "debug.member", "debug.active", "debug.last_post",
        "debug.app", "debug.scopes", "debug.missing_scopes", "debug.version",
    ]  # fmt: skip
    plain = render(Shown(card, language)).plain
    assert all(word in plain for word in (TEAM, "C1", "U1", "U0BOT", "files:write", "chat:write"))
    assert not any(code in plain for code in codes), "every fact has its sentence"
    assert "xox" not in plain


async def test_debug_does_not_guess_where_slack_does_not_list_channels(harness: BotHarness) -> None:
    harness.unlisted = {True}
    codes = [fact.code for fact in (await harness.ask("debug")).facts]
    assert "debug.membership_unknown" in codes
    assert not {"debug.member", "debug.not_member"} & set(codes)
    harness.channels = {(None, False): {"C1"}}
    assert "debug.member" in [fact.code for fact in (await harness.ask("debug")).facts]


async def test_debug_says_where_the_bot_is_not(harness: BotHarness) -> None:
    codes = [fact.code for fact in (await harness.ask("debug")).facts]
    assert {"debug.not_member", "debug.no_row", "debug.no_post"} <= set(codes)
    harness.slack.closed.add("C1")
    await harness.ask("quiet off")
    (away,) = [fact for fact in (await harness.ask("debug")).facts if fact.code == "debug.away"]
    assert away.args["why"] == "not_in_channel"
    assert "debug.member" not in [fact.code for fact in (await harness.ask("debug", channel="DU1")).facts]
