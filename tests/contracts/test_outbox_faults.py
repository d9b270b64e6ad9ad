"""Answers of Slack that are no verdict: an unknown code, a parent or a thread that is not found. On SQLite alone."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bot.store.deliveries import table as deliveries
from handlers.errors import MessageGone, NotUnderstood, OutcomeUnknown
from tests.support.outbox_harness import OutboxHarness

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def _kinds(harness: OutboxHarness) -> list[tuple[str, str]]:
    return [(alert.kind, alert.code) for alert in harness.alerts]


async def test_an_unknown_code_never_ends_a_delivery(harness: OutboxHarness) -> None:
    harness.slack.posts.extend([NotUnderstood("new_code_of_2027", "C1")] * 12)
    await harness.enqueue(await harness.channel(), "a", "b")
    await harness.rounds(1_800, harness.outbox())
    assert harness.slack.keys("C1") == harness.metadata_keys("a", "b")
    times = harness.slack.times("post", "C1")
    gaps = [later - sooner for sooner, later in pairwise(times[:13])]
    assert all(gap >= least for gap, least in zip(gaps, (2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300), strict=False))
    assert set(_kinds(harness)) == {("fault", "new_code_of_2027")}


@pytest.mark.parametrize("error", [MessageGone("message_not_found", "C1"), MessageGone("thread_not_found", "C1")])
async def test_a_parent_that_slack_looks_for_in_vain_is_not_cancelled(
    harness: OutboxHarness, error: MessageGone
) -> None:
    harness.slack.posts.append(error)
    await harness.enqueue(await harness.channel(), "a")
    await harness.rounds(10, harness.outbox())
    assert harness.slack.keys("C1") == harness.metadata_keys("a")


async def test_an_unknown_reply_whose_thread_is_gone_frees_its_channel(harness: OutboxHarness) -> None:
    destination = await harness.channel()
    (card,) = await harness.enqueue(destination, "card")
    await harness.rounds(1, harness.outbox())
    harness.slack.posts.append(OutcomeUnknown("timeout", "C1"))
    harness.slack.finds.append(MessageGone("thread_not_found", "C1"))
    await harness.enqueue(destination, "reply", after=card)
    await harness.enqueue(destination, "next")
    await harness.rounds(60, harness.outbox())
    assert (await harness.get("reply")).state == "cancelled"
    assert harness.slack.keys("C1") == harness.metadata_keys("card", "next")


async def test_an_edit_refused_with_an_unknown_code_is_made_again(harness: OutboxHarness) -> None:
    (number,) = await harness.enqueue(await harness.channel(), "a")
    await harness.outbox().run_once()
    async with harness.store.begin() as c:
        await deliveries.want_revision(c, number, 2)
    harness.slack.edits.append(NotUnderstood("new_code_of_2027", "C1"))
    await harness.rounds(630, harness.outbox(), step=5)
    assert (await harness.get("a")).shown_revision == 2
    assert _kinds(harness) == [("fault", "new_code_of_2027")]
