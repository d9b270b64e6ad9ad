"""The text of a PDF: Hangul of every kind of font, paragraphs of lines, and one clear reason for a hostile file."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import islice

import pytest

import tests.support.hostile_documents as hostile
from scrapers.errors import NotUnderstood, ScrapeError, TooBig
from scrapers.fake_outlets.documents import assembled, document
from scrapers.formats.attachments.document import read_document
from scrapers.formats.attachments.pdf import MAX_PAGES
from scrapers.parser_process.parent import ParserProcess

URL = "https://www.korea.kr/common/download.do?fileId=1"
HEADLINE = "한-미 과학기술 협력 후속 회의 개최"
RELEASE = (
    "과학기술정보통신부는 26일 서울에서 미국 백악관 과학기술정책실과 한-미 기술번영 업무협약의 첫 점검 회의를 열었다.",
    "□ 두 나라는 인공지능과 양자, 바이오 분야에서 함께 할 과제의 목록을 4월까지 주고받고, 소위원회의 책임자를 정한다.",
    "ㅇ 연구보안 지침은 실무반이 견주어 차이를 정리하고, 그 결과를 하반기 공동위원회에 올린다.",
)
ENGLISH = (
    "The Ministry of Science and ICT held the first review of the Technology Prosperity Deal with the White House.",
    "Both sides will exchange lists of joint projects in artificial intelligence, quantum and biotechnology by April.",
)


@pytest.mark.parametrize("paragraphs", [RELEASE, ENGLISH], ids=["korean", "english"])
@pytest.mark.parametrize("kind", ["pdf", "hwpx"])
def test_a_release_comes_back_as_it_was_written(kind: str, paragraphs: tuple[str, ...]) -> None:
    reading = read_document(document(kind, HEADLINE, paragraphs), URL, None)
    assert reading.paragraphs == (HEADLINE, *paragraphs)
    assert (reading.title, reading.text_from) == (HEADLINE, kind)
    assert (reading.suspect, reading.partial) == (None, False)
    assert reading.language == ("ko" if paragraphs == RELEASE else "en")


def _with_font(font: str, encoding: str, shown: bytes, more: str = "", *objects: bytes) -> bytes:
    """A PDF of one page that shows these bytes in a CID font."""
    content = b"BT /F1 11 Tf 60 780 Td <%b> Tj ET" % shown.hex().encode()
    system = "<< /Registry (Adobe) /Ordering (Korea1) /Supplement 1 >>"
    page = "/MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >>"
    type_0 = f"/Subtype /Type0 /BaseFont /{font} /Encoding /{encoding} /DescendantFonts [6 0 R] {more}"
    return assembled(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            f"<< /Type /Page /Parent 2 0 R {page} >>",
            b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
            f"<< /Type /Font {type_0} >>",
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{font} /DW 1000 /CIDSystemInfo {system} >>",
            *objects,
        ]
    )


WORDS = "한미 기술번영 업무협약에 서명"


@pytest.mark.parametrize(
    ("encoding", "codec"),
    [("UniKS-UCS2-H", "utf-16-be"), ("UniKS-UTF16-H", "utf-16-be"), ("KSCms-UHC-H", "cp949"), ("KSC-EUC-H", "euc-kr")],
)
def test_hangul_of_a_font_outside_the_file_is_read(encoding: str, codec: str) -> None:
    reading = read_document(_with_font("HYSMyeongJo-Medium", encoding, WORDS.encode(codec)), URL, None)
    assert reading.paragraphs == (WORDS,)


def test_hangul_of_a_font_within_the_file_is_read_by_its_map() -> None:
    letters = sorted(set(WORDS))
    numbers = {letter: number for number, letter in enumerate(letters, 3)}
    pairs = "".join(f"<{numbers[letter]:04x}> <{ord(letter):04x}>\n" for letter in letters)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(letters)} beginbfchar\n{pairs}endbfchar\nendcmap end end"
    ).encode()
    shown = b"".join(numbers[letter].to_bytes(2, "big") for letter in WORDS)
    stream = b"<< /Length %d >>\nstream\n%b\nendstream" % (len(cmap), cmap)
    data = _with_font("ABCDEF+NanumGothic", "Identity-H", shown, "/ToUnicode 7 0 R", stream)
    assert read_document(data, URL, None).paragraphs == (WORDS,)


def test_a_blank_that_a_font_maps_to_a_control_character_is_a_blank_and_a_ligature_is_two_letters() -> None:
    shown = "한미\x01기술번영\x01협약, scienti\ufb01c e\ufb00ort"
    reading = read_document(_with_font("HYSMyeongJo-Medium", "UniKS-UCS2-H", shown.encode("utf-16-be")), URL, None)
    assert reading.paragraphs == ("한미 기술번영 협약, scientific effort",)


def test_page_numbers_and_repeated_headers_are_no_text() -> None:
    syllables = random.Random(7)
    words = ("".join(syllables.choices("가나다라마바사아자차", k=syllables.randint(1, 5))) for _ in range(60 * 25))
    long_release = tuple(f"{number}번째 문단. {' '.join(islice(words, 25))}다." for number in range(60))
    reading = read_document(document("pdf", HEADLINE, long_release), URL, None)
    assert " ".join(reading.paragraphs) == " ".join((HEADLINE, *long_release))


def test_of_many_pages_the_first_are_read_and_the_text_is_partial() -> None:
    reading = read_document(hostile.pdf_of_pages(1_000), URL, None)
    text = " ".join(reading.paragraphs)
    assert reading.partial
    assert f"{MAX_PAGES}쪽." in text
    assert f"{MAX_PAGES + 1}쪽." not in text
    assert not read_document(hostile.pdf_of_pages(MAX_PAGES), URL, None).partial


def test_a_scanned_page_has_no_body() -> None:
    assert read_document(hostile.pdf_scanned(), URL, None).suspect == "no_body"


@pytest.mark.parametrize(
    ("build", "error", "problem"),
    [
        (hostile.pdf_bomb, TooBig, "Limit reached while decompressing"),
        (hostile.pdf_bomb_in_a_bomb, TooBig, "Limit reached while decompressing"),
        (hostile.pdf_deep_tree, TooBig, "page tree depth"),
        (hostile.pdf_tree_in_a_circle, NotUnderstood, "is a damaged PDF"),
        (hostile.pdf_encrypted, NotUnderstood, "is an encrypted PDF"),
        (hostile.pdf_encrypted_with_aes, NotUnderstood, "is an encrypted PDF"),
        (lambda: b"%PDF-1.7\n" + b"\xff" * 500, NotUnderstood, "is a damaged PDF"),
        (lambda: document("hwp", "", ()), NotUnderstood, "is an HWP file"),
        (lambda: b"GIF89a", NotUnderstood, "is no document"),
    ],
)
async def test_a_hostile_file_has_one_clear_reason(
    child: ParserProcess, build: Callable[[], bytes], error: type[ScrapeError], problem: str
) -> None:
    await child.start()
    pid = child.pid
    with pytest.raises(error, match=problem):
        await child.run("parse_document", build(), URL, None, about=URL)
    assert child.pid == pid


@pytest.mark.parametrize("build", [hostile.pdf_xref_in_a_circle, hostile.pdf_forms_in_forms, hostile.pdf_operators])
async def test_an_endless_file_ends(child: ParserProcess, build: Callable[[], bytes]) -> None:
    reading = await child.run("parse_document", build(), URL, None, about=URL)
    assert reading.text_from == "pdf"
