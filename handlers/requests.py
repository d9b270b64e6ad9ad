"""What a person can ask, as frozen data. Parsing a line into one of these is pure; nothing here knows Slack's wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from handlers.cards.shown import Shown


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and where."""

    team: str
    user: str
    channel: str
    direct: bool
    """True in the bot's direct message: a subscription made there is the person's."""
    language: str | None = None
    """``ko`` when the verb was Korean, else None: the person's own language decides."""
    locale: str | None = None
    """Slack's locale of the person, as ``ko-KR``, when known."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a line, a button or a tab asks for. Each verb has its own class beside its parser in ``handlers/verbs/``."""

    @property
    def changes_channel(self) -> bool:
        """Whether the channel gets or is told something else because of it; a mere question is False.

        A change is made however late; a question is dropped once its answer can no longer be shown.
        """
        return False


@dataclass(frozen=True, slots=True)
class Share(Ask):
    """Posts in the channel what a line answered to one person. A button asks for it, never a line."""

    line: str

    @property
    def changes_channel(self) -> bool:
        """The channel is told something."""
        return True


@dataclass(frozen=True, slots=True)
class Home(Ask):
    """The home tab was opened."""


@dataclass(frozen=True, slots=True)
class Unclear(Ask):
    """A line that is not understood: nothing changes. ``code`` is a key of words; the caret stands under the token."""

    position: int
    length: int
    code: str
    nearest: str | None = None
    """A whole line that would be understood, to offer; never run by itself."""


@dataclass(frozen=True, slots=True)
class Request:
    """One ask with who asked it, the line as typed (without the command's name) and how it reached us."""

    id: str
    """trigger_id, event_id or envelope_id: the same at every redelivery."""
    asker: Asker
    ask: Ask
    line: str = ""
    response_url: str | None = None
    typed: str = ""
    """The line as it was typed, when it is not the line that was understood."""
    thread_ts: str | None = None
    """The thread that it was asked in: the answer belongs there."""
    replace_original: bool = False
    """The answer takes the place of the message that was pressed."""


@dataclass(frozen=True, slots=True)
class Happened:
    """Something Slack told us that nobody asked: the bot was invited, a channel archived, the app removed."""

    id: str
    team: str
    kind: Literal[
        "joined", "left", "archived", "unarchived", "uninstalled", "tokens_revoked", "channel_deleted", "renamed"
    ]
    channel: str | None = None
    user: str | None = None


class BotPort(Protocol):
    """All that Slack's wing sees of the bot."""

    async def remember(self, heard: Request | Happened) -> bool:
        """Stores what was heard before it is acknowledged; False when it was heard before (do nothing then)."""

    async def answer(self, request: Request) -> Shown | None:
        """The answer to an ask; never raises for what a person typed. None: somebody else has done it."""

    async def begin_showing(self, request: Request, changed: bool) -> bool:
        """Written down before an answer is shown: True once, for whoever may show it. Nothing else handles a request.

        ``changed``: it is the answer of whoever made a change (``Shown.changed``).
        """

    async def happened(self, event: Happened) -> None:
        """Takes note of what Slack told us."""

    async def handled(self, event: Happened) -> None:
        """It was taken note of."""

    async def put_back(self, heard: Request | Happened) -> None:
        """A stop cut it off: whoever comes next takes it up at once."""
