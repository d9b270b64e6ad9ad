"""Finds what the second shift of a day shows of the first: stories that changed since, and the number of the others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.deliveries.corrected_since import stories_told
from bot.deliveries.due_digests import slot_name
from bot.deliveries.holds import muted_until
from bot.deliveries.linked_stories import stories_as_seen
from bot.model import Delivery, Destination, StoredArticle
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from bot.stories.report import report_from
from bot.stories.story_changes import material_changes


@dataclass(frozen=True, slots=True)
class Handover:
    """The first shift's stories of a channel, as the second shift finds them."""

    changed: tuple[int, ...]
    """Stories in which something material changed since then, by number."""
    unchanged: int
    """The number of the others."""


async def handover(
    c: Connection,
    destination: Destination,
    first_shift_at: datetime,
    on: date,
    new: Collection[int],
    corrected: Collection[int],
    now: datetime,
) -> Handover:
    """Looks at the stories of the first shift again, without those that the second one shows as ``new`` or are muted.

    ``on`` is the local date of the first shift, a part of its key. A story that was ``corrected`` has changed, too.
    """
    first = await _pages(c, destination, first_shift_at, on)
    changed: list[int] = []
    unchanged = 0
    for seen in await stories_as_seen(c, destination.team, stories_told(page.payload for page in first)):
        if not set(new).isdisjoint(seen.ids) or await muted_until(c, destination.id, seen.story.id, seen.articles, now):
            continue
        if seen.story.id in corrected or has_changed(seen.articles, first_shift_at):
            changed.append(seen.story.id)
        else:
            unchanged += 1
    return Handover(tuple(changed), unchanged)


def has_changed(of_story: Sequence[StoredArticle], since_at: datetime) -> bool:
    """Whether articles seen after this instant added an official text, a milestone, a language or a correction."""
    before = [report_from(article) for article in of_story if article.first_seen_at <= since_at]
    return bool(material_changes(before, [report_from(article) for article in of_story]))


async def _pages(c: Connection, destination: Destination, at: datetime, on: date) -> list[Delivery]:
    """The pages of the digest of this slot; none where it had nothing to show."""
    key = f"digest:{destination.team}:{destination.id}:{on.isoformat()}:{slot_name(at)}"
    first = await deliveries.by_key(c, f"{key}:1")
    if first is None:
        return []
    payload: Any = first.payload
    others = [await deliveries.by_key(c, f"{key}:{number}") for number in range(2, int(payload["pages"]) + 1)]
    return [first, *(page for page in others if page is not None)]
