"""Errors of a call to Slack, cut by what the outbox does about each of them.

PostError
├── RateLimited          not posted; wait ``retry_after_seconds`` (429, ratelimited)
├── OutcomeUnknown       posted or not: quarantine the delivery and read back (timeout, reset, 5xx, …)
├── DestinationAway      not posted; the channel or person cannot be reached (not_in_channel, is_archived, …)
├── TokenRevoked         not posted; the installation is gone (token_revoked, account_inactive, invalid_auth, …)
├── MissingScope         not posted or not read; ``needed`` names the scope
├── MessageRejected      not posted; our fault (invalid_blocks, msg_too_long, …): degrade once to text
├── NotUnderstood        not posted; the code is none that we know, so it is no verdict: back off and try again
├── MessageGone          the message to edit no longer exists
├── ThreadLocked         not posted; its thread takes no replies, its channel does
└── EditExpired          not edited; the message stays as it is and is not edited any more (edit_window_closed, …)
PortInUse                the port for Slack's requests cannot be listened on

``code`` is Slack's own error code, ``where`` the channel. No error ever holds a token.
"""

from __future__ import annotations


class PostError(Exception):
    """Slack did not accept the call"""

    def __init__(self, code: str, where: str = "") -> None:
        self.code = code
        self.where = where
        super().__init__(f"{code} ({where})" if where else code)


class RateLimited(PostError):
    """Slack asks us to wait"""

    def __init__(self, code: str, where: str, retry_after_seconds: float) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(code, where)


class OutcomeUnknown(PostError):
    """it is unknown whether the message was posted"""


class DestinationAway(PostError):
    """the destination cannot be reached"""


class TokenRevoked(PostError):
    """the token or the installation was revoked"""


class MissingScope(PostError):
    """a scope is missing"""

    def __init__(self, code: str, where: str, needed: str) -> None:
        self.needed = needed
        super().__init__(code, where)


class MessageRejected(PostError):
    """Slack rejected the form of the message"""


class NotUnderstood(PostError):
    """Slack refused the call with a code that we do not know"""


class MessageGone(PostError):
    """the message no longer exists"""


class ThreadLocked(PostError):
    """the thread is locked"""


class EditExpired(PostError):
    """the message can no longer be edited"""


class PortInUse(Exception):
    """the port cannot be listened on"""

    def __init__(self, host: str, port: int, why: str) -> None:
        self.host = host
        self.port = port
        super().__init__(f"PORT={port}: cannot listen on {host}:{port} ({why}); choose another, for example PORT=3001")
