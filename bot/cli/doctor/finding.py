"""What the doctor found: one row of its table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One row: what was looked at, whether it is well, what was seen, and what to do if it is not."""

    what: str
    well: bool
    seen: str
    cure: str = ""
