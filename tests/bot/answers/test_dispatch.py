"""What people ask the desk, and what that changes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.answers.pact_clock import milestone_after, milestone_before
from bot.store import destinations, subscriptions
from handlers.cards.answers import ConfirmCard, ErrorCard, NoticeCard, SenseCard
from handlers.cards.subscriptions import ChangeCard, ListCard
from scrapers.errors import Unreachable
from settings.pact_calendar import load as load_calendar
from tests.support.bot_harness import BotHarness

QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = (
    "Seoul opened a centre for quantum computing on Monday, and researchers from three universities moved in. "
    "The science ministry said that the machines would be shared with companies from next year."
)


async def active(harness: BotHarness, channel: str = "C1") -> list[Any]:
    async with harness.store.read() as c:
        place = await destinations.find(c, "T1", channel)
        return list(await subscriptions.of_destination(c, place.id)) if place else []


# ── subscribing ────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_subscription_keeps_every_option_of_its_line(harness: BotHarness) -> None:
    card = await harness.ask("subscribe quantum as weekly on friday at 09:15 tz America/New_York min 2 outlets for 3d")
    assert card.notes[0].code == "said_in_channel"
    (one,) = await active(harness)
    assert (one.query, one.cadence, one.at, one.weekday) == ("quantum", "weekly", "09:15", "fri")
    assert (one.timezone, one.min_outlets, one.ends_at - one.created_at) == ("America/New_York", 2, timedelta(days=3))
    (said,) = harness.shown(ChangeCard)
    assert (said.what, said.args["query"], said.undo) == ("subscribed", "quantum", f"undo {said.change}")


async def test_a_subscription_with_an_end_ends(harness: BotHarness) -> None:
    await harness.ask("subscribe quantum for 3d")
    harness.pass_time(days=3, minutes=1)
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert harness.cards() == []


@pytest.mark.parametrize(
    "line,at,nearest",
    [
        ("subscribe quantum as dayly", 21, "subscribe quantum as daily"),
        ("  subscribe   quantum as dayly", 25, "  subscribe   quantum as daily"),
        ("구독 quantum as dayly", 14, "구독 quantum as daily"),
        ("subscribe quantum at 08:30 tz Asia/Soeul", 30, "subscribe quantum at 08:30 tz Asia/Seoul"),
        ('subscribe "open', 10, None),
    ],
)
async def test_the_caret_stands_under_what_is_not_understood(
    harness: BotHarness, line: str, at: int, nearest: str | None
) -> None:
    card = await harness.ask(line)
    assert isinstance(card, ErrorCard)
    assert (card.line, card.position) == (line, at)
    assert nearest is None or card.nearest == nearest
    assert await active(harness) == []


async def test_the_same_wish_again_is_said_and_another_one_is_added(harness: BotHarness) -> None:
    await harness.ask("subscribe quantum")
    again = await harness.ask("subscribe quantum")
    assert [note.code for note in again.notes] == ["already"]
    await harness.ask("subscribe quantum min 2 outlets")
    assert [one.min_outlets for one in await active(harness)] == [1, 2]


async def test_five_instant_ones_then_daily_and_said_so_then_refused(harness: BotHarness) -> None:
    for word in ("quantum", "space", "semiconductors", "nuclear", "shipbuilding"):
        await harness.ask(f"subscribe {word}")
    card = await harness.ask("subscribe telecom")
    assert "daily_because_full" in [note.code for note in card.notes]
    refused = await harness.ask("subscribe bio as instant")
    assert refused.note.code == "too_many_instant"
    assert [one.cadence for one in await active(harness)] == ["instant"] * 5 + ["daily"]


async def test_twenty_five_are_the_most(harness: BotHarness) -> None:
    for n in range(25):
        await harness.subscribe(f"word{n}", "daily")
    assert (await harness.ask("subscribe quantum as daily")).note.code == "too_many_subscriptions"
    assert len(await active(harness)) == 25


async def test_for_me_and_another_channel(harness: BotHarness) -> None:
    await harness.ask("subscribe quantum for me")
    await harness.ask("subscribe space in <#C0777|policy>")
    named = await harness.ask("subscribe bio in #policy")
    assert named.note.code == "channel_by_name"
    assert await active(harness) == []
    assert [one.query for one in await active(harness, "DU1")] == ["quantum"]
    assert [one.query for one in await active(harness, "C0777")] == ["space"]


async def test_an_ambiguous_word_is_asked_about_and_changes_nothing(harness: BotHarness) -> None:
    card = await harness.ask("구독 양자 as daily")
    assert isinstance(card, SenseCard)
    assert len(card.choices) >= 2
    assert all(line.startswith("구독 ") and line.endswith(" as daily") for _, line in card.choices)
    assert await active(harness) == []


async def test_a_new_subscription_says_what_the_last_week_would_have_brought(harness: BotHarness) -> None:
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    for line, count in (("quantum", "1"), ("universities", "1"), ("centre", "1"), ("nuclear", "0")):
        card = await harness.ask(f"subscribe {line} as daily")
        assert {note.code: note.args.get("n") for note in card.notes}["week_count"] == count


async def test_unsubscribe_asks_before_all_and_undo_brings_them_back(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    one = await harness.subscribe("space")
    assert (await harness.ask("unsubscribe S999")).note.code == "subscription_not_here"
    assert isinstance(await harness.ask("unsubscribe all"), ConfirmCard)
    assert len(await active(harness)) == 2
    await harness.ask(f"unsubscribe S{one.id}")
    await harness.ask("unsubscribe all sure")
    assert await active(harness) == []
    await harness.deliver()
    last = harness.shown(ChangeCard)[-1]
    await harness.ask(last.undo)
    assert [each.query for each in await active(harness)] == ["quantum"]
    assert (await harness.ask(last.undo)).note.code == "undone_already"
    assert (await harness.ask("undo 4711")).note.code == "no_such_change"


async def test_a_list_has_pages_and_hides_other_peoples_own(harness: BotHarness) -> None:
    for n in range(12):
        await harness.subscribe(f"word{n}", "daily")
    await harness.ask("subscribe space for me", user="U2")
    page = await harness.ask("list 2")
    assert isinstance(page, ListCard)
    assert (len(page.lines), page.page, page.pages) == (2, 2, 2)
    assert "space" not in [line.query for line in (await harness.ask("list all 2")).lines]
    assert "space" in [line.query for line in (await harness.ask("list all 2", user="U2")).lines]


# ── why ────────────────────────────────────────────────────────────────────────────────────────────────────


def stages(card: Any) -> dict[str, tuple[bool | None, list[str]]]:
    return {stage.stage: (stage.passed, [note.code for note in stage.notes]) for stage in card.stages}


async def test_why_tells_the_way_of_a_posted_article(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    (story,) = [card.story for card in harness.cards()]
    (ts,) = harness.slack.posts["C1"]
    for subject in (item.url, story, ts):
        found = stages(await harness.ask(f"why {subject}"))
        assert [name for name, (passed, _) in found.items() if not passed] == []
        assert found["posted"][1][0] == "delivery_sent"
        assert found["subscription"][1] == ["wanted_by"]


async def test_why_not(harness: BotHarness) -> None:
    shy = await harness.publish("shy", QUANTUM, QUANTUM_TEXT)
    found = stages(await harness.ask(f"why {shy.url}"))
    assert found["subscription"] == (False, ["no_subscriptions"])
    await harness.subscribe("nuclear")
    assert stages(await harness.ask(f"why {shy.url}"))["subscription"] == (False, ["wanted_by_none"])
    await harness.subscribe("centre")
    assert stages(await harness.ask(f"why {shy.url}"))["subscription"] == (False, ["subscription_younger"])
    for subject, code in (
        ("https://nowhere.example/1", "not_an_outlet"),
        ("https://herald.example/999999", "not_announced"),
        ("ST4711", "no_such_subject"),
        ("1234.5678", "no_such_subject"),
    ):
        assert stages(await harness.ask(f"why {subject}"))["fetched"] == (False, [code])
    herald = harness.outlets["herald"]
    await harness.intake.source_failed(herald, herald.sources[0], Unreachable(herald.sources[0].url, "no answer"))
    assert stages(await harness.ask("why https://herald.example/999999"))["fetched"][1] == ["outlet_broken"]


async def test_why_says_what_a_match_waits_for(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    await harness.subscribe("quantum", min_outlets=3)
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    codes = stages(await harness.ask(f"why {item.url}"))["subscription"][1]
    assert codes == ["wanted_by", "waits_for_outlets", "waits_for_digest"]
    await harness.ask("mute outlet herald 1d")
    assert stages(await harness.ask(f"why {item.url}"))["muted"] == (False, ["is_muted"])


async def test_why_of_a_copy_leads_to_the_one_that_counts(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    copy = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    found = stages(await harness.ask(f"why {copy.url}"))
    assert found["duplicate"] == (False, ["is_duplicate"])
    assert found["posted"][0] is True


async def test_no_text_is_quoted_where_the_terms_do_not_allow_it(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    item = await harness.publish("herald", "Seoul opens a centre", QUANTUM_TEXT)
    await harness.deliver()
    assert harness.cards()[0].lead is not None
    quoted = [stage.quotes for stage in (await harness.ask(f"why {item.url}")).stages if stage.stage == "matched"]
    assert quoted[0]
    harness.outlets["herald"].__dict__["text_allowed"] = False
    quoted = [stage.quotes for stage in (await harness.ask(f"why {item.url}")).stages if stage.stage == "matched"]
    assert quoted == [()]
    await harness.take(item, QUANTUM_TEXT + " More soon.")
    await harness.edits()
    assert harness.cards()[0].lead is None


# ── status ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_status_counts_stories_a_sector_and_shows_no_usual_without_a_past(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    card = await harness.ask("status")
    heat = {row.sector: row for row in card.heat}["quantum"]
    assert (heat.stories, sum(heat.by_day), heat.usual) == (1, 1, 0.0)
    assert card.top == (), "what names neither the pact nor its officials is no top story of the pact"
    assert [line.headline for line in (await harness.ask("status quantum")).top] == [QUANTUM]
    assert (card.proof.sources_ok, card.proof.sources_all, len(card.subscriptions)) == (5, 5, 1)
    harness.pass_time(days=14)
    usual = {row.sector: row for row in (await harness.ask("status")).heat}["quantum"]
    assert usual.stories == 0
    assert usual.usual == pytest.approx(1.0, rel=0.1)


async def test_status_of_a_query_with_a_literal(harness: BotHarness) -> None:
    await harness.subscribe("universities")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    assert [len((await harness.ask(f"status {word} 3d")).top) for word in ("centre", "universities", "zeppelin")] == [
        1,
        1,
        0,
    ]
    wrong = await harness.ask("status sectr:quantum 7d")
    assert isinstance(wrong, ErrorCard)
    assert wrong.position == 7


async def test_an_outlet_that_nobody_reads_for_three_intervals_is_shown(harness: BotHarness) -> None:
    harness.pass_time(minutes=60)
    await harness.announce("herald")
    proof = (await harness.ask("status")).proof
    assert (proof.sources_ok, {name for name, _ in proof.failing}) == (1, {"Times", "Ilbo", "Shy", "Ministry"})


def test_the_calendar_says_what_is_next_and_what_was_last() -> None:
    calendar = load_calendar()
    following = milestone_after(calendar, date(2026, 11, 23))
    assert following is not None
    assert following.on <= date(2026, 11, 23) <= (following.until or following.on)
    last = milestone_before(calendar, date(2025, 10, 29))
    assert last is not None
    assert last.on == date(2025, 10, 29)
    assert milestone_after(calendar, date(2030, 1, 1)) is None


async def test_a_digest_of_now_shows_the_day_and_tells_nothing_as_told(harness: BotHarness) -> None:
    asked = await harness.subscribe("quantum", "daily")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    card = await harness.ask("digest now")
    assert (card.stories, card.preview) == (1, True)
    assert len(await harness.untold(asked)) == 1
    assert isinstance(await harness.ask("mute story ST999 1d"), ErrorCard)
    assert isinstance(await harness.ask("digest daily 09:00"), NoticeCard)
