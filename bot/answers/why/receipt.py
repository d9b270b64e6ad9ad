"""Makes the receipt of a message: when it was queued, tried, posted and edited."""

from __future__ import annotations

from bot.model import Delivery
from handlers.cards.answers import NoticeCard
from handlers.cards.texts import Note


def receipt_card(subject: str, delivery: Delivery | None, zone: str) -> NoticeCard:
    """Makes a card of the times of a story's message in a channel, or of its absence."""
    if delivery is None:
        return NoticeCard((Note("receipt_none", {"subject": subject[:80]}),), zone=zone)
    head = Note("receipt", {"subject": subject[:80]}, bold=True)
    return NoticeCard((head, *_times(delivery)), zone=zone)


def _times(delivery: Delivery) -> list[Note]:
    notes = [Note("receipt_queued", {"queued": delivery.created_at.isoformat()}), Note(f"queued_as_{delivery.kind}")]
    if delivery.attempts and delivery.first_try_at is not None and delivery.last_try_at is not None:
        first, last = delivery.first_try_at.isoformat(), delivery.last_try_at.isoformat()
        notes.append(Note("receipt_tried", {"n": str(delivery.attempts), "first": first, "last": last}))
    if delivery.state != "sent":
        notes.append(Note(f"delivery_{delivery.state}", {"why": delivery.error or ""}))
    if delivery.sent_at is not None:
        notes.append(Note("receipt_posted", {"posted": delivery.sent_at.isoformat()}))
    if delivery.edited_at is not None:
        code = "receipt_edited" if delivery.shown_revision >= delivery.wanted_revision else "receipt_edit_waits"
        notes.append(Note(code, {"edited": delivery.edited_at.isoformat()}))
    return notes
