"""Each built-in outlet reads its dated fixtures, which we wrote in the structure of its pages and sources."""

from __future__ import annotations

import json
from dataclasses import MISSING, asdict, fields
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest

from scrapers.article import Headline
from scrapers.catalogue import load_catalogue
from scrapers.discover import discover
from scrapers.formats.extract import read_page
from scrapers.formats.results import PageReading
from scrapers.parser_process.child import parse_page
from scrapers.spec import read_spec

FIXTURES = Path(__file__).parent / "outlets"
OUTLETS = load_catalogue().outlets()
PAGES = sorted(FIXTURES.glob("*/*.article.json"))
SOURCES = sorted(FIXTURES.glob("*/*.headlines.json"))


def _defaults(reading_class: type[PageReading | Headline]) -> dict[str, object]:
    """What an expected file may leave out."""
    values = {field.name: field.default for field in fields(reading_class) if field.default is not MISSING}
    plain: dict[str, object] = json.loads(json.dumps(values))
    return plain


FIRST_SIX = {"asiae", "yna-en", "koreaherald", "msit", "whitehouse", "federalregister"}


def _as_json(reading: PageReading | Headline) -> dict[str, object]:
    plain: dict[str, object] = json.loads(json.dumps(asdict(reading), default=datetime.isoformat))
    return plain


def _end_of_day(path: Path) -> datetime:
    return datetime.fromisoformat(path.name[:10]).replace(hour=23, tzinfo=UTC)


def test_every_outlet_that_is_read_has_fixtures_and_every_kind_of_source_is_in_use() -> None:
    outlets_with_page, outlets_with_source = ({path.parent.name for path in paths} for paths in (PAGES, SOURCES))
    read = {key: outlet for key, outlet in OUTLETS.items() if outlet.enabled}
    assert outlets_with_page >= {key for key, outlet in read.items() if outlet.reads_pages} >= FIRST_SIX
    assert outlets_with_source >= set(read)
    assert outlets_with_page | outlets_with_source <= set(OUTLETS)
    assert {source.kind for outlet in OUTLETS.values() for source in outlet.sources} == {
        "feed",
        "sitemap",
        "listing",
        "json",
    }


def test_every_selector_of_a_built_in_spec_is_one() -> None:
    """No start tries them, because only the parser's process loads the parser."""
    folder = resources.files("scrapers") / "outlets"
    for key, outlet in OUTLETS.items():
        tried = read_spec(f"{key}.toml", (folder / f"{key}.toml").read_bytes())
        assert (tried.sources, tried.pages) == (outlet.sources, outlet.pages)


def test_every_outlet_that_is_off_says_why_in_both_languages() -> None:
    assert [key for key, outlet in OUTLETS.items() if not outlet.enabled and not outlet.reason_ko] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}-{path.name[:10]}")
def test_a_page_is_read_as_expected(path: Path) -> None:
    expected = json.loads(path.read_text("utf-8"))
    files = (path.with_name(path.name.replace(".article.json", ending)) for ending in (".html", ".pdf", ".hwpx"))
    data = next(file for file in files if file.exists()).read_bytes()
    reading = parse_page(data, expected["url"], OUTLETS[path.parent.name], _end_of_day(path), None)
    assert _as_json(reading) == {**_defaults(PageReading), **expected}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_source_is_read_as_expected(path: Path) -> None:
    expected = json.loads(path.read_text("utf-8"))
    day, kind = path.name[:10], path.name.split(".")[1]
    pattern = f"{day}.{'json' if kind == 'json' else kind + '.*'}"
    (data,) = (file for file in path.parent.glob(pattern) if file != path)
    outlet = OUTLETS[path.parent.name]
    source = next(source for source in outlet.sources if source.kind == kind)
    discovered = discover(data.read_bytes(), source.url, outlet, source, _end_of_day(path))
    defaults = _defaults(Headline)
    assert [_as_json(headline) for headline in discovered.headlines] == [
        {**defaults, **headline} for headline in expected["headlines"]
    ]
    assert list(discovered.problems) == expected["problems"]
    assert (discovered.newest_at and discovered.newest_at.isoformat()) == expected["newest_at"]


