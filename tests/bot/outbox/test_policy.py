"""The delivery protocol's numbers, its pauses, and what each failed post means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Delivery
from bot.outbox import claimed, worker
from bot.outbox.claimed import AT_ONCE_SECONDS
from bot.outbox.policy import (
    NO_PAUSE,
    CallTooLate,
    DeliveryPolicy,
    Pause,
    after_failed_post,
    back_off,
    cursor_of,
    is_waiting,
    metadata_key,
    payload_with_cursor,
    rate_limit_pause,
    read_window,
    retry_edit_seconds,
)
from bot.outbox.worker import worker_name
from handlers.errors import (
    DestinationAway,
    EditExpired,
    MessageGone,
    MessageRejected,
    MissingScope,
    NotUnderstood,
    OutcomeUnknown,
    PostError,
    RateLimited,
    ThreadLocked,
    TokenRevoked,
)

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DRAWS = st.floats(0, 1)


def _delivery(
    *, plain: bool = False, error: str | None = None, after: int | None = None, attempts: int = 1
) -> Delivery:
    return Delivery(
        id=1, key="card:1", team="T1", destination=1, slack_id="C1", kind="card", state="sending", story=None,
        after=after, payload={}, subscriptions=(), wanted_revision=1, shown_revision=0, epoch=1, attempts=attempts,
        empty_reads=0, created_at=AT, not_before=AT, first_try_at=AT, last_try_at=AT, sent_at=None, edited_at=None,
        ts=None, error=error, plain=plain,
    )  # fmt: skip


# ── pauses ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("pause", "draw", "seconds"),
    [(NO_PAUSE, 1, 0), (Pause(5), 1, 5), (Pause(5, 2), 0, 5), (Pause(5, 2), 0.5, 6), (Pause(0, 0.5), 1, 0.5)],
)
def test_a_pause_lasts_at_least_its_time_and_a_part_of_its_spread(pause: Pause, draw: float, seconds: float) -> None:
    assert pause.seconds(lambda: draw) == seconds


@given(st.floats(0, 3600), DRAWS)
def test_a_rate_limited_channel_never_pauses_shorter_than_retry_after(retry_after: float, draw: float) -> None:
    seconds = rate_limit_pause(retry_after, 1.0).seconds(lambda: draw)
    assert max(retry_after, 1.0) <= seconds <= max(retry_after, 1.0) + max(1.0, retry_after / 10)


@pytest.mark.parametrize(("retry_after", "most_seconds"), [(0, 2), (5, 6), (10, 11), (60, 66)])
def test_a_rate_limit_pause_spreads_by_a_tenth_and_at_least_a_second(retry_after: float, most_seconds: float) -> None:
    assert rate_limit_pause(retry_after, 1.0).seconds(lambda: 1.0) == most_seconds


@given(st.integers(0, 10_000), DRAWS)
def test_the_back_off_grows_up_to_five_minutes(attempts: int, draw: float) -> None:
    seconds = back_off(attempts).seconds(lambda: draw)
    assert min(2.0 ** min(attempts, 9), 300) <= seconds <= 301
    assert seconds <= back_off(attempts + 1).seconds(lambda: draw)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 2), (3, 8), (8, 256), (9, 300), (10_000, 300)])
def test_the_back_off_doubles_and_spreads_by_a_second(attempts: int, seconds: float) -> None:
    assert back_off(attempts) == Pause(seconds, 1.0)


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (MissingScope("missing_scope", "C1", "chat:write"), 600),
        (NotUnderstood("never_seen_before", "C1"), 600),
        (OutcomeUnknown("timeout", "C1"), 65),
        (TokenRevoked("token_revoked", "C1"), 10),
    ],
)
def test_a_failed_edit_waits_for_an_older_one_that_may_still_arrive(error: PostError, seconds: float) -> None:
    assert retry_edit_seconds(error, DeliveryPolicy()) == seconds


# ── the protocol's numbers ─────────────────────────────────────────────────────────────────────────────────


def test_the_numbers_are_those_that_the_readme_promises() -> None:
    policy = DeliveryPolicy()
    assert (policy.call_seconds, policy.lease_seconds) == (10, 15)
    assert (policy.quarantine_seconds, policy.reads, policy.between_reads_seconds) == (45, 2, 20)
    assert (policy.read_seconds, policy.near_seconds, policy.margin_seconds) == (60, 120, 900)
    assert policy.pages_a_read == 50
    assert (policy.pace_seconds, policy.edit_gap_seconds, policy.ask_again_seconds) == (1, 10, 600)
    assert (policy.unconfirmed_seconds, policy.late_seconds) == (65, 4)


def test_a_lease_is_renewed_three_times_and_a_settlement_tried_three_times() -> None:
    assert (claimed.AT_ONCE_SECONDS, claimed.SETTLE_TRIES) == (1, 3)
    assert claimed.RETRY_AT_LEAST_SECONDS == 1
    assert [DeliveryPolicy(lease_seconds=seconds).renew_every_seconds for seconds in (15, 6, 1)] == [5, 2, 1 / 3]


def test_a_worker_looks_every_second_and_drains_within_a_stop() -> None:
    assert (worker.CONCURRENCY, worker.IDLE_SECONDS, worker.BUSY_SECONDS, worker.TROUBLE_SECONDS) == (32, 1, 0.2, 2)
    assert [DeliveryPolicy(call_seconds=seconds).drain_seconds for seconds in (10, 0.5)] == [12, 2.5]


def test_a_call_that_begins_late_still_ends_inside_its_lease() -> None:
    policy = DeliveryPolicy()
    assert policy.late_seconds + AT_ONCE_SECONDS + policy.call_seconds <= policy.lease_seconds
    assert DeliveryPolicy(lease_seconds=2).late_seconds == 0


def test_a_crash_is_settled_within_ninety_seconds() -> None:
    policy = DeliveryPolicy()
    first_read_seconds = max(policy.lease_seconds, policy.quarantine_seconds + policy.late_seconds)
    assert first_read_seconds + (policy.reads - 1) * policy.between_reads_seconds <= 90


# ── reading back ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("empty_reads", "margin"), [(0, 120), (1, 900), (2, 900)])
def test_the_last_read_covers_the_widest_span_around_all_tries(empty_reads: int, margin: int) -> None:
    delivery = replace(_delivery(), last_try_at=AT + timedelta(hours=1), empty_reads=empty_reads)
    since, until = read_window(delivery, DeliveryPolicy())
    assert since == AT - timedelta(seconds=margin)
    assert until == AT + timedelta(hours=1, seconds=75 + margin)


def test_a_cursor_belongs_to_one_read() -> None:
    delivery = replace(_delivery(), payload={"change": 7})
    assert cursor_of(delivery) == ""
    interrupted = replace(delivery, payload=payload_with_cursor(delivery, "page2"))
    assert cursor_of(interrupted) == "page2"
    assert cursor_of(replace(interrupted, empty_reads=1)) == ""
    assert cursor_of(replace(interrupted, last_try_at=AT + timedelta(minutes=9))) == ""
    assert interrupted.payload["change"] == 7
    assert payload_with_cursor(interrupted, "") == {"change": 7}


# ── failed posts ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("error", "state", "pause", "charge", "alert"),
    [
        (RateLimited("ratelimited", "C1", 30), "due", Pause(30, 3), False, None),
        (CallTooLate("slept"), "due", NO_PAUSE, False, None),
        (TokenRevoked("token_revoked", "C1"), "due", Pause(32, 1), False, None),
        (MissingScope("missing_scope", "C1", "chat:write"), "due", Pause(600), False, "scope"),
        (MessageRejected("invalid_blocks", "C1"), "due", NO_PAUSE, True, "degraded"),
        (DestinationAway("is_archived", "C1"), "waiting", NO_PAUSE, False, "away"),
        (MessageGone("thread_not_found", "C1"), "due", Pause(2, 1), True, "fault"),
        (ThreadLocked("thread_locked", "C1"), "due", Pause(2, 1), True, "fault"),
        (EditExpired("edit_window_closed", "C1"), "due", Pause(2, 1), True, "fault"),
        (NotUnderstood("never_seen_before", "C1"), "due", Pause(2, 1), True, "fault"),
        (OutcomeUnknown("timeout", "C1"), "unknown", NO_PAUSE, False, None),
        (PostError("never_seen_before", "C1"), "unknown", NO_PAUSE, False, None),
    ],
)
def test_each_failure_has_its_state_its_pause_and_its_alert(
    error: PostError, state: str, pause: Pause, charge: bool, alert: str | None
) -> None:
    failure = after_failed_post(error, _delivery(), DeliveryPolicy())
    assert (failure.state, failure.error, failure.pause, failure.charge) == (state, error.code, pause, charge)
    assert failure.plain == isinstance(error, MessageRejected)
    assert (failure.alert.kind if failure.alert else None) == alert


@pytest.mark.parametrize("error", [MessageGone("thread_not_found", "C1"), ThreadLocked("thread_locked", "C1")])
def test_a_reply_without_its_parent_is_cancelled(error: PostError) -> None:
    failure = after_failed_post(error, _delivery(after=7), DeliveryPolicy())
    assert (failure.state, failure.error, failure.alert) == ("cancelled", "parent_gone", None)


@pytest.mark.parametrize(("attempts", "plain"), [(1, False), (5, False), (6, True), (99, True)])
@pytest.mark.parametrize("already_plain", [False, True])
def test_an_unknown_code_is_tried_again_ever_more_rarely_and_after_six_tries_as_text(
    attempts: int, plain: bool, already_plain: bool
) -> None:
    delivery = _delivery(attempts=attempts, plain=already_plain)
    failure = after_failed_post(NotUnderstood("never_seen_before", "C1"), delivery, DeliveryPolicy())
    assert (failure.state, failure.charge, failure.plain) == ("due", True, plain)
    assert failure.pause == back_off(attempts)


def test_a_message_rejected_as_text_too_is_dead() -> None:
    error = MessageRejected("msg_too_long", "C1")
    first = after_failed_post(error, _delivery(), DeliveryPolicy())
    second = after_failed_post(error, _delivery(plain=True), DeliveryPolicy())
    assert (first.state, first.plain) == ("due", True)
    assert (second.state, second.alert.kind if second.alert else None) == ("dead", "dead")


def test_a_missing_scope_is_alerted_once_a_delivery() -> None:
    error = MissingScope("missing_scope", "C1", "chat:write")
    failure = after_failed_post(error, _delivery(error="missing_scope"), DeliveryPolicy())
    assert (failure.alert, failure.pause) == (None, Pause(600))


@pytest.mark.parametrize(
    ("code", "waiting"), [("not_in_channel", True), ("channel_not_found", True), ("is_archived", False)]
)
def test_an_invitation_brings_back_a_channel_that_the_bot_is_not_in(code: str, waiting: bool) -> None:
    assert is_waiting(code) is waiting


# ── names ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_metadata_key_is_stable_unique_and_shows_nothing_of_the_delivery_key() -> None:
    keys = [f"card:T{number}:1:91" for number in range(1000)]
    assert len({metadata_key(key) for key in keys}) == 1000
    assert metadata_key("card:T1:1:91") == metadata_key("card:T1:1:91")
    assert all(len(metadata_key(key)) == 40 and "card" not in metadata_key(key) for key in keys)


def test_two_workers_of_one_process_have_two_names() -> None:
    assert worker_name() != worker_name()
