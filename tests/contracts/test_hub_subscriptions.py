"""Subscriptions at hubs and the answers to hubs, on both databases."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Job
from bot.queue.embedded import EmbeddedQueue
from bot.store import hub_subscriptions, jobs
from bot.store.clock_correction import stored_waits
from bot.store.engine import Store
from bot.store.hub_subscriptions import HubSubscription
from bot.websub.callback import HubCallback
from bot.websub.decisions import wanted
from scrapers.hub_links import HubLinks

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
LINKS = HubLinks("https://hub.example/", "https://outlet.example/feed")
WANTED = wanted("outlet", LINKS.topic, LINKS, "https://pactbot.example", NOW)
ASKED = replace(WANTED, state="asked", asked_at=NOW, next_try_at=NOW + HOUR)
ACTIVE = replace(ASKED, state="active", verified_at=NOW, expires_at=NOW + 10 * DAY, next_try_at=NOW + 8 * DAY)
QUESTION = {"hub.mode": "subscribe", "hub.topic": LINKS.topic, "hub.challenge": "a1b2", "hub.lease_seconds": "3600"}
BODY = b"<rss/>"


class At:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> At:
    return At()


@pytest.fixture
def callback(store: Store, clock: At) -> HubCallback:
    made = HubCallback(clock)
    made.open(store, EmbeddedQueue(store, clock).enqueue_in)
    return made


async def save(store: Store, *rows: HubSubscription) -> None:
    async with store.begin() as c:
        for row in rows:
            await hub_subscriptions.save(c, row)


async def saved(store: Store) -> HubSubscription | None:
    async with store.read() as c:
        return await hub_subscriptions.get(c, "outlet", LINKS.topic)


def signed(row: HubSubscription, body: bytes = BODY) -> str:
    return "sha256=" + hmac.new(row.secret.encode(), body, "sha256").hexdigest()


async def waiting_job(store: Store, name: str) -> datetime | None:
    """When the job of this name is due."""
    async with store.begin() as c:
        claimed = await jobs.claim(c, NOW + DAY, "w", 30, 9)
    return next((each.job.due_at for each in claimed if each.job.name == name), None)


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_row_stands_for_one_source_and_is_found_by_its_token(store: Store) -> None:
    other = wanted("outlet", "https://outlet.example/2", LINKS, "https://pactbot.example", NOW)
    await save(store, WANTED, other, ACTIVE)
    async with store.read() as c:
        assert await hub_subscriptions.get(c, "outlet", LINKS.topic) == ACTIVE
        assert await hub_subscriptions.by_token(c, ACTIVE.token) == ACTIVE
        assert await hub_subscriptions.by_token(c, "a" * 43) is None
        assert set(await hub_subscriptions.all_of(c)) == {ACTIVE, other}


async def test_rows_are_due_in_the_order_of_their_instants(store: Store) -> None:
    rows = [
        replace(wanted("outlet", f"https://outlet.example/{n}", LINKS, "", NOW), next_try_at=at)
        for n, at in enumerate((NOW, NOW - HOUR, NOW + SECOND, None))
    ]
    await save(store, *rows)
    async with store.read() as c:
        assert await hub_subscriptions.due(c, NOW, 9) == (rows[1], rows[0])
        assert await hub_subscriptions.due(c, NOW, 1) == (rows[1],)
        assert await hub_subscriptions.next_try_at(c) == NOW - HOUR


async def test_a_row_that_changed_meanwhile_is_not_overwritten_and_pushes_stay(store: Store) -> None:
    await save(store, ACTIVE)
    async with store.begin() as c:
        await hub_subscriptions.note_push(c, ACTIVE, NOW + 5 * SECOND, NOW)
        assert await hub_subscriptions.replace_unchanged(c, ACTIVE, replace(ACTIVE, state="leaving"))
        for stale in (ACTIVE, replace(ACTIVE, state="leaving", asked_at=None), replace(ACTIVE, token="b")):
            assert not await hub_subscriptions.replace_unchanged(c, stale, WANTED)
    row = await saved(store)
    assert row == replace(ACTIVE, state="leaving", last_push_at=NOW, push_due_at=NOW + 5 * SECOND)
    await save(store, WANTED)
    async with store.begin() as c:
        assert await hub_subscriptions.replace_unchanged(c, WANTED, ASKED)


async def test_a_push_makes_a_source_due_until_it_is_read(store: Store) -> None:
    await save(store, ACTIVE)
    async with store.begin() as c:
        await hub_subscriptions.note_push(c, ACTIVE, NOW, NOW)
        await hub_subscriptions.note_push(c, ACTIVE, NOW + 5 * SECOND, NOW + SECOND)
    assert await saved(store) == replace(ACTIVE, last_push_at=NOW + SECOND, push_due_at=NOW)
    async with store.begin() as c:
        await hub_subscriptions.begin_reading(c, "outlet", LINKS.topic)
    assert await saved(store) == replace(ACTIVE, last_push_at=NOW + SECOND)


@pytest.mark.parametrize(
    ("row", "known", "stays"),
    [
        (ACTIVE, True, True),
        (replace(ACTIVE, next_try_at=NOW - SECOND), True, True),
        (replace(ACTIVE, next_try_at=NOW - SECOND), False, False),
        (replace(ACTIVE, next_try_at=NOW), False, True),
        (replace(ACTIVE, state="leaving", asked_at=NOW, next_try_at=None), False, True),
        (replace(ACTIVE, state="leaving", asked_at=NOW - SECOND, next_try_at=None), True, False),
        (replace(ACTIVE, state="leaving", asked_at=NOW - SECOND, next_try_at=NOW), True, True),
    ],
)
async def test_what_has_ended_and_what_is_of_no_outlet_is_deleted(
    store: Store, row: HubSubscription, known: bool, stays: bool
) -> None:
    await save(store, row)
    async with store.begin() as c:
        await hub_subscriptions.forget_ended(c, ["outlet"] if known else ["another"], NOW)
    assert (await saved(store) is not None) == stays


def test_no_request_and_no_push_waits_for_a_clock_that_was_put_back() -> None:
    from bot.clock_steps import longest_waits
    from bot.outbox.policy import DeliveryPolicy

    columns = {str(wait.until) for wait in stored_waits(longest_waits(DeliveryPolicy()))}
    assert {"hub_subscriptions.next_try_at", "hub_subscriptions.push_due_at"} <= columns


# ── answers to hubs ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_question_about_what_we_asked_is_answered_with_its_challenge(
    store: Store, callback: HubCallback
) -> None:
    await save(store, ASKED)
    assert await callback.verify(ASKED.token, QUESTION) == (200, "a1b2")
    row = await saved(store)
    assert row == replace(ASKED, state="active", verified_at=NOW, expires_at=NOW + HOUR, next_try_at=NOW + HOUR / 2)
    assert await callback.verify(ASKED.token, QUESTION) == (200, "a1b2"), "a hub whose answer was lost asks again"


@pytest.mark.parametrize(
    "question",
    [
        {},
        {**QUESTION, "hub.topic": "https://outlet.example/other"},
        {**QUESTION, "hub.mode": "unsubscribe"},
        {**QUESTION, "hub.mode": "publish"},
        {"hub.mode": "denied"},
    ],
)
async def test_any_other_question_is_unknown_and_changes_nothing(
    store: Store, callback: HubCallback, question: Mapping[str, str]
) -> None:
    await save(store, ASKED)
    assert await callback.verify(ASKED.token, question) == (404, "")
    assert await saved(store) == ASKED


@pytest.mark.parametrize("token", ["", "a", "a" * 43, "a" * 44, "../" * 15, "가" * 43])
async def test_an_unknown_token_is_unknown(store: Store, callback: HubCallback, token: str) -> None:
    await save(store, ASKED)
    assert await callback.verify(token, QUESTION) == (404, "")
    assert await callback.receive(token, signed(ASKED), BODY) == 404


async def test_a_request_that_was_never_sent_is_not_confirmed(store: Store, callback: HubCallback) -> None:
    await save(store, WANTED)
    assert await callback.verify(WANTED.token, QUESTION) == (404, "")
    assert await callback.receive(WANTED.token, signed(WANTED), BODY) == 410


async def test_a_short_lease_is_renewed_by_a_job_of_its_own(store: Store, callback: HubCallback) -> None:
    await save(store, ASKED)
    await callback.verify(ASKED.token, {**QUESTION, "hub.lease_seconds": "1"})
    assert await waiting_job(store, "websub") == NOW + timedelta(seconds=150)


async def test_a_denied_subscription_keeps_its_reason(store: Store, callback: HubCallback) -> None:
    await save(store, ACTIVE)
    question = {"hub.mode": "denied", "hub.topic": LINKS.topic, "hub.reason": "not yours"}
    assert await callback.verify(ACTIVE.token, question) == (200, "")
    row = await saved(store)
    assert row is not None
    assert (row.state, row.reason, row.next_try_at) == ("denied", "not yours", NOW + 7 * DAY)
    assert await callback.receive(ACTIVE.token, signed(ACTIVE), BODY) == 410


@pytest.mark.parametrize("mode", ["unsubscribe", "denied"])
async def test_an_end_that_we_asked_for_leaves_no_row(store: Store, callback: HubCallback, mode: str) -> None:
    leaving = replace(ACTIVE, state="leaving", next_try_at=None)
    await save(store, leaving)
    assert await callback.receive(leaving.token, signed(leaving), BODY) == 410
    assert await callback.verify(leaving.token, QUESTION) == (404, "")
    status, _ = await callback.verify(leaving.token, {**QUESTION, "hub.mode": mode})
    assert status == 200
    assert await saved(store) is None


async def test_a_signed_push_enqueues_a_reading_and_the_next_one_comes_a_little_later(
    store: Store, callback: HubCallback, clock: At
) -> None:
    await save(store, ACTIVE)
    assert await callback.receive(ACTIVE.token, signed(ACTIVE), BODY) == 202
    assert await saved(store) == replace(ACTIVE, last_push_at=NOW, push_due_at=NOW)
    async with store.begin() as c:
        (first,) = await jobs.claim(c, NOW, "w", 30, 9)
        await hub_subscriptions.begin_reading(c, "outlet", LINKS.topic)
    assert (first.job.name, first.job.key) == ("scrape", "outlet")
    clock.now = NOW + SECOND
    for _ in range(3):
        assert await callback.receive(ACTIVE.token, signed(ACTIVE), BODY) == 202
    row = await saved(store)
    assert row is not None
    assert row.push_due_at == NOW + 5 * SECOND
    async with store.begin() as c:
        await jobs.finish(c, first)
        assert await jobs.claim(c, NOW + 5 * SECOND - SECOND, "w", 30, 9) == []
        assert len(await jobs.claim(c, NOW + 5 * SECOND, "w", 30, 9)) == 1


@pytest.mark.parametrize(
    "signature",
    ["", "sha256=00", signed(replace(ACTIVE, secret="another")), signed(ACTIVE, b"b")],
    ids=["none", "short", "another secret", "another body"],
)
async def test_a_push_that_is_not_signed_is_answered_and_ignored(
    store: Store, callback: HubCallback, signature: str, caplog: pytest.LogCaptureFixture
) -> None:
    await save(store, ACTIVE)
    assert await callback.receive(ACTIVE.token, signature, BODY) == 202
    assert await saved(store) == ACTIVE
    assert await waiting_job(store, "scrape") is None
    assert "push_not_signed" in [record.getMessage() for record in caplog.records]
    assert ACTIVE.secret not in caplog.text


async def test_before_the_database_is_ready_a_hub_is_asked_to_come_back(clock: At) -> None:
    callback = HubCallback(clock)
    assert await callback.verify(ACTIVE.token, QUESTION) == (503, "")
    assert await callback.receive(ACTIVE.token, signed(ACTIVE), BODY) == 503


async def test_a_job_that_waits_already_is_due_earlier_after_a_push(store: Store, callback: HubCallback) -> None:
    await save(store, ACTIVE)
    async with store.begin() as c:
        await jobs.enqueue(c, [Job("scrape", "outlet", NOW + HOUR)], NOW)
    await callback.receive(ACTIVE.token, signed(ACTIVE), BODY)
    assert await waiting_job(store, "scrape") == NOW
