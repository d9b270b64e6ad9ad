"""Loads the weights of the evidence, which ``tests/bench/stories/train.py`` writes."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bot.stories.evidence import EVIDENCE
from bot.stories.features import HEAD, WORD

WEIGHTS = Path(__file__).with_name("weights.toml")


@dataclass(frozen=True, slots=True)
class Weights:
    """What each piece of evidence adds to the score of two reports, in one language and across two."""

    same_language: tuple[float, ...]
    other_language: tuple[float, ...]
    join_at: float
    """The score from which a report joins a story, and a story another one."""

    same_from: int = field(init=False)
    """The first kind of feature that has a weight within one language, and across two."""
    other_from: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "same_from", _first_kind(self.same_language))
        object.__setattr__(self, "other_from", _first_kind(self.other_language))

    def of(self, *, same_language: bool) -> tuple[tuple[float, ...], int]:
        """Returns the weights for two reports, and the first kind of feature that has any."""
        return (self.same_language, self.same_from) if same_language else (self.other_language, self.other_from)


def _first_kind(weights: Sequence[float]) -> int:
    """Returns HEAD where words weigh nothing, which are more than half of an article's features."""
    of_words = (weight for name, weight in zip(EVIDENCE, weights, strict=True) if name in ("words_sum", "words_share"))
    return WORD if any(of_words) else HEAD


@cache
def built_in_weights() -> Weights:
    """Returns the weights that the program brings along."""
    table = tomllib.loads(WEIGHTS.read_text("utf-8"))
    same, other = (
        tuple(float(table[name][piece]) for piece in EVIDENCE) for name in ("same_language", "other_language")
    )
    return Weights(same, other, float(table["join_at"]))
