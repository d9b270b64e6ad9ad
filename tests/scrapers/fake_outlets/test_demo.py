"""The demo's steps are complete, in both languages, and are published in order at their offsets."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest

from scrapers.fake_outlets.demo import DemoStep, load_demo, play_demo, publish_baseline
from scrapers.fake_outlets.server import FakeOutlets
from scrapers.fake_outlets.sites import SITES

LANGUAGE = {site.key: site.language for site in SITES}
OFFICIAL = {site.key for site in SITES if site.kind == "official"}
STEPS = load_demo()


def test_one_event_is_reported_in_both_languages_and_by_both_kinds_of_outlet() -> None:
    first, *rest = [step for step in STEPS if step.story == "plan-signed"]
    assert (LANGUAGE[first.outlet], first.at_seconds <= 20) == ("ko", True)
    english = next(step for step in rest if LANGUAGE[step.outlet] == "en")
    assert 20 <= english.at_seconds - first.at_seconds <= 30
    assert {step.outlet for step in rest} & OFFICIAL
    assert len({step.outlet for step in rest}) >= 5
    assert any(step.correction and step.article.headline.startswith("[정정]") for step in rest)
    assert any(step.article.headline.startswith("[속보]") for step in rest)
    assert any(step.article.free_chars is not None for step in rest), "the text of one cannot be read"
    assert any(step.article.attached for step in rest), "the text of one stands in a document"


def test_every_step_is_complete() -> None:
    names = [(step.outlet, step.article.slug) for step in STEPS if not step.correction]
    assert len(names) == len(set(names))
    for step in STEPS:
        assert step.outlet in LANGUAGE
        assert re.fullmatch(r"[a-z0-9-]+", step.article.slug)
        assert step.at_seconds <= 360
        assert not step.correction or (step.outlet, step.article.slug) in names
        flash = step.article.headline.startswith("[속보]")
        assert flash or sum(map(len, step.article.paragraphs)) > 220, step.article.slug


def test_an_article_is_in_the_language_of_its_outlet() -> None:
    for step in STEPS:
        hangul = len(re.findall("[가-힣]", " ".join(step.article.paragraphs)))
        assert (hangul > 20) == (LANGUAGE[step.outlet] == "ko"), step.article.slug


def test_articles_of_the_euc_kr_outlet_can_be_encoded() -> None:
    for step in (step for step in STEPS if step.outlet == "narae"):
        "\n".join((step.article.headline, *step.article.paragraphs)).encode("cp949")


def test_every_outlet_has_a_baseline() -> None:
    baseline = [step for step in STEPS if step.at_seconds < 0]
    assert {step.outlet for step in baseline} == set(LANGUAGE)
    assert any("pact" in step.topics for step in baseline)


async def test_the_demo_publishes_every_step(fake_outlets: FakeOutlets, reader: httpx.AsyncClient) -> None:
    steps = publish_baseline(fake_outlets)
    before = [step for step in steps if step.at_seconds < 0]
    assert [fake_outlets.url(step.outlet, step.article.slug) for step in before]
    assert await play_demo(fake_outlets, steps, speed=2000) == len(steps) - len(before)
    for step in steps:
        page = await reader.get(fake_outlets.url(step.outlet, step.article.slug))
        assert page.status_code == 200
    corrected = await reader.get(fake_outlets.source_url("narae"))
    assert "[정정] 한·미 기술번영 MOU" in corrected.content.decode("cp949")


async def test_the_demo_keeps_to_its_offsets(fake_outlets: FakeOutlets) -> None:
    steps = [step for step in STEPS if 0 <= step.at_seconds <= 72]
    loop = asyncio.get_running_loop()
    started = loop.time()
    await play_demo(fake_outlets, steps, speed=200)
    assert loop.time() - started >= steps[-1].at_seconds / 200


async def test_the_demo_stops_early(fake_outlets: FakeOutlets) -> None:
    stop = asyncio.Event()
    playing = asyncio.create_task(play_demo(fake_outlets, STEPS, stop=stop))
    await asyncio.sleep(0)
    stop.set()
    assert await asyncio.wait_for(playing, 30) == 0


@pytest.mark.parametrize(
    "story", ["trap-bilateral", "trap-bird-flu", "trap-uk", "trap-actor", "trap-2021", "trap-licence"]
)
def test_traps_match_neither_the_pact_nor_officials(story: str) -> None:
    steps: list[DemoStep] = [step for step in STEPS if step.story == story]
    assert steps
    assert not {"pact", "officials"} & {topic for step in steps for topic in step.topics}
