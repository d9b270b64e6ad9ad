"""Whatever is split, merged and undone in any order: no article is lost or counted twice, and undo restores all."""

from __future__ import annotations

import random
from itertools import chain

import pytest

from bot.deliveries.linked_stories import articles_as_seen, stories_as_seen
from bot.store import articles, story_links, story_parts
from handlers.cards.answers import ErrorCard
from tests.support.bot_harness import BotHarness
from tests.support.merging import EVENTS, Case, posted, second_workspace, standing


@pytest.fixture
def case(harness: BotHarness) -> Case:
    return Case(harness)


@pytest.mark.parametrize("seed", range(4))
async def test_any_sequence_of_splits_merges_and_undos_ends_in_what_was(case: Case, seed: int) -> None:
    """Meanwhile articles come in and stories are merged for all.

    Each article is always in one story, and counts equal rows. Another workspace sees at any time what all share, and
    after all undos the first one sees the same.
    """
    chance = random.Random(seed)
    await second_workspace(case)
    await posted(case, "times", "shy")
    for event in (1, 2):
        await case.publish(event)
    await case.harness.deliver()
    made: dict[int, bool] = {}
    for number in range(12):
        await any_step(case, chance, made)
        if number % 4 == 3:
            await case.harness.edits()
            await counts_equal_rows(case)
        shared = await shared_stories(case)
        assert await seen_by(case, "T2") == shared
        assert sorted(chain(*(await seen_by(case, "T1")).values())) == sorted(chain(*shared.values()))
    for change in [change for change, undone in made.items() if not undone]:
        await case.harness.ask(f"undo {change}")
    await case.harness.deliver()
    await case.harness.edits()
    assert await seen_by(case, "T1") == await shared_stories(case)
    await counts_equal_rows(case)
    assert shown_counts(case, "C1") == shown_counts(case, "C2")
    async with case.harness.store.read() as c:
        assert await story_parts.overlays_of(c, "T1") == ()
        assert await story_links.of_team(c, "T1") == ()


async def any_step(case: Case, chance: random.Random, made: dict[int, bool]) -> None:
    undoable = [change for change, undone in made.items() if not undone]
    what = chance.random()
    if undoable and what < 0.3:
        change = chance.choice(undoable)
        await case.harness.ask(f"undo {change}")
        made[change] = True
    elif what < 0.4:
        title, text = chance.choice(EVENTS)
        about = f"{text} Visitor number {next(case.harness.numbers)} came."
        await case.harness.publish(chance.choice(("herald", "times", "shy")), f"{title}, {about[-9:]}", about)
    elif what < 0.45:
        shared = sorted(await shared_stories(case))
        await case.merge(shared[0], shared[-1])
    else:
        known = sorted(await seen_by(case, "T1"))
        one, other = chance.choice(known), chance.choice(known)
        line = f"merge ST{one} ST{other}" if what < 0.6 else f"split ST{one} {chance.randint(1, 3)}"
        if not isinstance(await case.harness.ask(line), ErrorCard):
            made[await last_change(case)] = False


async def shared_stories(case: Case) -> dict[int, list[int]]:
    """The stories that all workspaces share, each with its articles."""
    async with case.harness.store.read() as c:
        rows = await articles.recent(c, case.harness.at.replace(year=2020), in_stories=True)
    stories: dict[int, list[int]] = {}
    for row in rows:
        stories.setdefault(row.story or 0, []).append(row.id)
    return stories


def shown_counts(case: Case, channel: str) -> list[tuple[str, int]]:
    return sorted((story, count) for kind, story, count in standing(case, channel) if kind == "StoryCard")


async def seen_by(case: Case, team: str) -> dict[int, list[int]]:
    """The stories that a workspace sees, each with its articles."""
    async with case.harness.store.read() as c:
        rows = await articles.recent(c, case.harness.at.replace(year=2020), in_stories=True)
        shown = {row.story for row in await articles_as_seen(c, team, rows)}
        seen = await stories_as_seen(c, team, sorted(number for number in shown if number is not None))
    return {each.story.id: [article.id for article in each.articles] for each in seen}


async def counts_equal_rows(case: Case) -> None:
    seen = await seen_by(case, "T1")
    for _, story, count in [card for card in standing(case) if card[0] == "StoryCard"]:
        assert count == len(seen[int(story[2:])]) == len((await case.harness.ask(f"story {story}")).articles)


async def last_change(case: Case) -> int:
    async with case.harness.store.read() as c:
        return int((await c.exec_driver_sql("SELECT MAX(id) FROM changes")).scalar_one())
