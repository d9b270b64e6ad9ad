"""Requests and events from Slack as frozen data, and the protocol of the bot that takes them (``BotPort``).

A request holds an ``Ask``; each verb has its own kind of ask beside its parser in ``handlers/verbs/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from handlers.cards.shown import Shown

Standing = Literal["member", "admin", "guest", "outsider", "unreachable"]
"""What a person is in the workspace that the app is installed in. ``admin``: a member who is its admin or owner;
``outsider``: a person of another workspace; ``unreachable``: Slack did not answer."""


@dataclass(frozen=True, slots=True)
class Asker:
    """The person who asks, and the channel where."""

    team: str
    user: str
    channel: str
    direct: bool
    """True in the bot's direct message: a subscription made there is the person's."""
    language: str | None = None
    """``ko`` when the verb was Korean; None: the person's own language decides."""
    locale: str | None = None
    """Slack's locale of the person, as ``ko-KR``; None when it is not known."""
    standing: Standing | None = None
    """None when Slack may not be asked: then only what the payload says counts."""
    unsure_direct: bool = False
    """True where the payload does not say whether the direct message is the bot's: it may be between people."""


@dataclass(frozen=True, slots=True)
class Ask:
    """The base of everything that a line, a button or a tab can ask for."""

    @property
    def changes_channel(self) -> bool:
        """Whether it changes what the channel gets, or posts there; False for a question.

        After a crash a change is made however late it is; a question is dropped once its answer cannot be shown.
        """
        return False

    @property
    def shareable(self) -> bool:
        """Whether its answer may be posted in the channel."""
        return not self.changes_channel

    @property
    def configures(self) -> bool:
        """Whether it changes settings of the channel where it was asked, which decides who may do that."""
        return self.changes_channel

    @property
    def names_target(self) -> bool:
        """Whether it names what it changes, which may be another conversation's or the workspace's.

        Then its answer decides who may, by what is named, and not by the channel where it was asked.
        """
        return False

    @property
    def admins_only(self) -> bool:
        """Whether only an admin of the workspace may ask for it."""
        return False

    @property
    def opens_modal(self) -> bool:
        """Whether it is answered in a modal where Slack lets us open one."""
        return False


@dataclass(frozen=True, slots=True)
class Share(Ask):
    """Posts in the channel what a line answered to one person. Only a button asks for it."""

    line: str

    @property
    def changes_channel(self) -> bool:
        """The answer is posted in the channel."""
        return True

    @property
    def configures(self) -> bool:
        """A post is no setting."""
        return False


@dataclass(frozen=True, slots=True)
class Home(Ask):
    """Shows the home tab. Opening the tab asks for it, and turning its pages."""

    page: int = 1
    """The page of subscriptions; after a crash the first one."""

    @property
    def shareable(self) -> bool:
        """The tab is one person's."""
        return False


@dataclass(frozen=True, slots=True)
class Unclear(Ask):
    """A line that is not understood. It changes nothing."""

    position: int
    """Where the caret goes: the place of the word in the line, or of the missing word behind it."""
    length: int
    code: str
    """A reason code; its sentence stands under ``note.<code>``."""
    nearest: str | None = None
    """A whole line that would be understood. It is offered and never run by itself."""
    example: bool = False
    """Whether ``nearest`` has a value that nobody typed, or lacks one that was typed: no button runs such a change."""
    args: Mapping[str, str] = field(default_factory=dict)
    """Arguments of the sentence."""
    choices: tuple[str, ...] = ()
    """The lines that may have been meant, where there are several; each has its button."""

    @property
    def shareable(self) -> bool:
        """There is no answer."""
        return False


@dataclass(frozen=True, slots=True)
class ViewRef:
    """A modal or a home tab, as Slack names it."""

    id: str
    hash: str | None = None
    """Names the state of the view that was acted on; Slack refuses an update of a newer state."""
    is_home: bool = False
    external_id: str | None = None
    """Our own name of the view that the acknowledgement of a submission shows: it exists once Slack has applied it."""


@dataclass(frozen=True, slots=True)
class Request:
    """An ask with the person who asks, and how it reached us."""

    id: str
    """trigger_id, event_id or envelope_id: the same at every redelivery."""
    asker: Asker
    ask: Ask
    line: str = ""
    """The line as it was understood, without the command's name."""
    response_url: str | None = None
    typed: str = ""
    """The line as it was typed, where that is not the line that was understood."""
    thread_ts: str | None = None
    """The thread that it was asked in; the answer is shown there."""
    replace_original: bool = False
    """Whether the answer replaces the message whose button was pressed."""
    replaceable: bool = False
    """Whether an answer at ``response_url`` can be replaced by a later one: not behind a button of a message that
    everybody sees, because Slack would replace that message."""
    trigger_id: str | None = None
    """Slack's permission to open a modal, once and for three seconds; None where the answer needs no new modal."""
    view: ViewRef | None = None
    """The modal or home tab that was acted on; the answer replaces a modal, unless it opens another one."""
    asked_in_ts: str | None = None
    """The message that asked an admin for the line, where its button was pressed: whoever asked is told."""


@dataclass(frozen=True, slots=True)
class SlackEvent:
    """An event that changes where the bot is: it was invited, a channel was archived or got a new id, and so on."""

    id: str
    team: str
    kind: Literal[
        "joined",
        "left",
        "archived",
        "unarchived",
        "uninstalled",
        "tokens_revoked",
        "channel_deleted",
        "renamed",
        "id_changed",
        "access_granted",
        "access_revoked",
    ]
    channel: str | None = None
    user: str | None = None
    new_channel: str | None = None
    """The id that replaces ``channel``, with ``id_changed``."""
    teams: tuple[str, ...] = ()
    """The workspaces that an organization gives the app to or takes it from, with ``access_granted`` and
    ``access_revoked``. Such an event, and one that removes the app from an organization, has its id as ``team``."""
    locale: str | None = None
    """Slack's locale of ``user``, who invited the bot, as ``ko-KR``; it is never stored."""


class BotPort(Protocol):
    """The bot as ``handlers`` see it."""

    async def remember(self, item: Request | SlackEvent) -> bool:
        """Stores a request or event before it is acknowledged; False when it was stored before: then do nothing."""

    async def check(self, request: Request) -> Shown | None:
        """Checks a submitted modal; returns a ``FieldErrorsCard`` where fields are wrong. It changes nothing."""

    async def answer(self, request: Request) -> Shown | None:
        """Answers a request; raises nothing for what a person typed. None: another process makes the change."""

    async def begin_showing(self, request: Request, changed: bool) -> bool:
        """Marks a request as handled before its answer is shown; True once, for whoever may show it.

        ``changed``: the answer comes from the process that made the change (``Shown.changed``).
        """

    async def handle_event(self, event: SlackEvent) -> None:
        """Applies an event."""

    async def handled(self, event: SlackEvent) -> None:
        """Marks an event as handled."""

    async def put_back(self, item: Request | SlackEvent) -> None:
        """Gives up the lease on what a shutdown interrupted, so that it is recovered at once."""
