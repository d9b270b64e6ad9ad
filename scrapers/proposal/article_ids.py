"""Derives the regular expression of an outlet's article ids from addresses of its articles.

Each rule generates patterns from the addresses themselves: a query parameter, a number or code in the path, a number in
a slug, a date with a slug, a slug. The first pattern is taken that finds an id in nearly all addresses, another one in
each, and hardly any in the links of menus.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from urllib.parse import parse_qsl, urlsplit

from scrapers.canonical_url import canonical_url

MAX_ADDRESSES = 300
LEAST_SHARE = 0.9
"""A pattern finds an id in this share of the articles' addresses."""
LEAST_DISTINCT = 0.97
"""Of the ids found so many are different; one article may stand under two addresses."""
MOST_OTHERS = 0.05
"""A pattern finds an id in no larger share of the other links."""
MAX_LITERALS = 8
MAX_PARAMS = 5
_END = r"(?:\.\w{2,5})?/?(?=[?#]|$)"
"""The end of a path: an extension, a slash, and then the query or nothing."""
_WITHIN = r"(?=[/.?#]|$)"
_EXTENSION = re.compile(r"\.[A-Za-z]\w{1,4}$")
_NUMBER = re.compile(r"\d{3,}")
_CODE = re.compile(r"(?=(?:[A-Za-z_]*\d){4})[A-Za-z0-9_]{6,64}")
_NUMBERS = re.compile(r"(?:[A-Za-z]{1,4}\d{0,4}[-_.])?\d+(?:[-_.]\d+)+")
_DATE = re.compile(r"(?:19|20)\d{2}(?:[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:[0-2]\d|3[01]))?")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_VALUE = re.compile(r"(?=.*\d)[A-Za-z0-9_.-]{1,64}")
_NUMBER_LAST = re.compile(r".*[-_]([A-Za-z]{0,3}\d{3,})")
_NUMBER_FIRST = re.compile(r"(\d{3,})[-_].+")
_DATES = (
    r"(?:19|20)\d{2}/\d{1,2}/\d{1,2}",
    r"(?:19|20)\d{2}/\d{1,2}",
    r"\d{1,2}/\d{1,2}/(?:19|20)\d{2}",
    r"(?:19|20)\d{2}-\d{2}-\d{2}",
    r"(?:19|20)\d{6}",
)
"""The days that stand in front of a slug."""
_PARAMETER = re.compile(r"\[\?&\]([\w-]+)=")
_PAGING = frozenset({"page", "pageindex", "pageno", "cpage", "size", "sort", "date", "t", "ts", "_"})
"""Parameters that are of a list, not of an article."""


class Address:
    """An address as its parts."""

    def __init__(self, url: str) -> None:
        self.url = url

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The parts of its path, the last without its extension."""
        parts = [part for part in urlsplit(self.url).path.split("/") if part]
        return (*parts[:-1], _EXTENSION.sub("", parts[-1])) if parts else ()

    @cached_property
    def params(self) -> dict[str, str]:
        """The parameters of its query."""
        return dict(parse_qsl(urlsplit(self.url).query, max_num_fields=None))

    def segment(self, from_end: int) -> str:
        """The part of the path that is so far from its end, of which the last is 1; nothing where it has fewer."""
        return self.segments[-from_end] if len(self.segments) >= from_end else ""


def derived_article_id(articles: Sequence[str], others: Sequence[str] = (), *, slug_alone: bool = False) -> str | None:
    """Returns the pattern for an ``article_id``, or None where no rule holds.

    :param articles: addresses of articles, each once.
    :param others: addresses on the same site that are no articles.
    :param slug_alone: a slug without number or date is an id too, as a listing needs it to tell articles from menus;
        elsewhere the canonical address says the same.
    """
    addresses = [Address(url) for url in articles[:MAX_ADDRESSES]]
    if len(addresses) < 2:
        return None
    others = others[:MAX_ADDRESSES]
    found = (pattern for rule in (*_RULES, *[_by_slug] * slug_alone) for pattern in rule(addresses))
    return next((pattern for pattern in found if holds(pattern, articles[:MAX_ADDRESSES], others)), None)


def holds(pattern: str, articles: Sequence[str], others: Sequence[str]) -> bool:
    """Returns whether a pattern finds the articles' ids, another one for each, and leaves the other addresses alone."""
    expression = re.compile(pattern)
    matches = [match for url in articles if (match := expression.search(url))]
    ids = {match[1] for match in matches}
    if len(matches) < LEAST_SHARE * len(articles) or len(ids) < LEAST_DISTINCT * len(matches):
        return False
    return sum(expression.search(url) is not None for url in others) <= MOST_OTHERS * len(others)


