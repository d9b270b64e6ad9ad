"""Tests of when a hub is asked, and of what its answers change, at their boundaries."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from bot.store.hub_subscriptions import HubState, HubSubscription
from bot.websub.decisions import (
    changed,
    denied,
    failed,
    followed,
    form,
    is_expected,
    lease,
    push_due_at,
    renewed_after,
    requested,
    retry_pause,
    verified,
    wanted,
)
from bot.websub.requests import next_job
from scrapers.hub_links import NO_HUB, HubLinks

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
URL, PUBLIC_URL = "https://outlet.example/feed", "https://pactbot.example"
LINKS = HubLinks("https://hub.example/", URL)
OTHER = HubLinks("https://other-hub.example/", URL)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
WANTED = wanted("outlet", URL, LINKS, PUBLIC_URL, NOW)
ASKED = replace(WANTED, state="asked", asked_at=NOW, next_try_at=NOW + HOUR)
ACTIVE = verified(ASKED, "864000", NOW)
LEAVING = replace(ACTIVE, state="leaving", next_try_at=NOW)


def follow(row: HubSubscription | None, links: HubLinks, now: datetime = NOW) -> HubSubscription | None:
    return followed(row, "outlet", URL, links, PUBLIC_URL, now)


def test_a_new_hub_is_wanted_under_a_callback_that_nobody_can_guess() -> None:
    first, second = follow(None, LINKS), follow(None, LINKS)
    assert first is not None
    assert second is not None
    assert (first.state, first.next_try_at, first.hub, first.topic) == ("wanted", NOW, LINKS.hub, URL)
    assert len({first.token, first.secret, second.token, second.secret}) == 4
    assert first.callback == f"{PUBLIC_URL}/websub/{first.token}"
    assert follow(None, NO_HUB) is None


def test_the_same_hub_changes_nothing_and_another_one_replaces_it_after_a_day() -> None:
    assert follow(ACTIVE, LINKS, NOW + 9 * DAY) is None
    assert follow(ACTIVE, OTHER, NOW + DAY - SECOND) is None
    replaced = follow(ACTIVE, OTHER, NOW + DAY)
    assert replaced is not None
    assert (replaced.state, replaced.hub, replaced.verified_at) == ("wanted", OTHER.hub, None)
    assert replaced.token != ACTIVE.token
    assert follow(WANTED, OTHER) is not None, "it was never asked for"


def test_a_source_without_its_hub_leaves_it_after_a_day_and_may_come_back() -> None:
    assert follow(ACTIVE, NO_HUB, NOW + DAY - SECOND) is None
    assert follow(ACTIVE, NO_HUB, NOW + DAY) == replace(ACTIVE, state="leaving", next_try_at=NOW + DAY)
    assert follow(LEAVING, NO_HUB) is None
    back = follow(LEAVING, LINKS)
    assert back is not None
    assert back.state == "wanted"


def test_a_source_that_is_read_no_longer_leaves_its_hub_once() -> None:
    assert changed(ACTIVE, {("outlet", URL)}, PUBLIC_URL, NOW) is None
    assert changed(ACTIVE, {("outlet", f"{URL}2")}, PUBLIC_URL, NOW) == LEAVING
    assert changed(LEAVING, set(), PUBLIC_URL, NOW) is None


def test_another_address_of_ours_is_subscribed_anew() -> None:
    moved = changed(ACTIVE, {("outlet", URL)}, "https://other.example", NOW)
    assert moved is not None
    assert (moved.state, moved.public_url, moved.hub) == ("wanted", "https://other.example", LINKS.hub)


def test_a_request_is_repeated_with_growing_pauses_while_no_hub_verifies_it() -> None:
    row, pauses = WANTED, []
    for _ in range(9):
        after = requested(row, NOW)
        assert after is not None
        assert after.next_try_at is not None
        assert (after.state, after.asked_at) == ("asked", NOW)
        pauses.append((after.next_try_at - NOW) / HOUR)
        row = after
    assert pauses == [1, 1, 1, 1, 2, 4, 8, 16, 24]


def test_the_end_of_a_subscription_is_asked_for_once_and_only_where_there_is_one() -> None:
    assert requested(LEAVING, NOW) == replace(LEAVING, asked_at=NOW, next_try_at=None)
    assert requested(replace(LEAVING, verified_at=None), NOW) is None


def test_a_request_names_callback_topic_lease_and_secret_and_an_end_names_no_secret() -> None:
    assert form(ASKED) == {
        "hub.callback": ASKED.callback,
        "hub.mode": "subscribe",
        "hub.topic": URL,
        "hub.lease_seconds": "864000",
        "hub.secret": ASKED.secret,
    }
    assert len(ASKED.secret.encode()) < 200
    assert form(LEAVING) == {"hub.callback": ASKED.callback, "hub.mode": "unsubscribe", "hub.topic": URL}


def test_the_pause_after_failures_doubles_to_a_day() -> None:
    assert [retry_pause(failures) / HOUR for failures in range(9)] == [0, 0.25, 0.5, 1, 2, 4, 8, 16, 24]
    assert retry_pause(10_000) == DAY


def test_a_failure_keeps_its_reason_and_waits_at_least_as_long_as_the_hub_asks() -> None:
    row = failed(ASKED, "HTTP 503" + "x" * 300, NOW)
    assert (row.state, row.failures, row.reason[:8], len(row.reason)) == ("failed", 1, "HTTP 503", 200)
    assert row.next_try_at == NOW + HOUR / 4
    assert failed(ASKED, "HTTP 429", NOW, 7200).next_try_at == NOW + 2 * HOUR
    assert failed(ASKED, "HTTP 429", NOW, 60).next_try_at == NOW + HOUR / 4


@pytest.mark.parametrize("state", get_args(HubState))
def test_only_what_we_asked_for_is_confirmed(state: HubState) -> None:
    row = replace(ACTIVE, state=state)
    assert is_expected(row, "subscribe", URL) == (state in ("asked", "active", "failed"))
    assert is_expected(row, "unsubscribe", URL) == (state == "leaving")
    for mode, topic in (("subscribe", f"{URL}/"), ("unsubscribe", ""), ("", URL), ("denied", URL)):
        assert not is_expected(row, mode, topic)
    assert not is_expected(replace(row, asked_at=None), "subscribe", URL)


@pytest.mark.parametrize(
    ("seconds", "span"),
    [
        ("864000", 10 * DAY), ("299", timedelta(minutes=5)), ("301", timedelta(seconds=301)),
        ("0", timedelta(minutes=5)),
        ("2592000", 30 * DAY), ("2592001", 30 * DAY), ("9" * 400, 30 * DAY), ("", 10 * DAY), ("-5", 10 * DAY),
        ("soon", 10 * DAY), ("٣٦٠٠", 10 * DAY), (" 3600 ", HOUR),
    ],
)  # fmt: skip
def test_a_lease_is_believed_within_limits(seconds: str, span: timedelta) -> None:
    assert lease(seconds) == span
    assert verified(ASKED, seconds, NOW).expires_at == NOW + span


@pytest.mark.parametrize(
    ("span", "after"),
    [
        (30 * DAY, 24 * DAY), (5 * DAY, 4 * DAY), (4 * DAY, 3 * DAY), (2 * DAY, DAY), (DAY, DAY / 2),
        (timedelta(minutes=5), timedelta(seconds=150)),
    ],
)  # fmt: skip
def test_a_lease_is_renewed_in_time(span: timedelta, after: timedelta) -> None:
    assert abs(renewed_after(span) - after) < SECOND


def test_a_verification_ends_failures() -> None:
    row = verified(replace(failed(ASKED, "HTTP 503", NOW), state="asked"), "864000", NOW + HOUR)
    assert (row.state, row.failures, row.reason) == ("active", 0, "")
    assert (row.verified_at, row.expires_at, row.next_try_at) == (
        NOW + HOUR,
        NOW + HOUR + 10 * DAY,
        NOW + HOUR + 8 * DAY,
    )


def test_a_denied_subscription_is_asked_for_again_after_a_week() -> None:
    row = denied(ACTIVE, "no such topic" * 99, NOW)
    assert (row.state, len(row.reason), row.expires_at, row.next_try_at) == ("denied", 200, None, NOW + 7 * DAY)


def test_pushes_that_follow_each_other_make_one_reading() -> None:
    assert push_due_at(ACTIVE, NOW) == NOW
    pushed = replace(ACTIVE, last_push_at=NOW)
    assert push_due_at(pushed, NOW + SECOND) == NOW + 5 * SECOND
    assert push_due_at(pushed, NOW + 5 * SECOND) == NOW + 5 * SECOND
    assert push_due_at(pushed, NOW + 6 * SECOND) == NOW + 6 * SECOND
    assert push_due_at(pushed, NOW - DAY) == NOW - DAY + 5 * SECOND, "the clock was put back"


def test_a_request_before_the_schedules_next_run_has_a_job_of_its_own() -> None:
    assert next_job(None, NOW) == []
    assert next_job(NOW + timedelta(minutes=10), NOW) == []
    (soon,) = next_job(NOW + timedelta(minutes=10) - SECOND, NOW)
    assert (soon.name, soon.key, soon.due_at) == ("websub", "", NOW + timedelta(minutes=10) - SECOND)
    assert [job.due_at for job in next_job(NOW - HOUR, NOW)] == [NOW]
