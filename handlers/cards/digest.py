"""The digest card: sections of story lines, counts, and the proof of what was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from handlers.cards.texts import Lead, Note
from handlers.cards.topic_heat import TopicHeat

Rolled = Literal["", "quiet", "burst", "back"]
"""Why the stories of a roll-up were held; empty for a digest."""


@dataclass(frozen=True, slots=True)
class ChangedArticle:
    """An article besides the one that heads a line, which its outlet corrected or removed."""

    outlet: str
    mark: str
    """``corrected`` or ``gone``."""


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One story in a list of stories."""

    story: str
    headline: str
    headline_language: str
    url: str
    outlet: str
    published_at: datetime | None
    articles: int
    topics: tuple[str, ...]
    partial: bool = False
    """Only a part of the heading article's text was read."""
    text_missing: bool = False
    """The heading article is told though its text could not be read; it is no flash."""
    corrected: bool = False
    """Whether the article that heads it was corrected."""
    gone: bool = False
    """Whether the page of the article that heads it has vanished."""
    changed: tuple[ChangedArticle, ...] = ()
    """The other articles that were corrected or removed."""
    severity: int = 0
    lead: Lead | None = None
    """The sentence that the first stories of a digest quote."""
    sister: str | None = None
    """The sister pact that the story is about, where it is not about the pact itself."""


@dataclass(frozen=True, slots=True)
class DigestSection:
    """The stories of one subscription, or of one kind."""

    subscription: str | None
    query: str
    lines: tuple[DigestLine, ...]
    kind: str = ""
    """Empty for a subscription's stories. ``doubtful``: repeated from messages that may not have arrived and cannot
    be looked up; ``earlier``: read before the subscription began; ``changed``: of the first shift, with news since;
    ``corrected``: told before, corrected since; ``posted``: posted here since the first shift."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The proof of silence: what was read, even when there was nothing to report."""

    sources_ok: int
    sources_all: int
    articles: int
    last_check_at: datetime | None
    failing: tuple[tuple[str, datetime], ...]
    """Names of failing outlets, each with the start of its failure."""
    frozen: tuple[tuple[str, datetime], ...] = ()
    """Names of outlets whose lists seem frozen although they answer, each with the time of its newest entry."""


@dataclass(frozen=True, slots=True)
class DigestCard:
    """One page of a digest, a roll-up or a preview."""

    on: date
    zone: str
    since_at: datetime | None
    sections: tuple[DigestSection, ...]
    counts: tuple[tuple[str, int], ...]
    """Sector ids with their numbers of stories, the largest first."""
    stories: int
    page: int
    pages: int
    proof: Proof
    late: bool = False
    """The digest's slot was missed and is caught up."""
    alerted: int = 0
    """Stories that were posted as cards, or rolled up, since the previous digest."""
    rolled: Rolled = ""
    """``quiet`` for stories held over quiet hours, ``burst`` for stories that came all at once, ``back`` for those that
    waited until the bot could post again, else empty."""
    doubtful: int = 0
    """Number of messages that may not have arrived here; their stories stand in a section of their own."""
    line: str = ""
    """The line of a preview for one person (``digest now``), which marks no story as reported; empty for a digest."""
    earlier: int = 0
    """Stories of the period that were read before the subscriptions began; only a preview shows them."""
    changed: int = 0
    """Stories of the first shift that the second one shows again, because something changed."""
    unchanged: int = 0
    """Stories of the first shift in which nothing changed; the second shift shows none of them."""
    corrected: int = 0
    """Stories of earlier digests that were corrected, or lost a page, since then."""
    spikes: tuple[TopicHeat, ...] = ()
    """Topics of the digest's stories that have unusually many new stories this week."""
    later: int = 0
    """Stories on later pages of a preview."""
    notes: tuple[Note, ...] = ()
    """What a preview covers, and what is posted at once."""

    @property
    def in_thread(self) -> bool:
        """Whether it is a further page of a posted digest: counts and proof stand on the first."""
        return self.page > 1 and not self.line
