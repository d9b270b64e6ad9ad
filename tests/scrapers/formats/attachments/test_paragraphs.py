"""Wrapped lines become paragraphs again: Hangul broken within words or between them, English, plain text."""

from __future__ import annotations

import textwrap

import pytest

from scrapers.formats.attachments.document import read_plain_text
from scrapers.formats.attachments.paragraphs import MAX_EDGE_CHARS, paragraphs_of_pages, paragraphs_of_text

SENTENCE = (
    "과학기술정보통신부는 미국 백악관 과학기술정책실과 서울에서 기술번영 업무협약의 첫 점검 회의를 열고 인공지능과 "
    "양자 기술과 바이오 분야에서 함께 연구할 과제를 정했으며 그 결과를 해마다 공동위원회에 올리기로 했다고 밝혔다."
)


@pytest.mark.parametrize("width", [20, 25, 33])
def test_lines_that_break_between_words_are_joined_with_a_blank(width: int) -> None:
    assert paragraphs_of_pages([textwrap.wrap(SENTENCE, width)]) == (SENTENCE,)


@pytest.mark.parametrize("width", [20, 25, 33])
def test_lines_that_break_within_words_are_joined_without(width: int) -> None:
    lines = [SENTENCE[start : start + width].strip() for start in range(0, len(SENTENCE), width)]
    (paragraph,) = paragraphs_of_pages([lines])
    assert paragraph.replace(" ", "") == SENTENCE.replace(" ", "")
    assert "기술번영" in paragraph


def test_a_blank_at_the_end_of_lines_tells_where_words_end() -> None:
    lines = [SENTENCE[start : start + 24] for start in range(0, len(SENTENCE), 24)]
    assert any(line.endswith(" ") for line in lines)
    assert paragraphs_of_pages([lines]) == (SENTENCE,)


def test_a_hyphen_at_the_end_of_a_line_goes_with_its_break() -> None:
    lines = ["The memorandum covers quantum and collabo-", "ration on research security, as both sides", "said."]
    assert paragraphs_of_pages([lines]) == (
        "The memorandum covers quantum and collaboration on research security, as both sides said.",
    )


def test_a_line_with_room_for_the_next_word_ends_its_paragraph() -> None:
    lines = [
        "한국과 미국은 기술번영 업무협약에 따라 만난다",
        "회의는 서울에서 열린다",
        "결과는 해마다 공동위원회에 올리기로 했다",
    ]
    assert paragraphs_of_pages([lines]) == (f"{lines[0]} {lines[1]}", lines[2])


def test_a_bullet_or_a_short_line_begins_a_paragraph() -> None:
    lines = ["□ 첫째 항목은 한 줄을 가득 채우는 것이며", "ㅇ 둘째 항목", "1. 셋째", "가. 넷째", "- 다섯째 항목"]
    assert paragraphs_of_pages([lines]) == tuple(lines)


def test_headers_footers_and_page_numbers_go() -> None:
    pages = [
        [
            "과학기술정보통신부",
            f"{number}쪽의 글이 여기 있다.",
            f"그 뒤의 글 {number * 'ㄱ'}.",
            "서울 종로구",
            f"- {number} -",
        ]
        for number in (1, 2, 3)
    ]
    text = " ".join(paragraphs_of_pages(pages))
    assert "과학기술정보통신부" not in text
    assert "종로구" not in text
    assert "- 1" not in text
    assert all(f"{n}쪽의 글이 여기 있다." in text for n in (1, 2, 3))


def _pages_with(header: str, *more: str) -> list[list[str]]:
    return [[*more, header, *(f"{n}쪽의 {line}째 글이다." for line in range(6))] for n in (1, 2, 3)]


def test_only_short_lines_near_the_edge_that_end_no_sentence_are_headers() -> None:
    def is_kept(header: str, *more: str) -> bool:
        return header in " ".join(paragraphs_of_pages(_pages_with(header, *more)))

    assert not is_kept("가" * MAX_EDGE_CHARS)
    assert is_kept("가" * (MAX_EDGE_CHARS + 1))
    assert is_kept("두 나라는 함께 연구한다.")
    assert not is_kept("과학기술협력", "대한민국", "보도 계획")
    assert is_kept("과학기술협력", "대한민국", "보도 계획", "제2부")


def test_a_letterhead_is_no_text() -> None:
    lines = ["보 도 자 료", "보도시점 2026. 2. 26.(목) 12:00", "FOR IMMEDIATE RELEASE", "글이다.", "―――――"]
    assert paragraphs_of_pages([lines]) == ("글이다.",)


REGISTER = """<html>
<head>
<title>Federal Register, Volume 90 Issue 216</title>
</head>
<body><pre>
[Federal Register Volume 90, Number 216 (Wednesday, November 12, 2025)]
[Notices]
[FR Doc No: 2025-19999]

-----------------------------------------------------------------------

OFFICE OF SCIENCE AND TECHNOLOGY POLICY

Request for Comments on Cooperation With Korea

SUMMARY: The Office asks how the memorandum should be carried out &amp;
which fields come first.

    The United States and the Republic of Korea signed a Technology
Prosperity Deal. Comments

[[Page 51000]]

are due.
    A second paragraph follows at <a href="https://ostp.gov">ostp.gov</a>
and ends here.
</pre></body>
</html>
"""


def test_plain_text_of_the_register_is_read_in_paragraphs() -> None:
    reading = read_plain_text(REGISTER.encode(), "https://a.gov/1.txt", None, "https://a.gov/doc/1", "text/plain")
    assert reading.paragraphs == (
        "[Federal Register Volume 90, Number 216 (Wednesday, November 12, 2025)] [Notices] [FR Doc No: 2025-19999]",
        "OFFICE OF SCIENCE AND TECHNOLOGY POLICY",
        "Request for Comments on Cooperation With Korea",
        "SUMMARY: The Office asks how the memorandum should be carried out & which fields come first.",
        "The United States and the Republic of Korea signed a Technology Prosperity Deal. Comments are due.",
        "A second paragraph follows at ostp.gov and ends here.",
    )
    assert (reading.url, reading.text_from, reading.suspect) == ("https://a.gov/doc/1", "text", None)


def test_an_indent_as_deep_as_the_line_before_goes_on() -> None:
    text = "    a quotation\n    goes on\nand so on\n    next"
    assert paragraphs_of_text(text) == ("a quotation goes on and so on", "next")
