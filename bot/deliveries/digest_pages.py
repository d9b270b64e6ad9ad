"""Cuts a digest's sections into pages and enqueues them: the first in the channel, the rest in its thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.deliveries.cards_from_rows import digest_line
from bot.deliveries.linked_stories import groups_of, stories_as_seen
from bot.model import Destination
from bot.store import matches, restored, subscriptions
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from bot.store.matches import Match
from bot.stories.workspace_view import SeenStory
from handlers.blocks.digest_card import PAGE_CHARS, heading_chars, line_chars

LINES_FIRST_PAGE = 8
LINES_A_PAGE = 12
UNCONFIRMED = -1
"""Stands in place of a subscription's number: the section of stories whose messages stayed unconfirmed."""
EARLIER, CHANGED, CORRECTED, POSTED = -2, -3, -4, -5
"""Sections of stories that were read before the subscription began, of the first shift's that changed since, and of
earlier digests' that were corrected or lost a page since, and of those posted at once since the first shift."""
POSTED_NAMED = 3


@dataclass(frozen=True, slots=True)
class Section:
    """One subscription's stories in a digest, by number."""

    subscription: int
    stories: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sizes:
    """The size, in characters, of each story's line and of each subscription's heading, by number."""

    lines: Mapping[int, int]
    headings: Mapping[int, int]
    joined: frozenset[int] = frozenset()
    """The stories that people merged with the one before: both are one line."""
    weights: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """Each story's severity and the number of its outlets; those that people merged have the same."""


def group_by_subscription(untold: Sequence[Match], order: Sequence[int]) -> tuple[Section, ...]:
    """A section for each subscription, in this order; each story stands once, under the first that matched it."""
    grouped: set[int] = set()
    sections: list[Section] = []
    for number in order:
        of_subscription = (match.story for match in untold if match.subscription == number)
        stories = tuple(dict.fromkeys(story for story in of_subscription if story not in grouped))
        grouped.update(stories)
        if stories:
            sections.append(Section(number, stories))
    return tuple(sections)


def gathered(
    sections: Sequence[Section], leader_of: Callable[[int], int]
) -> tuple[tuple[Section, ...], frozenset[int]]:
    """The sections with merged stories together, where the first of them stands, and the stories behind such a first.

    A story that stands on two pages would be shown, and counted, twice.
    """
    members: dict[int, list[int]] = {}
    for story in (story for section in sections for story in section.stories):
        members.setdefault(leader_of(story), []).append(story)
    firsts = {numbers[0]: numbers for numbers in members.values()}
    together = (
        Section(section.subscription, tuple(number for story in section.stories for number in firsts.get(story, ())))
        for section in sections
    )
    joined = frozenset(number for numbers in members.values() for number in numbers[1:])
    return tuple(section for section in together if section.stories), joined


def heaviest_first(sections: Sequence[Section], sizes: Sizes) -> list[Section]:
    """The sections with major stories first, then by the number of outlets, then as they came.

    What stands in the channel is then what matters most, and the thread holds the rest.
    """

    def weight(story: int) -> tuple[int, int]:
        return sizes.weights.get(story, (0, 0))

    return [replace(each, stories=tuple(sorted(each.stories, key=weight, reverse=True))) for each in sections]


def split_into_pages(sections: Sequence[Section], sizes: Sizes) -> list[tuple[Section, ...]]:
    """The sections in pages that each fit one message; the first page is shorter, because it stands in the channel."""
    pages: list[list[tuple[int, list[int]]]] = [[]]
    used_chars = lines = 0
    for section in heaviest_first(sections, sizes):
        heading = sizes.headings.get(section.subscription, 0)
        for story in section.stories:
            if story in sizes.joined:
                pages[-1][-1][1].append(story)
                continue
            line = sizes.lines.get(story, 0)
            has_heading = bool(pages[-1]) and pages[-1][-1][0] == section.subscription
            most_lines = LINES_FIRST_PAGE if len(pages) == 1 else LINES_A_PAGE
            needed = line + (0 if has_heading else heading)
            if lines and (lines >= most_lines or used_chars + needed > PAGE_CHARS):
                pages.append([])
                used_chars, lines, has_heading = 0, 0, False
            if not has_heading:
                pages[-1].append((section.subscription, []))
                used_chars += heading
            pages[-1][-1][1].append(story)
            used_chars, lines = used_chars + line, lines + 1
    return [tuple(Section(number, tuple(stories)) for number, stories in page) for page in pages]


