"""Finds the news agencies that an article names as its source."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from bot.matching.engine.evidence import Evidence
from bot.matching.text.lazy_pattern import lazy_pattern
from settings.lexicon_entries import Agency

_TOLD = r"(?:보도|전했|전한|밝혔|알렸|타전)"
_SAID_TO = r"(?:말했|밝혔|전했|답했|설명했)"
_KO_AFTER = lazy_pattern(
    r" ?(?:\([^()\n]{1,20}\))?(?:통신|신문|뉴스|tv|방송)?(?: ?등)?(?: (?:주요 )?(?:외신|언론|매체)들?)?(?:"
    r"(?:에|의 보도에|등에|보도에| 보도에) ?(?:따르면|의하면)|[을를] ?인용|[을를] 통해 (?:알려|전해|보도)|발(?: |로)"
    r"| ?보도(?:\.|$|에 따르면| 내용|를 인용|했다|한)"
    r"|[과와]의? (?:[가-힣]{1,6} )?인터뷰|[이가] (?:입수|확보|확인)한"
    rf"|[은는이가도][^.\n]{{0,160}}?{_TOLD}"
    rf"|에(?:게)? (?:(?!대한|대해|소송|투자|인수|합류|입사|재직)[^.\n]){{0,100}}?{_SAID_TO})"
)
_EN_AFTER = lazy_pattern(
    r"(?:'s)?(?: (?:news|asia|newspaper|television|tv|radio)(?: agency)?)?,? (?:which )?(?:first |has |had |also )?"
    r"(?:reported|reports|report |said|says|wrote|learned|quoted|first reported|was (?:the )?first to report"
    r"|contributed (?:to|reporting))\b"
    r"|'s report| report(?:ed)?\b| story\b"
)
_BEFORE = lazy_pattern(
    r"(?:according to|citing|reports?|reported by|source:?|told|interview with|via|per|a report (?:by|from|in)"
    r"|quoting"
    r"|(?:published|seen|reviewed|obtained|cited|quoted|interviewed|carried|compiled|story|article|reporting) by"
    r"|berichtet|berichtete|laut|selon|d'après|según) (?:the |a )?$|(?:^|\n) ?by (?:the )?$"
)
_CREDIT_BEFORE = lazy_pattern(
    r"(?:사진|그래픽|자료|영상|화면|출처|제공) ?[=:/] ?$|\b(?:photo|image|picture|graphic)s?(?: by (?:the )?| ?[(\[])$"
    r"|[(\[](?:ap|afp|epa|upi|로이터|신화|타스|교도|게티)(?:통신)? ?= ?$"
)
"""A credit of a picture."""
_BYLINE_BEFORE = lazy_pattern(r"[(\[][가-힣·,a-z0-9 ]{1,24}= ?$")
_DATELINE_BEFORE = lazy_pattern(r"[(\[]$")
_DATELINE_AFTER = lazy_pattern(r"[)\]] ?(?:-{1,2}|[가-힣]{2,4}(?:[ ,·][가-힣]{2,4})* ?(?:기자|특파원)|=)|\)$|\) [a-z]")
_JOINT_BEFORE = lazy_pattern(r"[(\[][가-힣·,]{2,20} $")
_JOINT_AFTER = lazy_pattern(r" ?= ?[가-힣a-z0-9]{2,12}[)\]]")
"""Two agencies in one byline: (서울 AFP=연합뉴스)."""
_REPORTER_AFTER = lazy_pattern(r" [가-힣]{2,4}(?:[ ,·][가-힣]{2,4})* ?(?:기자|특파원) ?=")
_LINE_BEFORE = lazy_pattern(r"(?:^|\n) ?$")
_CLOSED_BEFORE = lazy_pattern(r"(?:\.\s|\s\s|\n)[</(]?$")
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


def agencies_at(hosts: Collection[str], agencies: Iterable[Agency]) -> tuple[str, ...]:
    """Returns the names of the agencies that publish at these hosts or above them."""
    return tuple(
        agency.name
        for agency in agencies
        if any(own == host or own.endswith(f".{host}") for own in hosts for host in agency.hosts)
    )


def _is_source(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 40) : start], text[end : end + 220]
    line_end = after.find("\n")
    after = after if line_end < 0 else after[:line_end]
    if _CREDIT_BEFORE.search(before):
        return False
    if _KO_AFTER.match(after) or _EN_AFTER.match(after) or _BEFORE.search(before):
        return not after.startswith((" 3줄 요약", " 제공"))
    return _is_byline(before, after) or _closes(text, start, end)


def _is_byline(before: str, after: str) -> bool:
    """Whether the name stands as the agency of a byline or a dateline."""
    if _BYLINE_BEFORE.search(before):
        return after[:1] in (")", "]")
    if _DATELINE_BEFORE.search(before):
        return _DATELINE_AFTER.match(after) is not None
    if _JOINT_BEFORE.search(before):
        return _JOINT_AFTER.match(after) is not None
    return bool(_LINE_BEFORE.search(before) and _REPORTER_AFTER.match(after))


def _closes(text: str, start: int, end: int) -> bool:
    """Whether the agency's name closes the article: "… signed in October. Yonhap", "…했다. <연합뉴스>"."""
    if start < _LONG_ENOUGH or text[end : end + 40].strip(" .)]>\n"):
        return False
    return _CLOSED_BEFORE.search(text[start - 4 : start]) is not None
