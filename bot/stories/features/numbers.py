"""Reads the figures of a text as values with a unit, the same in Korean and English: 26만 장 is 260,000.

A year, a time of day and a small bare number tell nothing about an event, so they are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_KOREAN_SCALES = {"천": 1e3, "만": 1e4, "억": 1e8, "조": 1e12}
_ENGLISH_SCALES = {
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "m": 1e6,
    "bn": 1e9,
    "tn": 1e12,
    "mln": 1e6,
    "mil": 1e6,
    "b": 1e9,
    "bln": 1e9,
    "bil": 1e9,
    "trn": 1e12,
    "tril": 1e12,
}
_UNITS = {
    "달러": "usd", "불": "usd", "dollar": "usd", "dollars": "usd", "usd": "usd", "$": "usd", "us$": "usd",
    "원": "krw", "won": "krw", "krw": "krw", "₩": "krw",
    "파운드": "gbp", "pound": "gbp", "pounds": "gbp", "£": "gbp",
    "엔": "jpy", "yen": "jpy", "¥": "jpy",
    "유로": "eur", "euro": "eur", "euros": "eur", "€": "eur",
    "%": "percent", "퍼센트": "percent", "percent": "percent", "per cent": "percent", "pct": "percent",
    "표": "votes", "votes": "votes",
    "큐비트": "qubit", "qubit": "qubit", "qubits": "qubit",
    "나노": "nm", "nm": "nm", "nanometer": "nm", "nanometers": "nm",
    "kg": "kg", "킬로그램": "kg", "kilogram": "kg", "kilograms": "kg",
    "mw": "mw", "메가와트": "mw", "megawatt": "mw", "megawatts": "mw",
    "gw": "gw", "기가와트": "gw", "gigawatt": "gw", "gigawatts": "gw",
    "km": "km", "킬로미터": "km", "kilometer": "km", "kilometers": "km",
}  # fmt: skip
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,15}(?:\.\d+)?"
_BEHIND = (
    r"달러|원(?!전|자|천|료)|파운드|엔(?!비|진|지|터|씨)|유로(?![가-힣]{2})|퍼센트|%|표(?![가-힣])|큐비트|나노|킬로그램|메가와트|기가와트|킬로미터"
    r"|(?:dollars?|usd|won|krw|pounds?|yen|euros?|percent|per cent|pct|votes|qubits?|nm|nanometers?|kg|kilograms?"
    r"|mw|megawatts?|gw|gigawatts?|km|kilometers?)(?![a-z])"
)
_NUMBER = re.compile(
    rf"(?P<front>us\$|[$₩£¥€])?(?<![\d.,a-z])(?P<ordinal>(?<![가-힣])제\s?)?(?P<value>{_DIGITS})"
    rf"(?:(?P<korean>\s?[천만억조](?:\s?(?:{_DIGITS})?\s?[천만억조])*(?:\d{{1,4}}(?![\d.])|\s?\d{{1,4}}(?=\s?(?:{_BEHIND})))?)"
    r"|[\s-]?(?P<english>thousand|million|billion|trillion|mln|mil|bln|bil|bn|trn|tril|tn|[bm](?![a-z0-9]))(?![a-z]))?"
    rf"(?P<nth>st|nd|rd|th|차|회)?(?:[\s-]?(?P<unit>{_BEHIND}))?"
)
_KOREAN_PART = re.compile(rf"({_DIGITS})?\s?([천만억조]+)")
_LEAST_BARE = 5
"""A smaller bare number stands in any text."""
_LAST_DAY = 31
_YEARS = range(1900, 2101)
_SMALL = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {name: number for number, name in enumerate(_SMALL, 1)} | {
    name: 10 * tens for tens, name in enumerate(_TENS, 2)
}
_UNITS_WORD = "|".join(reversed(_SMALL))
_WORD = re.compile(rf"\b(?:(?P<tens>{'|'.join(_TENS)})[- ]?(?P<ones>{_UNITS_WORD})?|(?P<word>{_UNITS_WORD}))\b")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE_BEFORE = re.compile(rf"(?:\b{_MONTH}\.?|월|\bat|[.:/-])\s?$")
_DATE_BEHIND = re.compile(
    rf"\s?(?:일(?!\s?(?:동안|간))|월|시(?!간)|분(?=\s|$)|년(?!간)|차|호|대\s?\d|[.:/]\d|(?:a|p)\.?m\b|\s{_MONTH}\b)"
)


def figures(folded: str) -> Iterator[str]:
    """Yields the figures of a folded text (lower case): a unit and a value of three significant digits."""
    for figure, _ in written_figures(folded):
        yield figure
    for match in _WORD.finditer(folded):
        number = _VALUES.get(match["tens"] or "", 0) + _VALUES.get(match["ones"] or match["word"] or "", 0)
        if number >= _LEAST_BARE:
            yield f":{number}"


def written_figures(folded: str) -> Iterator[tuple[str, str]]:
    """Yields the figures that are written in digits, each with its text."""
    for match in _NUMBER.finditer(folded):
        if figure := _figure(match, folded):
            yield figure, match.group()


def _figure(match: re.Match[str], folded: str) -> str | None:
    number = float(match["value"].replace(",", ""))
    unit = _UNITS.get(match["unit"] or match["front"] or "", "")
    if match["ordinal"] or match["nth"]:
        return f"nth:{number:g}" if number > 3 and not match["korean"] else None
    scaled = bool(match["korean"] or match["english"])
    if match["korean"]:
        number = _korean_value(match["value"], match["korean"])
    elif match["english"]:
        number *= _ENGLISH_SCALES[match["english"]]
    if not unit and not scaled and "," not in match["value"] and not _tells(number, folded, match):
        return None
    return f"{unit}:{_written(number, scaled=scaled or bool(unit))}"


def _written(number: float, *, scaled: bool) -> str:
    """Returns a value as text: a count as it stands, an amount or a share by three digits, as 26만 is 260,000."""
    rounded = f"{number:.3g}"
    return rounded if scaled or float(rounded) == number else f"{number:.10g}"


def _tells(number: float, folded: str, match: re.Match[str]) -> bool:
    """Whether a bare number says something: it is neither small nor a year, a day or a time."""
    if number < _LEAST_BARE or int(number) in _YEARS:
        return False
    is_day = _DATE_BEHIND.match(folded, match.end()) or _DATE_BEFORE.search(
        folded, max(0, match.start() - 12), match.start()
    )
    return number > _LAST_DAY or not is_day


def _korean_value(first: str, scales: str) -> float:
    """Returns the value of a number that is written by Korean scales: 3천500억, 12조 5000억."""
    total = below = 0.0
    pending: float | None = float(first.replace(",", ""))
    rest = scales
    while rest:
        match = _KOREAN_PART.match(rest.lstrip())
        if match is None:
            break
        rest = rest.lstrip()[match.end() :]
        if match[1]:
            pending = float(match[1].replace(",", ""))
        for scale in match[2]:
            if scale == "천":
                below += (1.0 if pending is None else pending) * 1e3
            else:
                total += (below + (pending or 0.0) or 1.0) * _KOREAN_SCALES[scale]
                below = 0.0
            pending = None
    tail = rest.strip()
    return total + below + (float(tail) if tail.isdigit() else 0.0)
