"""Explains a placement: what an article shares with its story, and what told the nearest other story apart.

An explanation holds names of evidence and ids, never text, so it may be kept where an article's text must not be.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from bot.stories.evidence import EVIDENCE
from bot.stories.placement import Placement
from bot.stories.scoring import Score

Story = TypeVar("Story", bound=int)

MOST_NAMED = 4
LEAST_NAMED = 0.1
"""What adds or takes less than this decides nothing."""
SHARED = (
    "head", "figures", "names", "sounds", "places", "terms", "people", "sectors", "words", "same_milestone",
    "same_source",
)  # fmt: skip
"""What two reports of one event have in common; an explanation names those that added most."""
APART = (
    "other_milestone", "other_figures", "other_places", "other_names", "other_terms", "times_differ", "days_apart",
    "same_outlet",
)  # fmt: skip
"""What tells two events apart; an explanation names those that took most."""
_ALSO = {"some_terms": "terms", "next_day": "days_apart", "event_key": "same_milestone"}
"""Evidence that readers know under another name."""


def explanation_of(placement: Placement[Story]) -> dict[str, Any]:
    """Returns why an article joined its story, or opened one, as plain data for a JSON column."""
    if placement.same_article:
        repeats = {"repeats": placement.repeats, "twin": placement.repeated}
        return {"how": "same", **(repeats if placement.repeats else {})}
    joined = placement.story is not None
    found: dict[str, Any] = {"how": "joined" if joined else "opened"}
    if joined and placement.score is not None:
        found |= {"twin": placement.score.twin, "shared": shared_evidence(placement.score)}
        found["score"] = round(placement.score.value, 2)
    if placement.runner_up is not None and placement.nearest is not None:
        found |= {"runner_up": placement.runner_up, "runner_up_score": round(placement.runner_up_score, 2)}
        found |= {"apart": apart_evidence(placement.nearest), "missing": missing_evidence(placement.nearest)}
    return found


def shared_evidence(score: Score) -> list[str]:
    """Returns what spoke most for one event, by name."""
    added = _by_name(score)
    named = [name for name in SHARED if added.get(name, 0.0) >= LEAST_NAMED]
    return sorted(named, key=lambda name: -added[name])[:MOST_NAMED]


def apart_evidence(score: Score) -> list[str]:
    """Returns what spoke most against one event, by name."""
    added = _by_name(score)
    named = [name for name in APART if added.get(name, 0.0) <= -LEAST_NAMED]
    return sorted(named, key=lambda name: added[name])[:MOST_NAMED]


def missing_evidence(score: Score) -> list[str]:
    """Returns what two reports of one event mostly share and these do not, by name."""
    added = _by_name(score)
    wanted = ("head", "figures", "names", "places", "people")
    alike = {"names": added.get("names", 0.0) + added.get("sounds", 0.0)}
    return [name for name in wanted if name in added and alike.get(name, added[name]) < LEAST_NAMED][:MOST_NAMED]


def _by_name(score: Score) -> Mapping[str, float]:
    """Returns what each name added: sum and share of a channel together, and those of the headline with the text's."""
    by_name: dict[str, float] = {}
    for evidence, added in zip(EVIDENCE, score.added, strict=False):
        name = evidence.removesuffix("_sum").removesuffix("_share").removeprefix("head_")
        name = _ALSO.get(name, name)
        by_name[name] = by_name.get(name, 0.0) + added
    return by_name
