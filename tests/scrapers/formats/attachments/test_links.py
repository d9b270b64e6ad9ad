"""The documents that a page links to: by the spec's selector, else by name, address or icon."""

from __future__ import annotations

import pytest

from scrapers.formats.attachments.kinds import file_name, kind_of_bytes, kind_of_name
from scrapers.formats.attachments.links import MAX_ATTACHMENTS, attachments_of
from scrapers.outlet import Outlet
from scrapers.spec import read_spec

URL = "https://www.example.go.kr/news/view.do?no=7"
HEAD = 'name = "부"\nhome = "https://www.example.go.kr/"\nlanguage = "ko"\ntimezone = "Asia/Seoul"\n'
SOURCE = '[[source]]\nkind = "feed"\nurl = "https://www.example.go.kr/rss"\n'


def _outlet(more: str = "", kind: str = "official") -> Outlet:
    return read_spec("example.toml", f'{HEAD}kind = "{kind}"\n{SOURCE}{more}'.encode())


def _found(page: str, outlet: Outlet | None = None) -> list[tuple[str, str, str]]:
    attachments = attachments_of(f"<body>{page}</body>", URL, outlet or _outlet())
    return [(each.name, each.url.removeprefix("https://www.example.go.kr"), each.kind) for each in attachments]


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ('<a href="/f/release.pdf">보도자료</a>', ("release.pdf", "/f/release.pdf", "pdf")),
        ('<a href="/down?id=3"><img alt="PDF파일">조간 (보도).hwpx</a>', ("조간 (보도).hwpx", "/down?id=3", "hwpx")),
        ('<a href="/down?id=3" title="계획.HWP 내려받기">받기</a>', ("계획.HWP", "/down?id=3", "hwp")),
        ('<a href="/down?id=3" download="a.odt">file</a>', ("a.odt", "/down?id=3", "odt")),
        ('<a href="/down?id=3"><img alt="PDF 파일"></a>', ("PDF", "/down?id=3", "pdf")),
        ('<a href="/down?name=a.pdf&amp;x=1" onclick="ga(\'send\')">글</a>', ("PDF", "/down?name=a.pdf&x=1", "pdf")),
        ('<li><span>계획.hwpx</span> <a href="/down?id=3">다운로드</a></li>', ("계획.hwpx", "/down?id=3", "hwpx")),
        ('<iframe src="/f/release.pdf#page=1"></iframe>', ("release.pdf", "/f/release.pdf", "pdf")),
        ('<object data="/f/release.pdf"></object>', ("release.pdf", "/f/release.pdf", "pdf")),
        ('<a href="/down?id=3">첨부파일 내려받기</a>', ("첨부파일 내려받기", "/down?id=3", "file")),
        ('<a href="/attach/7"><img alt="한글파일"> 전문 다운로드</a>', ("전문 다운로드", "/attach/7", "file")),
        ('<li>a.hwpx b.hwpx <a href="/down?id=3">다운로드</a></li>', ("다운로드", "/down?id=3", "file")),
        ('<article><header><a href="a.pdf">글</a></header></article>', ("a.pdf", "/news/a.pdf", "pdf")),
    ],
)
def test_a_link_names_its_document(link: str, found: tuple[str, str, str]) -> None:
    assert _found(link) == [found]


@pytest.mark.parametrize(
    "page",
    [
        '<a href="/viewer.do?f=a.pdf">a.pdf</a>',
        '<a href="/doc?f=a.pdf" title="a.pdf 바로보기">바로보기</a>',
        '<a href="/news/pdf-prices-rise">PDF prices rise</a>',
        '<a href="/a.pdfx">a</a>',
        '<a href="https://elsewhere.example/a.pdf">a.pdf</a>',
        '<nav><a href="/a.pdf">a.pdf</a></nav><footer><a href="/b.pdf">b</a></footer>',
        '<aside><ul><li><a href="/c.hwp">c</a></li></ul></aside>',
        "<a href=\"javascript:void(0)\" onclick=\"down('1','2','hwpx')\">a.hwpx</a>",
        '<a href="#none">a.pdf</a>',
        '<a href="/down?id=3">사진.jpg 내려받기</a>',
        '<a href="/down?id=3">자세히</a>',
        '<a href="/news/3">전문 보기</a>',
        '<a href="/down?id=3">한글 뷰어 다운로드</a>',
        '<iframe src="/docViewer/skin/doc.html?fn=a.pdf"></iframe>',
    ],
)
def test_other_links_are_no_documents(page: str) -> None:
    assert _found(page) == []


