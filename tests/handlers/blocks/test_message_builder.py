"""The body of a message leaves room for its footer, and a long list is split or cut at an item."""

from __future__ import annotations

from handlers.blocks.blockkit import context_block, text_run
from handlers.blocks.fallback_text import MAX_TEXT_CHARS, escape_bounded
from handlers.blocks.message_builder import MessageBuilder, json_chars


def test_the_body_stops_at_39_blocks_and_the_footer_at_45() -> None:
    builder = MessageBuilder()
    assert sum(builder.add_body(context_block(f"pact:{number}", "x")) for number in range(60)) == 39
    assert sum(builder.add_footer(context_block(f"pact:f{number}", "x")) for number in range(60)) == 6


def test_the_body_stops_at_9400_characters_and_the_footer_at_12000() -> None:
    block = context_block("pact:x", "x" * 500)
    builder = MessageBuilder()
    assert sum(builder.add_body(block) for _ in range(60)) == 9_400 // json_chars(block)
    while builder.add_footer(block):
        pass
    assert 12_000 - json_chars(block) < builder.chars <= 12_000


def test_blocks_that_belong_together_are_added_together_or_not_at_all() -> None:
    builder = MessageBuilder()
    for number in range(38):
        assert builder.add_body(context_block(f"pact:{number}", "x"))
    pair = [context_block("pact:a", "x"), context_block("pact:b", "x")]
    assert not builder.add_body(*pair)
    assert len(builder.blocks) == 38
    builder.blocks.pop()
    assert builder.add_body(*pair)
    wide = MessageBuilder()
    assert not wide.add_body(context_block("pact:a", "x" * 500), *(context_block("pact:b", "x" * 550),) * 16)
    assert wide.blocks == []


def test_a_long_list_is_split_into_blocks_and_says_how_many_items_did_not_fit() -> None:
    builder = MessageBuilder()
    left_out = builder.add_list("pact:list", [[text_run("x" * 1_000)] for _ in range(12)])
    counts = [len(block["elements"][0]["elements"]) for block in builder.blocks]
    assert counts == [2, 2, 2, 2]
    assert left_out == 12 - sum(counts)


def test_an_escape_is_never_cut() -> None:
    assert escape_bounded("a & b", 9) == "a &amp; b"
    assert escape_bounded("a & b", 8) == "a &amp;…"
    assert escape_bounded("a & b", 6) == "a…"
    assert len(escape_bounded("&" * 9_000, MAX_TEXT_CHARS)) <= MAX_TEXT_CHARS
