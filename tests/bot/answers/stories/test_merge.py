"""A person merges two stories for the workspace alone; taking it back leaves everything as it was."""

from __future__ import annotations

import random

import pytest

from bot.store import stories as story_rows
from bot.store import story_links
from bot.store.schema import deliveries as delivery_rows
from handlers.cards.answers import ErrorCard
from handlers.cards.subscriptions import ChangeCard
from tests.support.bot_harness import BotHarness
from tests.support.merging import EVENTS, Case, second_workspace, standing


@pytest.fixture
def case(harness: BotHarness) -> Case:
    return Case(harness)


async def posted(case: Case, events: int = 2) -> list[int]:
    """Two or three stories whose cards stand in C1."""
    await case.harness.subscribe("quantum")
    ids = [await case.publish() for _ in range(events)]
    await case.harness.deliver()
    return ids


async def test_the_older_card_shows_both_and_undo_brings_both_back(case: Case) -> None:
    await posted(case)
    before = standing(case)
    assert before == [("StoryCard", "ST1", 1), ("StoryCard", "ST2", 1)]
    await case.harness.ask("merge ST2 ST1")
    await case.harness.edits()
    merged = standing(case)
    assert merged == [("StoryCard", "ST1", 2), ("MergedCard", "ST1", 0)]
    (said,) = case.harness.shown(ChangeCard)
    assert (said.what, said.args["story"], said.args["other"], said.undo) == ("merged", "ST1", "ST2", "undo 1")
    for line, expected in (("undo 1", before), ("undo 2", merged), ("undo 3", before)):
        await case.harness.ask(line)
        await case.harness.edits()
        assert standing(case) == expected
    assert case.lines() == []


async def test_a_card_that_waits_is_withheld_and_posted_once_after_the_undo(case: Case) -> None:
    await posted(case, 1)
    await case.publish()
    await case.harness.ask("merge ST1 ST2")
    await case.harness.edits()
    assert standing(case) == [("StoryCard", "ST1", 2)]
    await case.days_pass(2)
    assert (standing(case), case.lines()) == ([("StoryCard", "ST1", 2)], [])
    await case.harness.ask("undo 1")
    await case.harness.edits()
    assert standing(case) == [("StoryCard", "ST1", 1), ("StoryCard", "ST2", 1)]


async def test_later_reports_of_either_story_are_shown_on_the_older_card(case: Case) -> None:
    await posted(case)
    await case.harness.ask("merge ST1 ST2")
    await case.harness.edits()
    assert await case.publish(1, "times") == 2
    await case.harness.edits()
    assert standing(case) == [("StoryCard", "ST1", 3), ("MergedCard", "ST1", 0)]
    await case.harness.ask("undo 1")
    assert await case.publish(0, "times") == 1
    await case.harness.edits()
    assert standing(case) == [("StoryCard", "ST1", 2), ("StoryCard", "ST2", 2)]


async def test_a_material_change_is_a_reply_under_the_older_card(case: Case) -> None:
    await posted(case)
    await case.harness.ask("merge ST1 ST2")
    await case.harness.edits()
    await case.harness.publish("ministry", EVENTS[1][0], EVENTS[1][1] + " This is official.", language="en")
    await case.harness.edits()
    assert len(case.harness.replies()) == 1
    older = next(iter(case.harness.slack.posts["C1"]))
    assert set(case.harness.slack.threads.values()) == {older}


async def test_a_digest_lists_merged_stories_once_and_the_other_one_after_the_undo(case: Case) -> None:
    await case.harness.subscribe("quantum", "daily")
    assert [await case.publish(), await case.publish()] == [1, 2]
    await case.harness.ask("merge ST1 ST2")
    await case.days_pass(2)
    assert case.lines() == ["ST1"]
    await case.harness.ask("undo 1")
    await case.days_pass(2)
    assert case.lines() == ["ST1", "ST2"]


async def test_a_mute_of_one_story_holds_for_both_while_they_are_merged(case: Case) -> None:
    await case.harness.subscribe("quantum")
    assert [await case.publish(), await case.publish()] == [1, 2]
    await case.mute(2)
    await case.harness.ask("merge ST1 ST2")
    await case.harness.deliver()
    assert standing(case) == []
    await case.harness.ask("undo 1")
    await case.harness.edits()
    assert standing(case) == [("StoryCard", "ST1", 1)]
    await case.days_pass(1)
    assert standing(case) == [("StoryCard", "ST1", 1), ("StoryCard", "ST2", 1)]


