"""Cuts a query into tokens, each with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass

from bot.matching.query.names import field_name
from bot.matching.query.nodes import QueryError
from bot.matching.text.normalize import fold

MAX_LENGTH = 1_000
_OPEN = {'"': '"', "“": '”„“"', "”": '”"', "„": "”“", "‘": "’‘", "’": "’", "「": "」", "『": "』", "＂": "＂"}
WIDE = str.maketrans(
    {
        "（": "(",
        "）": ")",
        "：": ":",
        "｜": "|",
        "＠": "@",
        "，": ",",
        "、": ",",
        "；": ";",
        "\u00a0": " ",
        "\u3000": " ",
    }
)
LIST_SIGNS = ",;"
"""Signs that part the words of a list, like a blank."""
_ENDS_WORD = '()|"“”„「」『』＂'
_DASHES = "-−–—－"
_WORDS_OF = {"or": "or", "또는": "or", "and": "and", "그리고": "and", "not": "not", "제외": "not"}


@dataclass(frozen=True, slots=True)
class QueryToken:
    """A token with its place in code points."""

    kind: str
    """word, phrase, field, (, ), or, and, not"""
    text: str
    position: int
    length: int
    value: str = ""
    value_at: int = 0


def tokens(text: str) -> list[QueryToken]:
    """The tokens of a query. Raises QueryError for a text that is too long, and for an open or empty quote."""
    if len(text) > MAX_LENGTH:
        raise QueryError(MAX_LENGTH, len(text) - MAX_LENGTH, "query.too_long", {"most": str(MAX_LENGTH)})
    plain = text.translate(WIDE)
    pieces: list[QueryToken] = []
    at = 0
    while at < len(plain):
        if plain[at].isspace() or plain[at] in LIST_SIGNS:
            at += 1
            continue
        token = _token(plain, at, pieces)
        pieces.append(token)
        at = token.position + token.length
    return pieces


def _token(text: str, at: int, before: list[QueryToken]) -> QueryToken:
    char = text[at]
    if char in "()":
        return QueryToken(char, char, at, 1)
    if char == "|":
        return QueryToken("or", char, at, 2 if text[at : at + 2] == "||" else 1)
    if char in _OPEN:
        end = _closing(text, at)
        return QueryToken("phrase", text[at + 1 : end].strip(), at, end + 1 - at)
    if char in _DASHES and at + 1 < len(text) and not text[at + 1].isspace():
        return QueryToken("not", char, at, 1)
    return _word_token(text, at)


def _closing(text: str, at: int) -> int:
    for end in range(at + 1, len(text)):
        if text[end] in _OPEN[text[at]]:
            if not text[at + 1 : end].strip():
                raise QueryError(at, end + 1 - at, "query.empty_phrase")
            return end
    raise QueryError(at, len(text) - at, "query.unclosed_quote")


def _word_token(text: str, at: int) -> QueryToken:
    end = _mention_end(text, at)
    while end < len(text) and not text[end].isspace() and text[end] not in _ENDS_WORD:
        if _parts_words(text, at, end):
            break
        end += 1
    word = text[at:end]
    name, colon, value = word.partition(":")
    if colon and (field_name(name) or name.isalpha()):
        value_at = at + len(name) + 1
        if not value and end < len(text) and text[end] in _OPEN:
            closing = _closing(text, end)
            return QueryToken("field", name, at, closing + 1 - at, text[end + 1 : closing].strip(), value_at)
        return QueryToken("field", name, at, end - at, value, value_at)
    kind = _WORDS_OF.get(fold(word), "word")
    return QueryToken(kind, word, at, max(1, end - at))


def _parts_words(text: str, start: int, at: int) -> bool:
    """Whether a comma or semicolon ends the word: not inside a number (1,000), nor inside a field's value."""
    if text[at] not in LIST_SIGNS:
        return False
    following = text[at + 1 : at + 2]
    if not following or following.isspace() or following in LIST_SIGNS or following in _ENDS_WORD:
        return True  # nothing of the word follows, so that no word ends in a list sign
    in_number = text[at - 1].isdigit() and following.isdigit()
    return not in_number and ":" not in text[start:at]


def _mention_end(text: str, at: int) -> int:
    """The end of a channel or person as Slack writes it (``<#C0123|policy>``); ``at`` where none stands."""
    if text.startswith(("<#", "<@"), at):
        end = text.find(">", at, at + 200)
        return end + 1 if end >= 0 else at
    return at
