"""A finding of ``pactbot check``: one row of its table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One row: what was checked, whether it is ok, what was found, and what to do if it is not ok."""

    subject: str
    ok: bool
    text: str
    cure: str = ""
