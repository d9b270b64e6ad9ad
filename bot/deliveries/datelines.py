"""Finds the dateline and byline before a sentence's own words: "(서울=연합뉴스) 홍길동 기자 =", "SEOUL (AP) —"."""

from __future__ import annotations

import re

_REPORTER = r"[가-힣·,\s]{2,30}?\s?(?:선임|수습|인턴|전문|객원|논설|특파)?\s?(?:기자|특파원|통신원|위원)"
_OPEN, _CLOSE, _INSIDE = r"[(\[【〔]", r"[)\]】〕]", r"[^()\[\]【】〔〕=]"
_PLACE_AND_AGENCY = rf"{_OPEN}\s*{_INSIDE}{{1,24}}=\s*{_INSIDE}{{1,24}}{_CLOSE}"
_BRACKETED_REPORTER = rf"{_OPEN}{_INSIDE}{{0,24}}{_REPORTER}\s*{_CLOSE}"
_KOREAN = re.compile(
    rf"\s*(?:{_PLACE_AND_AGENCY}\s*(?:{_REPORTER}\s*[=＝]\s*)?|{_BRACKETED_REPORTER}\s*[=＝]?\s*|{_REPORTER}\s*[=＝]\s*)"
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
_DAY = rf"(?:{_MONTH}\s\d{{1,2}}|\d{{1,2}}\s{_MONTH})(?:,\s\d{{4}})?"
_CITY = r"[A-Z][A-Z.'’\-]{2,20}(?:\s[A-Z.'’\-]{2,20}){0,2}(?:,\s(?:[A-Z][\w.]+\s?){1,3})?"
_AGENCY = r"\([A-Z][\w .,/&-]{1,30}\)"
_DASH = r"\s*(?:--|[—–]|(?<=[\s)])-)\s+"
_ENGLISH = re.compile(
    rf"\s*(?:(?:{_CITY}|[A-Z][a-z]+)?,?\s?(?:{_DAY})?,?\s?{_AGENCY}|{_CITY},\s{_DAY}|{_CITY}(?=\s*[—–]|\s--)){_DASH}"
)


def dateline_chars(sentence: str) -> int:
    """Returns how many characters of a sentence's beginning are dateline and byline."""
    found = _KOREAN.match(sentence) or _ENGLISH.match(sentence)
    return found.end() if found and found.end() < len(sentence) else 0
