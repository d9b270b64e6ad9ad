"""Reads stories as one workspace sees them, where its people make two stories one.

Links move no row: what a workspace sees is computed whenever it is shown, and an undone link leaves what was before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.model import StoredArticle, Story
from bot.store import articles, matches, stories, story_links
from bot.store.engine import Connection
from bot.store.matches import Match
from bot.stories.workspace_view import SeenStory, StoryGroups, seen_story


async def groups_of(c: Connection, team: str) -> StoryGroups:
    """The stories that this workspace made one."""
    return StoryGroups((link.story, link.other) for link in await story_links.of_team(c, team))


async def story_as_seen(c: Connection, team: str, story_number: int) -> SeenStory | None:
    """The story that answers to this number, as the workspace sees it; None when there is none."""
    return next(iter(await stories_as_seen(c, team, (story_number,))), None)


async def as_seen(c: Connection, team: str, story: Story, of_story: Sequence[StoredArticle]) -> SeenStory:
    """A shared story with its articles, as the workspace sees it."""
    ids = (await groups_of(c, team)).ids(story.id)
    if len(ids) == 1:
        return SeenStory(story, ids, tuple(of_story))
    return (await stories_as_seen(c, team, (story.id,)))[0]


async def stories_as_seen(c: Connection, team: str, story_numbers: Iterable[int]) -> list[SeenStory]:
    """These stories as the workspace sees them, each once, in this order."""
    groups = await groups_of(c, team)
    today = [story.id for number in story_numbers if (story := await stories.get(c, number)) is not None]
    all_ids = dict.fromkeys(member for number in today for member in groups.ids(number))
    known = {member: story for member in all_ids if (story := await stories.get(c, member)) is not None}
    articles_of = await articles.of_stories(c, known)
    return [
        seen_story(
            [known[member] for member in groups.ids(leader)],
            [article for member in groups.ids(leader) for article in articles_of.get(member, ())],
        )
        for leader in dict.fromkeys(groups.leader(number) for number in today)
    ]


async def matches_of(c: Connection, team: str, destination: int, story_number: int) -> list[Match]:
    """A channel's matches of a story and of those linked with it, told or not."""
    return await matches_in(c, (await groups_of(c, team)).ids(story_number), destination)


async def matches_in(c: Connection, story_ids: Iterable[int], destination: int) -> list[Match]:
    """A channel's matches of these stories, told or not."""
    return [match for number in story_ids for match in await matches.of_destination(c, destination, number)]


async def untold_to_show(c: Connection, groups: StoryGroups, untold: Sequence[Match]) -> list[Match]:
    """A channel's untold matches without those of stories that a message of a linked story told, or will tell.

    These stay untold, so that they are told when the link is undone.
    """
    shown_as: dict[int, int] = {}
    kept: list[Match] = []
    for match in untold:
        leader = groups.leader(match.story)
        if leader not in shown_as:
            others = [number for number in groups.ids(match.story) if number != match.story]
            met = await matches_in(c, others, match.destination)
            told = any(other.told_by is not None for other in met)
            shown_as[leader] = 0 if told else match.story
        if shown_as[leader] == match.story:
            kept.append(match)
    return kept
