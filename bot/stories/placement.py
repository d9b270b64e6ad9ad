"""Scores a report against its candidates, and decides which it joins and which it shows to be the same."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic

from bot.stories.copies import Repeats
from bot.stories.rarity import RarityCounts
from bot.stories.recent_story import MAX_SAMPLE, RecentStory, Story
from bot.stories.scoring import NEVER, Score, joins, score
from bot.stories.weighed import Rarities, Weighed
from bot.stories.weights import Weights

PATIENCE, FAR = 3, 1.0
"""After so many stories in a row whose score is lower than ``join_at`` by more than this, no further one is scored."""
NEAR = 1.5
"""A candidate whose score is lower than ``join_at`` by more than this is no neighbour of the story."""
MOST_NEIGHBOURS = 3


@dataclass(frozen=True, slots=True)
class Placement(Generic[Story]):
    """The story that a report belongs to, or None for a new one, which stories it shows to be the same, and why."""

    story: Story | None
    merged: tuple[Story, ...] = ()
    """Further stories that are the same event: they are to be merged with ``story``."""
    same_article: bool = False
    score: Score | None = None
    """The score against ``story``; for a new story the one against the nearest."""
    runner_up: Story | None = None
    """The nearest story that it does not belong to."""
    runner_up_score: float = NEVER
    nearest: Score | None = None
    """The score against ``runner_up``."""
    repeats: Repeats | None = None
    """What of a report of the story it repeats; None for the same address or exactly the same text."""
    repeated: Hashable | None = None
    """The id of the report that it repeats."""


Scored = tuple[Score, RecentStory[Story]]
"""A story, and the score of the report against it."""


def score_candidates(
    news: Weighed, rarities: Rarities, candidates: Iterable[RecentStory[Story]], weights: Weights
) -> list[Scored[Story]]:
    """Returns the scores against the stories, until several in a row are far from joining."""
    scored: list[Scored[Story]] = []
    far = 0
    for story in candidates:
        found = score(news, rarities, story.sample(), weights)
        scored.append((found, story))
        far = far + 1 if found.value < weights.join_at - FAR else 0
        if far == PATIENCE:
            break
    return scored


def placement_of(
    whole: Weighed, scored: Sequence[Scored[Story]], counts: RarityCounts, weights: Weights
) -> Placement[Story]:
    """Returns where a report belongs that was scored against these stories."""
    ordered = sorted(scored, key=lambda pair: (-pair[0].value, pair[1].number))
    joined = next((pair for pair in ordered if joins(pair[0], weights)), None)
    others = [pair for pair in ordered if pair is not joined]
    runner_up = others[0][1].id if others else None
    nearest = others[0][0] if others else None
    runner_up_score = nearest.value if nearest else NEVER
    if joined is None:
        return Placement(None, (), False, nearest, runner_up, runner_up_score, nearest)
    merged = tuple(_same_as(joined[1], whole, others, counts, weights))
    return Placement(joined[1].id, merged, False, joined[0], runner_up, runner_up_score, nearest)


def _same_as(
    story: RecentStory[Story], whole: Weighed, others: Sequence[Scored[Story]], counts: RarityCounts, weights: Weights
) -> Iterator[Story]:
    """Yields the neighbours that are the same event, now that the report has joined the story."""
    reports = [*story.reports, whole]
    for found, other in others[:MOST_NEIGHBOURS]:
        if found.value < weights.join_at - NEAR:
            continue
        few, many = (each[-MAX_SAMPLE:] for each in sorted((reports, other.reports), key=len))
        known = set().union(*(entry.features for entry in many))
        scores = [score(entry, counts.rarities(known.intersection(entry.features)), many, weights) for entry in few]
        mean = sum(each.value for each in scores) / len(scores)
        if joins(Score(mean, max(each.specifics for each in scores), None, ()), weights):
            yield other.id
            reports = [*reports, *other.reports]
