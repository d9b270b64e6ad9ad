"""The digest of now, and the time of the daily digest."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.deliveries.digest_pages import LINES_FIRST_PAGE
from bot.deliveries.due_digests import next_own_digest_at
from handlers.blocks.message import render
from handlers.cards.shown import Shown
from handlers.cards.subscriptions import ChangeCard
from tests.support.bot_harness import BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT


async def test_a_digest_of_now_shows_the_day_and_leaves_its_matches_untold(harness: BotHarness) -> None:
    subscription = await harness.subscribe("quantum", "daily")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    card = await harness.ask("digest now")
    assert (card.stories, card.line) == (1, "digest now")
    assert len(await harness.untold(subscription)) == 1


@pytest.mark.parametrize(("minutes", "stories"), [(0, 1), (1, 0)])
async def test_a_digest_of_now_covers_one_day(harness: BotHarness, minutes: int, stories: int) -> None:
    await harness.subscribe("quantum", "daily")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    harness.pass_time(days=1, minutes=minutes)
    assert (await harness.ask("digest now")).stories == stories


async def test_every_story_of_a_digest_of_now_is_reached_by_its_pages(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    for number in range(14):
        words = ["".join(Random(100 * number + word).sample("abcdefghijklmnop", 8)) for word in range(12)]
        await harness.publish("herald", f"{' '.join(words[:6])} qubit", f"{' '.join(words)} a quantum computer.")
    first, second, behind = [await harness.ask(line) for line in ("digest now", "digest now 2", "digest now 9")]
    shown = [line.story for card in (first, second) for section in card.sections for line in section.lines]
    assert (first.page, first.pages, first.stories, first.later) == (1, 2, 14, 14 - LINES_FIRST_PAGE)
    assert (second.page, second.later, behind.page) == (2, 0, 2)
    assert len(set(shown)) == len(shown) == 14


async def test_what_was_read_before_the_subscription_is_no_all_clear(harness: BotHarness) -> None:
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    harness.pass_time(hours=1)
    await harness.ask("subscribe quantum")
    card = await harness.ask("digest now")
    assert (card.stories, card.earlier) == (0, 1)
    assert [(part.kind, [line.headline for line in part.lines]) for part in card.sections] == [("earlier", [QUANTUM])]
    english, korean = (render(Shown(card, language)) for language in ("en", "ko"))
    assert "1 story read before a subscription began" in english.text
    assert "No new developments" not in english.plain
    assert "구독을 시작하기 전에 읽은 소식 1건" in korean.text
    await harness.publish(
        "herald", "Busan opens a quantum sensor plant", "A quantum sensor plant opened in Busan today."
    )
    both = await harness.ask("digest now")
    assert (both.stories, both.earlier, [part.kind for part in both.sections]) == (1, 1, ["", "earlier"])


async def test_a_digest_reaches_back_as_far_as_is_asked(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    harness.pass_time(days=2)
    assert (await harness.ask("digest now")).stories == 0
    card = await harness.ask("digest since 3d")
    assert (card.stories, card.line) == (1, "digest since 3d")
    assert "/pact digest since 3d 2" in render(Shown(replace(card, later=1), "en")).plain
    assert "/pact 요약 최근 3일 2" in render(Shown(replace(card, later=1), "ko")).plain


@pytest.mark.parametrize(
    ("line", "what", "state", "title"),
    [
        (
            "digest weekly friday 09:00",
            "digest_weekly",
            ("09:00", "weekly", "fri"),
            "매주 금요일 09:00에 요약을 보냅니다",
        ),
        ("digest shifts", "digest_shifts", ("08:30", "shifts", "mon"), "하루 두 번, 서울 08:30과 워싱턴 08:30에"),
        ("digest hourly", "digest_hourly", ("00:00", "hourly", "mon"), "매시간 요약을 보냅니다"),
        ("digest 8.30pm", "digest_on", ("20:30", "daily", "mon"), "매일 20:30에 요약을 보냅니다"),
    ],
)
async def test_every_schedule_is_set_said_listed_and_undone(
    harness: BotHarness, line: str, what: str, state: tuple[str, str, str], title: str
) -> None:
    await harness.subscribe("quantum")
    await harness.ask("digest weekly sunday 07:00")
    await harness.ask(line)
    await harness.deliver()
    posted = harness.shown(ChangeCard)[-1]
    channel = await harness.channel()
    assert posted.what == what
    assert (channel.digest_at, channel.digest_cadence, channel.digest_weekday) == state
    assert title in render(Shown(posted, "ko")).plain
    assert "다음 요약" in render(Shown(posted, "ko")).plain
    listed = render(Shown(await harness.ask("list"), "ko")).plain
    assert "요약" in listed
    await harness.ask("undo")
    channel = await harness.channel()
    assert (channel.digest_at, channel.digest_cadence, channel.digest_weekday) == ("07:00", "weekly", "sun")


async def test_what_a_channels_digest_does_not_cover_is_named(harness: BotHarness) -> None:
    for line in ("quantum", "space as daily", "ai as hourly", "bio as weekly"):
        await harness.ask(f"subscribe {line}")
    left = {
        "digest daily 09:00": "S3, S4",
        "digest shifts": "S3, S4",
        "digest hourly": "S2, S4",
        "digest weekly": "S2, S3",
        "digest off": None,
    }
    for line, others in left.items():
        notes = {note.code: note.args for note in (await harness.ask(line)).notes}
        assert notes.get("digest_leaves", {}).get("subscriptions") == others
        at_once = None if line == "digest off" else "S1"
        assert notes.get("digest_at_once", {}).get("subscriptions") == at_once
    notes = {note.code: note.args.get("subscriptions") for note in (await harness.ask("digest daily 09:00")).notes}
    assert (notes["digest_covers"], notes["digest_at_once"]) == ("S2", "S1")
    assert notes["digest_own_times"] == "S2 08:30"
    for line in ("digest daily 08:30", "digest shifts"):
        assert "digest_own_times" not in {note.code for note in (await harness.ask(line)).notes}, "it is one message"


async def test_a_digest_of_now_names_the_subscriptions_that_it_shows_and_those_posted_at_once(
    harness: BotHarness,
) -> None:
    await harness.ask("subscribe quantum")
    await harness.ask("subscribe space as daily")
    card = await harness.ask("digest now")
    english, korean = (render(Shown(card, language)).plain for language in ("en", "ko"))
    assert "Subscriptions shown here: S1, S2.\nOf these, posted at once: S1." in english
    assert "여기에 담은 구독: S1, S2.\n그중 바로 올리는 구독: S1." in korean


async def test_a_digest_of_now_needs_a_subscription(harness: BotHarness) -> None:
    assert (await harness.ask("digest now")).note.code == "no_subscriptions"


async def test_a_digest_time_is_confirmed_and_said_in_the_channel(harness: BotHarness) -> None:
    assert (await harness.ask("digest daily 09:00")).notes[0].code == "said_in_channel"
    (posted,) = harness.shown(ChangeCard)
    assert (posted.what, posted.args["at"]) == ("digest_on", "09:00")


@pytest.mark.parametrize("line", ["digest daily 08:30", "digest weekly friday 09:00", "digest shifts"])
async def test_the_next_digest_is_the_one_that_was_set(harness: BotHarness, line: str) -> None:
    await harness.ask("subscribe quantum as hourly")
    await harness.ask(line)
    await harness.deliver()
    posted = harness.shown(ChangeCard)[-1]
    channel = await harness.channel()
    assert posted.what.startswith("digest_")
    assert posted.next_digest_at == next_own_digest_at(channel, harness.now())
    assert posted.next_digest_at is not None
    assert f"{posted.next_digest_at.astimezone(ZoneInfo(channel.timezone)):%H:%M}" in (channel.digest_at, "22:30")
