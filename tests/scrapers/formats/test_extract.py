"""Articles are extracted from pages: layouts, fallbacks, canonical URL, suspect texts."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from scrapers.errors import NotUnderstood, TooBig
from scrapers.formats.extract import read_page
from scrapers.formats.text_lines import MAX_TEXT_CHARS
from scrapers.outlet import Outlet
from scrapers.spec import read_spec

NOW = datetime(2026, 1, 10, tzinfo=UTC)
URL = "https://news.example/article/1234567"
PROSE = (
    "한국과 미국은 인공지능과 양자 기술, 우주와 바이오에서 함께 일하기로 하고 경주에서 문서에 서명했다.",
    "두 나라는 공동위원회를 통해 해마다 결과를 살피며, 첫 회의는 내년 하반기에 서울에서 열기로 했다.",
    "과기정통부는 연구안보 지침을 맞추고 차세대 통신의 시험망을 함께 쓰는 방안도 논의한다고 밝혔다.",
    "백악관 과학기술정책실은 이번 합의가 동맹의 기술 지도력을 새로 쓰는 출발점이 될 것이라고 평가했다.",
)
BODY = "".join(f"<p>{line}</p>" for line in PROSE)


def _outlet(pages: str = "") -> Outlet:
    return read_spec(
        "news.toml",
        f"""name = "새소식"
