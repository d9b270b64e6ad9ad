"""Judges the canonical URL that a page claims: it is the article's name, and a wrong one joins several articles."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, urlsplit

from scrapers.canonical_url import IDENTITY_PARAMS, canonical_url
from scrapers.outlet import Outlet

_FRONT_PAGES = ("", "/")
_NAMES_ARTICLE = re.compile(r"\d|-")
"""A number or a slug in a path names an article; the path of a program (``/view.do``) has neither."""


def claimed_canonical_url(url: str, claimed: str | None, outlet: Outlet | None) -> str:
    """The canonical URL that a page claims, where it may be this article's, else that of its address.

    It counts on the outlet's hosts or on the same host alone; and neither as the front page, nor without the parameters
    that name the article, because some systems claim one address for all their articles.
    """
    own = canonical_url(url, outlet)
    if not claimed or claimed == url or not _is_same_site(claimed, url, outlet):
        return own
    canonical = canonical_url(claimed, outlet)
    return own if _names_less(urlsplit(canonical), urlsplit(own), outlet) else canonical


def _names_less(claimed: SplitResult, own: SplitResult, outlet: Outlet | None) -> bool:
    """Whether a claimed address is the front page, or lacks parameters that name the article at the same path."""
    if claimed.path in _FRONT_PAGES and not claimed.query:
        return own.path not in _FRONT_PAGES or bool(own.query)
    if claimed.path != own.path:
        return False
    missing = dict(parse_qsl(own.query)).keys() - dict(parse_qsl(claimed.query)).keys()
    naming = IDENTITY_PARAMS.union(map(str.lower, outlet.keep_params if outlet else ()))
    return any(name.lower() in naming or not _NAMES_ARTICLE.search(own.path) for name in missing)


def _is_same_site(claimed: str, url: str, outlet: Outlet | None) -> bool:
    if outlet is not None:
        article_key = outlet.article_key(url)
        return outlet.lives_at(claimed) and (article_key is None or outlet.article_key(claimed) == article_key)
    return _bare_host(claimed) == _bare_host(url)


def _bare_host(url: str) -> str:
    """The host without ``www.`` and ``m.``."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.").removeprefix("m.")
