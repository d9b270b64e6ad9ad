"""Text is cleaned of markup and invisible characters, and hashed by its letters."""

from __future__ import annotations

import pytest

from scrapers.plain_text import clean, content_hash, is_unreadable, plain, plain_lines


@pytest.mark.parametrize(
    "markup, expected",
    [
        ("AI &amp;amp; 양자", "AI & 양자"),
        ("<b>크라치오스</b> &#x27;서명&#39;", "크라치오스 '서명'"),
        ("<img src=x onerror=1>한 줄<br>둘째 줄", "한 줄 둘째 줄"),
        ("AI < 5G 그리고 6G > 5G", "AI < 5G 그리고 6G > 5G"),
        ("zero\u200bwidth\u00a0space\n\tand tabs", "zerowidth space and tabs"),
        ("한글", "한글"),
        ("<AI 대전환> <B2B> <S 리포트>", "<AI 대전환> <B2B> <S 리포트>"),
        ("&lt;b class='x' hidden&gt;굵은&lt;/B&gt; <br/>글<!-- 주석 <b> -- > --->", "굵은 글"),
        ("&amp;#55357;&#56832;&#55357;&#56832; \ud83d\ude00 \ud83d", "\ufffd\ufffd😀 😀 \ufffd"),
        ("", ""),
    ],
)
def test_markup_becomes_one_line_of_text(markup: str, expected: str) -> None:
    assert plain(markup) == expected


def test_entities_are_unescaped_twice() -> None:
    assert plain("R&amp;amp;D") == "R&D"
    assert plain("R&amp;amp;amp;D") == "R&amp;D"


def test_a_text_is_cut_at_its_limit() -> None:
    assert len(plain("가" * 10_001)) == 10_000
    assert plain("<b>" * 10 + "0123456789", 10) == "0123456789"
    assert plain("<b>" * 11 + "0123456789", 10) == "0123456"  # four times the limit is read
    assert len(plain("가" * 100_000, 500)) == 500


def test_clean_drops_control_characters() -> None:
    assert clean("a\x00b\x1fc\u2060") == "abc"


def test_the_content_hash_counts_letters_and_digits_alone() -> None:
    assert content_hash("t", ("한 미, 서명.", "끝")) == content_hash("u", ("한미 서명 끝",))
    assert content_hash("t", ("가",)) != content_hash("t", ("나",))
    assert content_hash("t", ()) != content_hash("u", ())


def test_a_stored_content_hash_stays_valid() -> None:
    assert content_hash("제목", ("한미 서명.",)) == "479dc301cbb6a8114cd712199ba69abc"


def test_lines_are_cut_at_breaks() -> None:
    assert plain_lines("하나&lt;br/&gt;둘<p>셋\n<b>넷</b></p>") == ("하나", "둘", "셋", "넷")


def test_a_tenth_of_a_text_may_be_unreadable_and_always_one_character() -> None:
    assert not is_unreadable("\ufffd")
    assert is_unreadable("\ufffd\ufffd")
    assert not is_unreadable("가" * 18 + "\ufffd\ufffd")
    assert is_unreadable("가" * 17 + "\ufffd\ufffd")
