"""Finds the names of organisations and laws, which say nothing about the field whose word stands in them.

A name is known by its last word: 한국원자력연구원, Korea Atomic Energy Research Institute, CHIPS and Science Act. Names
that lack one stand in the lexicon's mask ``organisation``.
"""

from __future__ import annotations

import re
from typing import Literal

from bot.matching.text.korean import ends_here, is_hangul
from bot.matching.text.normalize import Folded

NameKind = Literal["organisation", "law"]
ORGANISATION: NameKind = "organisation"
"""The lexicon's mask of names without such a last word has this name, too."""
_KOREAN_CHARS = 12
_LONGEST_SUFFIX = 4
_HANGUL = re.compile(f"[가-힣]{{0,{_KOREAN_CHARS}}}")
_KOREAN = re.compile(
    r"(?P<law>(?:기본|특별|지원|보호|진흥|육성|촉진|산업|보안|안전|종합|규제|관리|처벌)법)"
    r"|(?<!하위)(?<!분과)(?:연구원|연구소|연구회|진흥원|평가원|기획원|의학원|기술원|관리원|정보원|개발원|안전원|교육원|"
    r"안전처|안보국|우주국|위원회|재단|협회|학회|공단|기구|연맹|병원|대학교|과학관|박물관)"
)
_SPACED = re.compile(
    r"(?<![가-힣])(?:한국|국가|국립|대한|식품|기초) (?:[가-힣]{2,4} ){0,3}"
    r"(?:연구원|진흥원|평가원|기획원|의학원|기술원|관리원|개발원|안전원|안전처|위원회|재단|협회|학회|공단)"
)
"""A Korean name whose words have blanks between them; it opens with a word that only names open with."""
_SPACED_CHARS = 16
_PAST_LAW = re.compile(
    r"(?:지난해|작년|(?P<ko>(?:19|20)\d\d)년)[^,.]{0,16}?[된한던] "
    r"|(?:enacted|passed|signed|approved)[^,.]{0,24} (?P<en>(?:19|20)\d\d)\b"
)
_KOREAN_AT_ONCE = re.compile(r"(?P<law>법)|[부처청]|항공청|산업부")
_BODY = (
    r"(?:institute|administration|authority|commission|ministry|department|office|council|foundation(?! model)|"
    r"corporation|laborator(?:y|ies)|association|university|academy|committee|bureau|agency|society|"
    r"organi[sz]ation|(?P<law>act))(?![a-z-])"
)
_AFTER = re.compile(rf"(?:[ -](?:[a-z0-9][a-z0-9.']*|&),?){{0,4}}?[ -]{_BODY}")
_BEFORE = re.compile(rf"(?<![a-z]){_BODY} (?:of|for|on) (?:[a-z][a-z'-]*,? |& ){{0,4}}$")
_ENGLISH_CHARS = 60
_WORDS_IN_HEADLINE = 3
_LINK = re.compile(r" (?:of|for|on) ")
_SMALL_WORD = re.compile(r"(?:and|of|for|on|the|&)$")


def name_at(folded: Folded, start: int, end: int, headline: bool) -> NameKind | None:
    """The kind of name that the word at this place of the folded text stands in; None if it stands in none."""
    text = folded.text
    if is_hangul(text[end - 1]) or is_hangul(text[end : end + 1] or " "):
        return _korean(text, max(start, end - _LONGEST_SUFFIX), end)
    return _english(folded, start, end, headline)


def _korean(text: str, start: int, end: int) -> NameKind | None:
    run = _HANGUL.match(text, end)
    stop = run.end() if run else end
    at_once = _KOREAN_AT_ONCE.match(text, end, stop)
    for match in (*([at_once] if at_once else []), *_KOREAN.finditer(text, start, stop)):
        if match.end() >= end and ends_here(text, match.end()):
            return _kind(match)
    spaced = _SPACED.finditer(text, max(0, start - _SPACED_CHARS), end + _SPACED_CHARS)
    whole = any(match.start() <= start and end <= match.end() and ends_here(text, match.end()) for match in spaced)
    return ORGANISATION if whole else None


def enacted_before(text: str, begin: int, stop: int, year: int) -> bool:
    """Does a sentence date a law back, to before a year or to last year (지난해 통과된, passed in 2022)?"""
    return any(int(match["ko"] or match["en"] or 0) < year for match in _PAST_LAW.finditer(text, begin, stop))


def _english(folded: Folded, start: int, end: int, headline: bool) -> NameKind | None:
    """A name's words have capitals; in a headline, where every word may have one, only a short name counts."""
    text, before = folded.text, max(0, start - _ENGLISH_CHARS)
    match, low = _AFTER.match(text, end, end + _ENGLISH_CHARS), start
    high = match.end() if match else end
    if match is None and _LINK.search(text, before, start):
        match = _BEFORE.search(text, before, start)
        low = match.start() if match else start
    if match is None:
        return None
    first, last = folded.original(low, high)
    words = folded.raw[first:last].replace("-", " ").split()
    if headline and len(words) > _WORDS_IN_HEADLINE:
        return None
    capitals = all(word[0].isupper() or _SMALL_WORD.match(word) for word in words)
    return _kind(match) if capitals else None


def _kind(match: re.Match[str]) -> NameKind:
    return "law" if match["law"] else ORGANISATION
