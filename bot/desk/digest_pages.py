"""A digest's sections, cut into pages and owed: the first stands in the channel, the rest in its thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model import Destination
from bot.store import deliveries, matches
from bot.store.engine import Connection
from bot.store.matches import Match

LINES_FIRST_PAGE = 8
LINES_A_PAGE = 12


@dataclass(frozen=True, slots=True)
class Section:
    """One subscription's stories in a digest, by number."""

    subscription: int
    stories: tuple[int, ...]


def sections_of(untold: Sequence[Match], order: Sequence[int]) -> tuple[Section, ...]:
    """A section a subscription, each story once: under the first subscription that asked for it."""
    told: set[int] = set()
    found: list[Section] = []
    for number in order:
        mine = tuple(dict.fromkeys(m.story for m in untold if m.subscription == number and m.story not in told))
        told.update(mine)
        if mine:
            found.append(Section(number, mine))
    return tuple(found)


def pages_of(sections: Sequence[Section]) -> list[tuple[Section, ...]]:
    """The sections cut into pages; the first is short, because it stands in the channel."""
    pages: list[list[Section]] = [[]]
    room = LINES_FIRST_PAGE
    for section in sections:
        left = list(section.stories)
        while left:
            if room == 0:
                pages.append([])
                room = LINES_A_PAGE
            taken, left = left[:room], left[room:]
            pages[-1].append(Section(section.subscription, tuple(taken)))
            room -= len(taken)
    return [tuple(page) for page in pages]


async def owe_pages(
    c: Connection,
    destination: Destination,
    slot: str,
    sections: Sequence[Section],
    payload: Mapping[str, object],
    now: datetime,
) -> int:
    """Owes a digest, the first page in the channel and the rest in its thread; what it shows counts as told."""
    pages = pages_of(sections)
    stories = sum(len(section.stories) for section in sections)
    first: int | None = None
    for place, page in enumerate(pages, start=1):
        frozen = [[section.subscription, list(section.stories)] for section in page]
        number = await deliveries.owe(
            c,
            f"digest:{destination.team}:{destination.id}:{payload['on']}:{slot}:{place}",
            team=destination.team,
            destination=destination.id,
            kind="digest",
            now=now,
            after=first,
            payload={**payload, "stories": stories, "page": place, "pages": len(pages), "sections": frozen},
            subscriptions=[section.subscription for section in page if section.subscription],
        )
        if number is None:
            return 0
        first = first if first is not None else number
        for story in (story for section in page for story in section.stories):
            told = [match.id for match in await matches.of_destination(c, destination.id, story)]
            await matches.tell(c, told, number, now)
    return len(pages)
