"""Shares one worker's calls out over the workspaces: a workspace has at most half of what the others leave.

With 32 calls at once a flooded workspace has 16, the next one 8, then 4, 2 and 1: one is always left until six
workspaces hang at the same time. Pure: what runs is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Shares:
    """How many more calls a worker may begin, and how many of each workspace are running."""

    room: int
    running: Mapping[str, int] = field(default_factory=dict)
    """Running calls by workspace."""
    is_single: bool = True
    """Whether one workspace may take all: nobody else is there, or the caller shares nothing out."""

    def most(self) -> int:
        """How many rows to look at: those of a workspace that has its share are left, so more than there is room."""
        return self.room if self.is_single else self.room + sum(self.running.values())

    def full(self) -> tuple[str, ...]:
        """The workspaces that may begin no further call now."""
        return () if self.is_single else tuple(team for team in self.running if not _has_room(self, team, {}))

    def chosen(self, candidates: Iterable[tuple[int, str]]) -> list[int]:
        """The ids that fit, in their order, of pairs of an id and its workspace."""
        begun: dict[str, int] = {}
        ids: list[int] = []
        for id_, team in candidates:
            if len(ids) < self.room and (self.is_single or _has_room(self, team, begun)):
                ids.append(id_)
                begun[team] = begun.get(team, 0) + 1
        return ids


def _has_room(shares: Shares, team: str, begun: Mapping[str, int]) -> bool:
    """Whether a workspace may begin one more: its own calls stay within half of all that the others leave."""
    all_running = sum(shares.running.values())
    own = shares.running.get(team, 0) + begun.get(team, 0)
    others = all_running + sum(begun.values()) - own
    left = shares.room + all_running - others
    return 2 * (own + 1) <= left or (own == 0 and left > 0)