async def test_story_why_list_and_status_show_one_story(case: Case) -> None:
    await posted(case)
    await case.harness.ask("merge ST1 ST2")
    assert (await case.harness.ask("story ST2")).story == "ST1"
    assert len((await case.harness.ask("story ST2")).articles) == 2
    assert "ST1" in str(await case.harness.ask("why ST2"))
    assert [line.week_count for line in (await case.harness.ask("list")).lines] == [1]
    status = await case.harness.ask("status quantum")
    assert ([line.story for line in status.top], status.heat[0].stories) == (["ST1"], 1)
    assert (await case.harness.ask("digest now")).stories == 1


async def test_another_workspace_sees_nothing_of_it(case: Case) -> None:
    harness = case.harness
    await second_workspace(case)
    await posted(case)
    async with harness.store.read() as c:
        shared = [await story_rows.get(c, number) for number in (1, 2)]
    await harness.ask("merge ST1 ST2")
    await harness.edits()
    assert standing(case) == [("StoryCard", "ST1", 2), ("MergedCard", "ST1", 0)]
    assert standing(case, "C2") == [("StoryCard", "ST1", 1), ("StoryCard", "ST2", 1)]
    assert await case.publish(1, "times") == 2
    await harness.edits()
    assert standing(case, "C2") == [("StoryCard", "ST1", 1), ("StoryCard", "ST2", 2)]
    async with harness.store.read() as c:
        assert await story_links.of_team(c, "T2") == ()
        assert await story_rows.get(c, 1) == shared[0]


@pytest.mark.parametrize(
    ("line", "code"),
    [("merge ST1 ST9", "no_such_story"), ("merge ST2 ST1", "merged_already"), ("병합 ST2 ST1", "merged_already")],
)
async def test_what_cannot_be_merged_changes_nothing(case: Case, line: str, code: str) -> None:
    await posted(case)
    await case.harness.ask("merge ST1 ST2")
    card = await case.harness.ask(line)
    assert isinstance(card, ErrorCard)
    assert card.note.code == code
    async with case.harness.store.read() as c:
        assert len(await story_links.of_team(c, "T1")) == 1


@pytest.mark.parametrize("standing_of_person", ["guest", "outsider"])
async def test_guests_and_people_of_other_workspaces_merge_nothing(case: Case, standing_of_person: str) -> None:
    await posted(case)
    assert isinstance(await case.harness.ask("merge ST1 ST2", standing=standing_of_person), ErrorCard)


async def test_a_story_merged_for_all_takes_its_links_along(case: Case) -> None:
    await posted(case, 3)
    before = standing(case)
    await case.harness.ask("merge ST2 ST3")
    await case.merged_and_shown(1, 2)
    assert [name for name, _, _ in standing(case)] == ["StoryCard", "MergedCard", "MergedCard"]
    await case.harness.ask("undo 1")
    await case.harness.edits()
    assert standing(case) == [("StoryCard", "ST1", 2), ("MergedCard", "ST1", 0), before[2]]


@pytest.mark.parametrize("seed", range(4))
async def test_any_sequence_of_merges_and_undos_ends_in_what_was(case: Case, seed: int) -> None:
    """Some cards stand, some wait; whatever is merged and undone, each is posted once and shows its own story."""
    chance = random.Random(seed)
    await case.harness.subscribe("quantum")
    for _ in EVENTS:
        await case.publish()
        if chance.random() < 0.5:
            await case.harness.deliver()
    made: dict[int, bool] = {}
    for number in range(1, 9):
        undoable = [change for change, undone in made.items() if not undone]
        if undoable and chance.random() < 0.4:
            change = chance.choice(undoable)
            await case.harness.ask(f"undo {change}")
            made[change] = True
        else:
            one, other = chance.sample((1, 2, 3), 2)
            if not isinstance(await case.harness.ask(f"merge ST{one} ST{other}"), ErrorCard):
                made[await last_change(case)] = False
        if number % 3 == 0:
            await case.harness.edits()
    for change in [change for change, undone in made.items() if not undone]:
        await case.harness.ask(f"undo {change}")
    await case.harness.edits()
    await case.harness.deliver()
    await case.days_pass(1)
    assert sorted(standing(case)) == [("StoryCard", f"ST{number}", 1) for number in (1, 2, 3)]
    assert case.lines() == []
    async with case.harness.store.read() as c:
        assert await story_links.of_team(c, "T1") == ()
        states = await c.execute(delivery_rows.select().where(delivery_rows.c.kind == "card"))
        assert {row.state for row in states} == {"sent"}


async def last_change(case: Case) -> int:
    async with case.harness.store.read() as c:
        return int((await c.exec_driver_sql("SELECT MAX(id) FROM changes")).scalar_one())