def kept_params(addresses: Sequence[str], article_id: str | None) -> tuple[str, ...]:
    """Returns the parameters of an article's address: its id, where it is one, and what stands in every address."""
    parameter = _PARAMETER.match(article_id or "")
    if parameter is None:
        return ()
    params = [Address(canonical_url(url)).params for url in addresses]  # without those that track readers
    counts = Counter(name for of_one in params for name in of_one)
    common = [name for name, count in counts.items() if count >= LEAST_SHARE * len(addresses)]
    return tuple(dict.fromkeys([parameter[1], *common]))


def _by_parameter(addresses: Sequence[Address]) -> Iterator[str]:
    """``[?&]idxno=(\\d+)``; of several parameters the one with most different values, then the longest."""
    values: dict[str, list[str]] = {}
    for address in addresses:
        for name, value in address.params.items():
            if name.lower() not in _PAGING and _VALUE.fullmatch(value):
                values.setdefault(name, []).append(value)
    by_worth = sorted(values, key=lambda name: (-len(set(values[name])), -min(map(len, values[name]))))
    for name in by_worth[:MAX_PARAMS]:
        yield rf"[?&]{re.escape(name)}=({_class_of(values[name], least_fixed=99)})"


def _by_segment(form: re.Pattern[str]) -> Callable[[Sequence[Address]], Iterator[str]]:
    """Returns the rule that a part of the path, the last or one of the two before it, has this form as a whole."""

    def rule(addresses: Sequence[Address]) -> Iterator[str]:
        for from_end in (1, 2, 3):
            values = [value for address in addresses if form.fullmatch(value := address.segment(from_end))]
            if all(map(_DATE.fullmatch, values)):
                continue
            end = _END if from_end == 1 else _WITHIN
            group = "[0-9A-Fa-f-]{36}" if form is _UUID else _class_of(values)
            for before in _contexts(addresses, from_end):
                yield rf"{before}/({group}){end}"
            yield rf"/([^/?#]+/{group}){end}"  # numbers that begin anew in each section

    return rule


def _by_number_in_slug(addresses: Sequence[Address]) -> Iterator[str]:
    """``/news/us-korea-deal-12345``, ``/news/12345-us-korea-deal``."""
    for form, pattern in ((_NUMBER_LAST, r"/[^/?#]*[-_]({})" + _END), (_NUMBER_FIRST, r"/({})[-_][^/?#]+" + _END)):
        matches = [match for address in addresses if (match := form.fullmatch(address.segment(1)))]
        if matches:
            group = _class_of([match[1] for match in matches])
            for before in _contexts(addresses, 1):
                yield before + pattern.replace("{}", group, 1)


def _by_date_and_slug(addresses: Sequence[Address]) -> Iterator[str]:
    """``/2026/11/30/us-korea-deal/``."""
    for day in _DATES:
        yield rf"/({day}/[^/?#]{{3,}})"


def _by_slug(addresses: Sequence[Address]) -> Iterator[str]:
    """``/news/us-korea-deal``; at the root or in sections with other names it has at least two hyphens."""
    slugs = [address.segment(1) for address in addresses]
    if not all(slugs):
        return
    if sum(re.search("[-_%]", slug) is not None for slug in slugs) >= LEAST_SHARE * len(slugs):
        for before in _contexts(addresses, 1):
            if before:
                yield rf"{before}/([^/?#]+?){_END}"
    hyphens = sorted(slug.count("-") for slug in slugs)[len(slugs) // 20]
    if hyphens >= 2:
        yield rf"/([^/?#-]+(?:-[^/?#-]+){{{min(hyphens, 4)},}}){_END}"


_RULES = (
    _by_parameter,
    _by_segment(_NUMBER),
    _by_segment(_UUID),
    _by_segment(_NUMBERS),
    _by_segment(_CODE),
    _by_number_in_slug,
    _by_date_and_slug,
)


def _contexts(addresses: Sequence[Address], from_end: int) -> Iterator[str]:
    """Yields what stands before the id: the part of the path that all share, or none, or one of those seen."""
    literals = [address.segment(from_end + 1) for address in addresses]
    names = sorted({literal for literal in literals if not any(map(str.isdecimal, literal))})
    if len(names) == 1 and all(literals):
        yield "/" + re.escape(names[0])
        return
    yield ""
    if 1 < len(names) <= min(MAX_LITERALS, len(addresses) // 2) and all(names):
        yield f"/(?:{'|'.join(map(re.escape, names))})"


def _class_of(values: Sequence[str], least_fixed: int = 5) -> str:
    """Returns the expression of ids like these: their characters, and at least the length of the shortest."""
    characters = set("".join(values))
    digits = r"\d" if characters & set("0123456789") else ""
    lower = "a-z" if any(character.islower() for character in characters) else ""
    upper = "A-Z" if any(character.isupper() for character in characters) else ""
    signs = "".join(re.escape(sign) for sign in "_.-" if sign in characters)
    least = min(map(len, values))
    times = f"{{{least},}}" if least >= least_fixed else "+"
    return rf"\d{times}" if not lower + upper + signs else f"[{digits or '0-9'}{upper}{lower}{signs}]{times}"
