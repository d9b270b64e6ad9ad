"""Two stories that are merged have one card in each channel, and nothing is told twice or lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.deliveries.subscription_index import Hit
from bot.intake.assign_story import assign_story
from bot.intake.candidate import Candidate
from bot.intake.story_window import StoryWindow
from bot.model import NO_TOPICS, Reading, Subscription
from bot.store import articles, matches, stories
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from bot.store.schema import deliveries as delivery_rows
from bot.stories.placement import Placement
from bot.stories.report import Report
from handlers.cards.story import MergedCard
from scrapers.article import Headline
from tests.support.bot_harness import BotHarness
from tests.support.merging import EVENTS, Case

SIGNED = "Korea and the United States sign Technology Prosperity Deal"
SIGNED_TEXT = "South Korea and the United States signed the U.S.-ROK Technology Prosperity Deal in Gyeongju on Monday."


@pytest.fixture
def case(harness: BotHarness) -> Case:
    return Case(harness)


async def test_of_two_posted_cards_the_older_shows_both_and_the_newer_leads_to_it(case: Case) -> None:
    first_subscription, second = [await case.harness.subscribe(word) for word in ("centre", "sensor")]
    keep, lose = await case.publish(), await case.publish()
    await case.harness.deliver()
    assert len(case.harness.cards()) == 2
    story = await case.merged_and_shown(keep, lose)
    (card,) = case.harness.cards()
    assert (card.story, card.articles_en, card.headline) == (f"ST{keep}", 2, EVENTS[0][0])
    assert set(card.subscriptions) == {f"S{first_subscription.id}", f"S{second.id}"}
    (older, newer) = case.harness.slack.posts["C1"]
    assert case.harness.slack.posts["C1"][newer].card == MergedCard(
        f"ST{keep}", EVENTS[0][0], f"https://slack.com/archives/C1/p{older.replace('.', '')}"
    )
    assert story.revision == 2
    await case.days_pass()
    assert (len(case.harness.slack.posts["C1"]), case.lines()) == (2, [])


async def test_a_reply_after_the_merge_stands_under_the_older_card(case: Case) -> None:
    await case.harness.subscribe("quantum")
    keep, lose = await case.publish(), await case.publish()
    await case.harness.deliver()
    await case.merged_and_shown(keep, lose)
    await case.harness.publish("ministry", EVENTS[1][0], EVENTS[1][1] + " This is official.", language="en")
    await case.harness.edits()
    (reply,) = case.harness.replies()
    assert reply.what == "official"
    (thread,) = case.harness.slack.threads.values()
    assert case.harness.slack.posts["C1"][thread].card is case.harness.cards()[0]
    assert case.harness.cards()[0].articles_en == 3


async def test_a_reply_that_is_not_posted_yet_goes_to_the_older_card(case: Case) -> None:
    await case.harness.subscribe("quantum")
    keep, lose = await case.publish(), await case.publish()
    await case.harness.deliver()
    await case.harness.publish("ministry", EVENTS[1][0], EVENTS[1][1] + " This is official.", language="en")
    await case.merged_and_shown(keep, lose)
    (thread,) = case.harness.slack.threads.values()
    assert case.harness.slack.posts["C1"][thread].card is case.harness.cards()[0]


@pytest.mark.parametrize("older_is_posted", [True, False])
async def test_a_posted_card_stands_and_a_pending_one_is_cancelled(case: Case, older_is_posted: bool) -> None:
    await case.harness.subscribe("quantum")
    keep = await case.publish()
    if older_is_posted:
        await case.harness.deliver()
        lose = await case.publish()
    else:
        await case.harness.ask(f"mute story ST{keep} 1h")
        lose = await case.publish()
        await case.harness.deliver()
        await case.harness.ask(f"unmute story ST{keep}")
    await case.merged_and_shown(keep, lose)
    (card,) = case.harness.cards()
    assert (card.story, card.articles_en) == (f"ST{keep}", 2)
    (standing,) = await case.cards_of(keep)
    assert standing.state == "sent"
    await case.days_pass()
    assert (len(case.harness.cards()), case.lines()) == (1, [])


async def test_of_two_pending_cards_one_is_posted_and_tells_the_matches_of_both(case: Case) -> None:
    subscriptions = [await case.harness.subscribe(word) for word in ("centre", "sensor")]
    keep, lose = await case.publish(), await case.publish()
    await case.merged_and_shown(keep, lose)
    (card,) = case.harness.cards()
    assert card.articles_en == 2
    async with case.harness.store.read() as c:
        told = await matches.since(c, [each.id for each in subscriptions], case.harness.at - timedelta(days=1))
    (standing,) = await case.cards_of(keep)
    assert {(match.story, match.told_by) for match in told} == {(keep, standing.id)}
    await case.days_pass()
    assert (len(case.harness.slack.posts["C1"]), case.lines()) == (1, [])


@pytest.mark.parametrize("told", ["keep", "lose"])
async def test_a_card_of_one_story_stands_for_both_and_untold_matches_are_told_by_it(case: Case, told: str) -> None:
    await case.harness.subscribe("centre" if told == "keep" else "sensor")
    daily = await case.harness.subscribe("quantum", "daily")
    weekly = await case.harness.subscribe("sensor" if told == "keep" else "centre", "weekly")
    keep, lose = await case.publish(), await case.publish()
    await case.harness.deliver()
    assert (len(case.harness.cards()), len(await case.harness.untold(weekly))) == (1, 1)
    await case.merged_and_shown(keep, lose)
    (card,) = case.harness.cards()
    assert (card.story, card.articles_en) == (f"ST{keep}", 2)
    assert await case.harness.untold(daily) == await case.harness.untold(weekly) == []
    await case.harness.publish("times", EVENTS[0][0], EVENTS[0][1] + " The third report.")
    await case.harness.edits()
    assert [card.articles_en for card in case.harness.cards()] == [3], "what follows finds the one card"
    await case.days_pass(9)
    assert (len(case.harness.cards()), case.lines()) == (1, [])


@pytest.mark.parametrize("told", ["keep", "lose"])
async def test_a_story_that_a_digest_told_is_not_told_again_under_the_other_id(case: Case, told: str) -> None:
    first, second = ("centre", "sensor") if told == "keep" else ("sensor", "centre")
    await case.harness.subscribe(first, "daily")
    weekly = await case.harness.subscribe(second, "weekly")
    keep, lose = await case.publish(), await case.publish()
    await case.days_pass(1)
    assert (case.lines(), len(await case.harness.untold(weekly))) == ([f"ST{keep if told == 'keep' else lose}"], 1)
    await case.merge(keep, lose)
    assert await case.harness.untold(weekly) == []
    await case.days_pass(9)
    assert (len(case.lines()), case.harness.cards()) == (1, [])


async def test_two_untold_stories_are_one_line_of_the_digest(case: Case) -> None:
    await case.harness.subscribe("centre", "daily")
    await case.harness.subscribe("sensor", "daily")
    keep, lose = await case.publish(), await case.publish()
    await case.merge(keep, lose)
    await case.days_pass()
    assert case.lines() == [f"ST{keep}"]
    assert case.harness.digests_in()[0].stories == 1


async def test_a_digest_that_names_both_stories_shows_one_line(case: Case) -> None:
    await case.harness.subscribe("quantum", "daily")
    keep, lose = await case.publish(), await case.publish()
    case.harness.pass_time(hours=24)
    await case.harness.digests.enqueue_due()
    await case.merge(keep, lose)
    await case.harness.deliver()
    (digest,) = case.harness.digests_in()
    ((line,),) = [section.lines for section in digest.sections]
    assert (line.story, line.articles, digest.stories) == (f"ST{keep}", 2, 1)


async def test_a_card_in_a_roll_up_stands_for_both(case: Case) -> None:
    await case.harness.subscribe("quantum")
    await case.harness.ask("quiet 08:00-10:00")
    keep = await case.publish()
    case.harness.pass_time(hours=2)
    await case.harness.digests.enqueue_due()
    lose = await case.publish()
    await case.merged_and_shown(keep, lose)
    assert (case.lines(), case.harness.cards()) == ([f"ST{keep}"], [])
    await case.days_pass()
    assert (case.lines(), case.harness.cards()) == ([f"ST{keep}"], [])


async def test_two_held_cards_are_one_line_of_the_roll_up(case: Case) -> None:
    await case.harness.subscribe("quantum")
    await case.harness.ask("quiet 08:00-10:00")
    keep, lose = await case.publish(), await case.publish()
    await case.merge(keep, lose)
    assert [card.state for card in await case.cards_of(keep)] == ["held"]
    case.harness.pass_time(hours=2)
    await case.harness.digests.enqueue_due()
    await case.harness.deliver()
    assert (case.lines(), case.harness.cards()) == ([f"ST{keep}"], [])


@pytest.mark.parametrize("muted", ["keep", "lose"])
async def test_a_mute_of_either_story_holds_the_merged_one(case: Case, muted: str) -> None:
    await case.harness.subscribe("quantum")
    keep, lose = await case.publish(), await case.publish()
    await case.mute(keep if muted == "keep" else lose)
    await case.merged_and_shown(keep, lose)
    assert case.harness.cards() == []
    case.harness.pass_time(hours=4)
    await case.harness.deliver()
    assert len(case.harness.cards()) == 1


async def test_a_change_that_named_the_lost_story_is_undone_for_the_kept_one(case: Case) -> None:
    await case.harness.subscribe("quantum")
    keep, lose = await case.publish(), await case.publish()
    await case.harness.deliver()
    await case.harness.ask(f"mute story ST{lose} 4h")
    await case.merged_and_shown(keep, lose)
    assert case.harness.cards()[0].muted_until is not None
    await case.harness.ask("undo 1")
    assert await case.is_muted(keep) is False
    await case.harness.ask("undo 2")
    assert await case.is_muted(keep) is True
    await case.harness.ask(f"unmute story ST{lose}")
    assert await case.is_muted(keep) is False


async def test_merges_of_merges_leave_one_card_and_every_id_answers(case: Case) -> None:
    await case.harness.subscribe("quantum")
    first, second, third = await case.publish(), await case.publish(), await case.publish()
    await case.harness.deliver()
    await case.merged_and_shown(second, third)
    assert len(case.harness.cards()) == 2
    await case.merged_and_shown(first, second)
    (card,) = case.harness.cards()
    assert (card.story, card.articles_en) == (f"ST{first}", 3)
    older = next(iter(case.harness.slack.posts["C1"]))
    url = f"https://slack.com/archives/C1/p{older.replace('.', '')}"
    assert [merged.url for merged in case.harness.shown(MergedCard)] == [url, url]
    async with case.harness.store.read() as c:
        answering = [await stories.get(c, number) for number in (first, second, third)]
        assert {story.id for story in answering if story is not None} == {first}
        assert await articles.of_story(c, third) == ()
    posted = dict(case.harness.slack.posts["C1"])
    edits = case.harness.slack.edits
    assert (await case.merge(third, first)).id == first, "a second merge of the same stories changes nothing"
    await case.harness.edits()
    assert (case.harness.slack.posts["C1"], case.harness.slack.edits) == (posted, edits)


async def test_the_older_story_is_kept_whichever_is_named_first(case: Case) -> None:
    keep, lose = await case.publish(), await case.publish()
    assert (await case.merge(lose, keep)).id == keep


async def test_a_merged_storys_fields_are_those_of_all_its_reports(case: Case) -> None:
    await case.harness.subscribe("quantum")
    keep = await case.publish()
    first_seen_at = case.harness.at
    case.harness.pass_time(hours=5)
    item = await case.harness.publish("ministry", SIGNED, SIGNED_TEXT, language="en")
    lose = (await case.harness.row(item)).story
    story = await case.merge(keep, lose)
    assert (story.headline, story.outlet, story.url) == (SIGNED, "ministry", item.url)
    assert (story.first_seen_at, story.last_article_at) == (first_seen_at, case.harness.at)
    assert story.topics.pact
    assert story.topics.severity == 1
    assert "quantum" in story.topics.sectors


@pytest.mark.parametrize("state", ["unknown", "dead"])
async def test_a_card_that_may_be_posted_gives_way_and_a_dead_one_is_replaced(case: Case, state: str) -> None:
    await case.harness.subscribe("quantum")
    keep, lose = await case.publish(), await case.publish()
    (card,) = await case.cards_of(lose)
    until = case.harness.at + timedelta(minutes=5)
    async with case.harness.store.begin() as c:
        row = delivery_rows.c
        values = {"state": state, "not_before": until, "first_try_at": case.harness.at, "last_try_at": case.harness.at}
        await c.execute(delivery_rows.update().where(row.id == card.id).values(**values))
        if state == "dead":
            await matches.mark_untold(c, card.id)
    await case.merge(keep, lose)
    (standing,) = await case.cards_of(keep)
    assert standing.id == (card.id if state == "unknown" else standing.id)
    case.harness.pass_time(minutes=6)
    await case.harness.deliver(40)
    case.harness.pass_time(minutes=2)
    await case.harness.deliver(40)
    assert [card.articles_en for card in case.harness.cards()] == [2]
    await case.days_pass()
    assert case.lines() == []


async def test_a_card_that_was_not_posted_when_its_story_was_merged_is_never_posted(case: Case) -> None:
    """Both are at Slack by the rows; the history knows neither, so that only the one that stands is sent again."""
    await case.harness.subscribe("quantum")
    keep, lose = await case.publish(), await case.publish()
    async with case.harness.store.begin() as c:
        at = case.harness.at
        values = {"state": "unknown", "first_try_at": at, "last_try_at": at}
        await c.execute(delivery_rows.update().where(delivery_rows.c.kind == "card").values(**values))
    await case.merge(keep, lose)
    for _ in range(4):
        await case.harness.deliver(20)
        case.harness.pass_time(minutes=1)
    assert [type(shown.card).__name__ for shown in case.harness.slack.posts["C1"].values()] == ["StoryCard"]
    async with case.harness.store.read() as c:
        rows = [each for each in await deliveries.of_story(c, keep) if each.kind == "merged"]
    assert [(row.state, row.error) for row in rows] == [("cancelled", "merged")]


class DecidedWindow(StoryWindow):
    """A window whose next decision is given."""

    def __init__(self, story: int, merged: Sequence[int]) -> None:
        super().__init__()
        self._decision = Placement(story, tuple(merged))

    async def decide(self, _c: Connection, _report: Report, _now: datetime) -> Placement[int]:
        return self._decision


async def test_an_article_joins_a_story_that_others_are_merged_into(case: Case) -> None:
    subscription = await case.harness.subscribe("quantum")
    story_ids = [await case.publish() for _ in EVENTS]
    await case.harness.deliver()
    item = case.harness.headline("times", "Three reports of one quantum event")
    await case.harness.announce("times", item)
    await _assign(case.harness, item, story_ids[1], [story_ids[2], story_ids[0], story_ids[1]], subscription)
    await case.harness.edits()
    (card,) = case.harness.cards()
    assert (card.story, card.articles_en) == (f"ST{story_ids[0]}", 4)
    assert len(case.harness.shown(MergedCard)) == 2
    assert (await case.harness.row(item)).story == story_ids[0]


async def _assign(harness: BotHarness, item: Headline, story: int, merged: Sequence[int], wanted: Subscription) -> Any:
    row = replace(await harness.row(item), state="read")
    candidate = Candidate(row, item.identities, Reading(NO_TOPICS, "en", (), (), ()), (Hit(wanted, ()),))
    async with harness.store.begin() as c:
        await articles.update(c, row.id, state="read", read_at=harness.at)
        return await assign_story(c, DecidedWindow(story, merged), candidate, [], harness.at)


@pytest.mark.parametrize("joined", ["severe", "other"])
async def test_a_story_that_is_merged_with_a_severe_one_alerts_where_only_a_digest_told_it(
    case: Case, joined: str
) -> None:
    daily = await case.harness.subscribe("centre", "daily")
    other = await case.publish()
    await case.days_pass(1)
    assert (case.lines(), case.harness.cards()) == ([f"ST{other}"], [])
    signed = await case.harness.publish("times", SIGNED, SIGNED_TEXT)
    severe = (await case.harness.row(signed)).story
    item = case.harness.headline("herald", "What the deal means for the centre")
    await case.harness.announce("herald", item)
    story, merged = (severe, other) if joined == "severe" else (other, severe)
    await _assign(case.harness, item, story, [merged], daily)
    await case.harness.edits()
    (card,) = case.harness.cards()
    assert (card.story, card.severity, card.articles_en) == (f"ST{other}", 1, 3)


async def test_a_roll_up_that_is_never_sent_leaves_what_it_told_to_the_digest(case: Case) -> None:
    subscription = await case.harness.subscribe("quantum")
    await case.harness.ask("quiet 08:00-10:00")
    story = await case.publish()
    case.harness.pass_time(hours=2)
    await case.harness.digests.enqueue_due()
    async with case.harness.store.begin() as c:
        (roll_up,) = await deliveries.find_all(c, delivery_rows.c.kind == "digest")
        await c.execute(delivery_rows.update().where(delivery_rows.c.id == roll_up.id).values(state="dead"))
        await matches.mark_untold(c, roll_up.id)
    await case.publish(0, "times")
    assert await case.harness.untold(subscription) == [story], "the cancelled card tells nobody of it"
    await case.days_pass()
    assert case.lines() == [f"ST{story}"]
