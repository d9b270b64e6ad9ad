"""Defines the bot's own words as frozen data that the folders of the bot pass to each other.

Instants are aware datetimes in UTC and end in ``_at``; local dates end in ``_on``. Ids are the store's integers;
``subscription_id`` and ``story_id`` make of them what people type (S12, ST91).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple

Field = Literal["headline", "text"]
MentionKind = Literal["pact", "sister", "official", "sector", "literal"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was decided: a code and its arguments. Its words stand in the handlers' locale files."""

    code: str
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """One article as the text engine takes it: its words, and what is known of it from outside its text."""

    headline: str
    text: str
    language: str | None = None
    """``ko``, ``en`` or any other tag; None is guessed from the script."""
    published_on: date | None = None
    official: bool = False
    """Whether the outlet is an office (a ministry, the White House): its document about the pact is severity 1."""
    hosts: tuple[str, ...] = ()
    """The outlet's hosts: a news agency's own name is no source of its article."""


class Mention(NamedTuple):
    """That a text names something, with where and by which term. A tuple, because a text may hold thousands."""

    kind: MentionKind
    topic: str
    """The topic that is named: ``pact``, a sister's id (``uk``), an official's name, a sector id, or the literal."""
    term: str
    """The lexicon form (or literal) that matched, as the lexicon writes it."""
    field: Field
    start: int
    end: int
    """They count code points of the original field; ``end`` is exclusive."""
    quote: str
    """It is exactly ``field[start:end]``."""
    context: str
    """The sentence around it, an exact slice of the field."""
    passing: bool = False
    """A field that is no subject of the article: a name, a history or biography clause. It is never alerted on."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A candidate mention that was not meant."""

    kind: MentionKind
    topic: str
    term: str
    field: Field
    start: int
    end: int
    quote: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics that a text is about, how severe it is, and the sources it follows."""

    pact: bool = False
    sister_pact: tuple[str, ...] = ()
    """Ids of the sister pacts: ``uk``, ``japan``."""
    officials: tuple[str, ...] = ()
    """Canonical English names, in order of first appearance."""
    sectors: tuple[str, ...] = ()
    severity: int = 0
    """1 for a signature, suspension, notice, joint committee or official document of the Korean pact, else 0."""
    after: tuple[str, ...] = ()
    """The sources that the article follows, as ``Bloomberg``. A story's row keeps none: its articles have them."""

    @property
    def any(self) -> bool:
        """Whether at least one topic is named."""
        return bool(self.pact or self.sister_pact or self.officials or self.sectors)


NO_TOPICS = Topics()


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything the engine decided about one page."""

    topics: Topics
    language: str
    mentions: tuple[Mention, ...]
    rejected: tuple[Rejected, ...]
    reasons: tuple[Reason, ...]

    @property
    def severity_reason(self) -> Mapping[str, str]:
        """Why it is major news or not: ``code`` and the arguments of the reason, as plain data for a JSON column."""
        found = (reason for reason in self.reasons if reason.code.startswith("severity."))
        return next(({"code": reason.code, **reason.args} for reason in found), {})


# ── stories ────────────────────────────────────────────────────────────────────────────────────────────────

ArticleKind = Literal["official", "media", "opinion"]
Cadence = Literal["instant", "hourly", "daily", "weekly"]


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as the store keeps it: without its body, with what was decided about it."""

    id: int
    outlet: str
    url: str
    canonical_url: str
    headline: str
    language: str
    kind: ArticleKind
    published_at: datetime | None
    first_seen_at: datetime
    content_hash: str
    state: ArticleState
    suspect: str | None
    flash: bool
    corrected: bool
    baseline: bool
    """It was stored at the first reading of its source, or was too old: nobody is told of it."""
    story: int | None
    topics: Topics
    fingerprint: bytes
    """A sketch of its text (see ``bot.stories.features.fingerprint``); empty until it is decided about."""
    lexicon_version: str
    partial: bool = False
    """Whether only a part of its text was read."""
    text_from: str = "page"
    """What was read: ``page``, ``feed`` (its source), ``pdf``, ``hwpx``, ``odt`` (an attachment), ``text`` (plain)."""
    attachments: tuple[Mapping[str, str], ...] = ()
    """``name``, ``url`` and ``kind`` of the documents that its page links to."""
    text_url: str | None = None
    """The address of its plain text, which is read instead of its page."""
    severity_reason: Mapping[str, str] = field(default_factory=dict)
    """``code`` and arguments of the reason why it is major news or not; empty where it is not about the pact."""

    @property
    def has_text(self) -> bool:
        """Whether its text was read, at least in part; an edited article keeps it while its page is read again."""
        was_read = self.state == "read" or (self.state == "headline" and bool(self.content_hash))
        return was_read and not self.flash and self.suspect in (None, CHURNED)

    @property
    def lacks_official_text(self) -> bool:
        """Whether it is an office's document of which only the headline, and what its source says, is known."""
        return self.kind == "official" and not self.has_text


ArticleState = Literal["headline", "read", "failed", "gone"]
"""``headline``: listed by a source, its page not read yet · ``read`` · ``failed``: given up · ``gone``: 404 or 410."""
CHURNED = "churned"
"""Why an article is suspect whose source renamed its whole list: it may be an old one."""
FROM_SOURCE = "feed"
"""``text_from`` of an article whose text is the one that its source gives."""
DUPLICATE = "duplicate"
"""Why an article is suspect that another one stands for."""


