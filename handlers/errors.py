"""What Slack can answer to a post, cut by what the outbox does about it.

PostError
├── Throttled            not posted; wait ``retry_after_seconds`` (429, ratelimited)
├── Unknown              posted or not, nobody can say: quarantine and read back (timeout, reset, 5xx, …)
├── Away                 not posted; the destination is away (not_in_channel, is_archived, channel_not_found, …)
├── Revoked              not posted; the installation is away (token_revoked, account_inactive, invalid_auth, …)
├── ScopeMissing         not posted or not read; ``needed`` names the scope
├── Refused              not posted; our fault (invalid_blocks, msg_too_long, …): degrade once to text
├── MessageGone          the message to edit is not there any more
├── ThreadShut           not posted; its thread takes no replies (locked), the channel does
└── EditEnded            not edited; the message stands as it is and is not edited any more (edit_window_closed, …)
DoorShut                 the port that Slack's requests should come to is taken

``code`` is Slack's own word for it, ``where`` the channel. A token never stands in any of them.
"""

from __future__ import annotations


class PostError(Exception):
    """Slack did not take the message"""

    def __init__(self, code: str, where: str = "") -> None:
        self.code = code
        self.where = where
        super().__init__(f"{code} ({where})" if where else code)


class Throttled(PostError):
    """Slack asks us to wait"""

    def __init__(self, code: str, where: str, retry_after_seconds: float) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(code, where)


class Unknown(PostError):
    """nobody can say whether it was posted"""


class Away(PostError):
    """the destination is away"""


class Revoked(PostError):
    """the installation is away"""


class ScopeMissing(PostError):
    """a scope is missing"""

    def __init__(self, code: str, where: str, needed: str) -> None:
        self.needed = needed
        super().__init__(code, where)


class Refused(PostError):
    """Slack refuses the form of the message"""


class MessageGone(PostError):
    """the message is not there any more"""


class ThreadShut(PostError):
    """the thread takes no replies"""


class EditEnded(PostError):
    """the message cannot be edited any more"""


class DoorShut(Exception):
    """the port cannot be listened on"""

    def __init__(self, host: str, port: int, why: str) -> None:
        self.host = host
        self.port = port
        super().__init__(f"PORT={port}: cannot listen on {host}:{port} ({why}); choose another, for example PORT=3001")
