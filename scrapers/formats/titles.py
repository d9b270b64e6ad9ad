"""Chooses an article's title: the one that the page's heading confirms, without the site's name."""

from __future__ import annotations

import re
from collections.abc import Iterable

MIN_COMMON_CHARS = 10
"""A title and a heading with so many letters in common are the same headline."""
_MAX_NAMES = 3
_LAST_PART = re.compile(r"^(.*\S)\s*(?:\s[-–—:·•«»<>/~]|\s?(?:\||::))\s*(\S.*)$", re.DOTALL)
_SEPARATOR = re.compile(r"\s*[-–—|:·•«»<>/~]")
_CUT = ("…", "...")


def page_title(titles: Iterable[str], headings: Iterable[str], site_names: Iterable[str]) -> str:
    """The first of the titles that a heading says, too; else the first, or a heading where there is no title.

    A site's name at the end of a title is cut, and what follows the heading in it; a title that is cut short counts
    only where no other completes it.
    """
    sites = {_letters(name) for name in site_names} - {""}
    shown = [heading for heading in headings if _letters(heading) and _letters(heading) not in sites]
    candidates = [bare for title in titles if (bare := without_site(title, sites)) and _letters(bare) not in sites]
    completed = [heading for heading in shown if any(_is_cut(title, [heading]) for title in candidates)]
    whole = [title for title in candidates if not _is_cut(title, (*candidates, *shown))] or completed or candidates
    for title in whole:
        if any(_letters(heading) == _letters(title) for heading in shown):
            return title
    for title in whole:
        for heading in shown:
            if _begins(title, heading):
                return heading
    for title in whole:
        if any(_is_part(title, heading) for heading in shown):
            return title
    return next(iter((*whole, *shown)), "")


def without_site(title: str, sites: set[str]) -> str:
    """The title without the names of its site at its end, which separators set off."""
    for _ in range(_MAX_NAMES):
        match = _LAST_PART.match(title)
        if match is None or _letters(match[2]) not in sites:
            break
        title = match[1]
    return title.strip()


def host_names(host: str) -> tuple[str, ...]:
    """The names that a site at this host may have: ``news.example.com`` is news.example.com, example.com or example."""
    labels = host.removeprefix("www.").removeprefix("m.").split(".")
    ends = [labels[at:] for at in range(max(1, len(labels) - 1))]
    return tuple(dict.fromkeys(name for end in ends for name in (".".join(end), end[0]) if len(name) > 2))


def _is_cut(title: str, others: Iterable[str]) -> bool:
    kept = _letters(title)
    return title.endswith(_CUT) and any(_letters(other).startswith(kept) and other != title for other in others)


def _begins(title: str, heading: str) -> bool:
    """Whether a title is the heading and something behind a separator."""
    is_long = len(_letters(heading)) >= MIN_COMMON_CHARS
    return is_long and title.startswith(heading) and _SEPARATOR.match(title, len(heading)) is not None


def _is_part(title: str, heading: str) -> bool:
    return len(_letters(title)) >= MIN_COMMON_CHARS and _letters(title) in _letters(heading)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
