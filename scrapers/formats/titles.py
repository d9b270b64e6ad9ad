"""Chooses an article's title: the one that the page's heading confirms, without the site's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

MIN_COMMON_CHARS = 10
"""A title and a heading with so many letters in common are the same headline."""
_MAX_NAMES = 3
_MAX_NAME_CHARS = 50
_MAX_NAME_WORDS = 6
_MIN_LABEL_CHARS = 3
_MARKS = "-–—|:·•«»‹›<>/~_"
_SET_OFF = rf"\s*(?:\s[{_MARKS}]|\s?(?:\||::|_)|(?<![:\s])[-–—:»›](?=\s))\s*"
_LAST_PART = re.compile(rf"^(.*\S){_SET_OFF}(\S.*)$", re.DOTALL)
_FIRST_PART = re.compile(rf"^(\S.{{0,{_MAX_NAME_CHARS}}}?){_SET_OFF}(\S.*)$", re.DOTALL)
_MARKS_AT_END = re.compile(rf"\s[{_MARKS}]+$")
_SEPARATOR = re.compile(rf"\s*[{_MARKS}]")
_SEPARATOR_END = re.compile(rf"[{_MARKS.replace(':', '')}]\s*$")
"""No colon: what precedes one is said of the headline (Quantum computing: …), and belongs to it."""
_UNSPOKEN = frozenset(["the", "of", "and", "for", "der", "die", "das", "le", "la", "les", "el", "de"])
_CUT = ("…", "...")


def page_title(titles: Iterable[str], headings: Iterable[str], site_names: Iterable[str]) -> str:
    """The first of the titles that a heading says, too; else the first, or a heading where there is no title.

    A site's name at either end of a title is cut, and what surrounds the heading in it; a title that is cut short
    counts only where no other completes it.
    """
    titles, headings = list(titles), list(headings)
    sites = {_letters(name) for name in site_names if len(name) <= _MAX_NAME_CHARS} - {""}
    sites |= {_letters(heading) for heading in headings if any(_is_site_in(title, heading) for title in titles)}
    shown = [heading for heading in headings if _letters(heading) and _letters(heading) not in sites]
    candidates = [bare for title in titles if (bare := without_site(title, sites)) and _letters(bare) not in sites]
    completed = [heading for heading in shown if any(_is_cut(title, [heading]) for title in candidates)]
    whole = [title for title in candidates if not _is_cut(title, (*candidates, *shown))] or completed or candidates
    for title in whole:
        if any(_letters(heading) == _letters(title) for heading in shown):
            return title
    for title in whole:
        for heading in shown:
            if _begins(title, heading) or _ends(title, heading):
                return heading
    for title in whole:
        if any(_is_part(title, heading) for heading in shown):
            return title
    return next(iter((*whole, *shown)), "")


def without_site(title: str, sites: set[str]) -> str:
    """The title without the names of its site at its end, or else at its beginning, which separators set off."""
    title = title.strip()
    bare = _cut(title, sites, _LAST_PART, name=2, kept=1)
    return bare if bare != title else _cut(title, sites, _FIRST_PART, name=1, kept=2)


def _cut(title: str, sites: set[str], parts: re.Pattern[str], *, name: int, kept: int) -> str:
    for _ in range(_MAX_NAMES):
        match = parts.match(title)
        if match is None or not _is_site(match[name], sites):
            break
        title = _MARKS_AT_END.sub("", match[kept])
    return title.strip()


def _is_site(part: str, sites: set[str]) -> bool:
    """Whether a part of a title is the site's name, or its words' beginnings spell it: New York Times, nytimes."""
    if len(part) > _MAX_NAME_CHARS:
        return False
    if _letters(part) in sites:
        return True
    words = [word for word in map(_letters, part.split()) if word and word not in _UNSPOKEN]
    if not 1 < len(words) <= _MAX_NAME_WORDS:
        return False
    return any(len(site) >= _MIN_LABEL_CHARS and _spell(words, site) for site in sites)


def _spell(words: Sequence[str], name: str) -> bool:
    """Whether beginnings of all the words, one after the other, make the name."""
    spelled = {0}
    for word in words:
        ends = {at + chars for at in spelled for chars in range(1, len(word) + 1) if name.startswith(word[:chars], at)}
        spelled = {at for at in ends if at <= len(name)}
    return len(name) in spelled


def _is_site_in(title: str, heading: str) -> bool:
    """Whether a heading ends a title and is shorter than what it is set off from: a logo says the site's name."""
    match = _LAST_PART.match(title)
    name = _letters(heading)
    return match is not None and bool(name) and _letters(match[2]) == name and len(name) < len(_letters(match[1]))


def host_names(host: str) -> tuple[str, ...]:
    """The names that a site at this host may have: ``news.example.com`` is news.example.com, example.com or example."""
    labels = host.removeprefix("www.").removeprefix("m.").split(".")
    ends = [labels[at:] for at in range(max(1, len(labels) - 1))]
    return tuple(dict.fromkeys(name for end in ends for name in (".".join(end), end[0]) if len(name) > 2))


def _is_cut(title: str, others: Iterable[str]) -> bool:
    """Whether another title goes on where this one ends with dots, or where a quotation mark ended its attribute."""
    kept = _letters(title)
    if title.endswith(_CUT):
        return any(_letters(other).startswith(kept) and other != title for other in others)
    return any(other.startswith(title) and other[len(title) :].lstrip().startswith('"') for other in others)


def _begins(title: str, heading: str) -> bool:
    """Whether a title is the heading and something behind a separator."""
    is_long = len(_letters(heading)) >= MIN_COMMON_CHARS
    return is_long and title.startswith(heading) and _SEPARATOR.match(title, len(heading)) is not None


def _ends(title: str, heading: str) -> bool:
    """Whether a title is something in front of a separator and then the heading."""
    is_long = len(_letters(heading)) >= MIN_COMMON_CHARS
    return is_long and title.endswith(heading) and _SEPARATOR_END.search(title[: -len(heading)]) is not None


def _is_part(title: str, heading: str) -> bool:
    return len(_letters(title)) >= MIN_COMMON_CHARS and _letters(title) in _letters(heading)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
