"""The proof of silence: from when on an outlet counts as failing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.deliveries.reading_proof import failing_since, proof
from bot.store.sources import SourceRow
from tests.support.bot_harness import BotHarness, outlet_named

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


@pytest.mark.parametrize(
    ("kind", "row", "failing"),
    [
        ("media", {"last_ok_at": NOW, "newest_at": NOW}, None),
        ("media", {"last_ok_at": NOW, "failing_since": NOW}, NOW),
        ("media", {"last_ok_at": ago(minutes=47)}, None),
        ("media", {"last_ok_at": ago(minutes=47, seconds=1)}, ago(minutes=47, seconds=1)),
        ("media", {"last_ok_at": NOW, "newest_at": ago(days=300)}, None),
    ],
)
def test_an_outlet_fails_when_its_reading_failed_or_stopped_and_not_when_it_has_no_news(
    kind: Any, row: Any, failing: datetime | None
) -> None:
    outlet = replace(outlet_named("herald"), kind=kind)
    source = SourceRow("herald", "u", baseline_at=NOW, **row)
    assert failing_since(outlet, [source], NOW) == failing
    other = SourceRow("herald", "v", last_ok_at=NOW, newest_at=NOW)
    assert failing_since(outlet, [source, other], NOW) is None, "one source still works"


@pytest.mark.parametrize(
    ("rows", "failing"),
    [
        ([], None),
        ([{"failing_since": ago(hours=1)}, {"failing_since": ago(hours=3)}], ago(hours=3)),
        ([{"failing_since": ago(hours=1)}, {"last_ok_at": ago(hours=3)}], ago(hours=3)),
        ([{"failing_since": ago(hours=1)}, {"last_ok_at": NOW}], None),
        ([{"last_ok_at": None}, {"failing_since": NOW}], None),
    ],
)
def test_an_outlet_of_two_sources_fails_only_with_both(rows: list[dict[str, Any]], failing: datetime | None) -> None:
    sources = [SourceRow("herald", str(n), **row) for n, row in enumerate(rows)]
    assert failing_since(outlet_named("herald"), sources, NOW) == failing


def test_the_patience_with_an_outlet_grows_with_its_interval() -> None:
    for every_minutes, patience in ((1, 5), (15, 47), (60, 182)):
        outlet = outlet_named("herald", every_minutes=every_minutes)
        late = SourceRow("herald", "u", last_ok_at=ago(minutes=patience, seconds=1))
        assert failing_since(outlet, [late], NOW) == late.last_ok_at
        assert failing_since(outlet, [replace(late, last_ok_at=ago(minutes=patience))], NOW) is None
    slowed = SourceRow("herald", "u", last_ok_at=ago(minutes=182), interval_minutes=60)
    assert failing_since(outlet_named("herald", every_minutes=15), [slowed], NOW) is None
    late = replace(slowed, last_ok_at=ago(minutes=182, seconds=1))
    assert failing_since(outlet_named("herald", every_minutes=15), [late], NOW) == late.last_ok_at


async def test_the_proof_counts_the_outlets_that_were_read_and_a_days_articles(harness: BotHarness) -> None:
    outlets = {
        **harness.outlets,
        "off": outlet_named("off", enabled=False),
        "shy": outlet_named("shy", enabled=False),
        "new": outlet_named("new"),
    }
    read_at = harness.at
    await harness.publish("herald", "A zeppelin over the river", "A zeppelin flew over the Han river.")
    harness.pass_time(minutes=40)
    async with harness.store.read() as c:
        shown = await proof(c, outlets, harness.at)
        assert (shown.sources_all, shown.articles, shown.last_check_at) == (5, 1, read_at)
        assert shown.sources_ok == 1
        assert [name for name, _ in shown.failing] == ["Ilbo", "Ministry", "Times"]
        later, second = read_at + timedelta(days=1), timedelta(seconds=1)
        counts = [(await proof(c, outlets, at)).articles for at in (later, later + second)]
        assert counts == [1, 0]
        assert (await proof(c, outlets, later + second, read_at)).articles == 1
        assert (await proof(c, {}, later)).last_check_at is None
