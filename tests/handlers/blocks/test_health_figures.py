"""The bot's health: its figures and its audit for operators, and what concerns readers, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.blocks.health import operator_health_lines, reader_health_text
from handlers.blocks.localizer import localizer_for
from handlers.cards.status import Audited, Health

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HEALTHY = Health(
    queue_depth=0,
    oldest_due_at=None,
    unknown=0,
    last_post_at=NOW - timedelta(minutes=30),
    last_sweep_at=NOW - timedelta(minutes=1),
    audited=Audited(date(2026, 3, 1), 12, 0, 0, 0),
    socket_age_seconds=2.4,
)
UNHEALTHY = replace(
    HEALTHY,
    queue_depth=3,
    oldest_due_at=NOW - timedelta(minutes=5),
    unknown=1,
    last_post_at=None,
    last_sweep_at=None,
    audited=Audited(date(2026, 3, 1), 12, 1, 2, 5, missing=3, unsent=4),
    socket_age_seconds=None,
)


def health_lines(health: Health, language: str) -> list[str]:
    """Returns the lines that operators see."""
    return operator_health_lines(health, NOW, localizer_for(language, "Asia/Seoul"))


def reader_line(health: Health, language: str) -> str:
    """Returns the line that readers see."""
    return reader_health_text(health, NOW, localizer_for(language, "Asia/Seoul"))


def test_readers_see_the_last_post_and_what_waits_but_no_socket_and_no_audit() -> None:
    assert reader_line(HEALTHY, "en") == "Last post 09:30 KST"
    assert reader_line(HEALTHY, "ko") == "마지막 게시 09:30 KST"
    assert (
        reader_line(UNHEALTHY, "en")
        == "Nothing posted yet · 3 messages waiting, the oldest since 09:55 KST · 1 unconfirmed"
    )
    assert (
        reader_line(UNHEALTHY, "ko")
        == "아직 게시 없음 · 대기 중인 메시지 3건, 가장 오래된 메시지 09:55 KST · 도착 확인 중 1건"
    )


@pytest.mark.parametrize(
    ("health", "language", "figures", "audit"),
    [
        (
            HEALTHY,
            "en",
            [
                "Bot: 0 messages waiting, 0 unconfirmed",
                "last post 09:30 KST",
                "last read 09:59 KST",
                "Slack connection confirmed 2 s ago",
            ],
            ["Audit Sun 1 Mar: 0 doubled, 0 never reported, 12 posted"],
        ),
        (
            HEALTHY,
            "ko",
            [
                "봇: 대기 중인 메시지 0건, 도착 확인 중 0건",
                "마지막 게시 09:30 KST",
                "마지막 수집 09:59 KST",
                "Slack 연결 확인 2초 전",
            ],
            ["3월 1일(일) 점검: 중복 0건, 알리지 못함 0건, 게시 12건"],
        ),
        (
            UNHEALTHY,
            "en",
            [
                "Bot: 3 messages waiting, the oldest since 09:55 KST, 1 unconfirmed",
                *("nothing posted yet", "nothing read yet", "Slack connection over HTTP"),
            ],
            [
                "Audit Sun 1 Mar: 1 doubled, 2 never reported, 12 posted",
                *("3 not in their channels (deleted or lost)", "4 not sent", "5 channels could not be audited"),
            ],
        ),
        (
            UNHEALTHY,
            "ko",
            [
                "봇: 대기 중인 메시지 3건, 가장 오래된 메시지 09:55 KST, 도착 확인 중 1건",
                *("아직 게시 없음", "아직 수집 없음", "Slack HTTP 연결"),
            ],
            [
                "3월 1일(일) 점검: 중복 1건, 알리지 못함 2건, 게시 12건",
                *("채널에 없음 3건(삭제 또는 유실)", "보내지 못함 4건", "점검하지 못한 채널 5개"),
            ],
        ),
    ],
)
def test_six_figures_and_the_audit(health: Health, language: str, figures: list[str], audit: list[str]) -> None:
    assert health_lines(health, language) == [" · ".join(figures), " · ".join(audit)]


def test_an_audit_that_counted_nothing_is_not_mentioned() -> None:
    nothing = Audited(date(2026, 3, 1), 0, 0, 0, 0)
    assert not [line for line in health_lines(replace(HEALTHY, audited=nothing), "en") if "Audit" in line]
    unread = Audited(date(2026, 3, 1), 0, 0, 0, 1)
    assert [line for line in health_lines(replace(HEALTHY, audited=unread), "en") if "Audit" in line]


def test_processes_are_counted_where_one_is_not_the_whole_bot() -> None:
    fleet = replace(HEALTHY, processes={"web": 1, "clock": 0, "worker": 12})
    assert health_lines(fleet, "en")[1] == "Processes: web 1, clock 0, worker 12"
    assert health_lines(fleet, "ko")[1] == "프로세스: web 1, clock 0, worker 12"
    assert len(health_lines(HEALTHY, "en")) == 2
