"""The wing reads the newsroom like any outlet: every kind of source, the old charset, the noise, the bad days."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from scrapers.article import SourceState
from scrapers.catalogue import load_outlets
from scrapers.errors import FetchRateLimited, FetchRefused, ScrapeError, TooBig, Unreachable
from scrapers.fake_outlets.demo import DemoStep, load_demo, open_demo, play
from scrapers.fake_outlets.faults import How
from scrapers.fake_outlets.server import FakeOutlets
from scrapers.fake_outlets.sites import SITES
from scrapers.outlet import Outlet
from scrapers.scraper import Scraper, open_scraper

OUTLETS = [house.key for house in SITES]


async def _at_once(host: str) -> None:
    """A turn that never waits: these hosts are ours."""


@pytest.fixture
async def scraper(fake_outlets: FakeOutlets, tmp_path: Path) -> AsyncIterator[Scraper]:
    fake_outlets.write_specs(tmp_path)
    outlets = load_outlets([tmp_path])
    opened = open_scraper(outlets, _at_once, trusted=fake_outlets.trusted)
    yield opened
    await opened.close()


@pytest.fixture
async def cues(fake_outlets: FakeOutlets) -> tuple[DemoStep, ...]:
    opened = open_demo(fake_outlets)
    await play(fake_outlets, opened, speed=10_000)
    return opened


def _newest(cues: tuple[DemoStep, ...], outlet: str) -> dict[str, DemoStep]:
    return {cue.piece.slug: cue for cue in cues if cue.outlet == outlet}


@pytest.mark.parametrize("key", OUTLETS)
async def test_headlines_and_texts_come_back_as_they_were_written(
    fake_outlets: FakeOutlets, scraper: Scraper, cues: tuple[DemoStep, ...], key: str
) -> None:
    outlet = scraper.outlets[key]
    found = await scraper.headlines(outlet, outlet.sources[0], SourceState())
    written = _newest(cues, key)
    assert {headline.title for headline in found.headlines} == {cue.piece.headline for cue in written.values()}
    assert found.problems == ()
    for headline in found.headlines:
        cue = next(cue for cue in written.values() if cue.piece.headline == headline.title)
        assert headline.url == fake_outlets.url(key, cue.piece.slug)
        article = await scraper.read(outlet, headline)
        assert article.paragraphs == cue.piece.paragraphs
        assert article.title == cue.piece.headline
        assert article.published_at is not None
        assert (article.suspect is None) == (not headline.title.startswith("[속보]"))


async def test_an_unchanged_source_costs_nothing(
    fake_outlets: FakeOutlets, scraper: Scraper, cues: tuple[DemoStep, ...]
) -> None:
    outlet = scraper.outlets["hanbit"]
    first = await scraper.headlines(outlet, outlet.sources[0], SourceState())
    again = await scraper.headlines(outlet, outlet.sources[0], first.state)
    assert again.unchanged
    asked = fake_outlets.requests[-1]
    assert (asked.conditional, asked.status) == (True, 304)
    fake_outlets.correct("hanbit", replace(cues[-1].piece, slug="quantum-hanbit", headline="고친 제목 하나"))
    changed = await scraper.headlines(outlet, outlet.sources[0], again.state)
    assert "고친 제목 하나" in {headline.title for headline in changed.headlines}


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("status", ScrapeError),
        ("garbage", ScrapeError),
        ("drop", Unreachable),
        ("redirect-loop", FetchRefused),
        ("bomb", TooBig),
    ],
)
async def test_a_bad_day_is_an_error_of_that_outlet_alone(
    fake_outlets: FakeOutlets, scraper: Scraper, how: How, error: type[ScrapeError]
) -> None:
    fake_outlets.fail("hanbit", how)
    bad, good = scraper.outlets["hanbit"], scraper.outlets["narae"]
    with pytest.raises(error):
        await _headlines(scraper, bad)
    assert await _headlines(scraper, good) == 0
    fake_outlets.heal("hanbit")
    assert await _headlines(scraper, bad) == 0


async def test_an_outlet_that_asks_us_to_wait_is_heard(fake_outlets: FakeOutlets, scraper: Scraper) -> None:
    fake_outlets.fail("narae", "status", status=429, retry_after_seconds=40)
    with pytest.raises(FetchRateLimited) as told:
        await _headlines(scraper, scraper.outlets["narae"])
    assert told.value.retry_after_seconds == 40


async def _headlines(scraper: Scraper, outlet: Outlet) -> int:
    return len((await scraper.headlines(outlet, outlet.sources[0], SourceState())).headlines)


def test_the_demo_is_read_by_outlets_of_every_kind() -> None:
    assert {cue.outlet for cue in load_demo()} == set(OUTLETS)
