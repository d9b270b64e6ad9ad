"""A row of the table that ``pactbot check`` prints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One row: what was checked, whether it is ok, what was found, and what to do if it is not ok."""

    subject: str
    ok: bool
    text: str
    cure: str = ""
