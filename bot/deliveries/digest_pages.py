"""A digest's sections, cut into pages and owed: the first stands in the channel, the rest in its thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.deliveries.cards_from_rows import digest_line
from bot.model import Destination
from bot.store import articles, matches, stories, subscriptions
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from bot.store.matches import Match
from handlers.blocks.digest_card import PAGE_CHARS, heading_chars, line_chars

LINES_FIRST_PAGE = 8
LINES_A_PAGE = 12
DOUBTFUL = -1
"""In place of a subscription's number: stories of messages of which nobody may look whether they arrived."""


@dataclass(frozen=True, slots=True)
class Section:
    """One subscription's stories in a digest, by number."""

    subscription: int
    stories: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sizes:
    """What stories' lines and subscriptions' headings weigh in a message, by number, in characters."""

    lines: Mapping[int, int]
    headings: Mapping[int, int]


def group_by_subscription(untold: Sequence[Match], order: Sequence[int]) -> tuple[Section, ...]:
    """A section a subscription, each story once: under the first subscription that asked for it."""
    told: set[int] = set()
    found: list[Section] = []
    for number in order:
        mine = tuple(dict.fromkeys(m.story for m in untold if m.subscription == number and m.story not in told))
        told.update(mine)
        if mine:
            found.append(Section(number, mine))
    return tuple(found)


def split_into_pages(sections: Sequence[Section], weight: Sizes) -> list[tuple[Section, ...]]:
    """The sections cut into pages that each fit one message; the first is short, because it stands in the channel."""
    pages: list[list[tuple[int, list[int]]]] = [[]]
    used = lines = 0
    for section in sections:
        heading = weight.headings.get(section.subscription, 0)
        for story in section.stories:
            line = weight.lines.get(story, 0)
            begun = bool(pages[-1]) and pages[-1][-1][0] == section.subscription
            most = LINES_FIRST_PAGE if len(pages) == 1 else LINES_A_PAGE
            if lines and (lines >= most or used + line + (0 if begun else heading) > PAGE_CHARS):
                pages.append([])
                used, lines, begun = 0, 0, False
            if not begun:
                pages[-1].append((section.subscription, []))
                used += heading
            pages[-1][-1][1].append(story)
            used, lines = used + line, lines + 1
    return [tuple(Section(number, tuple(stories)) for number, stories in page) for page in pages]


async def measure_sections(c: Connection, destination: Destination, sections: Sequence[Section]) -> Sizes:
    """What the sections weigh as they would be shown now."""
    numbers = [story for section in sections for story in section.stories]
    mine = await articles.of_stories(c, numbers)
    told = [story for number in numbers if (story := await stories.get(c, number)) is not None]
    shown = {story.id: digest_line(story, mine.get(story.id, ()), {}, destination.language) for story in told}
    asked = await subscriptions.some(c, destination.team, tuple(section.subscription for section in sections))
    queries = {one.id: one.query for one in asked}
    return Sizes(
        {number: line_chars(line.headline, line.url) for number, line in shown.items()},
        {one.subscription: heading_chars(queries.get(one.subscription, "")) for one in sections},
    )


async def enqueue_pages(
    c: Connection,
    destination: Destination,
    slot: str,
    sections: Sequence[Section],
    payload: Mapping[str, object],
    now: datetime,
) -> list[int]:
    """Owes a digest, the first page in the channel and the rest in its thread; what it shows counts as told.

    Returns the numbers of the pages; none where somebody owed this digest before.
    """
    pages = split_into_pages(sections, await measure_sections(c, destination, sections))
    told_now = sum(len(section.stories) for section in sections if section.subscription != DOUBTFUL)
    owed: list[int] = []
    for place, page in enumerate(pages, start=1):
        frozen = [[section.subscription, list(section.stories)] for section in page]
        number = await deliveries.enqueue(
            c,
            f"digest:{destination.team}:{destination.id}:{payload['on']}:{slot}:{place}",
            team=destination.team,
            destination=destination.id,
            kind="digest",
            now=now,
            after=owed[0] if owed else None,
            payload={**payload, "stories": told_now, "page": place, "pages": len(pages), "sections": frozen},
            subscriptions=[section.subscription for section in page if section.subscription > 0],
        )
        if number is None:
            return []
        owed.append(number)
        for story in (story for section in page for story in section.stories):
            told = [match.id for match in await matches.of_destination(c, destination.id, story)]
            await matches.mark_told(c, told, number, now)
    return owed
