"""What can go wrong at the desk, as one tree.

PactbotError
├── CannotStart          the start ends with this one line and its exit code
│   └── StoreUnready     the database has no schema, or an unknown one
├── StoreTrouble         the database did not do what was asked; nothing was changed
│   └── StoreBusy        it is locked, full or away: try again
└── ClaimLost            another worker has claimed the row since (its fencing epoch moved on)
"""

from __future__ import annotations


class PactbotError(Exception):
    """the desk could not do it"""


class CannotStart(PactbotError):
    """the start cannot go on"""

    def __init__(self, line: str, exit_code: int = 1) -> None:
        self.exit_code = exit_code
        super().__init__(line)


class StoreUnready(CannotStart):
    """the database has no usable schema"""


class StoreTrouble(PactbotError):
    """the database did not do what was asked"""


class StoreBusy(StoreTrouble):
    """the database is locked, full or away"""


class ClaimLost(PactbotError):
    """the row belongs to another worker by now"""