def test_only_official_pages_are_looked_at_unless_a_spec_says_where() -> None:
    page = '<div class="files"><a href="/a.pdf">a.pdf</a></div><a href="/b.pdf">b.pdf</a>'
    assert len(_found(page)) == 2
    assert _found(page, _outlet(kind="media")) == []
    assert _found(page, _outlet('[[page]]\nfiles = ".files a"', "media")) == [("a.pdf", "/a.pdf", "pdf")]
    assert attachments_of(page, URL, None) == ()


def test_a_selector_may_lead_to_another_host_and_select_what_holds_the_link() -> None:
    outlet = _outlet('[[page]]\nfiles = ".files li"')
    page = '<ul class="files"><li><a href="https://files.example/1">계획.hwpx</a></li><li>none</li></ul>'
    assert _found(page, outlet) == [("계획.hwpx", "https://files.example/1", "hwpx")]


def test_a_script_becomes_an_address_by_the_template() -> None:
    template = 'files_address = "https://www.example.go.kr/down?no={1}&part={2}"'
    outlet = _outlet(f"[[page]]\nfiles = '[onclick*=fn_download]'\n{template}")
    page = "<a href='javascript:;' onclick=\"fn_download('54','1','hwpx');\">계획</a>"
    page += "<a onclick='fn_download(54)'>a.pdf</a>"
    assert _found(page, outlet) == [("HWPX", "/down?no=54&part=1", "hwpx")]
    assert _found(page, _outlet(f"[[page]]\n{template}\nbody = 'p'")) == [("HWPX", "/down?no=54&part=1", "hwpx")]


def test_each_address_counts_once_under_its_first_name_and_there_is_an_end() -> None:
    twice = '<a href="/d?1">a.pdf</a><a href="/d?1">a.pdf 내려받기</a>'
    assert _found(twice) == [("a.pdf", "/d?1", "pdf")]
    assert len(_found("".join(f'<a href="/{n}.pdf">a</a>' for n in range(99)))) == MAX_ATTACHMENTS


def test_the_kind_of_a_name_is_that_of_its_last_extension() -> None:
    assert kind_of_name("a.pdf.hwpx") == "hwpx"
    assert kind_of_name("A.PDF (1.2MB)") == "pdf"
    assert kind_of_name("a.hwpxx") is None
    assert file_name("https://a.kr/f/%EA%B3%84%ED%9A%8D.hwp", "hwp") == "계획.hwp"
    assert file_name("https://a.kr/down.do?id=1", "hwp") == "HWP"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.4\n", "pdf"),
        (b"\r\n%PDF-1.4", "pdf"),
        (b"\r\n\r\nPK\x03\x04", "zip"),
        (b"\xef\xbb\xbf\nPK\x03\x04", "zip"),
        (b"\n\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "hwp"),
        (b"HTTP noise %PDF-1.4", "pdf"),
        (b"x" * 1024 + b"%PDF-1.4", None),
        (b"<p>A PDF begins with %PDF-1.4</p>", None),
        (b"PK\x03\x04", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "hwp"),
        (b"HWP Document File V3.00", "hwp"),
        (b"<html>", None),
    ],
)
def test_the_first_bytes_tell_a_document_from_a_page(data: bytes, kind: str | None) -> None:
    assert kind_of_bytes(data) == kind
