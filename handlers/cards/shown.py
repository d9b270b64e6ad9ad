"""The union of all cards, and a card together with its reader's language."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from handlers.cards.answers import ConfirmCard, ErrorCard, HelpCard, NoticeCard, SenseCard, WhyCard
from handlers.cards.choice import ChoiceCard
from handlers.cards.commitments import CommitmentsCard
from handlers.cards.debug import DebugCard
from handlers.cards.digest import DigestCard
from handlers.cards.file import FileToSend
from handlers.cards.heat import HeatCard
from handlers.cards.home import HomeCard
from handlers.cards.modals import FieldErrorsCard, ModalCard
from handlers.cards.person import OfficialsCard, PersonCard
from handlers.cards.preview import PreviewCard
from handlers.cards.search import SearchCard
from handlers.cards.settings import SettingsCard
from handlers.cards.sources import SourcesCard
from handlers.cards.status import StatusCard
from handlers.cards.story import MergedCard, ReplyCard, StoryCard
from handlers.cards.story_articles import StoryArticlesCard
from handlers.cards.story_board import StoryBoardCard
from handlers.cards.subscriptions import ChangeCard, ListCard
from handlers.cards.timeline import TimelineCard
from handlers.cards.unfurl import UnfurlCard

Card = (
    StoryCard
    | ReplyCard
    | MergedCard
    | StoryArticlesCard
    | SearchCard
    | TimelineCard
    | StoryBoardCard
    | PersonCard
    | OfficialsCard
    | PreviewCard
    | CommitmentsCard
    | DigestCard
    | StatusCard
    | HeatCard
    | ListCard
    | ChangeCard
    | WhyCard
    | HelpCard
    | ErrorCard
    | SenseCard
    | ChoiceCard
    | ConfirmCard
    | NoticeCard
    | SettingsCard
    | DebugCard
    | SourcesCard
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A card in its reader's language."""

    card: Card | HomeCard | ModalCard | FieldErrorsCard | UnfurlCard
    language: str
    share: str | None = None
    """The line that the Share button of an ephemeral answer runs again."""
    shared_by: str | None = None
    """User id of who shared the answer in a channel."""
    repeat: bool = False
    """The message may be a repeat, because the channel could not be read; it says so."""
    changed: bool = False
    """The answer goes to the person who made a change."""
    broadcast: bool = False
    """The reply is also shown in the channel, outside of its thread."""
    direct: bool = False
    """It is shown in the bot's direct message with one person, so no sentence speaks of a channel."""
    sample: bool = False
    """The card is a sample of an event that never was, and says so."""
    files: tuple[FileToSend, ...] = ()
    """They go to the person's direct message before the card is shown."""
    later: Callable[[], Awaitable[Shown | None]] | None = field(default=None, compare=False)
    """Waits for an outcome that is not known yet, and returns the answer that replaces this one; None: it stays."""
