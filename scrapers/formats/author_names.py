"""Tells an author's name from what stands in its place: an address, the site, a label, a date."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scrapers.plain_text import plain

MAX_NAME_CHARS = 200
MAX_SHOWN_CHARS = 80
NAME_WORD = r"[^\W\d_a-z][\w.'’-]{0,20}"
_NAME = rf"{NAME_WORD}(?:\s(?:(?:de|van|von|der|den|la|le|di|da|al|el|bin)\s){{0,2}}{NAME_WORD}){{1,3}}"
_BETWEEN = r"\s?(?:,|\band\b|\bund\b|\bet\b|\by\b|&)\s?"
NAMES = rf"{_NAME}(?:{_BETWEEN}{_NAME}){{0,4}}"
"""Up to five names of two to four words, with commas or an and between them."""
_SEVERAL_NAMES = re.compile(NAMES)
_PREFIX = re.compile(
    r"^(?:(?:view all posts|(?:all )?posts?|more|article|story|written|posted|reported|published|geschrieben|escrito"
    r"|écrit)\s+(?:by|from|von|por|par)\b|(?:by|von(?!\s(?:der|den|zu)\s)|par|por|(?-i:di)|door|글)(?=[\s:]|$)|autor(?:/?in|en|es)?(?=[\s:]|$)|(?:text|authors?"
    r"|auteurs?|reporters?|글쓴이|작성자|기자명?)(?=\s*(?:[:：]|$)))\s*[:：]?\s*|^[\s,:|/·•–—-]+",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"^\s*(?:https?:|//|www\.|mailto:|@)|^\S+@\S+$|^[\w.-]+\.(?:com|net|org|[a-z]{2}\.[a-z]{2})/?\S*$", re.IGNORECASE
)
_ADDRESS_INSIDE = re.compile(r"[\s,;|(\[<]*(?:https?://\S+|\S+@[\w.-]+\.\w+)[)\]>]*", re.IGNORECASE)
_BEFORE_COMMA = re.compile(r"\s+(?=,)")
_NOBODY = re.compile(
    r"[\d\W]+|admin\w*|super ?user|root|webmaster|unknown|anonymous|guest|null|none|undefined|n/?a|test ?user|default",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*(?:[|•]|\s[·–—-]\s|\(|\s(?:기사|최종)?(?:입력|등록|승인|수정|발행|송고)"
    r"|,?\s+(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]?\s+)*\S*\d"
    r"|\b(?:on|am|le|el|at|updated|published)\b(?=\s+\S*\d)).*$",
    re.DOTALL | re.IGNORECASE,
)
"""What follows a name in its element: a date, a place, a mark of separation."""
_DAY_OR_MONTH = re.compile(
    r"(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)\.?"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november|december)|\w+day",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"[\d@?!{}=→»›„]|https?:|www\.|\.(?:com|net|org)\b|^(?:more|follow|share|view|read|see|all|e-?mail|contact|comments?|name"
    r"|about|learn|subscribe|updated|published|last|sign|log|join|home|menu|search)\b",
    re.IGNORECASE,
)


def person(name: str, max_chars: int = MAX_NAME_CHARS) -> str:
    """The name of a person or an agency; empty for an address and for an account's name that means nobody."""
    name = without_prefix(plain(name, max_chars))
    if is_address(name):
        return ""
    name = _BEFORE_COMMA.sub("", _ADDRESS_INSIDE.sub("", name)).strip(" ,;|/")
    return "" if _NOBODY.fullmatch(name) else name


def shown_person(text: str, sites: set[str]) -> str:
    """The name in an element's text, without what follows it; empty when the text is something else."""
    name = _TAIL.sub("", without_prefix(text)).strip(" ,;|/:–—-")
    is_other = _NO_NAME.search(name) or _DAY_OR_MONTH.fullmatch(name) or _is_sentence(name)
    is_name = 1 < len(name) <= MAX_SHOWN_CHARS and not is_other
    return person(name) if is_name and letters(name) not in sites else ""


def is_address(name: str) -> bool:
    """Whether an address, an account or a host stands in the place of a name."""
    return _ADDRESS.search(name) is not None


def distinct(names: Iterable[str]) -> list[str]:
    """The names, each once, however it is spelled; none is empty."""
    by_letters: dict[str, str] = {}
    for name in filter(None, names):
        by_letters.setdefault(letters(name), name)
    return list(by_letters.values())


def _is_sentence(name: str) -> bool:
    """Whether more words begin with a small letter than with a capital one, as no name's do."""
    small, capital = (sum(map(test, name.split())) for test in (_begins_small, _begins_capital))
    return small > capital


def _begins_small(word: str) -> bool:
    return word[0].islower()


def _begins_capital(word: str) -> bool:
    return word[0].isupper()


def names_more(text: str, parts: Iterable[str]) -> bool:
    """Whether a text is a list of names, of which these are some."""
    parts = [part for part in parts if part]
    is_list = _SEVERAL_NAMES.fullmatch(text) is not None and len(re.findall(_BETWEEN, text)) >= len(parts)
    return is_list and all(part in text for part in parts)


def without_prefix(name: str) -> str:
    """The name without a By, an Author: or the like in front of it."""
    for _ in range(3):
        name, found = _PREFIX.subn("", name, count=1)
        if not found:
            break
    return name


def letters(text: str) -> str:
    """The letters and digits of a name, to compare it."""
    return "".join(filter(str.isalnum, text)).casefold()
