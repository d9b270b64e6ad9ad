"""The block that holds most of a page's prose is found by its lines, its links and its name."""

from __future__ import annotations

from time import process_time

import pytest
from selectolax.lexbor import LexborHTMLParser

from scrapers.formats.blocks import page_blocks
from scrapers.formats.density import ProseBody, prose_body

SENTENCES = tuple(
    f"The {n} ministries signed an agreement in Seoul that lets laboratories share results." for n in "abcdefgh"
)
BODY = "".join(f"<p>{line}</p>" for line in SENTENCES)
OTHER = "Visitors of this site agree that partners measure what they read and for how long they stay."


def _body(markup: str) -> ProseBody:
    return prose_body(page_blocks(LexborHTMLParser(f"<html><body>{markup}</body></html>")))


def _lines(markup: str) -> tuple[str, ...]:
    return _body(markup).lines


def _ended(chars: int) -> str:
    return "a" * (chars - 1) + "."


@pytest.mark.parametrize("chars, is_prose", [(25, True), (24, False)])
def test_a_line_that_ends_as_a_sentence_is_prose_from_25_characters(chars: int, is_prose: bool) -> None:
    line = _ended(chars)
    assert (line in _lines(f"<div>{BODY}<div><div>{line}</div></div></div>")) == is_prose


def test_letters_of_hangul_count_twice() -> None:
    for chars, is_prose in ((13, True), (12, False)):
        line = "가" * (chars - 1) + "."
        assert (line in _lines(f"<div>{BODY}<div><div>{line}</div></div></div>")) == is_prose


def test_a_page_of_short_sentences_is_read() -> None:
    assert _lines("<h1>Title</h1><div>Share</div><p>It rains.</p>") == ("It rains.",)


@pytest.mark.parametrize("chars, is_prose", [(100, True), (99, False)])
def test_a_line_without_an_end_is_prose_from_100_characters(chars: int, is_prose: bool) -> None:
    assert bool(_lines(f"<p>{'a' * chars}</p>")) == is_prose


def test_linked_characters_count_twice_against_a_line() -> None:
    assert _body(f"<p>{'a' * 60}<a>{'b' * 17}.</a> c.</p>").prose_chars == 45
    assert _body(f"<p>{'a' * 17}<a>{'b' * 20}</a> c.</p>").prose_chars == 0


def test_an_article_is_found_below_many_wrappers() -> None:
    menu = "<ul>" + "<li><a>Other news of the day</a></li>" * 20 + "</ul>"
    assert _lines(menu + "<div>" * 12 + BODY + "</div>" * 12 + menu) == SENTENCES


def test_an_article_in_sibling_sections_is_read_whole() -> None:
    sections = "".join(f"<section><h2>Part</h2><p>{line}</p></section>" for line in SENTENCES)
    lines = _lines(f"<main><div>{sections}</div><div class=widget>{OTHER}</div></main>")
    assert tuple(line for line in lines if line != "Part") == SENTENCES


def test_a_block_is_entered_that_holds_eight_tenths_of_the_prose() -> None:
    inner = f"<div><p>{_ended(800)}</p></div>"
    assert len(_lines(f"<div>{inner}<div><p>{_ended(200)}</p></div></div>")) == 1
    assert len(_lines(f"<div>{inner}<div><p>{_ended(201)}</p></div></div>")) == 2


@pytest.mark.parametrize("name", ["comments-list", "onetrust-consent-sdk", "cookie-banner", "disqus_thread"])
def test_what_readers_say_or_agree_to_may_be_longer_than_the_article(name: str) -> None:
    assert _lines(f"<div>{BODY}</div><div id={name}>{f'<p>{OTHER}</p>' * 30}</div>") == SENTENCES


def test_a_list_of_other_articles_does_not_count_while_it_is_the_smaller_part() -> None:
    teasers = f'<div class="related">{f"<p>{OTHER}</p>" * 3}</div>'
    assert _lines(f"<div><div>{BODY}</div>{teasers}</div>") == SENTENCES
    assert _lines(f'<div class="related">{BODY}</div><div>{OTHER}</div>') == SENTENCES


