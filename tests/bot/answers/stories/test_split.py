"""A person splits articles off a story for the workspace alone; taking it back leaves everything as it was."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.store import articles, matches, story_parts
from bot.store import stories as story_rows
from handlers.cards.answers import ErrorCard
from handlers.cards.story import ReplyCard, StoryCard
from handlers.cards.subscriptions import ChangeCard
from handlers.requests import Asker, Request
from handlers.verbs.parse import parse
from tests.support.bot_harness import BotHarness
from tests.support.merging import EVENTS, Case, posted, second_workspace, standing
from tests.support.sample_articles import SIGNED, SIGNED_TEXT

TITLE, TEXT = EVENTS[0]
OTHER_TITLE = "Quantum computing: the new centre of Seoul welcomes its researchers"
"""A headline of the same event, which is unlike the first."""
BACKGROUND = (
    "Korea and the United States talk about their Technology Prosperity Deal",
    "Officials met in Seoul on Tuesday. They talked about quantum computers. A statement is expected next week.",
)


@pytest.fixture
def case(harness: BotHarness) -> Case:
    return Case(harness)


async def split_and_shown(case: Case, line: str = "split ST1 2") -> None:
    assert not isinstance(await case.harness.ask(line), ErrorCard)
    await case.harness.edits()


async def ask_of_other(case: Case, line: str) -> Any:
    """The card that a person of the second workspace gets."""
    harness = case.harness
    ask, who = parse(line, Asker("T2", "U2", "C2", False))
    request = Request(f"o{next(harness.numbers)}", who, ask, line)
    assert await harness.answers.remember(request)
    shown = await harness.answers.answer(request)
    assert shown is not None
    return shown.card


ONE, TWO = ("StoryCard", "ST1", 1), ("StoryCard", "ST2", 1)


async def test_the_article_gets_a_card_of_its_own_and_undo_gives_it_back(case: Case) -> None:
    await posted(case, "times")
    assert standing(case) == [("StoryCard", "ST1", 2)]
    await split_and_shown(case)
    assert standing(case) == [ONE, TWO]
    (said,) = case.harness.shown(ChangeCard)
    assert (said.what, said.args["story"], said.args["other"], said.undo) == ("split", "ST1", "ST2", "undo 1")
    undone = [("StoryCard", "ST1", 2), ("MergedCard", "ST1", 0)]
    for line, expected in (("undo 1", undone), ("undo 2", [ONE, TWO]), ("undo 3", undone)):
        await case.harness.ask(line)
        await case.harness.edits()
        assert standing(case) == expected
    assert case.lines() == []
    assert (await case.harness.ask("story ST2")).story == "ST1"


async def test_several_articles_and_addresses_make_one_story(case: Case) -> None:
    await posted(case, "times", "shy")
    await split_and_shown(case, f"분리 ST1 1번 {case.items[2].url}")
    assert standing(case) == [ONE, ("StoryCard", "ST2", 2)]
    listed = await case.harness.ask("story ST2")
    assert [line.url for line in listed.articles] == [case.items[0].url, case.items[2].url]
    await split_and_shown(case, "split ST2 2")
    assert standing(case) == [ONE, TWO, ("StoryCard", "ST3", 1)]
    assert [note.args["story"] for note in (await case.harness.ask("story ST3")).facts if "split" in note.code] == [
        "ST2"
    ]


async def test_a_new_story_is_posted_only_where_a_subscription_matches_the_article(case: Case) -> None:
    harness = case.harness
    await harness.subscribe("zeppelin", channel="C2")
    await posted(case)
    await harness.publish("times", TITLE, TEXT + " A zeppelin flew over it.")
    await harness.deliver()
    assert (standing(case), standing(case, "C2")) == ([("StoryCard", "ST1", 2)], [("StoryCard", "ST1", 2)])
    await split_and_shown(case, "split ST1 1")
    assert standing(case) == [ONE, TWO]
    assert standing(case, "C2") == [ONE], "its text names no zeppelin"


@pytest.mark.parametrize(("later_by", "cards"), [(0, 1), (1, 0)])
async def test_a_subscription_gets_no_card_of_an_article_that_is_older_than_it(
    case: Case, later_by: int, cards: int
) -> None:
    await posted(case)
    seen_at = case.harness.at
    assert await case.publish(0, "times") == 1
    assert (await case.harness.row(case.items[1])).first_seen_at == seen_at
    case.harness.at = seen_at + timedelta(seconds=later_by)
    await case.harness.subscribe("quantum", channel="C2")
    await split_and_shown(case)
    assert len(case.harness.cards("C2")) == cards


async def test_an_article_older_than_a_day_waits_for_the_digest(case: Case) -> None:
    await posted(case, "times")
    await case.harness.ask("digest daily 08:30")
    case.harness.pass_time(hours=48)
    await split_and_shown(case)
    assert standing(case) == [ONE]
    await case.days_pass(2)
    assert case.lines() == ["ST2"]


async def test_a_card_that_is_undone_before_it_is_posted_is_withheld(case: Case) -> None:
    await posted(case, "times")
    await case.harness.ask("quiet 00:00-23:59")
    await split_and_shown(case)
    assert standing(case) == [ONE], "quiet hours hold the new card"
    await case.harness.ask("undo 2")
    await case.harness.edits()
    assert standing(case) == [("StoryCard", "ST1", 2)]
    await case.days_pass(2)
    assert (standing(case), case.lines()) == ([("StoryCard", "ST1", 2)], [])


async def test_a_digest_lists_both_and_the_story_once_after_the_undo(case: Case) -> None:
    await posted(case, "times", cadence="daily")
    await case.harness.ask("split ST1 2")
    await case.harness.ask("undo 1")
    await case.days_pass(1)
    assert case.lines() == ["ST1"]
    await case.harness.ask("split ST1 2")
    await case.days_pass(1)
    assert case.lines() == ["ST1", "ST3"]


async def test_the_old_card_has_headline_and_topics_of_what_is_left(case: Case) -> None:
    harness = case.harness
    await harness.subscribe("quantum")
    await harness.publish("herald", TITLE, TEXT + " It also holds a satellite launch pad of the space agency.")
    await harness.publish("times", TITLE + " today", TEXT)
    await harness.deliver()
    assert "space" in harness.cards()[0].topics
    await split_and_shown(case, "split ST1 1")
    old, new = harness.cards()
    assert (old.headline, "space" in old.topics) == (TITLE + " today", False)
    assert (new.headline, "space" in new.topics) == (TITLE, True)


async def test_each_of_the_two_is_as_severe_as_its_own_articles(case: Case) -> None:
    harness = case.harness
    await harness.subscribe("quantum", "weekly")
    await harness.publish("herald", *BACKGROUND)
    await harness.publish("times", SIGNED, f"{SIGNED_TEXT} {BACKGROUND[1]}")
    await harness.deliver()
    assert [(card.articles_en, card.severity) for card in harness.cards()] == [(2, 1)]
    await split_and_shown(case)
    assert sorted((card.story, card.severity) for card in harness.cards()) == [("ST1", 0), ("ST2", 1)]


async def test_story_why_list_status_home_and_digest_now_count_two_stories(case: Case) -> None:
    await posted(case, "times", "shy")
    await case.harness.ask("split ST1 2")
    split_off = case.items[1].url
    old, new = await case.harness.ask("story ST1"), await case.harness.ask("story ST2")
    assert [len(old.articles), len(new.articles)] == [2, 1]
    assert (new.articles[0].url, new.first) == (split_off, 1)
    lost = next(note for note in old.facts if note.code == "story_lost_articles")
    assert lost.args == {"n": "1", "stories": "ST2"}
    why = await case.harness.ask(f"why {split_off}")
    notes = [note for stage in why.stages for note in stage.notes]
    assert [note.args for note in notes if note.code == "placed_by_split"] == [{"story": "ST1"}]
    assert any(note.args.get("story") == "ST2" for note in notes)
    assert [line.week_count for line in (await case.harness.ask("list")).lines] == [2]
    status = await case.harness.ask("status quantum")
    assert [(line.story, line.articles) for line in status.top] == [("ST1", 2), ("ST2", 1)]
    assert status.heat[0].stories == 2
    assert (await case.harness.ask("digest now")).stories == 2


async def test_a_later_article_follows_the_one_it_is_most_like(case: Case) -> None:
    await posted(case)
    await case.harness.publish("times", OTHER_TITLE, TEXT + " Rain fell.")
    await case.harness.deliver()
    assert standing(case) == [("StoryCard", "ST1", 2)]
    await split_and_shown(case)
    shy = await case.harness.publish("shy", OTHER_TITLE.replace("its", "the"), "It rained.")
    copy = await case.harness.publish("shy", "Rain on the new centre", TEXT + " Rain fell.")
    await case.harness.edits()
    assert [(await case.harness.row(item)).story for item in (shy, copy)] == [1, 1], "nobody else sees them elsewhere"
    assert standing(case) == [ONE, ("StoryCard", "ST2", 3)]
    assert await case.publish(0, "shy") == 1
    await case.harness.edits()
    split = [("StoryCard", "ST1", 2), ("StoryCard", "ST2", 3)]
    assert standing(case) == split
    for line, expected in (("undo 1", [("StoryCard", "ST1", 5), ("MergedCard", "ST1", 0)]), ("undo 2", split)):
        await case.harness.ask(line)
        await case.harness.edits()
        assert standing(case) == expected


async def test_what_happens_to_the_article_later_is_told_in_the_thread_of_its_own_card(case: Case) -> None:
    harness = case.harness
    await posted(case, "times")
    await split_and_shown(case)
    cards = {card.story: ts for ts, card in _cards_by_ts(case)}
    await harness.take(case.items[1], TEXT + " Corrected: the researchers move in next week.", title=f"[정정] {TITLE}")
    await harness.edits()
    replies = [ts for ts, shown in harness.slack.posts["C1"].items() if isinstance(shown.card, ReplyCard)]
    assert [harness.slack.threads[ts] for ts in replies] == [cards["ST2"]]


def _cards_by_ts(case: Case) -> list[tuple[str, StoryCard]]:
    posts = case.harness.slack.posts["C1"].items()
    return [(ts, shown.card) for ts, shown in posts if isinstance(shown.card, StoryCard)]


async def test_what_a_follower_matches_alerts_with_the_story_that_it_follows(case: Case) -> None:
    harness = case.harness
    await harness.subscribe("zeppelin", channel="C2")
    await posted(case)
    await harness.publish("times", OTHER_TITLE, TEXT + " Rain fell.")
    await split_and_shown(case)
    await harness.publish("shy", OTHER_TITLE.replace("its", "the"), "A zeppelin flew over the centre.")
    await harness.edits()
    assert (standing(case), standing(case, "C2")) == ([ONE, ("StoryCard", "ST2", 2)], [("StoryCard", "ST2", 2)])


async def test_a_second_language_is_told_where_the_first_article_in_it_was_split_off(case: Case) -> None:
    harness = case.harness
    await second_workspace(case)
    await posted(case)
    await harness.publish("ilbo", TITLE, TEXT + " In Korean.", language="ko")
    await harness.edits()
    assert [len(harness.replies(channel)) for channel in ("C1", "C2")] == [1, 1]
    await split_and_shown(case)
    await harness.publish("ilbo", "Researchers move", TEXT + " They came by train.", language="ko")
    await harness.edits()
    assert [len(harness.replies(channel)) for channel in ("C1", "C2")] == [2, 1]


async def test_stories_that_the_engine_merges_later_leave_the_split_as_it_is(case: Case) -> None:
    await posted(case, "times")
    assert await case.publish(1) == 2
    await case.harness.deliver()
    await split_and_shown(case, "split ST1 2")
    assert standing(case) == [ONE, TWO, ("StoryCard", "ST3", 1)]
    await case.merged_and_shown(2, 1)
    assert standing(case) == [("StoryCard", "ST1", 2), ("MergedCard", "ST1", 0), ("StoryCard", "ST3", 1)]
    await case.harness.ask("undo 1")
    await case.harness.edits()
    assert standing(case) == [("StoryCard", "ST1", 3), ("MergedCard", "ST1", 0), ("MergedCard", "ST1", 0)]


async def test_a_part_can_be_merged_with_a_story_and_that_outlives_the_split(case: Case) -> None:
    await posted(case, "times")
    assert await case.publish(1) == 2
    await case.harness.deliver()
    await split_and_shown(case, "split ST1 2")
    await split_and_shown(case, "merge ST3 ST2")
    assert sorted(standing(case)) == [("MergedCard", "ST2", 0), ONE, ("StoryCard", "ST2", 2)]
    await case.harness.ask("undo 1")
    await case.harness.edits()
    assert sorted(standing(case)) == [("MergedCard", "ST2", 0), ("StoryCard", "ST1", 2), TWO]
    await case.harness.ask("undo 2")
    await case.harness.edits()
    assert sorted(standing(case)) == [("MergedCard", "ST1", 0), ("StoryCard", "ST1", 2), TWO]


async def test_another_workspace_sees_nothing_of_it_and_cannot_name_the_part(case: Case) -> None:
    await second_workspace(case)
    await posted(case, "times")
    async with case.harness.store.read() as c:
        shared = (await story_rows.get(c, 1), await articles.of_story(c, 1))
    await split_and_shown(case)
    assert (standing(case), standing(case, "C2")) == ([ONE, TWO], [("StoryCard", "ST1", 2)])
    async with case.harness.store.read() as c:
        assert (await story_rows.get(c, 1), await articles.of_story(c, 1)) == shared
        assert await story_parts.overlays_of(c, "T2") == ()
        assert {match.team for match in await matches.of_story(c, None, 2)} == {"T1"}
    for line in ("story ST2", "merge ST1 ST2", "mute ST2 1d", "split ST2 1", "why ST2"):
        assert isinstance(await ask_of_other(case, line), ErrorCard), line
    assert len((await ask_of_other(case, "story ST1")).articles) == 2
    assert isinstance(await ask_of_other(case, "undo 1"), ErrorCard)
    await case.harness.ask("undo 1")
    assert isinstance(await ask_of_other(case, "story ST2"), ErrorCard), "nor after the undo"


@pytest.mark.parametrize(
    ("line", "code", "marked"),
    [
        ("split ST9 1", "no_such_story", "ST9"),
        ("split ST1 3", "split_no_such_number", "3"),
        ("split ST1 1 2", "split_all", None),
        ("분리 ST1 2 https://herald.example/999", "split_not_in_story", "https://herald.example/999"),
        ("split ST2 1", "split_all", None),
    ],
)
async def test_what_cannot_be_split_changes_nothing(case: Case, line: str, code: str, marked: str | None) -> None:
    await posted(case, "times")
    assert await case.publish(1) == 2
    card = await case.harness.ask(line)
    assert isinstance(card, ErrorCard)
    assert card.note.code == code
    assert (card.line[card.position :][: card.length] if card.position is not None else None) == marked
    async with case.harness.store.read() as c:
        assert await story_parts.of_team(c, "T1") == {}


async def test_a_split_in_a_direct_message_is_told_there_and_changes_the_channels_cards(case: Case) -> None:
    await posted(case, "times")
    await case.harness.ask("split ST1 2", channel="DU1")
    await case.harness.edits()
    assert standing(case) == [ONE, TWO]
    assert (len(case.harness.shown(ChangeCard)), len(case.harness.shown(ChangeCard, "DU1"))) == (0, 1)
    assert isinstance(await case.harness.ask("undo 1", user="U2"), ErrorCard), "it is no change of this channel"
    undone: Any = await case.harness.ask("undo 1")
    assert undone.personal, "the person undoes it from any channel"
    await case.harness.edits()
    assert ("StoryCard", "ST1", 2) in standing(case), "the articles are one story again"


async def test_two_people_who_split_the_same_article_at_once_make_one_story(case: Case) -> None:
    await posted(case, "times", "shy")
    line = f"split ST1 {case.items[1].url}"
    answered = await asyncio.gather(case.harness.ask(line), case.harness.ask(line, user="U2"))
    assert [isinstance(card, ErrorCard) for card in answered].count(True) == 1
    async with case.harness.store.read() as c:
        assert await story_parts.of_team(c, "T1") == {2: 1}


async def test_the_address_of_a_copy_names_the_article_that_stands_for_it(case: Case) -> None:
    await posted(case, "times")
    copy = await case.harness.publish("times", TITLE, TEXT)
    assert (await case.harness.row(copy)).suspect == "duplicate"
    await split_and_shown(case, f"split ST1 {copy.url}")
    assert standing(case) == [ONE, TWO]


@pytest.mark.parametrize("of_person", ["guest", "outsider"])
async def test_guests_and_people_of_other_workspaces_split_nothing(case: Case, of_person: str) -> None:
    await posted(case, "times")
    assert isinstance(await case.harness.ask("split ST1 2", standing=of_person), ErrorCard)
