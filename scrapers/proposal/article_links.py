"""Finds the articles among the links of a page: the shape of address that most headlines have."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from scrapers.language import guess_language
from scrapers.proposal.article_ids import derived_article_id
from scrapers.proposal.site_facts import is_of_site

LEAST_ARTICLES = 5
LEAST_KOREAN_CHARS, LEAST_CHARS = 9, 20
"""A headline has so many characters; a menu's links have fewer."""
MOST_CHARS = 40
"""More characters of a text do not make it more of a headline."""
_CODE = re.compile(r"(?=(?:[^/]*\d){3})[\w.-]+")
_SLUG = re.compile(r"[^/]*(?:[-_][^/]+){2,}|(?:%[0-9A-Fa-f]{2}){6}.*")
_NO_ARTICLE_PARAMS = frozenset({"page", "pageindex", "pageno"})
Shape = tuple[tuple[str, ...], tuple[str, ...]]
"""The kinds of the path's parts, and the names of the parameters that hold a number."""


@dataclass(frozen=True, slots=True)
class ArticleLinks:
    """The links that are articles, and the pattern of their ids."""

    addresses: tuple[str, ...]
    article_id: str


def article_links(links: Iterable[tuple[str, str]], site: str, example: str | None = None) -> ArticleLinks | None:
    """Returns the articles among a page's links, or None where no shape of address prevails.

    :param example: the address of an article of the site, whose shape goes before others.
    """
    groups: defaultdict[Shape, dict[str, str]] = defaultdict(dict)
    own = {url: text for url, text in links if is_of_site(url, site)}
    for url, text in own.items():
        if (shape := shape_of(url)) is not None:
            groups[shape][url] = text
    wanted = shape_of(example) if example else None
    order = sorted(groups, key=lambda shape: (shape != wanted, -_weight(groups[shape])))
    for shape in order[:3]:
        articles = [url for url, text in groups[shape].items() if is_headline(text)]
        if len(articles) < LEAST_ARTICLES:
            continue
        menu = [url for url, text in own.items() if text and not is_headline(text)]
        article_id = derived_article_id(articles, menu, slug_alone=True)
        if article_id is not None:
            return ArticleLinks(tuple(articles), article_id)
    return None


def shape_of(url: str) -> Shape | None:
    """Returns the shape of an address that may be an article's; None for one without number, code or slug."""
    parts = urlsplit(url)
    kinds = tuple(_kind(part) for part in parts.path.split("/") if part)
    numbered = {
        name
        for name, value in parse_qsl(parts.query, max_num_fields=None)
        if any(map(str.isdecimal, value)) and name.lower() not in _NO_ARTICLE_PARAMS
    }
    names = tuple(sorted(numbered))
    return (kinds, names) if names or any(kind != "word" for kind in kinds[-2:]) else None


def is_headline(text: str) -> bool:
    """Returns whether a link's text is long enough for a headline of its language."""
    return len(text) >= (LEAST_KOREAN_CHARS if guess_language(text) in ("ko", "ja", "zh") else LEAST_CHARS)


def _kind(part: str) -> str:
    if part.isdecimal():
        return "number"
    if _SLUG.fullmatch(part):
        return "slug"
    return "code" if _CODE.fullmatch(part) else "word"


def _weight(links: dict[str, str]) -> int:
    """The characters of headlines in a group of links."""
    return sum(min(len(text), MOST_CHARS) for text in links.values() if is_headline(text))
