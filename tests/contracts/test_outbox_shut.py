"""A card that cannot be edited any more and a locked thread do not stop their channel. On SQLite alone."""

from __future__ import annotations

import pytest

from bot.store.deliveries import table as deliveries
from handlers.errors import EditExpired, PostError, ThreadLocked
from tests.support.outbox_harness import OutboxHarness

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def _want_revisions(harness: OutboxHarness, number: int, *revisions: int) -> None:
    async with harness.store.begin() as c:
        for revision in revisions:
            await deliveries.want_revision(c, number, revision)


@pytest.mark.parametrize("error", [EditExpired("edit_window_closed", "C1"), ThreadLocked("thread_locked", "C1")])
async def test_a_card_whose_edits_expired_stays_and_takes_replies(harness: OutboxHarness, error: PostError) -> None:
    destination = await harness.channel()
    (number,) = await harness.enqueue(destination, "a")
    await harness.outbox().run_once()
    shown = (await harness.get("a")).shown_revision
    await _want_revisions(harness, number, 2)
    harness.slack.edits.append(error)
    await harness.rounds(15, harness.outbox())
    await harness.enqueue(destination, "reply", after=number)
    await harness.rounds(60, harness.outbox())
    card = await harness.get("a")
    assert (card.state, card.shown_revision, card.wanted_revision, card.edited_at) == ("sent", shown, shown, None)
    assert len(harness.slack.times("edit", "C1")) == 1
    assert harness.slack.keys("C1") == harness.metadata_keys("a", "reply")


async def test_a_locked_thread_cancels_its_reply_and_not_its_channel(harness: OutboxHarness) -> None:
    destination = await harness.channel()
    (number,) = await harness.enqueue(destination, "a")
    outbox = harness.outbox(pace_seconds=0.0)
    await outbox.run_once()
    await harness.enqueue(destination, "reply", after=number)
    harness.slack.posts.append(ThreadLocked("restricted_action_thread_locked", "C1"))
    await outbox.run_once()
    await harness.enqueue(destination, "b")
    await outbox.run_once()
    reply = await harness.get("reply")
    assert (reply.state, reply.error) == ("cancelled", "parent_gone")
    assert harness.slack.keys("C1") == harness.metadata_keys("a", "b")
    assert harness.alerts == []
