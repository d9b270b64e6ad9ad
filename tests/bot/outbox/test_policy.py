"""How long the outbox waits, as numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outbox.policy import DeliveryPolicy, back_off_seconds, is_waiting, metadata_key, throttled_seconds
from bot.outbox.worker import worker_name

DRAWS = st.floats(0, 1)


@given(st.floats(0, 3600), DRAWS)
def test_a_channel_never_rests_shorter_than_it_was_asked_to(retry_after: float, draw: float) -> None:
    seconds = throttled_seconds(retry_after, 1.0, draw)
    assert max(retry_after, 1.0) <= seconds <= max(retry_after, 1.0) + max(1.0, retry_after / 10)


@given(st.integers(0, 10_000), DRAWS)
def test_tries_grow_apart_up_to_five_minutes(attempts: int, draw: float) -> None:
    seconds = back_off_seconds(attempts, draw)
    assert min(2.0 ** min(attempts, 9), 300) <= seconds <= 301
    assert seconds <= back_off_seconds(attempts + 1, draw)


def test_a_call_that_begins_late_still_ends_inside_its_lease() -> None:
    policy = DeliveryPolicy()
    assert policy.late_seconds + policy.call_seconds < policy.lease_seconds
    assert DeliveryPolicy(lease_seconds=2).late_seconds == 0


def test_a_crash_is_settled_within_ninety_seconds() -> None:
    policy = DeliveryPolicy()
    asked = max(policy.lease_seconds, policy.quarantine_seconds + policy.late_seconds)
    assert asked + (policy.reads - 1) * policy.between_reads_seconds <= 90


@pytest.mark.parametrize(("code", "waiting"), [("not_in_channel", True), ("is_archived", False)])
def test_an_invitation_brings_back_only_what_was_not_invited(code: str, waiting: bool) -> None:
    assert is_waiting(code) is waiting


def test_a_key_is_opaque_stable_and_its_own() -> None:
    keys = [f"card:T{n}:1:91" for n in range(1000)]
    assert len({metadata_key(key) for key in keys}) == 1000
    assert metadata_key("card:T1:1:91") == metadata_key("card:T1:1:91")
    assert all(len(metadata_key(key)) == 40 and "card" not in metadata_key(key) for key in keys)


def test_two_workers_of_one_process_have_two_names() -> None:
    assert worker_name() != worker_name()