@pytest.mark.parametrize(
    ("outlet", "path", "article_id"),
    [
        ("federalregister", "/documents/2026/02/03/2026-02123/notice", "2026-02123"),
        ("federalregister", "/documents/2026/02/03/C1-2026-12345/notice-correction", "C1-2026-12345"),
        ("federalregister", "/documents/2026/02/03/C1-2026-14000/notice-correction", "C1-2026-14000"),
        ("whitehouse", "/releases/2026/02/fact-sheet-korea/", "2026/02/fact-sheet-korea"),
        ("whitehouse", "/fact-sheets/2026/02/fact-sheet-korea/?ref=x", "2026/02/fact-sheet-korea"),
        ("whitehouse", "/releases/feed/", None),
        ("mk", "/news/it/11454321", "11454321"),
        ("mk", "/en/it/11454321", "11454321"),
        ("mk", "/news/it/114543210000", None),
        ("yna", "/view/AKR20260226071200017?section=news", "AKR20260226071200017"),
        ("yonhapnewstv", "/news/AKR20260226140500clf", "AKR20260226140500clf"),
        ("yonhapnewstv", "/news/MYH20260226142200641", "MYH20260226142200641"),
        ("newsis", "/view/NISX20260226_0003512345?x=1", "NISX20260226_0003512345"),
        ("news1", "/amp/society/labor/6228304", "6228304"),
        ("news1", "/articles/?6228304", "6228304"),
        ("news1", "/latest?page=2", None),
        ("newspim", "/news/view/20260827000926", "20260827000926"),
        ("zdnet", "/view/?no=20260226101530&utm_source=x", "20260226101530"),
        ("etnews", "/20260226000187", "20260226000187"),
        ("ddaily", "/page/view/2026052017342600376", "2026052017342600376"),
        ("aitimes", "/news/articleView.html?idxno=205551", "205551"),
        ("donga", "/news/Politics/article/all/20260226/133412345/2", "133412345"),
        ("donga", "/news/amp/all/20260226/133412345/1", "133412345"),
        ("donga", "/en/article/all/20260226/6012345/1", "6012345"),
        ("chosunbiz", "/stock/2026/02/26/KZ3XQWERTYUIOPASDFGHJKLZX4/?outputType=amp", "KZ3XQWERTYUIOPASDFGHJKLZX4"),
        ("joongang", "/article/25401234", "25401234"),
        ("joongangdaily", "/news/2026-06-01/business/economy/Koreas-exports-reach-record/2605789", "2605789"),
        ("imaeil", "/page/view/2026081914420694318", "2026081914420694318"),
        ("navernews", "/mnews/article/092/0002411319?sid=105", "092/0002411319"),
        ("ebn", "/news/articleView.html?idxno=1673050", "1673050"),
        ("itchosun", "/news/articleViewAmp.html?idxno=2023092145168", "2023092145168"),
        ("econovill", "/news/articleViewAmp.html?idxno=725011", "725011"),
        ("businesspost", "/BP?command=article_view&num=431207", "431207"),
        ("hankookilbo", "/news/article/A2026022614250003172", "A2026022614250003172"),
        ("msit-board", "/bbs/view.do?sCode=user&nttSeqNo=3187665&searchTxt=", "3187665"),
        ("msit", "/briefing/pressReleaseView.do?newsId=156744003&pWise=sub", "156744003"),
    ],
)
def test_an_address_names_its_article(outlet: str, path: str, article_id: str | None) -> None:
    assert OUTLETS[outlet].article_key(OUTLETS[outlet].home.rstrip("/") + path) == article_id


def test_no_boilerplate_of_an_asiae_page_reaches_its_title_or_text() -> None:
    page = FIXTURES / "asiae" / "2025-10-29.html"
    reading = read_page(
        page.read_bytes(),
        "https://view.asiae.co.kr/article/2025102908300000001",
        OUTLETS["asiae"],
        datetime(2025, 10, 29, tzinfo=UTC),
    )
    text = reading.title + "\n" + "\n".join(reading.paragraphs)
    markup = page.read_text("utf-8")
    for boilerplate in (
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
        assert boilerplate in markup
        assert boilerplate not in text


def test_the_three_hosts_of_asiae_give_one_identity() -> None:
    from scrapers.identities import identities

    names = [
        set(identities(OUTLETS["asiae"], f"https://{host}.asiae.co.kr/article/2025102908300000001"))
        for host in ("www", "view", "cm")
    ]
    assert names[0] & names[1] & names[2] == {"id:asiae:2025102908300000001"}


def test_an_asiae_page_is_read_without_its_spec() -> None:
    reading = read_page(
        (FIXTURES / "asiae" / "2025-10-29.html").read_bytes(),
        "https://elsewhere.example/a/1",
        None,
        datetime(2025, 10, 29, tzinfo=UTC),
    )
    text = "\n".join(reading.paragraphs)
    assert "마이클 크라치오스" in text
    assert "연구보안" in text
    for boilerplate in ("마스크영역", "무단전재", "하정우", "가장 많이 읽힌", "원본보기", "기사듣기"):
        assert boilerplate not in text
    assert reading.title == '"韓美, 경주서 첨단기술 협정 맺는다"…블룸버그'
    assert reading.published_at == datetime(2025, 10, 28, 23, 30, 15, tzinfo=UTC)
