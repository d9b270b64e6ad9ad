"""What can be shown, as frozen data without a word of any language in it: blocks.py gives it words and Slack's form.

Instants are UTC; a card carries the zone of whoever reads it. Foreign text stands here as it came: escaping is the
business of blocks.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text to emphasise: code points, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Lead:
    """The sentence that holds the match, with the match to be set in bold."""

    text: str
    bold: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class StoryCard:
    """One story, however many outlets run it."""

    story: str
    headline: str
    headline_language: str
    url: str
    outlet: str
    """As readers know it."""
    published_at: datetime | None
    seen_at: datetime
    zone: str
    lead: Lead | None
    topics: tuple[str, ...]
    """Topic keys (``pact``, ``uk``, sector ids, officials' canonical names) for the line in the reader's language."""
    articles_ko: int
    articles_en: int
    articles_other: int
    first_outlet: str | None
    """Who was first, when more than one outlet has it."""
    first_by_minutes: int | None
    official_url: str | None
    after: tuple[str, ...]
    subscriptions: tuple[str, ...]
    severity: int = 0
    flash: bool = False
    corrected: bool = False
    muted_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReplyCard:
    """A material change of a story, told in its card's thread."""

    story: str
    what: str
    """``official``, ``second_language``, ``milestone``, ``correction``."""
    headline: str
    outlet: str
    url: str
    published_at: datetime | None
    zone: str


@dataclass(frozen=True, slots=True)
class DigestLine:
    story: str
    headline: str
    headline_language: str
    url: str
    outlet: str
    published_at: datetime | None
    articles: int
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DigestSection:
    subscription: str | None
    query: str
    lines: tuple[DigestLine, ...]
    doubtful: bool = False
    """Of messages of which nobody may look whether they arrived."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Proof of silence: what was read although nothing was said."""

    sources_ok: int
    sources_all: int
    articles: int
    last_check_at: datetime | None
    failing: tuple[tuple[str, datetime], ...]
    """Outlet's name and since when."""


@dataclass(frozen=True, slots=True)
class DigestCard:
    on: date
    zone: str
    since_at: datetime | None
    sections: tuple[DigestSection, ...]
    counts: tuple[tuple[str, int], ...]
    """Sector id and number of stories, most first."""
    stories: int
    page: int
    pages: int
    proof: Proof
    late: bool = False
    """A missed slot, caught up."""
    alerted: int = 0
    """Stories of these subscriptions that were posted as cards since the digest before."""
    rolled: str = ""
    """``quiet`` or ``burst``: what was held over quiet hours, or came all at once."""
    doubtful: int = 0
    """So many messages may not have arrived here; what they told stands in a section of its own."""
    preview: bool = False
    """``digest now``: shown to one person, tells nothing as told."""


@dataclass(frozen=True, slots=True)
class Milestone:
    on: date
    text: Mapping[str, str]
    """By language."""
    source: str
    until: date | None = None
    """The end of the range, where no single day is known."""


@dataclass(frozen=True, slots=True)
class SectorHeat:
    sector: str
    stories: int
    by_day: tuple[int, ...]
    """Stories a day, oldest first, as many days as the window has."""
    usual: float
    """Stories in a usual window of this length, from the weeks before; 0 where nothing is known of them."""


@dataclass(frozen=True, slots=True)
class Audited:
    """What the last daily look at the channels found."""

    on: date
    posted: int
    doubled: int
    lost: int
    unread: int
    """Channels and threads that could not be looked at."""
    missing: int = 0
    """Posts that do not stand there: people deleted them, or they were lost."""
    unsent: int = 0
    """Messages that were given up: refused by Slack, or skipped where nobody may look."""


@dataclass(frozen=True, slots=True)
class Health:
    """How the bot is, for people."""

    queue_depth: int
    oldest_due_at: datetime | None
    unknown: int
    last_post_at: datetime | None
    last_sweep_at: datetime | None
    """When an outlet was last read."""
    audited: Audited | None = None
    socket_age_seconds: float | None = None
    """Since when nothing was heard over Socket Mode; None where Slack comes over HTTP."""


@dataclass(frozen=True, slots=True)
class StatusCard:
    now: datetime
    zone: str
    days: int
    query: str | None
    in_force_on: date
    notice_days: int
    next_event: Milestone | None
    last_event: Milestone | None
    heat: tuple[SectorHeat, ...]
    top: tuple[DigestLine, ...]
    proof: Proof
    health: Health
    subscriptions: tuple[SubscriptionLine, ...]
    next_digest_at: datetime | None


@dataclass(frozen=True, slots=True)
class SubscriptionLine:
    id: str
    query: str
    cadence: str
    at: str | None
    """HH:MM of a daily or weekly one."""
    weekday: str | None
    zone: str
    owner: str | None
    """U…; None: the operator's setting."""
    channel: str
    created_at: datetime
    last_post_at: datetime | None
    week_count: int
    state: str
    """``active``, ``waiting`` (not invited), ``away``."""
    min_outlets: int = 1
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListCard:
    lines: tuple[SubscriptionLine, ...]
    page: int
    pages: int
    zone: str
    everywhere: bool
    digest_at: str | None
    next_digest_at: datetime | None
    quiet: tuple[str, str] | None = None
    """Quiet hours from and to, HH:MM."""


@dataclass(frozen=True, slots=True)
class ChangeCard:
    """A change of a channel's settings: said in the channel, and (``personal``) to who made it."""

    change: int
    what: str
    """``subscribed``, ``already``, ``unsubscribed`` (args id, query), ``unsubscribed_all`` (count), ``digest_on`` (at),
    ``digest_off``, ``muted``, ``unmuted`` (target), ``quiet_on`` (start, end, zone), ``quiet_off``, ``undone``: a key
    of words."""
    args: Mapping[str, str]
    user: str | None
    lines: tuple[SubscriptionLine, ...]
    """The whole resulting state."""
    undo: str | None
    """The line that takes it back, as ``unsubscribe S12``."""
    zone: str
    next_digest_at: datetime | None = None
    until_at: datetime | None = None
    notes: tuple[Note, ...] = ()
    waiting: bool = False
    """Saved, but the bot is not in the channel: how to invite it is said."""
    quiet: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence: a key of words and its arguments."""

    code: str
    args: Mapping[str, str] = field(default_factory=dict)
    bold: bool = False


@dataclass(frozen=True, slots=True)
class WhyStage:
    """One stage an article went through: its name, whether it passed, and sentences about it."""

    stage: str
    """``fetched``, ``duplicate``, ``matched``, ``story``, ``subscription``, ``muted``, ``queued``, ``posted``."""
    passed: bool | None
    """None: did not come to it."""
    notes: tuple[Note, ...]
    quotes: tuple[Lead, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WhyCard:
    subject: str
    headline: str | None
    url: str | None
    zone: str
    stages: tuple[WhyStage, ...]
    change: tuple[Note, ...]
    """What would change it."""


@dataclass(frozen=True, slots=True)
class HelpCard:
    verb: str | None
    command: str
    """The slash command's name, as ``/pact``."""
    offer: str | None = None
    """A line that may have been meant."""


@dataclass(frozen=True, slots=True)
class ErrorCard:
    """What could not be understood: nothing was changed."""

    line: str
    position: int | None
    """Where the caret goes in ``line``; None when no token is to blame."""
    length: int
    note: Note
    nearest: str | None = None
    reference: str | None = None
    """Of an internal error: stands in the log."""


@dataclass(frozen=True, slots=True)
class SenseCard:
    """A term of several meanings: which one is meant?"""

    term: str
    choices: tuple[tuple[str, str], ...]
    """Note code of each sense (a key of words) and the line that would mean it."""


@dataclass(frozen=True, slots=True)
class ConfirmCard:
    """A change that is asked about first."""

    note: Note
    line: str
    """What the Yes button runs."""


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """A few sentences: hello in a new channel, a failure told to operators."""

    notes: tuple[Note, ...]
    lines: tuple[SubscriptionLine, ...] = ()
    zone: str = "Asia/Seoul"


@dataclass(frozen=True, slots=True)
class HomeCard:
    now: datetime
    zone: str
    proof: Proof
    health: Health
    mine: tuple[SubscriptionLine, ...]
    today: tuple[DigestLine, ...]
    next_event: Milestone | None
    in_force_on: date


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
