"""Finds the news agencies that an article names as its source."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.matching.engine.evidence import Evidence

_KO_AFTER = re.compile(
    r"(?:통신|신문|뉴스|tv|방송)?(?: ?등)?(?:"
    r"(?:에|의 보도에|등에|보도에| 보도에) ?(?:따르면|의하면)|[을를] ?인용|발(?: |로)"
    r"| ?보도(?:\.|$|에 따르면| 내용|를 인용|했다|한)"
    r"|[은는이가도][^.\n]{0,160}?(?:보도|전했|전한|밝혔|알렸|타전))"
)
_EN_AFTER = re.compile(
    r"(?:'s)?(?: news(?: agency)?)?,? (?:first |has |had |also )?"
    r"(?:reported|reports|report |said|says|wrote|learned|quoted|first reported)\b"
    r"|'s report| report(?:ed)?\b| story\b"
)
_BEFORE = re.compile(
    r"(?:according to|citing|reports?|reported by|source:?|told|via|per|a report (?:by|from|in)|quoting|by"
    r"|berichtet|berichtete|laut|selon|d'après|según) (?:the |a )?$"
)
_BYLINE_BEFORE = re.compile(r"[(\[][가-힣·,a-z0-9 ]{1,24}= ?$")
_DATELINE_BEFORE = re.compile(r"[(\[]$")
_DATELINE_AFTER = re.compile(r"[)\]] ?(?:-{1,2}|[가-힣]{2,4}(?:[ ,·][가-힣]{2,4})* ?(?:기자|특파원)|=)|\)$|\) [a-z]")
_LONG_ENOUGH = 80
"""An agency's name closes an article only behind so many characters."""


def source_agencies(fields: Sequence[Evidence]) -> tuple[str, ...]:
    """The agencies that the article names as its source, in order, each once."""
    names: dict[str, None] = {}
    for evidence in fields:
        for start, end, name in sorted(evidence.agencies, key=lambda agency: (agency[0], -agency[1])):
            if name not in names and _is_source(evidence.field.text, start, end):
                names[name] = None
    return tuple(names)


def _is_source(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 40) : start], text[end : end + 220]
    line_end = after.find("\n")
    after = after if line_end < 0 else after[:line_end]
    if _KO_AFTER.match(after) or _EN_AFTER.match(after) or _BEFORE.search(before):
        return not after.startswith((" 3줄 요약", " 제공"))
    if _BYLINE_BEFORE.search(before) and after[:1] in (")", "]"):
        return True
    if _DATELINE_BEFORE.search(before) and _DATELINE_AFTER.match(after):
        return True
    return _closes(text, start, end)


def _closes(text: str, start: int, end: int) -> bool:
    """Is the agency's name the last word of the article, alone: "… signed in October. Yonhap"?"""
    if start < _LONG_ENOUGH or text[end : end + 40].strip(" .)\n"):
        return False
    return text[start - 2 : start].strip() in (".", "") and text[start - 1].isspace()
