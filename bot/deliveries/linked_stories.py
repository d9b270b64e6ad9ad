"""Reads stories as one workspace sees them, where its people made two stories one or split articles off a story.

Neither moves a shared row: what a workspace sees is computed whenever it is shown, and the undo leaves what was before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.model import StoredArticle, Story
from bot.store import articles, matches, stories, story_links, story_parts
from bot.store.engine import Connection
from bot.store.matches import Match
from bot.stories.workspace_view import SeenStory, SplitOff, StoryGroups, WorkspaceView, seen_story, story_of


async def view_of(c: Connection, team: str) -> WorkspaceView:
    """What this workspace's people merged and split."""
    links = [(link.story, link.other) for link in await story_links.of_team(c, team)]
    parts = await story_parts.of_team(c, team)
    if not parts:
        return WorkspaceView(links)
    split_off = [SplitOff(row.article, row.base, row.story) for row in await story_parts.overlays_of(c, team)]
    return WorkspaceView(links, parts, split_off, await story_parts.sizes(c, [each.base for each in split_off]))


async def groups_of(c: Connection, team: str) -> StoryGroups:
    """The stories that this workspace sees as one."""
    return (await view_of(c, team)).groups


async def story_as_seen(c: Connection, team: str, story_number: int) -> SeenStory | None:
    """The story that answers to this number, as the workspace sees it; None when there is none.

    A part of another workspace has no article here, so there is none.
    """
    return next(iter(await stories_as_seen(c, team, (story_number,))), None)


async def as_seen(c: Connection, team: str, story: Story, of_story: Sequence[StoredArticle]) -> SeenStory:
    """A shared story with its articles, as the workspace sees it."""
    view = await view_of(c, team)
    ids = view.groups.ids(story.id)
    if len(ids) == 1 and not view.has_split(story.id):
        return SeenStory(story, ids, tuple(of_story))
    return (await stories_as_seen(c, team, (story.id,)))[0]


async def stories_as_seen(c: Connection, team: str, story_numbers: Iterable[int]) -> list[SeenStory]:
    """These stories as the workspace sees them, each once, in this order."""
    view = await view_of(c, team)
    groups = view.groups
    today = [story.id for story in (await stories.get_some(c, story_numbers)).values()]
    all_ids = dict.fromkeys(member for number in today for member in groups.ids(number))
    articles_of = await articles_by_home(c, view, all_ids)
    with_articles = await stories.get_some(c, (member for member in all_ids if member in articles_of))
    known = {
        member: story_of(story, articles_of[member]) if view.has_split(member) else story
        for member, story in with_articles.items()
    }
    seen = []
    for leader in dict.fromkeys(groups.leader(number) for number in today):
        members = [member for member in groups.ids(leader) if member in known]
        if members:
            of_members = [article for member in members for article in articles_of[member]]
            ids = groups.ids(leader)
            made = seen_story(ids, [known[member] for member in members], of_members)
            seen.append(replace(made, split_off=view.split_off(ids), lost_to=view.lost_to(ids)))
    return seen


async def count_as_seen(c: Connection, team: str, story_numbers: Iterable[int]) -> int:
    """The number of stories that the workspace sees in place of these; one that is gone is none."""
    today, groups = await stories.ids_today(c, story_numbers), await groups_of(c, team)
    return len({groups.leader(story) for story in today.values()})


async def articles_by_home(
    c: Connection, view: WorkspaceView, story_ids: Iterable[int]
) -> dict[int, list[StoredArticle]]:
    """The articles of each of these stories in a workspace, before stories are joined; the first seen first."""
    wanted = set(story_ids)
    shared = await articles.of_stories(c, wanted)
    found = {article.id: article for of_story in shared.values() for article in of_story}
    elsewhere = [article_id for article_id in view.split_into(wanted) if article_id not in found]
    found |= {article.id: article for article in await articles.some(c, elsewhere)}
    by_home: dict[int, list[StoredArticle]] = {}
    for article in sorted(found.values(), key=lambda article: (article.first_seen_at, article.id)):
        home = view.home(article.id, article.story) if article.story is not None else None
        if home in wanted:
            by_home.setdefault(home, []).append(article)
    return by_home


async def story_of_article(c: Connection, team: str, article: StoredArticle) -> SeenStory | None:
    """The story in which the workspace sees an article; None where it has none."""
    if article.story is None:
        return None
    return await story_as_seen(c, team, (await view_of(c, team)).home(article.id, article.story))


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


async def articles_as_seen(c: Connection, team: str, of_stories: Sequence[StoredArticle]) -> list[StoredArticle]:
    """Articles with the story under which the workspace sees each."""
    view = await view_of(c, team)
    if not view.groups and not view.splits_any:
        return list(of_stories)
    return [
        article if article.story is None else replace(article, story=view.shown_in(article.id, article.story))
        for article in of_stories
    ]