async def measure_sections(c: Connection, destination: Destination, sections: Sequence[Section]) -> Sizes:
    """The sizes of the lines and headings as they would be shown now."""
    numbers = [story for section in sections for story in section.stories]
    known = await stories_as_seen(c, destination.team, numbers)
    line_of = {seen.story.id: digest_line(seen.story, seen.articles, {}, destination.language) for seen in known}
    lines = {number: line_of[seen.story.id] for seen in known for number in seen.ids}
    subscribed = await subscriptions.some(c, destination.team, tuple(section.subscription for section in sections))
    queries = {subscription.id: subscription.query for subscription in subscribed}
    return Sizes(
        {number: line_chars(line.headline, line.url) for number, line in lines.items()},
        {section.subscription: heading_chars(queries.get(section.subscription, "")) for section in sections},
        weights={number: weight_of(seen) for seen in known for number in seen.ids},
    )


def weight_of(seen: SeenStory) -> tuple[int, int]:
    """Returns a story's severity and the number of its outlets."""
    return seen.story.topics.severity, len({article.outlet for article in seen.articles})


async def _pages_of(c: Connection, destination: Destination, sections: Sequence[Section]) -> list[tuple[Section, ...]]:
    groups = await groups_of(c, destination.team)
    together, joined = gathered(sections, groups.leader)
    sizes = await measure_sections(c, destination, together)
    return split_into_pages(together, replace(sizes, joined=joined))


async def enqueue_pages(
    c: Connection,
    destination: Destination,
    slot: str,
    sections: Sequence[Section],
    payload: Mapping[str, object],
    now: datetime,
    due_at: datetime,
) -> list[int]:
    """Enqueues a digest's pages and marks the matches that they show as told.

    Returns the ids of the deliveries; none where this digest was enqueued before. Those that fell due before the
    database was restored from a copy are looked for in Slack first.
    """
    pages = await _pages_of(c, destination, sections)
    new = [section for section in sections if section.subscription > 0 or payload.get("rolled")]
    numbers = [story for section in new for story in section.stories]
    # each page counts the stories of all as they are seen when it is shown
    payload = {**payload, "stories": len(numbers), "pages": len(pages)} | ({"of": numbers} if len(pages) > 1 else {})
    delivery_ids: list[int] = []
    for number, page in enumerate(pages, start=1):
        frozen = [[section.subscription, list(section.stories)] for section in page]
        delivery_id = await deliveries.enqueue(
            c,
            f"digest:{destination.team}:{destination.id}:{payload['on']}:{slot}:{number}",
            team=destination.team,
            destination=destination.id,
            kind="digest",
            now=now,
            after=delivery_ids[0] if delivery_ids else None,
            payload={**payload, "page": number, "sections": frozen},
            subscriptions=[section.subscription for section in page if section.subscription > 0],
        )
        if delivery_id is None:
            return []
        delivery_ids.append(delivery_id)
        await _mark_told(c, destination, page, delivery_id, now)
    await restored.look_for_new(c, delivery_ids, due_at, now)
    return delivery_ids


async def _mark_told(
    c: Connection, destination: Destination, page: Sequence[Section], delivery_id: int, now: datetime
) -> None:
    for story in (story for section in page for story in section.stories):
        matched = [match.id for match in await matches.of_destination(c, destination.id, story)]
        await matches.mark_told(c, matched, delivery_id, now)
