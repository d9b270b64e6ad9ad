"""Tests that fields collected while a feed is checked are those that feedparser reads, and doubts are left to it."""

from __future__ import annotations

import pytest

from scrapers.formats import feeds
from scrapers.formats.entries import Entries
from scrapers.formats.feed_fields import MAX_HEAD_CHARS, MAX_NESTED, MAX_TAGS, collected_fields
from scrapers.formats.feeds import read_feed

URL = "https://outlet.example/feed.xml"
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)
TITLE_AND_LINK = "<title>양자 협력 착수</title><link>https://outlet.example/1</link>"


def rss(item: str, *, channel: str = "", root: str = NAMESPACES) -> str:
    return f'<rss version="2.0" {root}><channel>{channel}<title>새연</title><item>{item}</item></channel></rss>'


def atom(entry: str, *, root: str = "") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {root}><title>Saeyeon</title><entry>{entry}</entry></feed>'


ATOM_ENTRY = '<title>Quantum talks open</title><link href="https://outlet.example/1"/><id>tag:1</id>'

SURE = {
    "rss": rss(
        TITLE_AND_LINK + "<guid isPermaLink='false'>g-1</guid>"
        "<description><![CDATA[<p>첫 <b>문장</b>이다.</p>]]></description>"
        "<pubDate>Wed, 29 Oct 2025 10:00:00 +0900</pubDate><category>과학</category><author>a@outlet.example</author>"
    ),
    "rss with text": rss(
        TITLE_AND_LINK + "<description>요약</description><content:encoded><![CDATA[<p>첫 문단.</p>]]></content:encoded>"
    ),
    "text without a description": rss(TITLE_AND_LINK + "<content:encoded>&lt;p&gt;문단.&lt;/p&gt;</content:encoded>"),
    "dc:date": rss(TITLE_AND_LINK + "<dc:date>2025-10-29T10:00:00+09:00</dc:date><dc:creator>오다온</dc:creator>"),
    "two dates": rss(
        TITLE_AND_LINK + "<dc:date>2025-10-29</dc:date><pubDate>Wed, 29 Oct 2025 10:00:00 GMT</pubDate>"
    ),
    "feedburner": rss(
        TITLE_AND_LINK + "<feedburner:origLink>https://outlet.example/original</feedburner:origLink>"
    ),
    "source": rss(TITLE_AND_LINK + '<source url="https://other.example/">다른 신문</source>'),
    "a link to itself beside the link": rss(TITLE_AND_LINK + '<atom:link href="https://outlet.example/x" rel="self"/>'),
    "media": rss(TITLE_AND_LINK + '<media:content url="https://outlet.example/1.jpg"><media:credit>새연</media:credit></media:content>'),
    "escaped twice": rss("<title>AT&amp;amp;T &lt;AI 대전환&gt;</title><link>https://outlet.example/1?a=1&amp;b=2</link>"),
    "blanks": rss("<title>\n  두\n  줄 </title><link>\n https://outlet.example/1 \n</link>"),
    "a guid alone": rss("<title>제목</title><link>https://outlet.example/1</link><guid>https://outlet.example/p</guid>"),
    "a hub": rss(TITLE_AND_LINK, channel='<atom:link rel="hub" href="https://hub.example/"/>'),
    "a period": rss(TITLE_AND_LINK, channel="<ttl> 30 </ttl>"),
    "a period of the module": rss(
        TITLE_AND_LINK,
        channel="<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>",
        root='xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"',
    ),
    "a type in capitals": atom('<title>Q</title><link type="TEXT/HTML" href="https://outlet.example/1"/><id>tag:1</id>'),
    "a period in Atom": atom(ATOM_ENTRY).replace("<entry>", "<ttl>30</ttl><entry>"),
    "atom": atom(
        ATOM_ENTRY + '<published>2025-10-29T10:00:00Z</published><updated>2025-10-29T11:00:00Z</updated>'
        '<summary type="html">&lt;p&gt;A summary.&lt;/p&gt;</summary><author><name>Ro Dahn</name></author>'
    ),
    "atom with text": atom(ATOM_ENTRY + '<content type="html">&lt;p&gt;The text.&lt;/p&gt;</content>'),
    "atom with other links": atom(
        '<title type="text">A &lt;b&gt; c</title><id>tag:1</id><link rel="enclosure" href="https://outlet.example/a.mp3"/>'
        '<link rel="alternate" type="text/html" href="https://outlet.example/1"/>'
    ),
}  # fmt: skip