def test_a_wrapper_with_the_headline_keeps_its_article() -> None:
    assert _lines(f'<div class="no-comments sidebar"><h1>Title</h1>{BODY}</div>') == SENTENCES


def test_a_widget_has_less_than_four_hundred_characters_of_prose() -> None:
    for chars, kept in ((399, False), (400, True)):
        promo = f'<div class="promo">{_ended(chars)}</div>'
        assert (_ended(chars) in _lines(f"<div>{BODY}{promo}<p>{OTHER}</p></div>")) == kept


def test_what_is_hidden_does_not_count_beside_what_is_shown() -> None:
    hidden = f"<div style='color: red; display: none'>{f'<p>{OTHER}</p>' * 30}</div>"
    assert _lines(f"{hidden}<div>{BODY}</div>") == SENTENCES


def test_a_hidden_article_is_read_where_the_rest_has_less_than_200_characters_of_prose() -> None:
    hidden = f"<div hidden><div>{BODY}</div></div>"
    assert _lines(f"<p>{_ended(199)}</p>{hidden}")[-8:] == SENTENCES
    assert _lines(f"<p>{_ended(200)}</p>{hidden}") == (_ended(200),)


def test_a_list_of_links_between_paragraphs_does_not_count() -> None:
    links = "<ul><li><a>Ministers meet again in the autumn.</a></li><li><a>Labs open their doors.</a></li></ul>"
    assert _lines(f"<div>{BODY}{links}<p>{OTHER}</p></div>") == (*SENTENCES, OTHER)


def test_a_picture_with_a_short_text_is_left_out_with_its_caption() -> None:
    for chars, kept in ((250, False), (251, True)):
        picture = f"<div><img><span>{_ended(chars)}</span></div>"
        assert (_ended(chars) in _lines(f"<div>{BODY}{picture}<p>{OTHER}</p></div>")) == kept


def test_texts_beside_pictures_are_the_article_where_they_are_three_tenths_of_the_prose() -> None:
    for chars, kept in ((69, True), (70, False)):
        steps = "".join(f"<div><img><p>{_ended(30)}</p></div>" for _ in range(10))
        lines = _lines(f"<div>{f'<p>{_ended(chars)}</p>' * 5}{steps}{f'<p>{_ended(chars)}</p>' * 5}</div>")
        assert (_ended(30) in lines) == kept, chars


def test_lines_before_and_after_the_prose_are_cut() -> None:
    assert _lines(f"<div><div>Share</div><b>Politics</b>{BODY}<p>Tags: labs</p></div>") == SENTENCES


def test_the_prose_of_the_whole_page_is_known() -> None:
    body = _body(f"<div><div>{BODY}</div><div><p>{OTHER}</p></div></div>")
    assert (body.lines, body.page_lines) == (SENTENCES, (*SENTENCES, OTHER))
    assert _body("") == ProseBody()


@pytest.mark.parametrize(
    "lead",
    [
        "<p>{}</p>",
        "<h2>{}</h2>",
        '<div class="meta"><p class="article-intro">{}</p></div>',
        '<div class="header__excerpt"><p>{}</p></div>',
        '<div class="teaser">{}</div>',
    ],
)
def test_a_standfirst_between_heading_and_text_is_read(lead: str) -> None:
    page = f"<header><h1>Title</h1>{lead.format(OTHER)}<p>By Jane Roe</p></header><div><div>{BODY}</div></div>"
    assert _lines(page) == (OTHER, *SENTENCES)


@pytest.mark.parametrize(
    "lead",
    [
        f"<div class=caption>{OTHER}</div>",
        f"<div><div><p>{OTHER}</p></div></div>",
        f"<p hidden>{OTHER}</p>",
        f"<p class=intro><a>{OTHER}</a></p>",
        f"<p class=intro>{OTHER[:39]}</p>",
        f"<p>{SENTENCES[0]}</p>",
    ],
    ids=["caption", "another block", "hidden", "link", "short", "said in the text"],
)
def test_other_lines_below_the_heading_are_no_standfirst(lead: str) -> None:
    assert _lines(f"<header><h1>Title</h1>{lead}</header><div><div>{BODY}</div></div>") == SENTENCES


