"""Puts carets under the part of a typed line that was not understood."""

from __future__ import annotations

import unicodedata

from handlers.blocks.blockkit import clean

CHARS_BEFORE, CHARS_AFTER = 60, 40
TOKEN_MAX_CHARS = CHARS_AFTER * 2


def caret_lines(line: str, position: int, length: int) -> str:
    """Returns two lines: the part of ``line`` around a token, and carets under the token.

    A wide letter takes two columns, so it has a wide blank or a wide caret below it.
    """
    blanked = "".join(" " if letter.isspace() else letter for letter in line)
    token_start = max(0, min(position, len(blanked)))
    token_length = max(1, length)
    start = max(0, token_start - CHARS_BEFORE)
    end = min(len(blanked), token_start + token_length + CHARS_AFTER)
    before, token = blanked[start:token_start], blanked[token_start : token_start + token_length]
    cut_before, cut_after = ("…" if start else ""), ("…" if end < len(blanked) else "")
    shown_token = token[:TOKEN_MAX_CHARS]
    gap = "".join("\u3000" if _is_wide(letter) else " " for letter in cut_before + before)
    carets = "".join("＾" if _is_wide(letter) else "^" for letter in shown_token) or "^"
    text = cut_before + before + shown_token + blanked[token_start + len(token) : end] + cut_after
    return f"{_with_visible_letters(text)}\n{gap}{carets}"


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in ("W", "F")


def _with_visible_letters(line: str) -> str:
    """Replaces each invisible character with a mark, so that the carets stay under their token."""
    return "".join(letter if clean(f"a{letter}b", 3) == f"a{letter}b" else "�" for letter in line)
