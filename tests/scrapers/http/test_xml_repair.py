"""Small faults of XML are mended where they stand."""

from __future__ import annotations

import pytest

from scrapers.http.xml_repair import mended_xml


@pytest.mark.parametrize(
    "markup, expected",
    [
        ("&#55357;&#56832;", "😀"),
        ("&#xD83D;&#xDE00;", "😀"),
        ("&#44032;&#55357;&#56832;", "&#44032;😀"),
        ("&#55357; lone &#xDE00;", "\ufffd lone \ufffd"),
        ("&#x110000;&#1114111;", "\ufffd&#1114111;"),
        ("&#xFFFD;&#xFFFE;", "&#xFFFD;\ufffd"),
        ("&#0;&#8;&#9;&#31;&#32;", "&#9;&#32;"),
        ("&nbsp;&middot;&amp;&LT;&unknown;", "\u00a0·&amp;&lt;&amp;unknown;"),
        ("R&D &#xZZ; &", "R&amp;D &amp;#xZZ; &amp;"),
        ("a < b <3 <b/>", "a &lt; b &lt;3 <b/>"),
        ("a\x00b\x08c\x1bd\x7fe\uffff\ttab\n", "abcde\ttab\n"),
        ("<![CDATA[a & b < c &#55357;&#56832; &#x110000; &nbsp;]]>&", "<![CDATA[a & b < c 😀 \ufffd &nbsp;]]>&amp;"),
    ],
)
def test_a_fault_is_mended(markup: str, expected: str) -> None:
    assert mended_xml(markup) == expected