IN_DOUBT = {
    "no title": rss("<link>https://outlet.example/1</link>"),
    "no link": rss("<title>제목</title><guid>https://outlet.example/1</guid>"),
    "two titles": rss(TITLE_AND_LINK + "<title>다른 제목</title>"),
    "two links": rss(TITLE_AND_LINK + "<link>https://outlet.example/2</link>"),
    "a title of media": rss(TITLE_AND_LINK + "<media:title>사진 제목</media:title>"),
    "a description of media": atom(
        ATOM_ENTRY + "<m:group><m:description>About it.</m:description></m:group>",
        root='xmlns:m="http://search.yahoo.com/mrss/"',
    ),
    "the text before the description": rss(
        TITLE_AND_LINK + "<content:encoded>문단</content:encoded><description>요약</description>"
    ),
    "markup in a title": rss("<title>두 <b>낱말</b></title><link>https://outlet.example/1</link>"),
    "xhtml": atom(ATOM_ENTRY + '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">T</div></content>'),
    "a base of addresses": atom(ATOM_ENTRY, root='xml:base="https://other.example/"'),
    "a base in an entry": rss('<title>제목</title><link xml:base="https://other.example/">1</link>'),
    "another root": "<rdf><item><title>a</title><link>https://outlet.example/1</link></item></rdf>",
    "an old Atom": '<feed xmlns="http://purl.org/atom/ns#"><entry>' + ATOM_ENTRY + "</entry></feed>",
    "an unbound prefix": rss(TITLE_AND_LINK + "<news:title>다른</news:title>", root=""),
    "a bound prefix below the root": rss(TITLE_AND_LINK, channel='<x xmlns:y="https://y.example/"/>'),
    "not well-formed": rss(TITLE_AND_LINK + "<description>가<br>나</description>"),
    "a Windows character": rss("<title>It&#146;s</title><link>https://outlet.example/1</link>"),
    "text that was encoded twice": rss("<title>cafÃ©</title><link>https://outlet.example/1</link>"),
    "text that was encoded twice, as references": rss("<title>caf&#195;&#169;</title><link>https://o.example/</link>"),
    "an address that was escaped twice": rss(
        "<title>제목</title><link><![CDATA[https://outlet.example/?a=1&amp;b=2]]></link>"
    ),
    "another name of the text": atom(ATOM_ENTRY + "<description>요약</description>"),
    "an old name of the text": rss(TITLE_AND_LINK + "<abstract>요약</abstract>"),
    "a name of RSS for the time, in Atom": atom(ATOM_ENTRY + "<pubDate>Wed, 29 Oct 2025 10:00:00 GMT</pubDate>"),
    "a name of Atom for the time, in RSS": rss(TITLE_AND_LINK + "<issued>2025-10-29</issued>"),
    "the feed's name of the time, in an entry": rss(TITLE_AND_LINK + "<lastBuildDate>2025-10-29</lastBuildDate>"),
    "a date without a namespace": rss(TITLE_AND_LINK + "<date>2025-10-29</date>"),
    "an entry of another vocabulary": rss(TITLE_AND_LINK, channel="<entry><title>둘째</title></entry>"),
    "an entry of Atom in RSS": rss(TITLE_AND_LINK, channel="<atom:entry><atom:title>둘째</atom:title></atom:entry>"),
    "an element in a period": rss(TITLE_AND_LINK, channel="<ttl><x/>30</ttl>"),
    "a period in the feed's title": rss(TITLE_AND_LINK, channel="<description>가<ttl>5</ttl></description>"),
    "an entry in a text of the feed": '<rss version="2.0"><channel><content>t<item>'
    f"{TITLE_AND_LINK}</item></content></channel></rss>",
    "a base without a prefix": rss(TITLE_AND_LINK, root='base="https://other.example/"'),
    "a link in a url": rss('<title>제목</title><link url="https://outlet.example/2">https://outlet.example/1</link>'),
    "a plain text beside the page": atom(
        '<title>Q</title><link href="https://outlet.example/1.txt" type="text"/><id>tag:1</id>'
    ),
    "a source of Atom": atom(ATOM_ENTRY + "<source><title>Other</title></source>"),
    "no entry": '<rss version="2.0"><channel><title>새연</title></channel></rss>',
}


