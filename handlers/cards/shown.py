"""The union of all cards, and a card together with its reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.cards.answers import ConfirmCard, ErrorCard, HelpCard, NoticeCard, SenseCard, WhyCard
from handlers.cards.digest import DigestCard
from handlers.cards.status import HomeCard, StatusCard
from handlers.cards.story import ReplyCard, StoryCard
from handlers.cards.subscriptions import ChangeCard, ListCard

Card = (
    StoryCard
    | ReplyCard
    | DigestCard
    | StatusCard
    | ListCard
    | ChangeCard
    | WhyCard
    | HelpCard
    | ErrorCard
    | SenseCard
    | ConfirmCard
    | NoticeCard
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A card in the language of whoever reads it; ``shareable`` gives an ephemeral answer its Share button."""

    card: Card | HomeCard
    language: str
    share: str | None = None
    """The line that Share to channel runs again."""
    shared_by: str | None = None
    """U… of who shared it, where the answer stands in a channel."""
    repeat: bool = False
    """It may stand there already and nobody could look: it says so."""
    changed: bool = False
    """The answer of whoever made a change."""