@dataclass(frozen=True, slots=True)
class Story:
    """The articles, in both languages, that report one event."""

    id: int
    headline: str
    """The headline of its leading article: an official text, else the first full report."""
    url: str
    outlet: str
    language: str
    first_seen_at: datetime
    last_article_at: datetime
    revision: int
    """It grows by one with every article or correction; a card shows a revision."""
    topics: Topics
    merged_into: int | None = None


class StoryCoverage(NamedTuple):
    """A story with the numbers of its outlets and of its articles by language."""

    story: int
    outlets: int
    ko: int
    en: int
    severity: int
    pact: bool
    last_article_at: datetime


def story_id(number: int) -> str:
    """Returns what people type for a story: ST91."""
    return f"ST{number}"


def subscription_id(number: int) -> str:
    """Returns what people type for a subscription: S12."""
    return f"S{number}"


# ── channels and subscriptions ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Destination:
    """A place that messages are delivered to: a channel, or a person's direct message."""

    id: int
    team: str
    slack_id: str
    """C… or G… of a channel, D… of a direct message."""
    person: str | None
    """U… when the destination is one person's."""
    language: str
    timezone: str
    state: DestinationState
    away_reason: str | None
    digest_at: str | None
    """HH:MM of the channel's own digest, or None; an hourly one uses only the minute."""
    quiet_from: str | None
    quiet_to: str | None
    configured_by: ConfiguredBy = "everyone"
    configurers: tuple[str, ...] = ()
    """The people (U…) who may change the settings, where ``configured_by`` is ``list``."""
    threads: bool = True
    """Whether what is new in a story is told in its card's thread; else the card alone is edited."""
    broadcast: bool = False
    """Whether such a reply is also shown in the channel itself."""
    mention_group: str | None = None
    """The user group (S…) that a card of severity 1 mentions, or None."""
    empty_digest: EmptyDigest | None = None
    """None: the channel's own digest says the all-clear, the digests of single subscriptions are skipped."""
    digest_cadence: DigestCadence = "daily"
    digest_weekday: str = "mon"
    """The day of a weekly digest."""


ConfiguredBy = Literal["everyone", "admins", "list"]
"""Who may change a channel's settings: its members, the workspace's admins, or the people of a list (and admins)."""
DigestCadence = Literal["hourly", "daily", "weekly", "shifts"]
"""``shifts``: each day at ``digest_at`` in Seoul and at ``digest_at`` in Washington, whatever the channel's zone."""
EmptyDigest = Literal["skip", "clear"]
"""What a digest without a story does: nothing, or one line that says the all-clear."""
DestinationState = Literal["active", "waiting", "away"]
"""``waiting``: not invited yet · ``away``: archived, kicked, no permission. Nothing is deleted in either."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A query that a channel or a person follows, with its cadence."""

    id: int
    team: str
    destination: int
    owner: str | None
    """U… of the person who made it, or None when a setting did."""
    query: str
    """The query as it prints; parsing it gives the same query."""
    cadence: Cadence
    at: str
    weekday: str
    timezone: str
    min_outlets: int
    created_at: datetime
    ends_at: datetime | None
    state: SubscriptionState
    last_post_at: datetime | None


SubscriptionState = Literal["active", "ended"]


# ── deliveries ─────────────────────────────────────────────────────────────────────────────────────────────

DeliveryKind = Literal["card", "merged", "reply", "digest", "change", "share", "notice", "sample"]
"""``merged``: it was a card until its story was merged with another one that has a card in the same channel."""
DeliveryState = Literal["due", "sending", "sent", "unknown", "held", "waiting", "cancelled", "dead"]
UNSETTLED: tuple[DeliveryState, ...] = ("due", "sending", "unknown")
"""States in which a delivery is on its way, or may be: what becomes of it shows in a moment."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one destination, with its state. It is rendered when it is sent."""

    id: int
    key: str
    team: str
    destination: int
    slack_id: str
    kind: DeliveryKind
    state: DeliveryState
    story: int | None
    after: int | None
    """The delivery that must be sent first; its ts is this one's thread."""
    payload: Mapping[str, object]
    """What rendering needs besides rows: a digest's frozen items, a change's id, a shared request."""
    subscriptions: tuple[int, ...]
    wanted_revision: int
    shown_revision: int
    epoch: int
    attempts: int
    empty_reads: int
    created_at: datetime
    not_before: datetime
    first_try_at: datetime | None
    last_try_at: datetime | None
    sent_at: datetime | None
    edited_at: datetime | None
    ts: str | None
    error: str | None
    thread_ts: str | None = None
    """The ts of ``after``, once that is sent."""
    plain: bool = False
    """Whether its text alone is sent, because Slack refused its blocks."""
    trace: str | None = None
    """What caused it, for the log: the id that follows an article or a request through all processes."""
    repeat: bool = False
    """Whether it says that it may be a repetition: it may have arrived, and nobody could look."""


@dataclass(frozen=True, slots=True)
class Job:
    """A unit of work for the worker: a name and a key. The rows that it works on say what is due."""

    name: str
    key: str = ""
    due_at: datetime | None = None
    """None: now."""


JobFunction = Callable[[str], Awaitable[Iterable[Job]]]
"""Runs a job: takes its key, returns the jobs that follow it."""
