"""Errors of the bot, as one tree.

PactbotError
├── CannotStart          the process ends with this line and this exit code
│   └── StoreUnready     the database has no schema, or an unknown one
├── StoreTrouble         a transaction failed and changed nothing
│   ├── StoreBusy        the database is locked, full or unreachable: try again
│   │   ├── TableLocked  another transaction holds a table's lock for too long
│   │   └── LoginRefused the server refuses our user or password: no waiting helps
│   └── StoreConflict    another transaction has written the same key meanwhile: what it wrote is known to the next try
├── TokenUnreadable      no key of PACT_SECRET_KEY opens a stored token
├── ClaimLost            another worker has claimed the row since; its epoch has changed
└── NotPermitted         a person may not change this channel; nothing was changed
"""

from __future__ import annotations


class PactbotError(Exception):
    """the bot could not do it"""


class CannotStart(PactbotError):
    """the bot cannot start"""

    def __init__(self, line: str, exit_code: int = 1) -> None:
        self.exit_code = exit_code
        super().__init__(line)


class StoreUnready(CannotStart):
    """the database has no usable schema"""


class StoreTrouble(PactbotError):
    """the transaction failed"""


class StoreBusy(StoreTrouble):
    """the database is locked, full or unreachable"""


class TableLocked(StoreBusy):
    """another transaction holds the lock"""


class LoginRefused(StoreBusy):
    """the database refuses the user or the password"""


class StoreConflict(StoreTrouble):
    """another transaction has written the same key"""


class TokenUnreadable(PactbotError):
    """no key of PACT_SECRET_KEY opens a stored token"""


class ClaimLost(PactbotError):
    """another worker has claimed the row"""


class NotPermitted(PactbotError):
    """the person may not change this channel"""

    def __init__(self, code: str, *, may_ask: bool = False) -> None:
        self.code = code
        self.may_ask = may_ask
        """Whether the same line, run here by an admin, would do it."""
        super().__init__(code)
