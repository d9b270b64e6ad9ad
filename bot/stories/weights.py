"""Loads the weights of the evidence, which ``tests/bench/stories/train.py`` writes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from math import log
from pathlib import Path

from bot.stories.evidence import EVIDENCE

WEIGHTS = Path(__file__).with_name("weights.toml")
FEW_REPORTS = 16
"""The labelled articles that taught the weights stand among so many near ones."""
MORE_REPORTS = 0.5
"""How much ``join_at`` rises with the logarithm of the reports: among many, some seem alike by chance."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each piece of evidence adds to the score of two reports, in one language and across two."""

    same_language: tuple[float, ...]
    other_language: tuple[float, ...]
    join_at: float
    """The score from which a report joins a story, and a story another one."""

    def of(self, *, same_language: bool) -> tuple[float, ...]:
        """Returns the weights for two reports."""
        return self.same_language if same_language else self.other_language

    def among(self, reports: int) -> Weights:
        """Returns the weights for a decision among so many reports that are near in time."""
        if reports <= FEW_REPORTS:
            return self
        return replace(self, join_at=self.join_at + MORE_REPORTS * log(reports / FEW_REPORTS))


@cache
def built_in_weights() -> Weights:
    """Returns the weights that the program brings along."""
    table = tomllib.loads(WEIGHTS.read_text("utf-8"))
    same, other = (
        tuple(float(table[name][piece]) for piece in EVIDENCE) for name in ("same_language", "other_language")
    )
    return Weights(same, other, float(table["join_at"]))