def fields_of(document: str) -> object:
    return collected_fields(document)


def by_feedparser(document: str, monkeypatch: pytest.MonkeyPatch) -> Entries:
    with monkeypatch.context() as patch:
        patch.setattr(feeds, "collected_fields", lambda _document: None)
        return read_feed(document.encode(), URL, "Asia/Seoul")


@pytest.mark.parametrize("document", SURE.values(), ids=SURE)
def test_a_document_without_doubt_is_read_as_feedparser_reads_it(
    document: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fields_of(document) is not None
    read = read_feed(document.encode(), URL, "Asia/Seoul")
    assert len(read.entries) == 1
    assert read == by_feedparser(document, monkeypatch)


@pytest.mark.parametrize("document", IN_DOUBT.values(), ids=IN_DOUBT)
def test_a_document_with_a_doubt_is_left_to_feedparser(document: str) -> None:
    assert fields_of(document) is None


@pytest.mark.parametrize("root", ["", 'xml:base="https://outlet.example/"'], ids=["collected", "by feedparser"])
def test_an_element_with_the_name_of_a_list_costs_no_feed(root: str) -> None:
    read = read_feed(rss(TITLE_AND_LINK, channel="<links>Links</links>", root=root).encode(), URL, "Asia/Seoul")
    assert [entry.url for entry in read.entries] == ["https://outlet.example/1"]


@pytest.mark.parametrize("fault", ["", "<media:x/>", "<description>가<br>나</description>"])
@pytest.mark.parametrize("address", ["https://o.example/?a=1&amp;no=2", "<![CDATA[https://o.example/?a=1&no=2]]>"])
def test_a_fault_in_a_feed_changes_no_guid(address: str, fault: str) -> None:
    document = rss(f"<title>제목</title><guid>{address}</guid>{fault}", root="")
    (entry,) = read_feed(document.encode(), URL, "Asia/Seoul").entries
    assert (entry.url, entry.id) == ("https://o.example/?a=1&no=2",) * 2


def nested(levels: int) -> str:
    return "<media:group>" * levels + "</media:group>" * levels


@pytest.mark.parametrize(("levels", "is_read"), [(MAX_NESTED + 1, True), (MAX_NESTED + 2, False)])
def test_elements_that_are_nested_deep_are_looked_at_one_by_one(levels: int, is_read: bool) -> None:
    assert (fields_of(rss(TITLE_AND_LINK + nested(levels))) is not None) == is_read
    assert (fields_of(rss(TITLE_AND_LINK, channel=nested(levels))) is not None) == is_read


def test_a_document_of_many_tags_is_looked_at_one_by_one() -> None:
    document = rss(TITLE_AND_LINK + "<category/>" * (MAX_TAGS - 12))
    assert document.count("<") == MAX_TAGS
    assert fields_of(document) is not None
    assert fields_of(document.replace("<category/>", "<category/><category/>", 1)) is None


def test_the_root_stands_near_the_beginning() -> None:
    document = rss(TITLE_AND_LINK)
    comment = f"<!--{'x' * (MAX_HEAD_CHARS - document.index('><') - 8)}-->"
    assert fields_of(comment + document) is not None
    assert fields_of(f"{comment}\n{document}") is None


@pytest.mark.parametrize("declaration", ["<!DOCTYPE rss>", '<!DOCTYPE rss [<!ENTITY a "b">]>'])
def test_a_document_with_a_dtd_is_not_read(declaration: str) -> None:
    assert fields_of(declaration + rss(TITLE_AND_LINK)) is None


def test_markup_that_a_text_quotes_changes_no_names() -> None:
    svg = '<description><![CDATA[<svg xmlns="http://www.w3.org/2000/svg"/> 첫 문장이다.]]></description>'
    assert fields_of(rss(TITLE_AND_LINK + svg)) is not None
    assert fields_of(rss(TITLE_AND_LINK + '<x xmlns="http://www.w3.org/2000/svg"/>')) is None


@pytest.mark.parametrize("fault", ["&nbsp;", "\x01", "&", "< "])
def test_a_feed_with_a_small_fault_is_mended_and_read(fault: str) -> None:
    read = read_feed(rss(TITLE_AND_LINK + f"<description>가{fault}나</description>").encode(), URL, "Asia/Seoul")
    assert [entry.title for entry in read.entries] == ["양자 협력 착수"]