def test_a_standfirst_has_forty_characters_and_three_lines() -> None:
    lines = [f"{letter}{OTHER[:39]}" for letter in "abcd"]
    leads = "".join(f"<p class=intro>{line}</p>" for line in lines)
    assert _lines(f"<header><h1>Title</h1>{leads}</header><div><div>{BODY}</div></div>") == (*lines[:3], *SENTENCES)


def test_a_standfirst_stands_within_twelve_lines_of_the_text() -> None:
    for lines, is_near in ((10, True), (11, False)):
        others = "<p>x</p>" * lines
        page = f"<header><h1>Title</h1><p>{OTHER}</p>{others}</header><div><div>{BODY}</div></div>"
        assert (OTHER in _lines(page)) == is_near


def test_lines_around_the_heading_and_around_the_text_are_known() -> None:
    body = _body(
        f"<p>News</p><header><h1>Title</h1><p>By Jane Roe</p></header><div><i>Share</i>{BODY}<i>Tags</i></div>"
    )
    assert body.head == ("News", "Title", "By Jane Roe", "Share")
    assert body.edges == ("Share", "Tags")


def test_a_block_of_which_more_than_half_is_linked_is_a_list() -> None:
    for unlinked, is_kept in ((40, True), (39, False)):
        block = f"<div>{'x' * unlinked}<br><a>{'y' * 40}</a></div>"
        assert ("x" * unlinked in _lines(f"<div>{BODY}{block}<p>{OTHER}</p></div>")) == is_kept


def test_the_lines_around_heading_and_text_have_limits() -> None:
    long, longest = "x" * 121, "y" * 120
    page = f"<p><a>{long}</a></p><p><a>{longest}</a></p><h1>Title</h1><div><div>{BODY}</div></div>"
    assert _body(page).head == (longest, "Title")
    edges = _body(f"<div>{'<p>x</p>' * 51}{BODY}</div>").edges
    assert len(edges) == 50


def test_a_sentence_may_end_with_three_marks_after_its_stop() -> None:
    line = f"{'a' * 30}.”)»"
    assert line in _lines(f"<div>{BODY}<div><div>{line}</div></div></div>")


def test_nested_blocks_that_hold_a_paragraph_each_are_not_followed_below_half_of_the_prose() -> None:
    lines = [f"{number:02}{_ended(98)}" for number in range(20)]
    assert len(_lines("".join(f"<div><p>{line}</p>" for line in lines))) == 10


def test_blocks_of_one_name_side_by_side_are_one_text() -> None:
    for name, is_whole in (("text", True), ("other", False)):
        page = (
            f'<main><div class="text">{BODY}</div><p>Advertisement</p><div class="{name}"><p>{OTHER}</p></div></main>'
        )
        assert (OTHER in _lines(page)) == is_whole


def test_the_next_articles_of_a_page_that_never_ends_are_no_part_of_the_first() -> None:
    following = "".join(f"<article><h1>Next {number}</h1><p>{OTHER} {number}.</p>{BODY}</article>" for number in (1, 2))
    assert _lines(f"<main><article><h1>Deal</h1>{BODY}</article>{following}</main>") == SENTENCES


@pytest.mark.parametrize(
    "first, second",
    [("<h1>Site</h1>", "<h1>Deal</h1>"), (f"<h1>Deal</h1>{BODY}", "<h2>More</h2>"), (BODY, "<h1>Deal</h1>")],
    ids=["the first has no text", "the second has no main heading", "the first has no main heading"],
)
def test_articles_side_by_side_are_one_text_unless_two_have_heading_and_text(first: str, second: str) -> None:
    assert OTHER in _lines(f"<main><article>{first}</article><article>{second}<p>{OTHER}</p>{BODY}</article></main>")


def test_many_headings_and_articles_cost_no_more_than_their_number() -> None:
    articles = "<article><p>x</p></article>" * 8_000
    started = process_time()
    assert OTHER in _lines(f"<div><p>{OTHER}</p>{BODY}</div>{'<h1>a</h1>' * 8_000}{articles}")
    assert process_time() - started < 3
