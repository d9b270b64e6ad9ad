"""An official text that stands in a document is read: which one, when, with which manners, and what else then."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

import tests.support.hostile_documents as hostile
from scrapers.article import Attachment, Headline
from scrapers.attached_text import MAX_NOTE_CHARS, is_text_elsewhere, with_document, worth_reading
from scrapers.canonical_url import canonical_url
from scrapers.errors import BadStatus, FetchRateLimited
from scrapers.fake_outlets.documents import document
from scrapers.formats.results import PageReading
from scrapers.http.fetch import MAX_BYTES
from scrapers.identities import identities
from scrapers.outlet import Outlet
from scrapers.scraper import Scraper, open_scraper

Site = Any
"""The site of conftest.py."""
NOTE = "관련 보도자료 내용입니다. 자세한 내용은 첨부파일을 참고하시기 바랍니다."
TITLE = "한-미 과학기술 협력 후속 회의 개최"
TEXT = tuple(
    f"{ordinal} 회의에서 한국과 미국은 기술번영 업무협약에 따라 인공지능과 양자 기술을 함께 연구하기로 하고, 그 결과를 "
    "하반기에 열릴 공동위원회에 올리기로 했다고 과학기술정보통신부가 밝혔다."
    for ordinal in ("첫", "둘째", "셋째")
)
SPEC = (
    'article_id = "/a/([0-9]+)"\nkind = "official"\n[[source]]\nkind = "feed"\nurl = "SITE/feed"\n'
    '[[page]]\nbody = ".b"\n'
)
HWPX, PDF = document("hwpx", TITLE, TEXT), document("pdf", TITLE, TEXT)


def _page(body: str, *files: str) -> str:
    links = "".join(f'<a href="/down/{name}">{name}</a>' for name in files)
    return f'<html><head><title>{TITLE}</title></head><body><div class="b">{body}</div>{links}</body></html>'


@pytest.fixture
async def scraper(site: Site, turns: list[str]) -> AsyncIterator[Scraper]:
    async def turn(host: str) -> None:
        turns.append(host)

    scraper = open_scraper({}, turn, trusted=[site.address], now=lambda: datetime(2026, 2, 26, 12, tzinfo=UTC))
    yield scraper
    await scraper.close()


@pytest.fixture
def outlet(spec_at: Callable[[str], Outlet]) -> Outlet:
    return spec_at(SPEC)


def _headline(outlet: Outlet, url: str, text_url: str | None = None) -> Headline:
    return Headline(
        outlet=outlet.key,
        url=url,
        canonical_url=canonical_url(url, outlet),
        identities=identities(outlet, url),
        title=TITLE,
        summary="",
        published_at=None,
        language="ko",
        text_url=text_url,
    )


def _serve(site: Site, page: str, **documents: bytes) -> None:
    site.answer("/a/1", page, Content_Type="text/html; charset=utf-8")
    for name, data in documents.items():
        site.answer(f"/down/{name.replace('_', '.')}", data, Content_Type="application/octet-stream")


@pytest.mark.parametrize(("kind", "data"), [("hwpx", HWPX), ("pdf", PDF)])
@pytest.mark.parametrize("body", [NOTE, "", "<iframe src='/viewer'></iframe>"], ids=["note", "empty", "viewer"])
async def test_a_page_without_text_is_read_from_its_attachment(
    site: Site, scraper: Scraper, outlet: Outlet, turns: list[str], kind: str, data: bytes, body: str
) -> None:
    _serve(site, _page(body, f"a.{kind}"), **{f"a_{kind}": data})
    article = await scraper.read(outlet, _headline(outlet, site.url("/a/1")))
    assert article.paragraphs == TEXT
    assert (article.title, article.text_from, article.suspect, article.partial) == (TITLE, kind, None, False)
    assert article.attachments == (Attachment(f"a.{kind}", site.url(f"/down/a.{kind}"), kind),)
    assert site.paths == ["/robots.txt", "/a/1", f"/down/a.{kind}"]
    assert turns == ["127.0.0.1"] * 3
    assert site.requests[-1].headers["Referer"] == site.url("/a/1")


async def test_the_better_format_is_read_and_the_other_left_alone(site: Site, scraper: Scraper, outlet: Outlet) -> None:
    _serve(site, _page(NOTE, "a.hwp", "a.pdf", "a.hwpx"), a_hwpx=HWPX, a_pdf=PDF)
    article = await scraper.read(outlet, _headline(outlet, site.url("/a/1")))
    assert article.text_from == "hwpx"
    assert [each.kind for each in article.attachments] == ["hwp", "pdf", "hwpx"]
    assert site.paths[-1] == "/down/a.hwpx"
    assert len(site.paths) == 3


async def test_where_the_first_cannot_be_read_the_second_is_and_no_third(
    site: Site, scraper: Scraper, outlet: Outlet, caplog: pytest.LogCaptureFixture
) -> None:
    broken = hostile.hwpx_broken()
    _serve(site, _page(NOTE, "a.pdf", "a.hwpx", "b.pdf"), a_hwpx=broken, a_pdf=PDF, b_pdf=PDF)
    assert (await scraper.read(outlet, _headline(outlet, site.url("/a/1")))).text_from == "pdf"
    (record,) = (record for record in caplog.records if record.getMessage() == "attachment_unread")
    assert vars(record)["code"] == "not_understood"
    _serve(site, _page(NOTE, "a.pdf", "a.hwpx", "b.pdf"), a_hwpx=broken, a_pdf=hostile.pdf_encrypted(), b_pdf=PDF)
    article = await scraper.read(outlet, _headline(outlet, site.url("/a/1")))
    assert (article.suspect, article.text_from, article.paragraphs) == ("short", "page", (NOTE,))
    assert site.paths.count("/down/b.pdf") == 0


async def test_an_hwp_alone_is_a_name_and_a_link(site: Site, scraper: Scraper, outlet: Outlet) -> None:
    _serve(site, _page(NOTE, "a.hwp"))
    article = await scraper.read(outlet, _headline(outlet, site.url("/a/1")))
    assert (article.suspect, article.text_from) == ("short", "page")
    assert article.attachments == (Attachment("a.hwp", site.url("/down/a.hwp"), "hwp"),)
    assert site.paths == ["/robots.txt", "/a/1"]


async def test_a_file_that_nothing_names_is_told_by_its_first_bytes(
    site: Site, scraper: Scraper, outlet: Outlet
) -> None:
    page = _page(NOTE).replace("</body>", '<a href="/down/1">첨부파일 내려받기</a></body>')
    _serve(site, page)
    for data, kind in ((HWPX, "hwpx"), (PDF, "pdf")):
        site.answer("/down/1", data, Content_Type="application/octet-stream")
        article = await scraper.read(outlet, _headline(outlet, site.url("/a/1")))
        assert (article.paragraphs, article.text_from) == (TEXT, kind)
        assert article.attachments == (Attachment("첨부파일 내려받기", site.url("/down/1"), kind),)


async def test_an_attachment_beyond_the_limit_of_every_answer_is_left(
    site: Site, scraper: Scraper, outlet: Outlet, caplog: pytest.LogCaptureFixture
) -> None:
    _serve(site, _page(NOTE, "a.pdf"), a_pdf=PDF + bytes(MAX_BYTES + 1 - len(PDF)))
    article = await scraper.read(outlet, _headline(outlet, site.url("/a/1")))
    assert (article.suspect, article.text_from) == ("short", "page")
    (record,) = (record for record in caplog.records if record.getMessage() == "attachment_unread")
    assert vars(record)["code"] == "too_big"
    _serve(site, _page(NOTE, "a.pdf"), a_pdf=PDF + b"\n" * (3 * 1024 * 1024))
    assert (await scraper.read(outlet, _headline(outlet, site.url("/a/1")))).paragraphs == TEXT


async def test_robots_txt_holds_for_attachments(site: Site, scraper: Scraper, outlet: Outlet) -> None:
    site.answer("/robots.txt", "User-agent: *\nDisallow: /down/\n")
    _serve(site, _page(NOTE, "a.pdf"), a_pdf=PDF)
    article = await scraper.read(outlet, _headline(outlet, site.url("/a/1")))
    assert article.suspect == "short"
    assert site.paths == ["/robots.txt", "/a/1"]


async def test_a_page_with_its_text_costs_one_request(site: Site, scraper: Scraper, outlet: Outlet) -> None:
    _serve(site, _page("".join(f"<p>{line}</p>" for line in TEXT), "a.pdf"), a_pdf=PDF)
    article = await scraper.read(outlet, _headline(outlet, site.url("/a/1")))
    assert article.text_from == "page"
    assert site.paths == ["/robots.txt", "/a/1"]


async def test_a_summary_that_points_to_its_attachment_is_completed(
    site: Site, scraper: Scraper, outlet: Outlet
) -> None:
    summary = "과학기술정보통신부와 백악관 과학기술정책실이 서울에서 만나 올해의 일정을 정하였습니다. " * 5
    _serve(site, _page(f"<p>{summary}</p><p>{NOTE}</p>", "a.pdf"), a_pdf=PDF)
    article = await scraper.read(outlet, _headline(outlet, site.url("/a/1")))
    assert article.paragraphs == (summary.strip(), *TEXT)
    assert article.text_from == "pdf"


@pytest.mark.parametrize(("files", "partial"), [(["a.hwp"], True), (["a.pdf"], True), ([], False)])
async def test_a_summary_that_points_to_an_attachment_that_is_not_read_is_partial(
    site: Site, scraper: Scraper, outlet: Outlet, files: list[str], partial: bool
) -> None:
    summary = "과학기술정보통신부와 백악관 과학기술정책실이 서울에서 만나 올해의 일정을 정하였습니다. " * 5
    _serve(site, _page(f"<p>{summary}</p><p>{NOTE}</p>", *files), a_pdf=hostile.pdf_encrypted())
    article = await scraper.read(outlet, _headline(outlet, site.url("/a/1")))
    assert (article.paragraphs, article.partial, article.suspect) == ((summary.strip(), NOTE), partial, None)


async def test_what_may_pass_is_asked_for_again(site: Site, scraper: Scraper, outlet: Outlet) -> None:
    _serve(site, _page(NOTE, "a.pdf"))
    site.answer("/down/a.pdf", status=500)
    with pytest.raises(BadStatus):
        await scraper.read(outlet, _headline(outlet, site.url("/a/1")))
    site.answer("/down/a.pdf", status=429, Retry_After="60")
    with pytest.raises(FetchRateLimited):
        await scraper.read(outlet, _headline(outlet, site.url("/a/1")))
    site.answer("/down/a.pdf", status=499)
    assert (await scraper.read(outlet, _headline(outlet, site.url("/a/1")))).suspect == "short"


async def test_media_pages_are_read_without_their_attachments(
    site: Site, scraper: Scraper, spec_at: Callable[[str], Outlet]
) -> None:
    media = spec_at(SPEC.replace("official", "media"))
    _serve(site, _page(NOTE, "a.pdf"), a_pdf=PDF)
    article = await scraper.read(media, _headline(media, site.url("/a/1")))
    assert (article.suspect, article.attachments) == ("short", ())
    by_spec = spec_at(SPEC.replace("official", "media") + 'files = "a"\n')
    assert (await scraper.read(by_spec, _headline(by_spec, site.url("/a/1")))).paragraphs == TEXT


@pytest.mark.parametrize(("kind", "data"), [("hwpx", HWPX), ("pdf", PDF)])
async def test_an_article_that_is_a_document_is_read(
    site: Site, scraper: Scraper, outlet: Outlet, kind: str, data: bytes
) -> None:
    site.answer("/a/1", data, Content_Type="application/octet-stream")
    article = await scraper.read(outlet, _headline(outlet, site.url("/a/1")))
    assert article.paragraphs == (TITLE, *TEXT)
    assert (article.title, article.text_from, article.suspect) == (TITLE, kind, None)


async def test_an_article_that_is_an_hwp_is_a_link(site: Site, scraper: Scraper, outlet: Outlet) -> None:
    site.answer("/a/1", document("hwp", TITLE, TEXT), Content_Type="application/x-hwp")
    article = await scraper.read(outlet, _headline(outlet, site.url("/a/1")))
    assert (article.suspect, article.text_from) == ("wrong_type", "page")
    assert article.attachments == (Attachment("HWP", site.url("/a/1"), "hwp"),)


async def test_plain_text_that_the_source_names_is_read_in_place_of_the_page(
    site: Site, scraper: Scraper, outlet: Outlet
) -> None:
    site.answer("/raw/1", "\n\n".join(TEXT), Content_Type="text/plain; charset=utf-8")
    headline = _headline(outlet, site.url("/a/1"), site.url("/raw/1"))
    article = await scraper.read(outlet, headline)
    assert article.paragraphs == TEXT
    assert (article.text_from, article.url, article.identities) == ("text", site.url("/a/1"), headline.identities)
    assert site.paths == ["/robots.txt", "/raw/1"]


async def test_where_there_is_no_plain_text_the_page_is_read(site: Site, scraper: Scraper, outlet: Outlet) -> None:
    _serve(site, _page("".join(f"<p>{line}</p>" for line in TEXT)))
    site.answer("/raw/1", "<html><body>Are you a robot?</body></html>", Content_Type="text/html")
    article = await scraper.read(outlet, _headline(outlet, site.url("/a/1"), site.url("/raw/1")))
    assert (article.text_from, article.paragraphs) == ("page", TEXT)


async def test_an_official_page_that_leads_to_a_host_of_others_is_no_text(
    site: Site, scraper: Scraper, outlet: Outlet, spec_at: Callable[[str], Outlet]
) -> None:
    elsewhere = site.url("/robot", host="localhost")

    async def away(_request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": elsewhere})

    site.pages["/a/1"] = away
    site.answer("/robot", _page("".join(f"<p>{line}</p>" for line in TEXT)), Content_Type="text/html")
    trusting = open_scraper({}, _no_wait, trusted=[site.address, f"localhost:{site.port}"])
    try:
        article = await trusting.read(outlet, _headline(outlet, site.url("/a/1")))
        assert article.suspect == "no_body"
        media = spec_at(SPEC.replace("official", "media"))
        assert (await trusting.read(media, _headline(media, site.url("/a/1")))).suspect is None
    finally:
        await trusting.close()


async def _no_wait(_host: str) -> None:
    """A turn that never waits."""


# ── which document, and when ───────────────────────────────────────────────────────────────────────────────

PAGE = PageReading(
    url="u",
    canonical_url="u",
    identities=(),
    title=TITLE,
    paragraphs=TEXT,
    published_at=None,
    byline=None,
    language="ko",
)


@pytest.mark.parametrize(
    ("note", "is_elsewhere"),
    [
        ("자세한 내용은 첨부파일을 참고하시기 바랍니다.", True),
        ("세부 내용은 붙임 자료를 참조해 주십시오.", True),
        ("첨부된 문서를 확인하세요.", True),
        ("See the attached file for details.", True),
        ("Read the full memorandum (PDF).", True),
        ("첨부한 서류를 내지 않으면 접수하지 않는다.", False),
        ("The court attached conditions to the licence.", False),
    ],
)
def test_a_short_text_that_points_to_an_attachment_has_its_text_there(note: str, is_elsewhere: bool) -> None:
    assert is_text_elsewhere(replace(PAGE, paragraphs=("가" * 300, note))) == is_elsewhere
    assert not is_text_elsewhere(replace(PAGE, paragraphs=("가" * MAX_NOTE_CHARS, note)))
    assert is_text_elsewhere(replace(PAGE, paragraphs=("가" * (MAX_NOTE_CHARS - len(note) - 1), note))) == is_elsewhere


@pytest.mark.parametrize(
    ("suspect", "is_elsewhere"),
    [("no_body", True), ("short", True), ("site_title", False), ("wrong_type", False), (None, False)],
)
def test_a_suspect_page_has_its_text_elsewhere_only_where_it_lacks_one(suspect: str | None, is_elsewhere: bool) -> None:
    assert is_text_elsewhere(replace(PAGE, suspect=suspect)) == is_elsewhere


def test_the_first_document_goes_before_its_appendices_and_each_in_its_best_format() -> None:
    names = ("붙임1 목록.hwpx", "보도자료.hwp", "보도자료.pdf", "보도자료.hwpx", "영문.odt", "영문.pdf")
    attachments = [Attachment(name, name, name.rpartition(".")[2]) for name in names]
    assert [each.name for each in worth_reading(attachments)] == [
        "보도자료.hwpx", "보도자료.pdf", "영문.odt", "영문.pdf", "붙임1 목록.hwpx",
    ]  # fmt: skip


def test_the_page_keeps_what_does_not_point_to_the_attachment() -> None:
    page = replace(PAGE, paragraphs=("머리말이다.", NOTE), suspect="short", partial=True)
    text = replace(PAGE, paragraphs=(TITLE, "머리말이다.", *TEXT), text_from="pdf", partial=True, language="en")
    attachment = Attachment("첨부파일", "u/1", "file")
    completed = with_document(replace(page, attachments=(attachment,)), text, attachment)
    assert completed.attachments == (Attachment("첨부파일", "u/1", "pdf"),)
    assert completed.paragraphs == ("머리말이다.", *TEXT)
    assert (completed.suspect, completed.partial, completed.text_from, completed.language) == (None, True, "pdf", "en")


@pytest.mark.parametrize(("syllables", "elsewhere"), [(199, True), (200, False)])
def test_a_text_that_is_long_enough_in_hangul_may_still_stand_elsewhere(syllables: int, elsewhere: bool) -> None:
    assert is_text_elsewhere(replace(PAGE, paragraphs=("가" * syllables,), suspect=None)) is elsewhere
