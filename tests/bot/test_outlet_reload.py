"""The outlet folders are looked at again: what is new is read at once, and a fault is reported once."""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.deliveries.notices import OperatorsChannel
from bot.model import Job
from bot.outlet_reload import OutletReload
from bot.scheduling import outlet_schedules
from bot.store import outlet_specs
from bot.store.outlet_specs import OutletSpec
from handlers.cards.answers import NoticeCard
from scrapers.catalogue import load_catalogue
from scrapers.live_outlets import LiveOutlets
from tests.support.bot_harness import BotHarness

SPEC = """
name = "{name}"
home = "https://{key}.example/"
language = "en"
timezone = "UTC"
[[source]]
kind = "feed"
url = "https://{key}.example/rss"
"""


@dataclass
class Folder:
    """An operator's folder with the outlet ``one``, the live outlets of it, and the jobs that were enqueued."""

    path: Path
    harness: BotHarness
    enqueued: list[Job] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.path.mkdir()
        self.write("one")
        self.outlets = LiveOutlets(load_catalogue([self.path], built_in=False))
        self.reload = OutletReload(
            self.outlets, [self.path], self.harness.store, OperatorsChannel("COPS", "en", "Asia/Seoul"),
            self.enqueue, self.harness.now,
        )  # fmt: skip

    async def enqueue(self, *jobs: Job) -> None:
        """Records the jobs."""
        self.enqueued += jobs

    def write(self, key: str, text: str = SPEC, name: str = "Own") -> None:
        """Writes a spec."""
        (self.path / f"{key}.toml").write_text(text.replace("{key}", key).replace("{name}", name), "utf-8")

    async def notices(self) -> list[str]:
        """The reasons in the notices to the operators."""
        await self.harness.deliver()
        return [notice.notes[0].args["why"] for notice in self.harness.shown(NoticeCard, "COPS")]


@pytest.fixture
def folder(tmp_path: Path, harness: BotHarness) -> Folder:
    return Folder(tmp_path / "own", harness)


async def test_new_and_changed_outlets_are_read_at_once_and_unchanged_ones_are_not(folder: Folder) -> None:
    await folder.reload.look()
    assert folder.enqueued == []
    folder.write("two")
    await folder.reload.look()
    folder.write("one", name="Renamed")
    await folder.reload.look()
    await folder.reload.look()
    assert folder.enqueued == [Job("scrape", "two"), Job("scrape", "one")]
    assert folder.outlets["one"].name == "Renamed"
    (folder.path / "one.toml").unlink()
    await folder.reload.look()
    assert (list(folder.outlets), len(folder.enqueued)) == (["two"], 2)


async def test_a_spec_that_is_a_row_is_read_until_it_is_taken_back_and_a_file_of_its_key_stands_before_it(
    folder: Folder,
) -> None:
    def spec(name: str) -> str:
        return SPEC.replace("{key}", "two").replace("{name}", name)

    store, now = folder.harness.store, folder.harness.now()
    async with store.begin() as c:
        await outlet_specs.save(c, OutletSpec("two", spec("Row"), "U1", now))
        await outlet_specs.save(c, OutletSpec("bad", "name = ", "U1", now))
    await folder.reload.look()
    assert (folder.outlets["two"].name, folder.enqueued) == ("Row", [Job("scrape", "two")])
    (why,) = await folder.notices()
    assert why.startswith("bad.toml: ")
    folder.write("two", name="File")
    await folder.reload.look()
    assert folder.outlets["two"].name == "File"
    (folder.path / "two.toml").unlink()
    async with store.begin() as c:
        await outlet_specs.remove(c, "two", now)
    await folder.reload.look()
    assert list(folder.outlets) == ["one"]


async def test_the_schedules_follow_the_live_outlets(folder: Folder) -> None:
    async def enqueue(*_jobs: Job) -> bool:
        return True

    clock = Clock(enqueue)
    clock.set_schedules("outlets", outlet_schedules(folder.outlets.values()))
    folder.write("two")
    folder.write("one", "every_minutes = 7" + SPEC)
    await folder.reload.look()
    clock.set_schedules("outlets", outlet_schedules(folder.outlets.values()))
    timings = {job.args[0].key: job.trigger.interval for job in clock._scheduler.get_jobs()}
    assert timings == {"one": timedelta(minutes=7), "two": timedelta(minutes=15)}
    (folder.path / "one.toml").unlink()
    await folder.reload.look()
    clock.set_schedules("outlets", outlet_schedules(folder.outlets.values()))
    assert [job.args[0].key for job in clock._scheduler.get_jobs()] == ["two"]


async def test_a_fault_is_reported_once_and_the_outlet_stays(folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    before = dict(folder.outlets)
    folder.write("one", 'name = "x"\nhome = y\n')
    with caplog.at_level(logging.INFO, "pactbot.outlets"):
        await folder.reload.look()
        await folder.reload.look()
    assert dict(folder.outlets) == before
    assert [record.message for record in caplog.records] == ["outlet_spec_unusable"]
    (why,) = await folder.notices()
    assert why.startswith("one.toml: is not TOML: ")
    assert why.endswith("(at line 2, column 8); mend that line")
    folder.write("one", "nam = 1\n")
    await folder.reload.look()
    assert len(await folder.notices()) == 2, "another fault is another notice"


async def test_the_end_of_a_fault_is_told_once_also_after_a_restart(folder: Folder) -> None:
    folder.write("two", "x")
    await folder.reload.look()
    folder.reload._followed = None  # another process, or the next start
    folder.write("two")
    for _ in range(2):
        await folder.reload.look()
    await folder.notices()
    notes = [notice.notes[0] for notice in folder.harness.shown(NoticeCard, "COPS")]
    assert [note.code for note in notes] == ["outlet_spec_unusable", "outlet_spec_usable"]
    assert notes[1].args["why"] == notes[0].args["why"]
    folder.harness.pass_time(minutes=1)
    folder.write("two", "x")
    await folder.reload.look()
    assert len(await folder.notices()) == 3, "the same fault, later, is a new one"


async def test_another_process_reports_the_same_fault_no_second_time(folder: Folder) -> None:
    folder.write("two", "x")
    for _ in range(2):
        folder.reload._followed = None
        await folder.reload.look()
    assert len(await folder.notices()) == 1


async def test_a_folder_that_is_away_keeps_all_outlets(folder: Folder) -> None:
    before = dict(folder.outlets)
    shutil.move(folder.path, folder.path.with_name("away"))
    await folder.reload.look()
    await folder.reload.look()
    assert dict(folder.outlets) == before
    (why,) = await folder.notices()
    assert "there is no such folder" in why
    shutil.move(folder.path.with_name("away"), folder.path)
    await folder.reload.look()
    assert await folder.notices() == [why, why], "it is back"
    assert (dict(folder.outlets), folder.enqueued) == (before, [])
