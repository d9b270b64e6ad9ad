"""The card of one story, the reply in its thread about a material change, and the line of a card that gave way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.cards.texts import Lead


@dataclass(frozen=True, slots=True)
class UnreadDocument:
    """An article or an office's document whose text could not be read: its headline stands for it."""

    url: str | None
    """None where the card's own headline leads to it."""
    by_summary: bool
    """Whether its source's text was read, too."""
    attachments: tuple[tuple[str, str], ...] = ()
    """Name and address of the documents that its page links to."""


@dataclass(frozen=True, slots=True)
class OtherArticle:
    """Another article of the story, as *Also in* lists it."""

    headline: str
    url: str
    outlet: str
    mark: str = ""
    """``corrected``, ``gone`` where its page has vanished, else empty."""


@dataclass(frozen=True, slots=True)
class StoryCard:
    """One story, with the articles of all outlets that report it."""

    story: str
    headline: str
    headline_language: str
    url: str
    outlet: str
    """The outlet's name as readers know it."""
    published_at: datetime | None
    seen_at: datetime
    zone: str
    lead: Lead | None
    topics: tuple[str, ...]
    """Topic keys (``pact``, ``uk``, sector ids, officials' canonical names), named in the reader's language."""
    articles_ko: int
    articles_en: int
    articles_other: int
    first_outlet: str | None
    """The first outlet, where more than one reports the story and the times tell which was first."""
    first_by_minutes: int | None
    official_url: str | None
    after: tuple[str, ...]
    subscriptions: tuple[str, ...]
    severity: int = 0
    flash: bool = False
    corrected: bool = False
    """Whether the article that heads it was corrected."""
    gone: bool = False
    """Whether the page of the article that heads it has vanished."""
    sister: str | None = None
    """The sister pact that the story is about, where it is not about the pact itself."""
    also: tuple[OtherArticle, ...] = ()
    """The first of its other articles and those with a mark, in the order of publication."""
    also_more: int = 0
    """Other articles that ``also`` leaves out."""
    mention_group: str | None = None
    """The user group (S…) that the channel wants mentioned where the story is severe."""
    muted_until: datetime | None = None
    partial: bool = False
    """Only a part of the heading article's text was read."""
    unread: UnreadDocument | None = None
    bare_headline: str = ""
    """The headline without the outlet's marks that the card's own labels say; empty where there are none."""


@dataclass(frozen=True, slots=True)
class ReplyCard:
    """A material change of a story, posted in its card's thread."""

    story: str
    what: str
    """The kind of change: ``official``, ``official_listed``, ``second_language``, ``milestone``, ``correction`` or
    ``gone``."""
    headline: str
    outlet: str
    url: str
    published_at: datetime | None
    zone: str
    mention_group: str | None = None
    """The user group to mention, where the change makes the story severe: an edit of its card notifies nobody."""
    raised: bool = False
    """Whether the change makes the story severe."""


@dataclass(frozen=True, slots=True)
class MergedCard:
    """A card whose story was merged with one that has an older card in the channel: it only leads there."""

    story: str
    """The merged story's id, as ``ST12``."""
    headline: str
    url: str | None
    """The older message in Slack, or None while it is not known to stand there."""