home = "https://news.example/"
language = "ko"
timezone = "Asia/Seoul"
hosts = ["news.example", "www.news.example"]
article_id = '/article/(\\d+)'
[[source]]
kind = "feed"
url = "https://news.example/rss"
{pages}""".encode(),
    )


def _page(body: str, head: str = "") -> bytes:
    return f'<!doctype html><html><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'.encode()


def test_the_newest_layout_that_fits_is_used() -> None:
    outlet = _outlet(
        '[[page]]\ntitle = ".old h1"\nbody = ".old p"\nuntil = 2024-12-31\n'
        '[[page]]\ntitle = ".new h1"\nbody = [".missing p", ".new p"]\npublished = ".when"\n'
        'byline = ".who"\ndrop = ".x"\n'
    )
    new = _page(
        f'<div class="new"><h1>새 제목</h1><span class="when">입력 2026.01.06 10:54</span>'
        f'<span class="who">홍길동 기자</span><p class="x">광고</p>{BODY}</div>'
    )
    reading = read_page(new, URL, outlet, NOW)
    assert (reading.title, reading.paragraphs, reading.byline) == ("새 제목", PROSE, "홍길동 기자")
    assert reading.published_at == datetime(2026, 1, 6, 1, 54, tzinfo=UTC)
    assert reading.suspect is None
    old = read_page(_page(f'<div class="old"><h1>옛 제목</h1>{BODY}</div>'), URL, outlet, NOW)
    assert (old.title, old.paragraphs) == ("옛 제목", PROSE)


def test_a_layout_that_no_longer_fits_falls_back_to_density() -> None:
    outlet = _outlet('[[page]]\ntitle = ".t"\nbody = ".b p"\n')
    reading = read_page(_page(f"<h1>제목</h1><article>{BODY}</article>"), URL, outlet, NOW)
    assert (reading.title, reading.paragraphs) == ("제목", PROSE)


def test_text_between_line_breaks_becomes_paragraphs() -> None:
    outlet = _outlet('[[page]]\nbody = "#b"\n')
    page = _page(
        f'<h1>제목</h1><div id="b">{PROSE[0]}<br/><br/>\n<b>{PROSE[1][:9]}</b>{PROSE[1][9:]}<br>'
        f"{'<br>'.join(PROSE[2:])}</div>"
    )
    assert read_page(page, URL, outlet, NOW).paragraphs == PROSE


def test_ld_json_and_meta_tags_are_read() -> None:
    head = (
        '<title>제목 - 새소식</title><meta property="og:site_name" content="새소식">'
        '<script type="application/ld+json">{broken</script>'
        '<script type="application/ld+json">[{"@type":"WebPage"},{"@type":"NewsArticle",'
        '"headline":"참 &quot;제목&quot;",'
        '"datePublished":"2026-01-06T10:54:00+09:00","author":{"name":"홍길동"},"articleBody":"'
        + "\\n".join(PROSE)
        + '"}]</script>'
    )
    reading = read_page(_page("<div>짧다</div>", head), URL, None, NOW)
    assert (reading.title, reading.byline, reading.paragraphs) == ('참 "제목"', "홍길동", PROSE)
    assert reading.published_at == datetime(2026, 1, 6, 1, 54, tzinfo=UTC)


def test_the_outlets_name_is_removed_from_the_title() -> None:
    assert read_page(_page(f"<main>{BODY}</main>", "<title>제목 - 새소식</title>"), URL, _outlet(), NOW).title == "제목"


@pytest.mark.parametrize(
    "body, head, suspect",
    [
        ("<article><p>짧은 글이다.</p></article><h1>제목</h1>", "", "short"),
        ("<h1>제목</h1>", "", "no_body"),
        (f"<article>{BODY}</article>", "<title>새소식</title>", "site_title"),
        (f"<article>{BODY}</article>", "", "site_title"),
        (f"<h1>제목</h1><article>{BODY}</article>", "", None),
    ],
)
def test_a_text_is_suspect_or_not(body: str, head: str, suspect: str | None) -> None:
    assert read_page(_page(body, head), URL, _outlet(), NOW).suspect == suspect


def test_a_pdf_is_no_page() -> None:
    with pytest.raises(NotUnderstood, match="application/pdf"):
        read_page(b"%PDF-1.7 <x>", URL, None, NOW, "application/pdf")


@pytest.mark.parametrize("page", [b"<div>" * 200_000, b"<p>" + b"x" * 2 * 1024 * 1024])
def test_a_page_that_is_too_deep_or_too_large_is_refused(page: bytes) -> None:
    with pytest.raises(TooBig):
        read_page(page, URL, None, NOW)


@pytest.mark.parametrize(
    "claimed, canonical",
    [
        ("https://www.news.example/article/1234567?utm_source=x", "https://www.news.example/article/1234567"),
        ("https://evil.example/article/1234567", URL),
        ("https://news.example/article/7654321", URL),
        ("https://news.example/", URL),
        ("javascript:1", URL),
    ],
)
def test_a_canonical_link_counts_on_the_outlets_hosts_alone(claimed: str, canonical: str) -> None:
    page = _page(f"<h1>t</h1>{BODY}", f'<link rel="canonical" href="{claimed}">')
    reading = read_page(page, URL, _outlet(), NOW)
    assert reading.canonical_url == canonical
    assert reading.identities[0] == "id:news:1234567"


def test_a_time_in_the_future_is_marked() -> None:
    page = _page(f"<h1>t</h1>{BODY}", '<meta property="article:published_time" content="2099-01-01T00:00:00Z">')
    reading = read_page(page, URL, None, NOW)
    assert (reading.published_at, reading.dated_ahead) == (NOW, True)


@pytest.mark.parametrize("label", ["utf-8", "euc-kr", None])
@pytest.mark.parametrize("encoding", ["utf-8", "euc-kr", "cp949"])
def test_a_page_is_decoded_under_every_label(encoding: str, label: str | None) -> None:
    page = f"<html><head><title>제목</title></head><body><article>{BODY}</article></body></html>".encode(encoding)
    kind = f"text/html; charset={label}" if label else "text/html"
    reading = read_page(page, URL, None, NOW, kind)
    assert (reading.title, reading.paragraphs, reading.language) == ("제목", PROSE, "ko")


def test_boilerplate_after_the_text_is_removed() -> None:
    noise = (
        "<p>홍길동 기자 reporter@asiae.co.kr</p><p>꼭 봐야할 주요뉴스</p><p>광고비 없이 이긴 반도체 거물</p>"
        "<p>마스크영역</p>"
        "<p>&lt;ⓒ경제 콘텐츠, 무단전재 배포금지&gt;</p>"
        "<p>가장 많이 읽힌 뉴스를 제공합니다. 집계 기준에 따라 다릅니다.</p>"
        "<p>![[영상] 우주를 달리다](https://img.example/1.jpg)</p><p>[기자수첩] AI 오천의 그늘</p>"
    )
    reading = read_page(_page(f"<h1>제목</h1><div class=article>{BODY}{noise}</div>"), URL, None, NOW)
    assert reading.paragraphs == PROSE
    assert reading.byline == "홍길동 기자 reporter@asiae.co.kr"


@pytest.mark.parametrize(
    "url, claimed, canonical",
    [
        ("https://m.news.example/1", "https://www.news.example/1", "https://www.news.example/1"),
        ("https://news.example/1?a=b", "https://other.example/1", "https://news.example/1?a=b"),
        ("https://news.example/1", "https://news.example/", "https://news.example/1"),
        ("no address", "https://news.example/1", "no address"),
        ("https://[broken", "https://news.example/1", "https://[broken"),
    ],
)
def test_without_a_spec_a_canonical_link_counts_on_the_same_host(url: str, claimed: str, canonical: str) -> None:
    page = _page(f"<h1>t</h1>{BODY}", f'<link rel="canonical" href="{claimed}">')
    assert read_page(page, url, None, NOW).canonical_url == canonical


@pytest.mark.parametrize(
    "wrapper",
    [
        '<div class="wrap has-banner">',
        "<form id=aspnetForm>",
        '<div class="story photo_ad ad">',
    ],
)
def test_a_wrapper_that_is_named_like_an_advertisement_keeps_its_article(wrapper: str) -> None:
    end = "</" + wrapper[1:].split()[0] + ">"
    page = _page(f'{wrapper}<h1>제목</h1><div class="ad">지금 사면 반값</div><div>{BODY}</div>{end}')
    assert read_page(page, URL, None, NOW).paragraphs == PROSE


@pytest.mark.parametrize(("letter", "least"), [("a", 199), ("가", 100), ("科", 100)])
def test_a_text_of_less_than_two_hundred_letters_is_short_and_hangul_counts_twice(letter: str, least: int) -> None:
    enough, short = (f"<h1>제목</h1><article><p>{letter * chars}.</p></article>" for chars in (least, least - 1))
    assert read_page(_page(enough), URL, None, NOW).suspect is None
    assert read_page(_page(short), URL, None, NOW).suspect == "short"


def test_title_byline_and_paragraphs_have_limits() -> None:
    outlet = _outlet('[[page]]\ntitle = "h1"\nbody = "p"\nbyline = ".who"\n')
    lines = "".join(f"<p>{number}번째 문장이다.</p>" for number in range(1_001))
    page = _page(f'<h1>{"가" * 501}</h1><i class="who">{"나" * 201}</i>{lines}')
    reading = read_page(page, URL, outlet, NOW)
    assert (reading.title, reading.byline) == ("가" * 500, "나" * 200)
    assert len(reading.paragraphs) == 1_000


def test_of_two_million_characters_two_hundred_thousand_are_judged() -> None:
    """The patterns that look for boilerplate would take seconds."""
    reading = read_page(b"<title>t</title><p>" + b"<" * 2_000_000, URL, None, NOW)
    assert [len(line) for line in reading.paragraphs] == [MAX_TEXT_CHARS]


def test_of_a_body_in_ld_json_two_hundred_thousand_characters_are_read() -> None:
    article = json.dumps({"@type": "NewsArticle", "articleBody": "x" * MAX_TEXT_CHARS + "y"})
    reading = read_page(f'<script type="application/ld+json">{article}</script>'.encode(), URL, None, NOW)
    assert reading.paragraphs == ("x" * MAX_TEXT_CHARS,)


def test_a_layout_reads_the_json_of_a_script() -> None:
    article = {"title": "협정 서명", "at": "2026-01-06 10:30:00", "by": [{"name": "홍길동"}], "body": BODY}
    script = f"<script>window.news = {json.dumps(article)};</script>"
    page = f"<html><head><title>새소식</title>{script}</head><body></body></html>"
    outlet = _outlet(
        """[[page]]
