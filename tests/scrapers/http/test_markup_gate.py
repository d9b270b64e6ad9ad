"""The gate refuses markup that a parser must not see, in time proportional to its size."""

from __future__ import annotations

import pytest

from scrapers.errors import NotUnderstood, TooBig
from scrapers.http.markup_gate import (
    MAX_TAG_CHARS,
    MAX_XML_SIGNS,
    check_depth,
    check_page_size,
    checked_xml,
    is_page,
    is_page_type,
)

BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]>
<rss version="2.0"><channel><title>&lol2;</title></channel></rss>"""


def test_a_page_may_be_nested_512_deep() -> None:
    check_depth("<div>" * 512, "u")
    with pytest.raises(TooBig, match="more than 512 deep"):
        check_depth("<div>" * 513, "u")


def test_a_page_may_have_200_000_elements() -> None:
    check_depth("<br>" * 200_000, "u")
    with pytest.raises(TooBig, match="200001 or more, at most 0 deep"):
        check_depth("<br>" * 200_001, "u")


def test_a_page_may_take_20_million_steps() -> None:
    """Each tag costs the parser a step for each element that is open."""
    deep = "<div>" * 500  # 125,250 steps
    check_depth(deep + "<br>" * (39_749), "u")
    with pytest.raises(TooBig, match="at most 500 deep"):
        check_depth(deep + "<br>" * (39_750), "u")


@pytest.mark.parametrize("tag", ["br", "div", "/p"])
def test_a_tag_may_have_some_thousand_attributes(tag: str) -> None:
    """The parser compares each attribute with all others of its tag."""
    check_depth(f"<{tag} " + " ".join(f"a{n}=1" for n in range(4_000)) + ">", "u")
    with pytest.raises(TooBig, match="too many elements"):
        check_depth(f"<{tag} " + " ".join(f"a{n}=1" for n in range(5_000)) + ">", "u")


def test_a_select_may_have_some_thousand_options() -> None:
    check_depth("<select>" + "<option>" * 6_000, "u")
    with pytest.raises(TooBig, match="too many elements"):
        check_depth("<select>" + "<option>" * 7_000, "u")


def test_a_page_may_have_two_mebibytes() -> None:
    check_page_size(b"x" * 2 * 1024 * 1024, "u")
    with pytest.raises(TooBig, match="2097153 bytes"):
        check_page_size(b"x" * (2 * 1024 * 1024 + 1), "u")


@pytest.mark.parametrize(
    "text, problem",
    [
        (BOMB, "declares a DTD"),
        ('<!DOCTYPE rss SYSTEM "http://evil.example/x.dtd" [ ]><rss/>', "declares a DTD"),
        ("<!-- c -->\n<!DOCTYPE html><html><body>x</body></html>", "is a web page"),
        ("<html><body>x</body></html>", "is a web page"),
        ("\n<!doctype HTML>\n<body>x", "is a web page"),
        ("<HTML><BODY>x", "is a web page"),
        ('{"a": 1}', "is no XML"),
        ("", "is no XML"),
        ("<<<!DOCTYPE x [<!ENTITY a 'b'>]><rss/>", "is no XML"),
    ],
)
def test_xml_is_refused(text: str, problem: str) -> None:
    with pytest.raises(NotUnderstood, match=problem):
        checked_xml(text, "u")


def test_a_dtd_behind_a_damaged_start_is_refused() -> None:
    """The lenient feed parser must never see a DTD that expat did not reach."""
    for trick in ("<?xml version='1.0'?><?xml version='1.0'?>", "&", "x", "<!-- -- -->", "<?php ?><!"):
        with pytest.raises(NotUnderstood):
            checked_xml(trick + BOMB.split("?>", 1)[1], "u")


def test_xml_that_is_damaged_after_its_root_passes() -> None:
    text = "<rss><channel><item><title>a & b</title></item></channel></rss>"
    document = "\ufeff\n  <?xml version='1.0' encoding='euc-kr'?>\n" + text
    assert checked_xml(document, "u").text == text.replace("&", "&amp;")


def test_a_bare_ampersand_outside_of_cdata_is_escaped() -> None:
    text = "<rss><a>R&D &amp; &#38; &nbsp;</a><![CDATA[a & b]]><b>&</b></rss>"
    escaped = "<rss><a>R&amp;D &amp; &#38; \u00a0</a><![CDATA[a & b]]><b>&amp;</b></rss>"
    assert checked_xml(text, "u").text == escaped


def test_a_doctype_without_an_internal_subset_is_dropped() -> None:
    document = checked_xml('<!-- c --><!DOCTYPE rss PUBLIC "-//a//b" "http://evil.example/x.dtd?>"><rss>x</rss>', "u")
    assert document.text == "<rss>x</rss>"


def test_what_a_server_prints_before_the_xml_declaration_is_cut_off() -> None:
    junk = "<br />\n<b>Warning</b>: mysql in /x.php on line 3<br />\n"
    assert checked_xml(f"{junk}<?xml version='1.0'?><rss/>", "u").text == "<rss/>"
    inner = "<rss><![CDATA[<?xml version='1.0'?>]]></rss>"
    assert checked_xml(inner, "u").text == inner


def test_xml_that_is_nested_too_deep_is_refused() -> None:
    with pytest.raises(TooBig, match="nested"):
        checked_xml("<a>" * 100_000, "u")


def test_xml_may_have_a_million_and_a_half_signs() -> None:
    """Each tag, reference and line break is a stop for the parser, in whatever element it stands."""
    for sign in ("&", "<b/>\n"):
        document = f"<rss>{sign * (MAX_XML_SIGNS - 2)}"[: MAX_XML_SIGNS + 4] + "</rss>"
        signs = sum(map(document.count, "<&\n"))
        checked_xml(document + "\n" * (MAX_XML_SIGNS - signs), "u")
        with pytest.raises(TooBig, match="1500001 tags, references and line breaks"):
            checked_xml(document + "\n" * (MAX_XML_SIGNS + 1 - signs), "u")


def test_an_xml_element_may_have_a_thousand_attributes() -> None:
    attributes = " ".join(f'a{number}=""' for number in range(1_000))
    assert checked_xml(f"<rss {attributes}/>", "u").elements == 1
    with pytest.raises(TooBig, match="more than 1000 attributes"):
        checked_xml(f"<rss {attributes} b=''/>", "u")


def test_a_tag_of_more_than_three_hundred_thousand_characters_is_refused_and_a_long_text_is_not() -> None:
    longest = "<rss a='" + "x" * (MAX_TAG_CHARS - 9) + "'/>"
    assert checked_xml(longest, "u").root == "rss"
    with pytest.raises(TooBig, match="a tag has more than 300000 characters"):
        checked_xml(longest.replace("xx", "xxx", 1), "u")
    text = f"<rss><![CDATA[{'x' * 2 * MAX_TAG_CHARS}]]><title>{'x' * 2 * MAX_TAG_CHARS}</title></rss>"
    assert checked_xml(text, "u").root == "rss"


def test_the_elements_of_xml_are_counted() -> None:
    assert checked_xml("<rss><a/><b></b><![CDATA[<c>]]><!-- <d> --></rss>", "u").elements == 3
    assert checked_xml("<rss><a></b><c/></d></rss>", "u").elements == 3  # not well-formed: half of its tags


def test_xml_may_be_nested_512_deep() -> None:
    assert checked_xml("<a>" * 512 + "</a>" * 512, "u").root == "a"
    with pytest.raises(TooBig, match="more than 512 deep"):
        checked_xml("<a>" * 513 + "</a>" * 513, "u")


@pytest.mark.parametrize(
    "kind, page",
    [
        ("text/html; charset=utf-8", True),
        (None, True),
        ("application/xhtml+xml", True),
        ("application/pdf", False),
        ("image/png", False),
    ],
)
def test_a_content_type_is_a_pages_or_not(kind: str | None, page: bool) -> None:
    assert is_page_type(kind) == page
    assert is_page(b"<p>x", kind) == page


def test_bytes_without_markup_are_no_page() -> None:
    assert not is_page(b"\x89PNG\r\n\x1a\n\0\0\0\0<", "text/html")
    assert not is_page(b"plain words", "text/html")


def test_markup_begins_in_the_first_four_kibibytes() -> None:
    assert is_page(b" " * 4095 + b"<", "text/html")
    assert not is_page(b" " * 4096 + b"<", "text/html")


def test_zeros_in_the_first_kibibyte_are_no_page() -> None:
    assert not is_page(b"<" + b"x" * 1019 + b"\0\0\0\0", "text/html")
    assert is_page(b"<" + b"x" * 1020 + b"\0\0\0\0", "text/html")


DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'


@pytest.mark.parametrize(
    "head",
    [
        f"<!-- made by hand -->\n{DECLARATION}",
        f"<!-- an <rss> feed -->{DECLARATION}",
        f"<!-- {'x' * 5_000} --> <!----> {DECLARATION}",
        f"<!-- {DECLARATION} -->",
        f"{DECLARATION}<!-- {DECLARATION} -->",
    ],
    ids=["before", "before, with markup", "long and empty ones", "around", "after, with a declaration"],
)
def test_comments_may_stand_before_the_declaration(head: str) -> None:
    assert checked_xml(f"{head}<rss>x</rss>", "u").root == "rss"


def test_a_comment_without_an_end_is_no_xml() -> None:
    with pytest.raises(NotUnderstood, match="is no XML"):
        checked_xml("<!-- a --><!-- b <rss>x</rss>", "u")
