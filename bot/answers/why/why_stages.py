"""Decides the stages of ``why`` from rows: pure functions from plain data to stages of the card."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.deliveries.cards_from_rows import outlet_name
from bot.deliveries.holds import end_of_burst
from bot.deliveries.lead_sentences import lead_with_matches
from bot.model import (
    DUPLICATE,
    FROM_SOURCE,
    Delivery,
    Mention,
    Rejected,
    StoredArticle,
    Story,
    Subscription,
    story_id,
    subscription_id,
)
from bot.stories.report import is_trusted
from handlers.cards.answers import WhyStage
from handlers.cards.texts import Note
from scrapers.errors import TitlesOnly
from scrapers.outlet import Outlet

QUOTES = 5
REFUSALS_NAMED = 3

_CODE_OF_STATE = {"headline": "page_waits", "read": "page_read", "failed": "page_failed", "gone": "page_gone"}


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything that is stored of an article and its delivery to one channel."""

    article: StoredArticle | None
    story: Story | None
    mentions: tuple[Mention, ...]
    rejected: tuple[Rejected, ...]
    subscriptions: tuple[Subscription, ...]
    """The channel's."""
    delivery: Delivery | None
    """The message that showed the story in the channel."""
    placement: tuple[Note, ...] = ()
    """Why the article joined its story."""
    heading: str = ""
    """The story's headline for the reader: one in the reader's language, if there is one."""
    served: bool = False
    """Whether a subscription of the channel took the story, or would take such an article today."""
    asked_for: bool = False
    """Whether a subscription of the channel took the story, or a person had it posted; else nothing can hold it."""
    comes_at: datetime | None = None
    """When the held message comes."""

    @property
    def topics(self) -> list[str]:
        """The topics of its mentions; the pact stands first where the article is about it without a mention."""
        named = list(dict.fromkeys(mention.topic for mention in self.mentions if not mention.passing))
        if self.article is not None and self.article.topics.pact and "pact" not in named:
            named.insert(0, "pact")
        return named

    @property
    def passing(self) -> list[str]:
        """The fields that are no subject of the article."""
        return list(dict.fromkeys(mention.topic for mention in self.mentions if mention.passing))


def fetched_stage(trace: Trace, outlets: Mapping[str, Outlet]) -> WhyStage:
    """Says whether the page was read."""
    article = trace.article
    if article is None:
        return WhyStage("fetched", None, ())
    notes = [Note(_code_of_page(article), {"outlet": outlet_name(outlets, article.outlet)})]
    if article.suspect and article.suspect not in (DUPLICATE, TitlesOnly.code):
        notes.append(Note("suspect", {"suspect": article.suspect}))
    passed = article.state == "read" or article.has_text or article.baseline
    return WhyStage("fetched", passed, (*notes, *_text_notes(article)), at=article.first_seen_at)


def _code_of_page(article: StoredArticle) -> str:
    """Returns the note that says what became of an article's page."""
    if article.baseline:
        return "baseline"
    if article.suspect == TitlesOnly.code:
        return "titles_only"
    if article.has_text:
        return "page_read"
    if article.suspect in (None, DUPLICATE) or article.state == "gone":
        return _CODE_OF_STATE[article.state]
    if article.state == "failed":
        return "page_failed_summary" if article.text_from == FROM_SOURCE else "page_failed"
    return "page_awaits_text" if article.state == "headline" else "page_without_text"


def _text_notes(article: StoredArticle) -> list[Note]:
    """Returns notes on the text that was read: only a part, from elsewhere than the page, or none though it is told."""
    if article.lacks_official_text:
        return [Note("told_without_text")] if article.story is not None else []
    notes = [Note("text_partial")] if article.has_text and article.partial else []
    if article.has_text and article.text_from == FROM_SOURCE:
        notes.append(Note("text_from_feed"))
    elif article.has_text and article.text_from == "text":
        notes.append(Note("text_from_plain_text"))
    elif article.has_text and article.text_from != "page":
        notes.append(Note("text_from_attachment", {"kind": article.text_from.upper()}))
    return notes


def duplicate_stage(trace: Trace) -> WhyStage:
    """Says whether the article repeats another one."""
    duplicate = trace.article is not None and trace.article.suspect == DUPLICATE
    return WhyStage("duplicate", not duplicate, (Note("is_duplicate" if duplicate else "no_duplicate"),))


def matched_stage(trace: Trace, *, quotable: bool) -> WhyStage:
    """Says what the article names and which mentions were rejected; ``quotable`` allows quoting its text."""
    if trace.article is None:
        return WhyStage("matched", None, ())
    topics = trace.topics
    notes = [Note("names", {"topics": ", ".join(topics)}) if topics else Note("names_nothing")]
    notes += [Note("names_in_passing", {"topics": ", ".join(trace.passing)})] if trace.passing else []
    notes += _severity_notes(trace.article)
    refusals: list[Note] = []
    for refused in trace.rejected:
        note = Note(refused.reason.code, {**refused.reason.args, "quote": refused.quote})
        if note not in refusals:
            refusals.append(note)
    notes += refusals[:REFUSALS_NAMED]
    shown = [mention for mention in trace.mentions if mention.context and (mention.field == "headline" or quotable)]
    sentences = list(dict.fromkeys(mention.context for mention in shown))[:QUOTES]
    quotes = [
        lead_with_matches(text, [mention for mention in trace.mentions if mention.context == text])
        for text in sentences
    ]
    return WhyStage("matched", bool(topics), tuple(notes), tuple(quotes))


