"""Puts the explanation of a placement into sentences, for ``why`` and ``story``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.deliveries.cards_from_rows import outlet_name
from bot.deliveries.linked_stories import groups_of
from bot.model import StoredArticle, story_id
from bot.store import stories, story_parts
from bot.store.engine import Connection
from handlers.cards.texts import Note
from scrapers.outlet import Outlet

_SAME = {"headline": "placed_same_headline", "text": "placed_same_text"}
"""The sentence for what an article repeats of another; without it, it is the same article."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An article with the stored explanation of its placement, and what the explanation's ids lead to today."""

    article: StoredArticle
    explanation: Mapping[str, Any]
    twin: StoredArticle | None
    """The article that was most alike; None where it is gone."""
    runner_up: int | None
    """The story that came next, by its id of today; None where there was none."""


async def placed(
    c: Connection,
    article: StoredArticle,
    explanation: Mapping[str, Any],
    of_story: Sequence[StoredArticle],
) -> Placed:
    """Finds what the explanation of an article leads to; ``of_story`` are the articles of its story."""
    twin = next((other for other in of_story if other.id == explanation.get("twin")), None)
    next_id = explanation.get("runner_up")
    runner_up = await stories.get(c, next_id) if next_id is not None else None
    return Placed(article, explanation, twin, runner_up.id if runner_up else None)


async def split_note(c: Connection, team: str, article: StoredArticle) -> Note | None:
    """Says that people of the workspace split the article off its story, or that it followed such an article."""
    overlays = [overlay for overlay in await story_parts.overlays_of(c, team) if overlay.article == article.id]
    if not overlays:
        return None
    parts, groups = await story_parts.of_team(c, team), await groups_of(c, team)
    origin = story_id(groups.leader(parts[overlays[-1].story]))
    return Note("placed_by_split" if overlays[-1].person else "placed_after_split", {"story": origin})


def placement_notes(placed: Placed, outlets: Mapping[str, Outlet]) -> list[Note]:
    """Says why an article joined its story or opened one, and what told the next story apart."""
    explanation = placed.explanation
    how = explanation.get("how")
    if how == "same":
        return [Note(_SAME.get(str(explanation.get("repeats")), "placed_same")), *_twin(placed, outlets)]
    if how == "joined":
        return [_joined(explanation), *_twin(placed, outlets), *_runner_up(placed)]
    if how == "opened":
        return _opened(placed)
    return []


def short_placement_note(explanation: Mapping[str, Any]) -> Note | None:
    """Says in a few words why an article joined; None for one that opened a story or repeats a text."""
    if explanation.get("repeats") == "headline":
        return Note("placed_by_headline")
    shared = explanation.get("shared")
    return Note("placed_by", {"evidence": ", ".join(shared)}) if shared else None


def _joined(explanation: Mapping[str, Any]) -> Note:
    shared = explanation.get("shared") or ()
    return Note("placed_joined", {"evidence": ", ".join(shared)}) if shared else Note("placed_joined_by_many")


def _twin(placed: Placed, outlets: Mapping[str, Outlet]) -> list[Note]:
    twin = placed.twin
    if twin is None:
        return []
    code = "placed_twin" if twin.language == placed.article.language else "placed_twin_other_language"
    code = "placed_repeated" if placed.explanation.get("how") == "same" else code
    return [Note(code, {"headline": twin.headline, "outlet": outlet_name(outlets, twin.outlet)})]


def _opened(placed: Placed) -> list[Note]:
    if placed.runner_up is None:
        return [Note("placed_opened_alone")]
    if placed.runner_up == placed.article.story:
        return [Note("placed_opened_and_merged")]
    return [Note("placed_opened"), *_runner_up(placed)]


def _runner_up(placed: Placed) -> list[Note]:
    """Says why the next story is another one; nothing where the two were merged since."""
    if placed.runner_up is None or placed.runner_up == placed.article.story:
        return []
    reasons = (("placed_missing", "missing"), ("placed_apart", "apart"))
    notes = [Note("placed_next", {"story": story_id(placed.runner_up)})]
    for code, key in reasons:
        if named := placed.explanation.get(key):
            notes.append(Note(code, {"evidence": ", ".join(named)}))
    return notes if len(notes) > 1 else []