script = "window.news ="
title = "title"
body = "body"
published = "at"
byline = "by.name"
"""
    )
    reading = read_page(page.encode(), URL, outlet, NOW)
    assert (reading.title, reading.byline, reading.suspect) == ("협정 서명", "홍길동", None)
    assert reading.paragraphs == PROSE
    assert reading.published_at == datetime(2026, 1, 6, 1, 30, tzinfo=UTC)


def test_a_title_and_a_byline_inside_a_dropped_element_are_read() -> None:
    page = f'<head><title>게시판</title></head><div class="box"><h2>협정 서명</h2><b class="who">홍길동</b>{BODY}</div>'
    outlet = _outlet('[[page]]\ntitle = "h2"\nbody = ".box"\nbyline = ".who"\ndrop = ["h2", ".who"]\n')
    reading = read_page(page.encode(), URL, outlet, NOW)
    assert (reading.title, reading.byline, reading.paragraphs) == ("협정 서명", "홍길동", PROSE)


def test_a_short_text_is_completed_without_the_elements_that_its_layout_drops() -> None:
    advertisement = "지금 신청하면 첫 달은 무료로 볼 수 있으니 잊지 말고 오늘 밤까지 신청해 주세요."
    page = f'<h1>제목</h1><div class="box"><p class="a">{PROSE[0]}</p><p>{PROSE[1]}</p><p>{PROSE[2]}</p>'
    page += f'<p>{PROSE[3]}</p><p class="x">{advertisement}</p></div>'
    layout = '[[page]]\ntitle = "h1"\nbody = ".a"\n'
    whole = read_page(page.encode(), URL, _outlet(layout), NOW)
    dropped = read_page(page.encode(), URL, _outlet(layout + 'drop = ".x"\n'), NOW)
    assert whole.paragraphs == (*PROSE, advertisement)
    assert dropped.paragraphs == PROSE


@pytest.mark.parametrize("chars, partial", [(301, False), (300, True)])
def test_a_body_with_half_of_the_pages_prose_is_partial(chars: int, partial: bool) -> None:
    outlet = _outlet('[[page]]\ntitle = "h1"\nbody = "#b"\n')
    page = _page(f"<h1>제목</h1><div id='b'><p>{'가' * chars}</p></div><p>{'나' * 300}</p>")
    assert read_page(page, URL, outlet, NOW).partial == partial


@pytest.mark.parametrize("others, partial", [(200, True), (199, False)])
def test_a_flash_is_whole_where_less_than_200_characters_of_prose_stand_beside_it(others: int, partial: bool) -> None:
    flash = f"{'가' * 44}."
    page = _page(f"<h1>제목</h1><section><div id='b'>{flash}</div></section><div><p>{'나' * others}</p></div>")
    reading = read_page(page, URL, _outlet('[[page]]\ntitle = "h1"\nbody = "#b"\n'), NOW)
    assert (reading.paragraphs, reading.partial) == ((flash,), partial)


@pytest.mark.parametrize(
    "url, line, at",
    [
        (URL, "Jan 6, 2026, 10:54 AM", datetime(2026, 1, 6, 1, 54, tzinfo=UTC)),
        ("https://news.example.kr/2026/01/06/1", "Jan 6, 2026, 10:54 AM", datetime(2026, 1, 6, 1, 54, tzinfo=UTC)),
        ("https://news.example.kr/2026/01/06/1", "since May 1, 2021", datetime(2026, 1, 5, 15, tzinfo=UTC)),
        (URL, "no date", None),
    ],
)
def test_a_time_is_found_at_the_heading_or_in_the_address(url: str, line: str, at: datetime | None) -> None:
    page = _page(f"<h1>제목</h1><p>{line}</p><div>{BODY}</div><p>May 1, 2021</p>")
    assert read_page(page, url, None, NOW).published_at == at


def test_the_byline_of_a_korean_text_goes_before_that_of_its_metadata() -> None:
    for line, byline in (("홍길동 기자", "홍길동 기자"), ("By Jane Doe", "편집국"), ("a@news.example", "편집국")):
        page = _page(f"<h1>제목</h1><div>{BODY}<p>{line}</p></div>", '<meta name="author" content="편집국">')
        assert read_page(page, URL, None, NOW).byline == byline


def test_a_name_at_the_heading_goes_before_a_mail_address_in_the_text() -> None:
    page = _page(f"<h1>제목</h1><p>By Jane Doe</p><div><div>{BODY}<p>jane@news.example</p></div></div>")
    assert read_page(page, URL, None, NOW).byline == "Jane Doe"


def test_an_article_that_scripts_hold_is_read() -> None:
    data = json.dumps({"props": {"body": BODY}})
    page = _page(f'<h1>제목</h1><div id=app></div><script type="application/json">{data}</script>')
    assert read_page(page, URL, None, NOW).paragraphs == PROSE


def test_a_body_in_ld_json_goes_before_a_much_shorter_one_of_the_page() -> None:
    lines = (*PROSE, *(f"또한 {line}" for line in PROSE))
    for shown, is_taken in ((6, False), (5, True)):
        article = json.dumps({"@type": "NewsArticle", "articleBody": "\n".join(lines)})
        body = "".join(f"<p>{line}</p>" for line in lines[:shown])
        page = _page(f"<h1>제목</h1><div>{body}</div>", f'<script type="application/ld+json">{article}</script>')
        assert (read_page(page, URL, None, NOW).paragraphs == lines) == is_taken


def test_a_short_by_line_in_the_text_names_its_authors() -> None:
    prose = "".join(f"<p>The two governments agreed on point {number}, officials said.</p>" for number in range(10))
    for line, byline in (
        ("By Jane Roe and Hong Gil-dong", "Jane Roe and Hong Gil-dong"),
        ("By January the two governments had agreed", None),
    ):
        first = "<p>Two governments signed a pact in Seoul on Tuesday, officials said.</p>"
        page = f"<html><body><h1>A pact</h1><article>{first}<p>{line}</p>{prose}</article></body></html>"
        reading = read_page(page.encode(), "https://news.example/1", None, NOW, "text/html")
        assert reading.byline == byline, line
