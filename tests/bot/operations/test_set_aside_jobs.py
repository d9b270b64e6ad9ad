"""A set-aside job has one notice a day in the operators' channel, in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.deliveries.notices import OperatorsChannel
from bot.model import Job
from bot.operations.set_aside_jobs import SetAsideJobs
from handlers.blocks.localizer import localizer_for
from handlers.cards.answers import NoticeCard
from tests.support.bot_harness import BotHarness

PAUSE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("language", "job", "text"),
    [
        ("en", Job("read", "7"), "The job read 7 is set aside until"),
        ("ko", Job("read", "7"), "작업 read 7을 실행하던 worker가"),
        ("ko", Job("digest"), "작업 digest를 실행하던 worker가"),
    ],
)
async def test_one_notice_a_day(harness: BotHarness, language: str, job: Job, text: str) -> None:
    jobs = SetAsideJobs(OperatorsChannel("COPS", language, "Asia/Seoul"), harness.now)
    for _ in range(3):
        async with harness.store.begin() as c:
            await jobs.notify(c, job, PAUSE)
        harness.pass_time(hours=1)
    harness.pass_time(hours=24)
    async with harness.store.begin() as c:
        await jobs.notify(c, job, PAUSE)
    await harness.deliver(4)
    notes = [card.notes[0] for card in harness.shown(NoticeCard, "COPS")]
    assert [note.code for note in notes] == ["job_set_aside"] * 2
    assert text in str(localizer_for(language, "Asia/Seoul").note_runs(notes[0]))


async def test_without_an_operators_channel_nothing_is_enqueued(harness: BotHarness) -> None:
    async with harness.store.begin() as c:
        await SetAsideJobs(None, harness.now).notify(c, Job("read", "7"), PAUSE)
    await harness.deliver(1)
    assert harness.shown(NoticeCard, "COPS") == []
