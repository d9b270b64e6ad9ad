"""Carets under the wrong token of a line."""

from __future__ import annotations

from handlers.blocks.caret import caret_lines


def test_the_caret_is_under_the_token_after_wide_letters_too() -> None:
    assert caret_lines("status foo 7d", 7, 3) == "status foo 7d\n       ^^^"
    assert caret_lines("구독 양자 틀림", 6, 2) == "구독 양자 틀림\n\u3000\u3000 \u3000\u3000 ＾＾"
    assert caret_lines("why", 4, 1).splitlines()[1].endswith("^")
    shown, carets = caret_lines("x" * 500 + " bad " + "y" * 500, 501, 3).splitlines()
    assert len(shown) < 200
    assert shown[carets.index("^") :].startswith("bad")


def test_a_long_line_is_cut_sixty_letters_before_and_forty_after_the_token() -> None:
    line = "b" * 60 + "token" + "a" * 40
    assert caret_lines(line, 60, 5).splitlines()[0] == line
    assert caret_lines("x" + line, 61, 5).splitlines()[0] == "…" + line
    assert caret_lines(line + "x", 60, 5).splitlines()[0] == line + "…"