def _severity_notes(article: StoredArticle) -> list[Note]:
    """Says why an article about the pact is major news or not; nothing of one that was read before this was kept."""
    reason = dict(article.severity_reason)
    if not reason:
        return []
    if article.topics.severity and not is_trusted(article):
        return [Note("severity.untrusted")]
    return [Note(reason.pop("code"), reason)]


def story_stage(trace: Trace) -> WhyStage:
    """Says which story the article belongs to."""
    story = trace.story
    if story is None:
        return WhyStage("story", False, (Note("no_story"),))
    note = Note("in_story", {"story": story_id(story.id), "headline": trace.heading})
    if trace.article is not None and trace.article.headline == trace.heading:
        note = Note("in_story_of_it", {"story": story_id(story.id)})
    return WhyStage("story", True, (note, *trace.placement))


def muted_stage(trace: Trace, held_by: Note | None, until: datetime | None) -> WhyStage:
    """Says what holds the story back now; what was posted before that is not held, but later news of it is."""
    if held_by is None:
        return WhyStage("muted", True, (Note("not_muted_now"),))
    if trace.delivery is not None and trace.delivery.state == "sent":
        return WhyStage("muted", True, (Note(f"{held_by.code}_since", held_by.args),), at=until)
    return WhyStage("muted", False, (held_by,), at=until)


def message_stages(trace: Trace) -> tuple[WhyStage, WhyStage]:
    """Says when the message was queued, and what became of it."""
    delivery = trace.delivery
    if delivery is None:
        return WhyStage("queued", None, ()), WhyStage("posted", None, ())
    if _joined_later(trace, delivery):
        return _stages_of_joined(delivery)
    queued = WhyStage("queued", True, (Note(f"queued_as_{delivery.kind}"),), at=delivery.created_at)
    notes = [Note("attempts", {"n": str(delivery.attempts)})]
    burst_ends_at = end_of_burst(delivery)
    if burst_ends_at is not None:
        return queued, WhyStage("posted", False, (Note("delivery_held_burst"), *notes), at=burst_ends_at)
    if delivery.state != "sent":
        notes.insert(0, Note(f"delivery_{delivery.state}", {"why": delivery.error or ""}))
    if delivery.edited_at is not None:
        notes.append(Note("edited", {"n": str(delivery.shown_revision)}))
    at = trace.comes_at or delivery.sent_at or delivery.last_try_at
    return queued, WhyStage("posted", delivery.state == "sent", tuple(notes), at=at)


def _joined_later(trace: Trace, delivery: Delivery) -> bool:
    """Whether the story's card had been posted when the article was first seen."""
    is_posted = delivery.kind == "card" and delivery.sent_at is not None
    return (
        is_posted
        and trace.article is not None
        and trace.article.first_seen_at > (delivery.sent_at or trace.article.first_seen_at)
    )


def _stages_of_joined(delivery: Delivery) -> tuple[WhyStage, WhyStage]:
    """Says that the story's card stood already, and when it was edited."""
    stood = Note("card_stood", {"at": delivery.sent_at.isoformat() if delivery.sent_at else ""})
    notes = (Note("card_edited"),) if delivery.edited_at is not None else (Note("card_edit_waits"),)
    passed = delivery.edited_at is not None
    return WhyStage("queued", True, (stood,)), WhyStage("posted", passed, notes, at=delivery.edited_at)


def what_would_change_it(trace: Trace, is_new: Callable[[str], bool]) -> tuple[Note, ...]:
    """Offers a line that would mute a posted story, or that would post such an article next time.

    ``is_new`` says whether a query can be parsed and is no subscription of the channel yet; no other is advised.
    """
    article, delivery = trace.article, trace.delivery
    if delivery is not None and delivery.state == "sent":
        return (
            (Note("would_mute", {"line": f"mute story {story_id(delivery.story)} for 3d"}),) if delivery.story else ()
        )
    if delivery is not None or trace.served or article is None or (article.baseline and trace.subscriptions):
        return ()
    named = [mention.topic for mention in trace.mentions if mention.kind != "literal" and not mention.passing]
    if article.topics.pact:
        named.append("pact")
    if named:
        queries = dict.fromkeys(f'"{topic}"' if " " in topic else topic for topic in named)
        return _subscribing("would_subscribe", queries, is_new)
    return _subscribing("would_quote", [f'"{refused.quote}"' for refused in trace.rejected], is_new)


def _subscribing(code: str, queries: Iterable[str], is_new: Callable[[str], bool]) -> tuple[Note, ...]:
    """Returns the line of the first query that is new."""
    query = next((query for query in queries if is_new(query)), None)
    return () if query is None else (Note(code, {"line": f"subscribe {query}"}),)


def subscription_ids(subscriptions: Iterable[Subscription]) -> str:
    """``S1, S3``."""
    return ", ".join(subscription_id(subscription.id) for subscription in subscriptions)
