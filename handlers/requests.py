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
class Rest:
    """What follows the verb, and where it begins in the line (for the caret)."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Help:
    """What can be typed; with a verb, that verb's own page."""

    verb: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    rest: Rest


@dataclass(frozen=True, slots=True)
class Subscribe:
    """``rest`` is a query with its options; ``sense`` was chosen by a button when the line was ambiguous."""

    rest: Rest
    for_me: bool = False


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """``number`` of S12; None with ``everything``: all of the channel's (asked first unless ``sure``)."""

    number: int | None
    everything: bool = False
    sure: bool = False


@dataclass(frozen=True, slots=True)
class ListSubscriptions:
    everywhere: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Digest:
    """``now``: the digest of what is open; ``daily``: at HH:MM each day in the channel's zone; ``off``."""

    when: Literal["now", "daily", "off"]
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """``subject`` is an address, ST91, or the ts of a card in this channel."""

    subject: str
    receipt_only: bool = False
    """Only when its message was queued, tried, posted and edited."""


@dataclass(frozen=True, slots=True)
class Mute:
    """``until`` counts from now; a mute always has an end."""

    what: Literal["story", "outlet"]
    target: str
    for_seconds: int


@dataclass(frozen=True, slots=True)
class Unmute:
    what: Literal["story", "outlet"]
    target: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """The channel's quiet hours, HH:MM in its zone; None twice: none."""

    start: str | None
    end: str | None


@dataclass(frozen=True, slots=True)
class Undo:
    """Takes the change with this number back."""

    change: int


@dataclass(frozen=True, slots=True)
class Share:
    """Says in the channel what a line answered to one person."""

    line: str


@dataclass(frozen=True, slots=True)
class Home:
    """The home tab was opened."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """A line that is no ask: nothing changes. ``code`` is a key of words; the caret stands under the token."""

    position: int
    length: int
    code: str
    nearest: str | None = None
    """A whole line that would be understood, to offer; never run by itself."""


Ask = (
    Help
    | Status
    | Subscribe
    | Unsubscribe
    | ListSubscriptions
    | Digest
    | Why
    | Mute
    | Unmute
    | Quiet
    | Undo
    | Share
    | Home
    | Unclear
)


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
