"""The scraper reads the fake outlets like any outlet: every kind of source, euc-kr, boilerplate, faults."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from scrapers.article import SourceState
from scrapers.catalogue import load_catalogue
from scrapers.errors import FetchRateLimited, FetchRefused, Paywalled, ScrapeError, TooBig, Unreachable
from scrapers.fake_outlets.demo import DemoStep, load_demo, play_demo, publish_baseline
from scrapers.fake_outlets.outlet_faults import FaultKind
from scrapers.fake_outlets.server import FakeOutlets
from scrapers.fake_outlets.sites import SITES
from scrapers.outlet import Outlet
from scrapers.scraper import Scraper, open_scraper

OUTLETS = [site.key for site in SITES]


async def _no_wait(host: str) -> None:
    """A turn that never waits: the hosts are on loopback."""


@pytest.fixture
async def scraper(fake_outlets: FakeOutlets, tmp_path: Path) -> AsyncIterator[Scraper]:
    fake_outlets.write_specs(tmp_path)
    outlets = load_catalogue([tmp_path], built_in=False).outlets()
    opened = open_scraper(outlets, _no_wait, trusted=fake_outlets.trusted)
    yield opened
    await opened.close()


@pytest.fixture
async def steps(fake_outlets: FakeOutlets) -> tuple[DemoStep, ...]:
    demo = publish_baseline(fake_outlets)
    await play_demo(fake_outlets, demo, speed=10_000)
    return demo


def _last_texts(steps: tuple[DemoStep, ...], outlet: str) -> dict[str, DemoStep]:
    return {step.article.slug: step for step in steps if step.outlet == outlet}


@pytest.mark.parametrize("key", OUTLETS)
async def test_headlines_and_texts_come_back_as_they_were_written(
    fake_outlets: FakeOutlets, scraper: Scraper, steps: tuple[DemoStep, ...], key: str
) -> None:
    outlet = scraper.outlets[key]
    reading = await scraper.headlines(outlet, outlet.sources[0], SourceState())
    written = _last_texts(steps, key)
    assert {headline.title for headline in reading.headlines} == {step.article.headline for step in written.values()}
    assert reading.problems == ()
    for headline in reading.headlines:
        step = next(step for step in written.values() if step.article.headline == headline.title)
        assert headline.url == fake_outlets.url(key, step.article.slug)
        if step.article.free_chars is not None:
            with pytest.raises(Paywalled):
                await scraper.read(outlet, headline)
            continue
        article = await scraper.read(outlet, headline)
        assert article.paragraphs == step.article.paragraphs
        assert article.title == step.article.headline
        assert article.published_at is not None
        assert (article.suspect is None) == (not headline.title.startswith("[속보]"))


async def test_an_unchanged_source_answers_304(
    fake_outlets: FakeOutlets, scraper: Scraper, steps: tuple[DemoStep, ...]
) -> None:
    outlet = scraper.outlets["hanbit"]
    first = await scraper.headlines(outlet, outlet.sources[0], SourceState())
    again = await scraper.headlines(outlet, outlet.sources[0], first.state)
    assert again.unchanged
    request = fake_outlets.requests[-1]
    assert (request.conditional, request.status) == (True, 304)
    fake_outlets.correct("hanbit", replace(steps[-1].article, slug="quantum-hanbit", headline="고친 제목 하나"))
    changed = await scraper.headlines(outlet, outlet.sources[0], again.state)
    assert "고친 제목 하나" in {headline.title for headline in changed.headlines}


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("status", ScrapeError),
        ("garbage", ScrapeError),
        ("drop", Unreachable),
        ("redirect-loop", FetchRefused),
        ("bomb", TooBig),
    ],
)
async def test_a_fault_is_an_error_of_that_outlet_alone(
    fake_outlets: FakeOutlets, scraper: Scraper, kind: FaultKind, error: type[ScrapeError]
) -> None:
    fake_outlets.fail("hanbit", kind)
    bad, good = scraper.outlets["hanbit"], scraper.outlets["narae"]
    with pytest.raises(error):
        await _headlines(scraper, bad)
    assert await _headlines(scraper, good) == 0
    fake_outlets.recover("hanbit")
    assert await _headlines(scraper, bad) == 0


async def test_retry_after_reaches_the_caller(fake_outlets: FakeOutlets, scraper: Scraper) -> None:
    fake_outlets.fail("narae", "status", status=429, retry_after_seconds=40)
    with pytest.raises(FetchRateLimited) as raised:
        await _headlines(scraper, scraper.outlets["narae"])
    assert raised.value.retry_after_seconds == 40


async def _headlines(scraper: Scraper, outlet: Outlet) -> int:
    return len((await scraper.headlines(outlet, outlet.sources[0], SourceState())).headlines)


def test_every_outlet_takes_part_in_the_demo() -> None:
    assert {step.outlet for step in load_demo()} == set(OUTLETS)
