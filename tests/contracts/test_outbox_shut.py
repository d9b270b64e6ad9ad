"""A card that may not be edited any more, and a thread that takes no replies: the channel goes on. On SQLite alone."""

from __future__ import annotations

import pytest

from bot.store.deliveries import table as deliveries
from handlers.errors import EditExpired, PostError, ThreadLocked
from tests.support.outbox_harness import OutboxHarness

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)


async def _grow(post: OutboxHarness, number: int, *revisions: int) -> None:
    async with post.store.begin() as c:
        for revision in revisions:
            await deliveries.want_revision(c, number, revision)


@pytest.mark.parametrize("refusal", [EditExpired("edit_window_closed", "C1"), ThreadLocked("thread_locked", "C1")])
async def test_a_card_that_may_not_be_edited_stands_and_is_answered_on(post: OutboxHarness, refusal: PostError) -> None:
    where = await post.channel()
    (number,) = await post.owe(where, "a")
    await post.outbox().run_once()
    shown = (await post.get("a")).shown_revision
    await _grow(post, number, 2)
    post.slack.edits.append(refusal)
    await post.rounds(15, post.outbox())
    await post.owe(where, "reply", after=number)
    await post.rounds(60, post.outbox())
    card = await post.get("a")
    assert (card.state, card.shown_revision, card.wanted_revision, card.edited_at) == ("sent", shown, shown, None)
    assert len(post.slack.times("edit", "C1")) == 1
    assert post.slack.keys("C1") == post.metadata_keys("a", "reply")


async def test_a_locked_thread_ends_its_reply_and_not_its_channel(post: OutboxHarness) -> None:
    where = await post.channel()
    (number,) = await post.owe(where, "a")
    outbox = post.outbox(pace_seconds=0.0)
    await outbox.run_once()
    await post.owe(where, "reply", after=number)
    post.slack.posts.append(ThreadLocked("restricted_action_thread_locked", "C1"))
    await outbox.run_once()
    await post.owe(where, "b")
    await outbox.run_once()
    reply = await post.get("reply")
    assert (reply.state, reply.error) == ("cancelled", "parent_gone")
    assert post.slack.keys("C1") == post.metadata_keys("a", "b")
    assert post.told == []
