"""The counts of a chaos run."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass


@dataclass
class Figures:
    """The counts of a run."""

    messages: int = 0
    kills: int = 0
    near_kills: int = 0
    """Kills within 50 ms of an accepted post."""
    dropped: int = 0
    """Answers dropped after acceptance."""
    asked: int = 0
    """Reads of Slack's history for unknown deliveries."""
    found: int = 0
    """Reads that found the message."""
    seconds: float = 0.0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    """Messages below a later one of their channel."""
    without_row: int = 0
    """Posts that Slack accepted while no committed row said ``sending`` or ``unknown``."""
    unexpected: int = 0
    unsettled: int = 0

    def __str__(self) -> str:
        pairs = ", ".join(f"{name.replace('_', ' ')} {value:,.0f}" for name, value in asdict(self).items())
        return f"{pairs} ({os.cpu_count()} cores, {platform.python_version()})"
