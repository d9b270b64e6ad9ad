"""A page becomes lines in a tree of blocks."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from scrapers.formats.blocks import Block, PageBlocks, page_blocks


def _blocks(body: str, *dropped: str) -> PageBlocks:
    return page_blocks(LexborHTMLParser(f"<html><body>{body}</body></html>"), dropped)


def _texts(page: PageBlocks) -> list[str]:
    return [line.text for line in page.lines]


def _block(page: PageBlocks, name: str) -> Block:
    return next(block for block in page.blocks if block.name == name)


def test_block_elements_and_breaks_end_a_line() -> None:
    assert _texts(_blocks("<p>a <b>b</b></p>c<br>d<div>e<span>f</span></div>g")) == ["a b", "c", "d", "ef", "g"]


def test_elements_without_text_and_dropped_ones_are_left_out() -> None:
    page = "<script>a</script><p>b<button>c</button></p><nav>d</nav><div class=x>e</div><aside>f</aside>"
    assert _texts(_blocks(page)) == ["b", "e"]
    assert _texts(_blocks(page, ".x", "body")) == ["b"]


def test_linked_characters_are_counted() -> None:
    page = _blocks("<p>ab<a> cd <b>ef</b></a></p>")
    assert [(line.text, line.linked_chars) for line in page.lines] == [("ab cd ef", 4)]


def test_a_block_has_the_lines_of_all_blocks_in_it() -> None:
    page = _blocks("<div id=a><p>1</p><div class=b><p>2</p><p>3</p></div>4</div><div id=c></div>")
    ranges = {name: (_block(page, name).first, _block(page, name).end) for name in "abc"}
    assert ranges == {"a": (0, 4), "b": (1, 3), "c": (-1, -1)}
    assert (page.blocks[0].tag, page.blocks[0].first, page.blocks[0].end) == ("body", 0, 4)


def test_the_first_heading_and_pictures_are_known_to_all_blocks_around_them() -> None:
    page = _blocks("<div id=a><div id=b><h1>1</h1></div><div id=c><h1>2</h1><p><img>3</p></div></div>")
    found = {name: (_block(page, name).holds_heading, _block(page, name).has_image) for name in "abc"}
    assert found == {"a": (True, True), "b": (True, False), "c": (False, True)}


def test_hidden_elements_are_blocks_that_know_it() -> None:
    page = _blocks("<p>1<span style='Display:None'>2</span></p><div hidden><p>3</p></div><p aria-hidden=true>4</p>")
    assert [(line.text, page.blocks[line.block].is_hidden) for line in page.lines] == [
        ("1", False), ("2", True), ("3", True), ("4", True),
    ]  # fmt: skip


def test_a_page_without_a_body_has_no_blocks() -> None:
    assert _blocks("").lines == []


def test_thirty_thousand_blocks_and_lines_are_read() -> None:
    page = _blocks("<p>a" * 20_000)
    assert len(page.blocks) + len(page.lines) == 30_003  # the last one is finished
    assert _texts(_blocks("<br>" * 40_000 + "<p>a")) == ["a"]


def test_a_block_has_three_hundred_characters_of_names() -> None:
    assert [block.name for block in _blocks(f"<p id=a class='{'b' * 300}'>1").blocks] == ["", "a " + "b" * 298]
