"""Dates are parsed in every form that outlets were seen to write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scrapers.formats.dates import dated, not_ahead, parse_date

SEOUL = "Asia/Seoul"


@pytest.mark.parametrize(
    "text, expected",
    [
        ("기사등록 2026/02/21 09:50:44 최종수정 2026/02/21 11:32:25", "2026-02-21T00:50:44"),
        ("최종수정 2025.10.29 14:03 기사입력 2025.10.29 08:30", "2025-10-28T23:30:00"),
        ("입력 : 2026-02-21 21:49:39", "2026-02-21T12:49:39"),
        ("입력 2026.01.06 10:54", "2026-01-06T01:54:00"),
        ("기사입력 2024/10/30 [18:17]", "2024-10-30T09:17:00"),
        ("기사입력:2025.08.04 17:59:12", "2025-08-04T08:59:12"),
        ("파이낸셜뉴스 2025.10.29 09:37 수정 : 2025.10.29 09:36", "2025-10-29T00:37:00"),
        ("승인 : 2025. 10. 27. 17:36", "2025-10-27T08:36:00"),
        ("등록 2025.04.01 12:10:35", "2025-04-01T03:10:35"),
        ("송고2026-01-06 16:46", "2026-01-06T07:46:00"),
        ("2025.12.16. 오전 11:13.", "2025-12-16T02:13:00"),
        ("2025.12.16. 오후 11:13", "2025-12-16T14:13:00"),
        ("2025.12.16. 오전 12:13", "2025-12-15T15:13:00"),
        ("입력 2025.10.29 오전 10:30", "2025-10-29T01:30:00"),
        ("2025년 10월 30일 11시 07분", "2025-10-30T02:07:00"),
        ("2025년 10월 30일 오후 1시 07분 30초", "2025-10-30T04:07:30"),
        ("입력 2025-10-29 (수) 10:30", "2025-10-29T01:30:00"),
        ("Published: 29 Oct. 2025, 18:19", "2025-10-29T09:19:00"),
        ("Published : Oct. 30, 2025 - 14:05:00", "2025-10-30T05:05:00"),
        ("Oct 28, 2025, 6:57pm EDT", "2025-10-28T22:57:00"),
        ("Nov. 3, 2025 9:05 a.m. ET", "2025-11-03T14:05:00"),
        ("July 3, 2025 at 9:05 a.m. ET", "2025-07-03T13:05:00"),
        ("25 Feb 2026 08:17PM", "2026-02-25T11:17:00"),
        ("15:12 October 29, 2025", "2025-10-29T06:12:00"),
        ("October 29th, 2025", "2025-10-28T15:00:00"),
        ("Tue, 06 Jan 2026 10:54:00 +0900", "2026-01-06T01:54:00"),
        ("Tue, 06 Jan 2026 10:54:00 KST", "2026-01-06T01:54:00"),
        ("Tue, 06 Jan 2026 10:54:00 GMT", "2026-01-06T10:54:00"),
        ("Tue, 06 Jan 2026 10:54:00 -0500", "2026-01-06T15:54:00"),
        ("Tue, 06 Jan 2026 10:54:00", "2026-01-06T01:54:00"),
        ("2026-01-06T10:54:00Z", "2026-01-06T10:54:00"),
        ("2026-01-06T10:54:00.123+09:00", "2026-01-06T01:54:00"),
        ("2026-01-06T10:54:00+0900", "2026-01-06T01:54:00"),
        ("2026-01-06 10:54:00", "2026-01-06T01:54:00"),
        ("2026-01-06", "2026-01-05T15:00:00"),
        ("20260106105400", "2026-01-06T01:54:00"),
        ("202601061054", "2026-01-06T01:54:00"),
        ("20260106T105400Z", "2026-01-06T10:54:00"),
        ("1767660000", "2026-01-06T00:40:00"),
        ("1767660000000", "2026-01-06T00:40:00"),
        ("Updated 2025-10-29 12:00 Published 2025-10-29 09:00", "2025-10-29T00:00:00"),
        ("수정 2025.10.29 09:36", "2025-10-29T00:36:00"),
    ],
)
def test_a_date_is_parsed(text: str, expected: str) -> None:
    assert parse_date(text, SEOUL) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "방금 전",
        "3시간 전",
        "30일",
        "28일(현지시간)",
        "오전 10:30",
        "2025-02-30 10:00",
        "2025-13-01",
        "2025.10.29 25:00",
        "0001-01-01",
        "1970-01-01 00:00",
        "9999999999999",
        "99999999999999",
        "전화 02-2025-1029",
        "now",
        "2025",
    ],
)
def test_a_text_without_a_date_is_none(text: str | None) -> None:
    assert parse_date(text, SEOUL) is None


def test_a_date_without_zone_is_in_the_outlets_zone() -> None:
    assert parse_date("2025-07-01 12:00", "America/New_York") == datetime(2025, 7, 1, 16, tzinfo=UTC)
    assert parse_date("2025-12-01 12:00", "America/New_York") == datetime(2025, 12, 1, 17, tzinfo=UTC)


def test_a_time_in_the_future_becomes_now() -> None:
    now = datetime(2025, 10, 29, tzinfo=UTC)
    assert not_ahead(now + timedelta(hours=1), now) == not_ahead(now + timedelta(days=9), now)
    assert not_ahead(now + timedelta(hours=1), now).at == now
    assert not_ahead(now + timedelta(hours=1), now).ahead
    assert not not_ahead(now + timedelta(minutes=5), now).ahead
    assert not_ahead(now + timedelta(minutes=5, seconds=1), now).ahead
    assert dated("2099-01-01", SEOUL, now).ahead
    assert dated("아침", SEOUL, now).at is None
