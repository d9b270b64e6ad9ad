"""Loads the share of older stories that hold each common feature, which ``tests/bench/stories/train.py`` writes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

COMMON_FEATURES = Path(__file__).with_name("common_features.txt")


@cache
def common_features() -> Mapping[int, float]:
    """Returns the share of older stories that hold each common feature; a feature that is not here is rare."""
    lines = (line.split() for line in COMMON_FEATURES.read_text("ascii").splitlines() if not line.startswith("#"))
    return {int(feature): float(share) for feature, share in lines}
