"""The demo: its cues are whole, in both languages, and come out in order along the event loop's clock."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest

from scrapers.fake_outlets.demo import DemoStep, load_demo, open_demo, play
from scrapers.fake_outlets.server import FakeOutlets
from scrapers.fake_outlets.sites import SITES

LANGUAGE = {house.key: house.language for house in SITES}
OFFICIAL = {house.key for house in SITES if house.kind == "official"}
CUES = load_demo()


def test_the_demo_tells_one_event_in_both_languages_and_by_both_kinds_of_outlet() -> None:
    first, *rest = [cue for cue in CUES if cue.story == "plan-signed"]
    assert (LANGUAGE[first.outlet], first.at_seconds <= 20) == ("ko", True)
    english = next(cue for cue in rest if LANGUAGE[cue.outlet] == "en")
    assert 20 <= english.at_seconds - first.at_seconds <= 30
    assert {cue.outlet for cue in rest} & OFFICIAL
    assert len({cue.outlet for cue in rest}) >= 5
    assert any(cue.correction and cue.piece.headline.startswith("[정정]") for cue in rest)
    assert any(cue.piece.headline.startswith("[속보]") for cue in rest)


def test_every_cue_is_whole() -> None:
    names = [(cue.outlet, cue.piece.slug) for cue in CUES if not cue.correction]
    assert len(names) == len(set(names))
    for cue in CUES:
        assert cue.outlet in LANGUAGE
        assert re.fullmatch(r"[a-z0-9-]+", cue.piece.slug)
        assert cue.at_seconds <= 360
        assert not cue.correction or (cue.outlet, cue.piece.slug) in names
        flash = cue.piece.headline.startswith("[속보]")
        assert flash or sum(map(len, cue.piece.paragraphs)) > 220, cue.piece.slug


def test_words_are_in_the_language_of_their_outlet() -> None:
    for cue in CUES:
        hangul = len(re.findall("[가-힣]", " ".join(cue.piece.paragraphs)))
        assert (hangul > 20) == (LANGUAGE[cue.outlet] == "ko"), cue.piece.slug


def test_korean_pieces_can_be_printed_by_the_outlet_with_the_old_charset() -> None:
    for cue in (cue for cue in CUES if cue.outlet == "narae"):
        "\n".join((cue.piece.headline, *cue.piece.paragraphs)).encode("cp949")


def test_some_pieces_stand_there_from_the_start_at_every_outlet() -> None:
    baseline = [cue for cue in CUES if cue.at_seconds < 0]
    assert {cue.outlet for cue in baseline} == set(LANGUAGE)
    assert any("pact" in cue.topics for cue in baseline)


async def test_the_play_publishes_everything_in_its_order(fake_outlets: FakeOutlets, reader: httpx.AsyncClient) -> None:
    cues = open_demo(fake_outlets)
    before = [cue for cue in cues if cue.at_seconds < 0]
    assert [fake_outlets.url(cue.outlet, cue.piece.slug) for cue in before]
    assert await play(fake_outlets, cues, speed=2000) == len(cues) - len(before)
    for cue in cues:
        page = await reader.get(fake_outlets.url(cue.outlet, cue.piece.slug))
        assert page.status_code == 200
    corrected = await reader.get(fake_outlets.source_url("narae"))
    assert "[정정] 한·미 기술번영 MOU" in corrected.content.decode("cp949")


async def test_the_play_keeps_to_its_offsets(fake_outlets: FakeOutlets) -> None:
    cues = [cue for cue in CUES if 0 <= cue.at_seconds <= 72]
    loop = asyncio.get_running_loop()
    started = loop.time()
    await play(fake_outlets, cues, speed=200)
    assert loop.time() - started >= cues[-1].at_seconds / 200


async def test_the_play_stops_when_told(fake_outlets: FakeOutlets) -> None:
    stop = asyncio.Event()
    playing = asyncio.create_task(play(fake_outlets, CUES, stop=stop))
    await asyncio.sleep(0)
    stop.set()
    assert await asyncio.wait_for(playing, 2) == 0


@pytest.mark.parametrize(
    "story", ["trap-bilateral", "trap-bird-flu", "trap-uk", "trap-actor", "trap-2021", "trap-licence"]
)
def test_traps_are_for_neither_the_pact_nor_officials(story: str) -> None:
    found: list[DemoStep] = [cue for cue in CUES if cue.story == story]
    assert found
    assert not {"pact", "officials"} & {topic for cue in found for topic in cue.topics}
