"""The text of HWPX and ODT: paragraphs also in tables, no headers, and one clear reason for a hostile archive."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import tests.support.hostile_documents as hostile
from scrapers.errors import NotUnderstood, ScrapeError, TooBig
from scrapers.fake_outlets.documents import zipped
from scrapers.formats.attachments.document import read_document
from scrapers.formats.attachments.zipped_xml import MAX_MEMBERS
from scrapers.formats.text_lines import MAX_TEXT_CHARS
from scrapers.parser_process.parent import ParserProcess

URL = "https://www.msit.go.kr/ssm/file/fileDown.do?atchFileNo=1"
SENTENCE = hostile.SENTENCE


def _hwpx(*paragraphs: str) -> tuple[str, ...]:
    section = "".join(f"<hp:p><hp:run>{paragraph}</hp:run></hp:p>" for paragraph in paragraphs)
    return read_document(hostile.hwpx_of(f'<hs:sec xmlns:hs="s" xmlns:hp="p">{section}</hs:sec>'), URL, None).paragraphs


def test_runs_of_a_paragraph_are_one_line() -> None:
    runs = "<hp:t>한미 기술</hp:t></hp:run><hp:run><hp:t>번영 </hp:t><hp:t>업무협약</hp:t>"
    assert _hwpx(runs) == ("한미 기술번영 업무협약",)


def test_tabs_are_blanks_and_breaks_end_a_line() -> None:
    assert _hwpx("<hp:t>양자<hp:tab/>기술<hp:nbSpace/>협력<hp:lineBreak/>둘째 줄</hp:t>") == (
        "양자 기술 협력",
        "둘째 줄",
    )


def test_a_table_stands_where_it_stands_and_each_cell_is_a_line() -> None:
    cells = "".join(
        f"<hp:tc><hp:subList><hp:p><hp:run><hp:t>{n}</hp:t></hp:run></hp:p></hp:subList></hp:tc>" for n in "가나"
    )
    table = f"<hp:t>앞 문장</hp:t><hp:tbl><hp:tr>{cells}</hp:tr></hp:tbl><hp:t>뒤 문장</hp:t>"
    assert _hwpx(table, "<hp:t>끝 문장</hp:t>") == ("앞 문장", "가", "나", "뒤 문장", "끝 문장")


def test_headers_footers_and_comments_are_no_text() -> None:
    parts = ("header", "footer", "hiddenComment")
    hidden = "".join(f"<hp:{part}><hp:p><hp:run><hp:t>숨은 {part}</hp:t></hp:run></hp:p></hp:{part}>" for part in parts)
    assert _hwpx(f"<hp:ctrl>{hidden}</hp:ctrl><hp:t>{SENTENCE}</hp:t>") == (SENTENCE,)


def test_what_is_no_text_element_is_no_text() -> None:
    assert _hwpx(f"<hp:script>a over b</hp:script><hp:t>{SENTENCE}</hp:t>") == (SENTENCE,)


def test_sections_are_read_in_the_order_of_their_numbers() -> None:
    sections = {
        f"Contents/section{number}.xml": f"<sec><p><t>{number}번 절이다</t></p></sec>" for number in (10, 9, 1, 0)
    }
    assert read_document(zipped(sections), URL, None).paragraphs == tuple(f"{n}번 절이다" for n in (0, 1, 9, 10))


def test_blanks_before_the_archive_do_no_harm() -> None:
    section = f"<sec><p><t>{SENTENCE}</t></p></sec>"
    assert read_document(b"\r\n\r\n" + hostile.hwpx_of(section), URL, None).paragraphs == (SENTENCE,)


def test_odt_is_read_like_hwpx() -> None:
    content = (
        '<office:document-content xmlns:office="o" xmlns:text="t"><office:styles>style</office:styles>'
        f"<office:text><text:h>제목이다</text:h><text:p>양자<text:s/>기술<text:line-break/>둘째 줄</text:p>"
        f"<text:p>{SENTENCE}</text:p><office:annotation><text:p>숨은 말</text:p></office:annotation></office:text>"
        "</office:document-content>"
    )
    reading = read_document(zipped({"mimetype": "…", "content.xml": content}), URL, None)
    assert reading.paragraphs == ("제목이다", "양자 기술", "둘째 줄", SENTENCE)
    assert reading.text_from == "odt"


def test_a_long_document_is_cut_and_partial() -> None:
    sentences = "".join(f"<p><t>{number}. {SENTENCE}</t></p>" for number in range(MAX_TEXT_CHARS // len(SENTENCE) + 9))
    reading = read_document(hostile.hwpx_of(f"<sec>{sentences}</sec>"), URL, None)
    assert reading.partial
    assert sum(map(len, reading.paragraphs)) <= MAX_TEXT_CHARS


def test_a_short_document_is_suspect() -> None:
    cover, whole = (hostile.hwpx_of(f"<sec><p><t>{'글' * chars}</t></p></sec>") for chars in (99, 100))
    assert read_document(cover, URL, None).suspect == "short"
    assert read_document(whole, URL, None).suspect is None
    assert read_document(hostile.hwpx_of("<sec/>"), URL, None).suspect == "no_body"


@pytest.mark.parametrize(
    ("build", "error", "problem"),
    [
        (hostile.zip_bomb, TooBig, "more than 500000 elements"),
        (hostile.zip_bomb_of_text, TooBig, "unpacks to more than 200 times its size"),
        (hostile.zip_with_many_members, TooBig, f"we read {MAX_MEMBERS}"),
        (hostile.hwpx_deep, TooBig, "nested more than 512 deep"),
        (hostile.zip_that_lies, NotUnderstood, "is a damaged archive"),
        (hostile.hwpx_with_entities, NotUnderstood, "declares a DTD or entities"),
        (hostile.hwpx_with_an_outside_entity, NotUnderstood, "declares a DTD or entities"),
        (hostile.hwpx_encrypted, NotUnderstood, "is an encrypted HWPX"),
        (hostile.hwpx_broken, NotUnderstood, "holds damaged XML"),
        (lambda: zipped({"word/document.xml": "<w/>"}), NotUnderstood, "neither HWPX nor ODT"),
        (lambda: b"PK\x03\x04" + b"\0" * 99, NotUnderstood, "is a damaged archive"),
    ],
)
async def test_a_hostile_archive_has_one_clear_reason(
    child: ParserProcess, build: Callable[[], bytes], error: type[ScrapeError], problem: str
) -> None:
    await child.start()
    pid = child.pid
    with pytest.raises(error, match=problem):
        await child.run("parse_document", build(), URL, None, about=URL)
    assert child.pid == pid
