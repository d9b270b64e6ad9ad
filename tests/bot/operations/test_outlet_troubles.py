"""Troubles of outlets are found at their boundaries; operators hear of each begin and of each end once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.deliveries.notices import OperatorsChannel
from bot.operations.cleanup import Cleanup
from bot.operations.outlet_troubles import may_begin, silent_since, troubles_of, usual_gap
from bot.store import outlet_troubles, sources
from bot.store.outlet_troubles import OutletTrouble
from bot.store.sources import STOPPED, SourceRow
from handlers.cards.answers import NoticeCard
from scrapers.article import SourceReading, SourceState
from scrapers.errors import BadStatus, ScrapeError, Unreachable
from scrapers.outlet import Source
from tests.support.bot_harness import BotHarness, outlet_named

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BEGAN_AT = NOW - timedelta(days=1)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
HERALD = outlet_named("herald")


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def kinds(rows: Sequence[SourceRow], gap: timedelta | None = HOUR, began_at: datetime = BEGAN_AT) -> list[str]:
    """The kinds of what is wrong with the outlet, whose usual gap is an hour."""
    return [trouble.kind for trouble in troubles_of(HERALD, rows, gap, began_at, NOW)]


OK: dict[str, Any] = {"last_ok_at": NOW, "newest_at": NOW}
GONE: dict[str, Any] = {"error_code": STOPPED, "error": "HTTP 410", "failing_since": ago(days=2)}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([], []),
        ([OK], []),
        ([OK | {"failing_since": ago(minutes=45)}], ["source_failing", "failing"]),
        ([OK | {"failing_since": ago(minutes=44, seconds=59)}], []),
        ([OK | {"failing_since": ago(hours=1)}, OK], ["source_failing"]),
        ([OK | {"last_ok_at": ago(minutes=47)}], []),
        ([OK | {"last_ok_at": ago(minutes=47, seconds=1)}], ["failing"]),
        ([OK | {"last_ok_at": ago(minutes=99), "interval_minutes": 60.0}], []),
        ([OK | {"last_ok_at": ago(hours=1)}, OK], []),
        ([OK | {"last_ok_at": ago(hours=1)}, OK | {"failing_since": ago(hours=1)}], ["source_failing", "failing"]),
        ([GONE], ["stopped"]),
        ([GONE, OK], ["stopped"]),
        ([GONE, OK | {"failing_since": ago(hours=1)}], ["stopped", "source_failing", "failing"]),
        ([OK | {"newest_at": ago(days=3)}], []),
        ([OK | {"newest_at": ago(days=3, seconds=1)}], ["frozen"]),
        ([OK | {"newest_at": ago(days=9)}, OK | {"newest_at": ago(days=4)}], ["frozen"]),
        ([OK | {"newest_at": ago(days=9)}, OK], []),
        ([OK | {"newest_at": ago(days=9)}, OK | {"newest_at": None}], []),
    ],
)
def test_what_is_wrong_is_found_in_the_rows_of_the_sources(rows: list[dict[str, Any]], found: list[str]) -> None:
    assert kinds([SourceRow("herald", str(n), **row) for n, row in enumerate(rows)]) == found


@pytest.mark.parametrize(("gap_hours", "found"), [(None, []), (4.79, ["frozen"]), (4.8, []), (240, [])])
def test_a_silence_is_frozen_only_beyond_twenty_usual_gaps(gap_hours: float | None, found: list[str]) -> None:
    row = SourceRow("herald", "u", last_ok_at=NOW, newest_at=ago(days=4))
    assert kinds([row], None if gap_hours is None else gap_hours * HOUR) == found


@pytest.mark.parametrize(("kind", "days"), [("media", 3), ("aggregator", 14), ("official", 45)])
def test_a_silence_begins_later_at_an_office(kind: Any, days: int) -> None:
    outlet = replace(HERALD, kind=kind)
    row = SourceRow("herald", "u", newest_at=ago(days=days))
    assert silent_since(outlet, [row], NOW) is None
    assert silent_since(outlet, [replace(row, newest_at=ago(days=days, seconds=1))], NOW) is not None


def test_a_usual_gap_needs_ten_entries() -> None:
    times = [NOW - n * HOUR for n in range(12)]
    assert usual_gap(times[:9]) is None
    assert usual_gap(times[:10]) == HOUR
    assert usual_gap([*times, NOW - timedelta(days=900)]) == HOUR


def test_a_source_that_was_read_before_a_restart_has_time_to_be_read_again() -> None:
    row = SourceRow("herald", "u", last_ok_at=ago(days=9), newest_at=NOW)
    assert kinds([row], began_at=ago(minutes=47)) == []
    assert kinds([row], began_at=ago(minutes=47, seconds=1)) == ["failing"]


def test_a_trouble_says_why_by_its_code_where_its_error_has_no_words() -> None:
    row = SourceRow("herald", "u", failing_since=ago(hours=1), error_code="unreachable", error="")
    assert {trouble.why for trouble in troubles_of(HERALD, [row], None, BEGAN_AT, NOW)} == {"unreachable"}


def trouble(kind: Any, outlet: str = "herald") -> OutletTrouble:
    return OutletTrouble(kind, outlet, "u", "Herald", "", NOW, NOW)


@pytest.mark.parametrize(
    ("kind", "others", "reads_nothing", "begins"),
    [
        ("failing", [], False, True),
        ("failing", [], True, False),
        ("stopped", [trouble("failing")], True, True),
        ("source_failing", [], False, True),
        ("source_failing", [trouble("failing")], False, False),
        ("source_failing", [trouble("failing", "times")], False, True),
        ("frozen", [trouble("failing")], False, False),
        ("frozen", [], True, False),
    ],
)
def test_one_cause_is_one_notice(kind: Any, others: list[OutletTrouble], reads_nothing: bool, begins: bool) -> None:
    new = trouble(kind)
    assert may_begin(new, [new, *others], reads_nothing=reads_nothing) == begins


# ── over rows ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Watched:
    """Outlets whose troubles are looked at."""

    harness: BotHarness

    def __post_init__(self) -> None:
        self.harness.outlets = {
            "times": self.harness.outlets["times"],
            "herald": outlet_named("herald", sources=(Source("feed", "https://a/1"), Source("feed", "https://a/2"))),
        }
        self.start()

    def start(self, outlets: Any = None, channel: str | None = "COPS") -> None:
        """Another process begins."""
        operators = OperatorsChannel(channel, "en", "Asia/Seoul") if channel else None
        outlets = self.harness.outlets if outlets is None else outlets
        self.cleanup = Cleanup(self.harness.store, outlets, operators, self.harness.now)

    async def read(self, number: int, error: ScrapeError | None = None, key: str = "herald") -> None:
        """A source is read, or fails."""
        async with self.harness.store.begin() as c:
            url = self.harness.outlets[key].sources[number].url
            row = await sources.get(c, key, url) or SourceRow(key, url)
            ok = {"last_ok_at": self.harness.at, "failing_since": None, "error": None, "error_code": None}
            failed = {"failing_since": row.failing_since or self.harness.at}
            values = ok if error is None else {**failed, "error": error.problem, "error_code": error.code}
            await sources.save(c, replace(row, last_try_at=self.harness.at, **values))

    async def codes(self) -> list[str]:
        """The codes of all notices so far, after one more look."""
        await self.cleanup.run()
        await self.harness.deliver()
        return [card.notes[0].code for card in self.harness.shown(NoticeCard, "COPS")]


DOWN = Unreachable("https://a/1", "no answer: reset")


@pytest.fixture
def watched(harness: BotHarness) -> Watched:
    return Watched(harness)


async def pass_an_hour(watched: Watched, *failing: int) -> None:
    """An hour passes, in which the other outlets are read and these sources of the Herald fail."""
    for number in failing:
        await watched.read(number, DOWN)
    watched.harness.pass_time(hours=1)
    await watched.read(0, key="times")
    for number in {0, 1} - set(failing):
        await watched.read(number)


async def test_begin_and_end_are_told_once_over_restarts(watched: Watched) -> None:
    await pass_an_hour(watched)
    assert await watched.codes() == []
    await pass_an_hour(watched, 0, 1)
    assert await watched.codes() == ["outlet_failing"]
    watched.start()
    await pass_an_hour(watched, 0, 1)
    assert await watched.codes() == ["outlet_failing"]
    await pass_an_hour(watched)
    for _ in range(2):
        watched.start()
        assert await watched.codes() == ["outlet_failing", "outlet_read_again"]
    await pass_an_hour(watched, 0, 1)
    assert (await watched.codes())[2:] == ["outlet_failing"], "the next time is told again"


async def test_one_of_two_sources_has_its_own_notices_and_no_end_while_the_outlet_fails(watched: Watched) -> None:
    await pass_an_hour(watched, 0)
    assert await watched.codes() == ["source_failing"]
    await pass_an_hour(watched, 0, 1)
    assert await watched.codes() == ["source_failing", "outlet_failing"]
    await pass_an_hour(watched, 0)
    assert (await watched.codes())[2:] == ["outlet_read_again"]
    await pass_an_hour(watched)
    assert (await watched.codes())[3:] == ["source_read_again"]


async def test_while_nothing_at_all_is_read_only_that_is_told(watched: Watched) -> None:
    await pass_an_hour(watched)
    for number in (0, 1):
        await watched.read(number, DOWN)
    watched.harness.pass_time(hours=2)
    assert await watched.codes() == ["silent_read"]
    watched.start()
    assert await watched.codes() == ["silent_read"]
    await watched.read(0, key="times")
    assert sorted((await watched.codes())[1:]) == ["outlet_failing", "well_read"]


async def test_an_outlet_that_is_switched_off_ends_without_a_word(watched: Watched) -> None:
    await pass_an_hour(watched, 0, 1)
    assert await watched.codes() == ["outlet_failing"]
    outlets = dict(watched.harness.outlets)
    off = replace(outlets["herald"], enabled=False, reason="our terms")
    watched.start({**outlets, "herald": off})
    assert await watched.codes() == ["outlet_failing"]
    watched.start(outlets)
    watched.harness.pass_time(seconds=1)
    assert await watched.codes() == ["outlet_failing", "outlet_failing"]


async def test_the_trouble_of_a_source_that_is_read_no_longer_ends_without_a_word(watched: Watched) -> None:
    """Its spec names other sources, and nobody knows whether the old one can be read again or its list has settled."""
    churned = OutletTrouble("churned", "herald", "https://a/1", "Herald", "", watched.harness.at, watched.harness.at)
    async with watched.harness.store.begin() as c:
        await outlet_troubles.save(c, churned)
    await pass_an_hour(watched, 0)
    told = ["feed_churned", "source_failing"]
    assert [sorted(await watched.codes()), sorted(await watched.codes())] == [told, told]
    outlets = dict(watched.harness.outlets)
    watched.start({**outlets, "herald": replace(outlets["herald"], sources=outlets["herald"].sources[1:])})
    assert sorted(await watched.codes()) == told
    async with watched.harness.store.read() as c:
        assert await outlet_troubles.of_kinds(c, ["churned", "source_failing"]) == ()


async def test_a_source_that_is_gone_is_told_until_its_spec_names_another(watched: Watched) -> None:
    await watched.read(0)
    await watched.read(1)
    async with watched.harness.store.begin() as c:
        row = await sources.get(c, "herald", "https://a/1")
        assert row is not None
        await sources.save(c, replace(row, error_code=STOPPED, error="HTTP 410", gone_first_at=watched.harness.at))
    assert [await watched.codes(), await watched.codes()] == [["source_stopped"], ["source_stopped"]]
    outlets = dict(watched.harness.outlets)
    watched.start({**outlets, "herald": replace(outlets["herald"], sources=outlets["herald"].sources[1:])})
    assert await watched.codes() == ["source_stopped", "source_replaced"]


async def test_a_channel_that_is_set_later_hears_of_what_goes_on_and_of_no_end_before(watched: Watched) -> None:
    watched.start(channel=None)
    await pass_an_hour(watched, 0)
    assert await watched.codes() == []
    await pass_an_hour(watched)
    watched.start()
    assert await watched.codes() == []
    watched.start(channel=None)
    await pass_an_hour(watched, 0)
    await watched.codes()
    watched.start()
    assert await watched.codes() == ["source_failing"]


async def test_a_list_that_is_frozen_is_told_and_shown_to_readers_as_silent_not_as_failing(harness: BotHarness) -> None:
    watched = Watched(harness)
    harness.outlets = {"herald": outlet_named("herald"), "times": outlet_named("times")}
    watched.start()

    async def list_one(number: int) -> None:
        entry = harness.headline("herald", f"Bus line {number} takes another way")
        outlet = harness.outlets["herald"]
        reading = SourceReading((entry,), SourceState(), newest_at=entry.published_at)
        await harness.intake.source_read(outlet, outlet.sources[0], reading, 0.1)

    for number in range(12):
        harness.pass_time(hours=1)
        await list_one(number)
        await watched.read(0, key="times")
    assert await watched.codes() == []
    harness.pass_time(days=3, hours=1)
    for key in ("herald", "times"):
        await watched.read(0, key=key)
    assert await watched.codes() == ["outlet_frozen"]
    proof = (await harness.ask("status")).proof
    assert [name for name, _ in proof.frozen] == ["Herald"]
    assert "Herald" not in {name for name, _ in proof.failing}
    await list_one(99)
    assert await watched.codes() == ["outlet_frozen", "outlet_lists_again"]
    assert (await harness.ask("status")).proof.frozen == ()


def test_a_failing_source_names_its_error() -> None:
    row = SourceRow("herald", "u", failing_since=ago(hours=1), error=BadStatus("u", 503).problem, error_code="status")
    assert troubles_of(HERALD, [row], None, BEGAN_AT, NOW)[0].why == BadStatus("u", 503).problem
