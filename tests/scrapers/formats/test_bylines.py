"""Authors are found in ld+json, meta tags, elements, and in the lines at the heading."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from scrapers.formats.bylines import byline_in_head, byline_of


def _byline(
    author: object = None, meta: dict[str, str] | None = None, body: str = "", sites: tuple[str, ...] = ()
) -> str:
    return byline_of({"author": author}, meta or {}, LexborHTMLParser(body), sites)


@pytest.mark.parametrize(
    "author",
    [
        "Jane Roe",
        {"@type": "Person", "name": "Jane Roe"},
        {"name": ["Jane Roe"]},
        {"givenName": "Jane", "familyName": "Roe"},
        [{"name": "By Jane Roe"}, {"name": "JANE ROE"}, {}, "https://news.example/jane", 7],
    ],
)
def test_an_author_is_read_from_any_form(author: object) -> None:
    assert _byline(author) == "Jane Roe"


def test_several_authors_have_commas_between_them() -> None:
    assert _byline([{"name": "Jane Roe"}, "Hong Gil-dong"]) == "Jane Roe, Hong Gil-dong"


def test_a_meta_tag_names_an_author_unless_it_names_the_site_or_an_address() -> None:
    assert _byline(meta={"author": "The Daily", "byl": "By Jane Roe"}, sites=("the daily",)) == "Jane Roe"
    assert _byline(meta={"article:author": "https://social.example/jane"}) == ""
    assert _byline(meta={"twitter:label1": "Written by", "twitter:data1": "Jane Roe"}) == "Jane Roe"
    assert _byline(meta={"twitter:label1": "Reading time", "twitter:data1": "4 minutes"}) == ""


@pytest.mark.parametrize(
    "body",
    [
        '<a rel="author nofollow">Jane Roe</a>',
        '<div itemprop="author"><img><span itemprop="name">Jane Roe</span>, reporter</div>',
        '<meta itemprop="author" content="Jane Roe">',
        '<span class="author-name">By Jane Roe</span>',
        '<p class="byline">Von <a>Jane Roe</a></p>',
        '<p class="author">7 January</p><p class="byline">By: Jane Roe</p>',
        '<p class="byline">by <a>Jane Roe</a> | <b class="field-name-date">Apr 19, 2026</b></p>',
        '<p class="articleAuthor">Autorin: Jane Roe</p>',
        '<div class="byline">By <b class="name">Jane Roe</b> <i>Tuesday, Jan. 6, 2026</i></div>',
        '<ul class="authors"><li class="author"><a>Jane Roe</a></li><li class="author"><a>JANE ROE</a></li></ul>',
        '<div class="meta-author">By Jane Roe | Seoul | 7 January 2026</div>',
        '<div class="post-byline"><span>Posted by</span> <span>Jane Roe</span> <span>at 10:54</span></div>',
        '<div class="author"><b class="profile"> Jane Roe </b><a href="/jane">@jane</a><i>11:57AM</i></div>',
        '<div class="metaInfoAuthorList"><a>View profile</a><a>Jane Roe</a></div>',
        '<div data-component="Byline">Jane Roe</div>',
        '<div itemprop="author"><link itemprop="name" content="Jane Roe"></div>',
        '<p id="reporter_name">Jane Roe (jane@news.example)</p>',
        '<p class="author">an account of what happened in Seoul</p><p class="writer">Jane Roe</p>',
    ],
)
def test_an_element_names_an_author(body: str) -> None:
    assert _byline(body=body) == "Jane Roe"


def test_authors_side_by_side_are_named_together() -> None:
    authors = "<p><b><a rel=author>Jane Roe</a></b><b><a rel=author>Hong Gil-dong</a></b></p>"
    assert _byline(body=authors + "<p><b><a rel=author>Another</a></b></p>") == "Jane Roe, Hong Gil-dong"


@pytest.mark.parametrize(
    "body",
    [
        '<ol class="comments"><li><p class="author">Jane Roe</p></ol>',
        '<figure><p class="author">Jane Roe</p></figure>',
        '<p class="comment-author">Jane Roe</p>',
        '<p class="author-bio">Jane Roe</p>',
        '<p class="authority">Jane Roe</p>',
        '<div class="related-stories"><p class="author">Jane Roe</p></div>',
        '<p class="author">admin</p>',
        '<p class="author">By</p>',
        '<p class="author"><b>Autor</b> <i>jane</i></p>',
        '<p class="author">Author</p>',
        '<p class="author">August</p>',
        '<p class="author">Sa.</p>',
        '<p class="author">Tuesday</p>',
        '<p class="author">Zum „Anschlag</p>',
        '<a href="/author/politics">Politics</a>',
    ],
)
def test_an_author_of_something_else_is_not_the_articles(body: str) -> None:
    assert _byline(body=body) == ""


def test_as_many_small_words_as_capital_ones_are_a_name_of_eighty_characters() -> None:
    assert _byline(body='<p class="author">Jane roe</p>') == "Jane roe"
    assert _byline(body='<p class="author">Jane roe and</p>') == ""
    for chars, is_name in ((80, True), (81, False)):
        assert bool(_byline(body=f'<p class="author">{"J" * chars}</p>')) == is_name


def test_an_aside_of_the_article_names_its_author() -> None:
    assert _byline(body='<article><aside><a class="author">Jane Roe</a></aside></article>') == "Jane Roe"
    assert _byline(body='<main><aside><a class="author">Jane Roe</a></aside></main>') == ""


def test_authors_far_from_each_other_wrote_other_articles() -> None:
    first, second = ('<p class="byline">Jane Roe</p>', '<p class="byline">Hong Gil-dong</p>')
    for between, byline in (
        ("", "Jane Roe, Hong Gil-dong"),
        ("<i>and</i>", "Jane Roe, Hong Gil-dong"),
        ("<i></i>" * 6, "Jane Roe, Hong Gil-dong"),
        ("<i></i>" * 7, "Jane Roe"),
        (f"<i>{'x' * 60}</i>", "Jane Roe, Hong Gil-dong"),
        (f"<i>{'x' * 61}</i>", "Jane Roe"),
    ):
        assert _byline(body=first + between + second) == byline, between


def test_a_marked_author_counts_anywhere_but_not_among_readers() -> None:
    assert _byline(body='<nav><a rel="author">Jane Roe</a></nav>') == "Jane Roe"
    assert _byline(body='<div class="comments"><a rel="author">Jane Roe</a></div>') == ""


def test_twelve_elements_around_a_name_are_looked_at() -> None:
    for depth, byline in ((10, ""), (11, "Jane Roe")):
        assert _byline(body=f'<nav>{"<div>" * depth}<a class="author">Jane Roe</a></nav>') == byline


def test_sixty_elements_that_are_named_for_an_author_are_looked_at() -> None:
    for others, byline in ((59, "Jane Roe"), (60, "")):
        assert _byline(body='<p class="author">7</p>' * others + '<p class="author">Jane Roe</p>') == byline


def test_a_name_is_looked_for_in_two_hundred_characters() -> None:
    for chars, byline in ((200, "Jane Roe"), (201, "")):
        assert (
            _byline(body=f'<div class="author"><p>{"9" * 100}</p><p>{"9" * (chars - 100)}</p><p>Jane Roe</p></div>')
            == byline
        )


def test_a_footer_of_the_article_names_its_author() -> None:
    assert _byline(body='<div class="entry-footer"><a class="author">Jane Roe</a></div>') == "Jane Roe"
    assert _byline(body='<div class="footer"><a class="author">Jane Roe</a></div>') == ""


@pytest.mark.parametrize("name", ["og:author", "dc.creator", "citation_author", "search.byline", "dcsext.author_name"])
def test_a_meta_tag_whose_name_ends_with_an_author_names_one(name: str) -> None:
    assert _byline(meta={name: "By Jane Roe"}) == "Jane Roe"


@pytest.mark.parametrize(
    "name", ["twitter:creator", "og:image:author", "smartbanner:author", "authority", "description"]
)
def test_another_meta_tag_names_no_author(name: str) -> None:
    assert _byline(meta={name: "Jane Roe"}) == ""


@pytest.mark.parametrize(
    "name, read",
    [
        ("View all posts by Jane Roe", "Jane Roe"),
        ("Author: Jane Roe", "Jane Roe"),
        ("Autor/in: Jane Roe", "Jane Roe"),
        ("Autor Jane Roe", "Jane Roe"),
        ("Author Clara Roe", "Author Clara Roe"),
        ("Byron Roe", "Byron Roe"),
        ("Von der Heide, Maria", "Von der Heide, Maria"),
        ("By <a href='/jane'>Jane Roe</a>, Hong Gil-dong and CNN", "Jane Roe, Hong Gil-dong and CNN"),
        ("Jane Roe jane@news.example", "Jane Roe"),
        ("Jane Roe, https://news.example/jane", "Jane Roe"),
        ("https://news.example/jane", ""),
        ("jane@news.example", ""),
        ("www.news.example", ""),
        ("admin", ""),
        ("104363", ""),
        ("홍길동 기자", "홍길동 기자"),
        ("글 홍길동", "홍길동"),
    ],
)
def test_a_name_is_read_without_what_stands_around_it(name: str, read: str) -> None:
    assert _byline({"name": name}) == read


def test_a_creator_or_a_list_of_names_are_authors() -> None:
    assert byline_of({"creator": ["Jane Roe"]}, {}, LexborHTMLParser(""), ()) == "Jane Roe"
    assert _byline({"name": ["Jane Roe", "Hong Gil-dong"]}) == "Jane Roe, Hong Gil-dong"
    assert _byline({"name": {"@value": "Jane"}}) == ""


def test_an_element_with_an_address_a_number_or_the_sites_name_is_no_author() -> None:
    for text in ("jane@news.example", "12 comments", "The Daily", "a" * 81, "x"):
        assert _byline(body=f"<i rel=author>{text}</i>", sites=("The Daily",)) == "", text


@pytest.mark.parametrize(
    "line, names",
    [
        ("By Jane Roe", "Jane Roe"),
        ("By JANE ROE and Hong Gil-dong, Jan. 7, 2026", "JANE ROE and Hong Gil-dong"),
        ("By: Jane Roe on Monday", "Jane Roe"),
        ("Von Maria von der Heide | Berlin", "Maria von der Heide"),
        ("By the end of January", None),
        ("Jane Roe", None),
        ("von Nicola Roe", "Nicola Roe"),
        ("Posted by Jane at 12:53", "Jane"),
        ("Autor: Jane Roe 25.10.2026", "Jane Roe"),
        ("Posted by the editors", None),
    ],
)
def test_a_line_at_the_heading_names_its_authors(line: str, names: str | None) -> None:
    assert byline_in_head(["Politics", line]) == names
