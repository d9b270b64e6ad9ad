"""Each built-in outlet against its dated page and its dated announcements, made by us in its structure."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scrapers.catalogue import load_outlets
from scrapers.discover import discover
from scrapers.formats.extract import read_page

HERE = Path(__file__).parent / "outlets"
OUTLETS = load_outlets()
PAGES = sorted(HERE.glob("*/*.article.json"))
SOURCES = sorted(HERE.glob("*/*.headlines.json"))
FIRST_SIX = {"asiae", "yna-en", "koreaherald", "msit", "whitehouse", "federalregister"}


def _plain(noun: object) -> dict[str, object]:
    values = {one.name: getattr(noun, one.name) for one in fields(noun)}  # type: ignore[arg-type]
    return json.loads(json.dumps(values, default=lambda value: value.isoformat()))  # type: ignore[no-any-return]


def _evening_of(path: Path) -> datetime:
    return datetime.fromisoformat(path.name[:10]).replace(hour=23, tzinfo=UTC)


def test_every_outlet_has_a_page_and_every_kind_of_source_is_in_use() -> None:
    with_page = {path.parent.name for path in PAGES}
    assert with_page == set(OUTLETS) >= FIRST_SIX
    assert {source.kind for outlet in OUTLETS.values() for source in outlet.sources} == {
        "feed",
        "sitemap",
        "listing",
        "json",
    }


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}-{path.name[:10]}")
def test_page_reads_as_expected(path: Path) -> None:
    expected = json.loads(path.read_text("utf-8"))
    page = path.with_name(path.name.replace(".article.json", ".html")).read_bytes()
    reading = read_page(page, expected["url"], OUTLETS[path.parent.name], _evening_of(path))
    assert _plain(reading) == expected


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_source_announces_as_expected(path: Path) -> None:
    expected = json.loads(path.read_text("utf-8"))
    day, kind = path.name[:10], path.name.split(".")[1]
    (data,) = (one for one in path.parent.glob(f"{day}.{'json' if kind == 'json' else kind + '.*'}") if one != path)
    outlet = OUTLETS[path.parent.name]
    source = next(one for one in outlet.sources if one.kind == kind)
    found = discover(data.read_bytes(), source.url, outlet, source, _evening_of(path))
    assert [_plain(headline) for headline in found.headlines] == expected["headlines"]
    assert list(found.problems) == expected["problems"]
    assert (found.newest_at and found.newest_at.isoformat()) == expected["newest_at"]


def test_nothing_of_the_page_around_an_asiae_article_reaches_its_title_or_text() -> None:
    page = HERE / "asiae" / "2025-10-29.html"
    reading = read_page(
        page.read_bytes(),
        "https://view.asiae.co.kr/article/2025102908300000001",
        OUTLETS["asiae"],
        datetime(2025, 10, 29, tzinfo=UTC),
    )
    text = reading.title + "\n" + "\n".join(reading.paragraphs)
    markup = page.read_text("utf-8")
    for noise in (
        "마스크영역",
        "꼭 봐야할",
        "가장 많이 읽힌",
        "집계 기준",
        "무단전재",
        "사진=",
        "원본보기",
        "하정우",
        "광고",
        "[영상]",
        "기자수첩",
        "reporter@asiae.co.kr",
        "스크립트",
        "은하를 달리는",
        "기사듣기",
    ):
        assert noise in markup
        assert noise not in text


def test_the_three_hosts_of_asiae_are_one_article() -> None:
    from scrapers.canonical_url import identities

    names = [
        set(identities(OUTLETS["asiae"], f"https://{host}.asiae.co.kr/article/2025102908300000001"))
        for host in ("www", "view", "cm")
    ]
    assert names[0] & names[1] & names[2] == {"id:asiae:2025102908300000001"}


def test_the_general_extractor_reads_the_asiae_page_without_its_spec() -> None:
    reading = read_page(
        (HERE / "asiae" / "2025-10-29.html").read_bytes(),
        "https://elsewhere.example/a/1",
        None,
        datetime(2025, 10, 29, tzinfo=UTC),
    )
    text = "\n".join(reading.paragraphs)
    assert "마이클 크라치오스" in text
    assert "연구보안" in text
    for noise in ("마스크영역", "무단전재", "하정우", "가장 많이 읽힌", "원본보기", "기사듣기"):
        assert noise not in text
    assert reading.title == '"韓美, 경주서 첨단기술 협정 맺는다"…블룸버그'
    assert reading.published_at == datetime(2025, 10, 28, 23, 30, 15, tzinfo=UTC)
