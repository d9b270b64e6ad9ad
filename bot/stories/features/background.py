"""Loads what many older stories hold, which ``tests/bench/stories/train.py`` writes: it tells no event apart."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

COMMON_FEATURES = Path(__file__).with_name("common_features.txt")
PACT_FEATURES = Path(__file__).with_name("pact_features.txt")


@cache
def common_features() -> Mapping[int, float]:
    """Returns the share of older stories that hold each common feature; a feature that is not here is rare."""
    return {int(feature): float(share) for feature, share in _rows(COMMON_FEATURES)}


@cache
def pact_features() -> Mapping[str, frozenset[int]]:
    """Returns the features that most stories about a sister pact hold: its name and its two countries.

    Two reports about that pact share them whatever they report.
    """
    found: dict[str, set[int]] = {}
    for pact_id, feature in _rows(PACT_FEATURES):
        found.setdefault(pact_id, set()).add(int(feature))
    return {pact_id: frozenset(features) for pact_id, features in found.items()}


def _rows(path: Path) -> list[list[str]]:
    return [line.split() for line in path.read_text("ascii").splitlines() if not line.startswith("#")]
