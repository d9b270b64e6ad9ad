"""Writes a stored query as a reader of a language would type it: typed again, it is the same query."""

from __future__ import annotations

import re

from handlers.text.words import Names

_PARTS = re.compile(
    r'"[^"]*"'  # a phrase stands as it is
    r"|(?<![^\s(])(?P<minus>-?)(?:(?P<field>topic|sector|who|outlet|lang|kind|severity)"
    r':(?P<value>"[^"]*"|[^\s"(),;]+)|(?P<word>pact|OR|AND)(?![^\s),]))'
)
_WORDS = {"pact": "협약", "OR": "또는", "AND": "그리고"}
FIELDS = {
    "topic": "주제", "sector": "분야", "who": "인물", "outlet": "매체", "lang": "언어", "kind": "종류",
    "severity": "중요도",
}  # fmt: skip
"""The Korean of each field; a query takes both."""
VALUES = {
    "topic": {"pact": "협약", "officials": "인물"},
    "kind": {"official": "공식", "media": "언론", "opinion": "의견"},
    "lang": {
        "ko": "한국어", "en": "영어", "ja": "일본어", "zh": "중국어", "fr": "프랑스어", "de": "독일어",
        "es": "스페인어", "ru": "러시아어", "ar": "아랍어",
    },
}  # fmt: skip
"""The Korean of each value of a field that has few; a query takes both."""
TYPED = "typed"
"""The key of a topic's names under which the Korean word stands that a query takes for it."""


def typed_query(query: str, language: str, names: Names) -> str:
    """Returns the query, or a line or a list with queries, in the words that a reader of the language types."""
    if language != "ko":
        return query

    def korean(part: re.Match[str]) -> str:
        if part["word"]:
            return part["minus"] + _WORDS[part["word"]]
        if part["field"]:
            return f"{part['minus']}{FIELDS[part['field']]}:{_value(part['field'], part['value'], names)}"
        return part[0]

    return _PARTS.sub(korean, query)


def _value(field: str, value: str, names: Names) -> str:
    plain = value.strip('"')
    word = VALUES.get(field, {}).get(plain) or names.get(plain, {}).get(TYPED) or plain
    return f'"{word}"' if " " in word or value != plain else word
