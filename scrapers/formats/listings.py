"""Reads listing pages: the links that the spec selects, or those whose address is an article's by ``article_id``.

Where links are scripts, the spec has a template of their addresses.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.canonical_url import absolute_url
from scrapers.errors import NotUnderstood
from scrapers.formats.entries import MAX_PROBLEM_CHARS, MAX_TITLE_CHARS, Entries, FeedEntry, collect, entry_or_problem
from scrapers.formats.source_text import source_text
from scrapers.further_pages import numbered_after
from scrapers.http.markup_gate import check_depth, check_page_size
from scrapers.outlet import Outlet, Source
from scrapers.plain_text import clean

MAX_CALL_CHARS = 500
_CALL = re.compile(r"(?<!void)\(\s{0,9}['\"]?([A-Za-z0-9_-]{1,64})['\"]?\s{0,9}[,)]")
"""A call in a script with its first argument; ``void(0)`` stands where a link has no address."""


def read_listing(data: bytes, url: str, outlet: Outlet, source: Source, content_type: str | None = None) -> Entries:
    """The links of a listing page, each address once, with the longest text of a link to it.

    :raises NotUnderstood: when no link fits the spec.
    :raises TooBig: for a page that is too large or nested too deep.
    """
    check_page_size(data, url)
    page = source_text(data, url, content_type)
    check_depth(page, url)
    tree = LexborHTMLParser(page)
    for unseen in tree.css("script, style, noscript, template"):
        unseen.decompose()
    base = tree.css_first("base[href]")
    following = _next_page(tree, url, source)
    url = absolute_url(url, base.attributes.get("href") or "") or url if base is not None else url
    links = tree.css(source.links) if source.links else tree.css("a[href]")
    is_by_id = source.links is None or (source.address is not None and outlet.article_id is not None)
    titles: dict[str, str] = {}
    for link in links:
        address = _address(link, url) if source.address is None else _address_by_script(link, source.address)
        if address is None or (is_by_id and outlet.article_key(address) is None):
            continue
        titles[address] = max(titles.get(address, ""), _title(link), key=len)
    if not titles:
        raise NotUnderstood(url, "lists no article: no link fits the spec")
    return collect([_entry(address, title) for address, title in titles.items()], url, following)


def _next_page(tree: LexborHTMLParser, url: str, source: Source) -> tuple[str, ...]:
    if source.page is not None:
        return (numbered_after(url, source.page),)
    link = tree.css_first(source.next) if source.next else None
    address = _address(link, url) if link is not None else None
    return (address,) if address else ()


def _entry(address: str, title: str) -> FeedEntry | str:
    if not title:
        return f"a link without text: {address}"[:MAX_PROBLEM_CHARS]
    return entry_or_problem(address, title, "", None, None)


def _address(node: LexborNode, url: str) -> str | None:
    """The address of a selected node: its own href, or that of the link in it or around it."""
    link = node if node.tag == "a" else node.css_first("a[href]")
    parent = node.parent
    while link is None and parent is not None:
        link = parent if parent.tag == "a" else None
        parent = parent.parent
    href = link.attributes.get("href") if link is not None else None
    return absolute_url(url, href) if href else None


def _address_by_script(node: LexborNode, template: str) -> str | None:
    """The address of a selected node whose link, itself or the first in it, calls a function with the article's id."""
    link = node if node.tag == "a" else node.css_first("a[onclick], a[href]")
    if link is None:
        return None
    scripts = (link.attributes.get("onclick") or "", link.attributes.get("href") or "")
    call = next(filter(None, (_CALL.search(script[:MAX_CALL_CHARS]) for script in scripts)), None)
    return absolute_url("", template.replace("{id}", call[1])) if call else None


def _title(link: LexborNode) -> str:
    """The heading in the link, the link's title, or its text."""
    heading = link.css_first("h1, h2, h3, h4, strong, .title, .tit")
    texts = (
        heading.text(separator=" ") if heading else "",
        link.attributes.get("title") or "",
        link.text(separator=" "),
    )
    return next((title[:MAX_TITLE_CHARS] for text in texts if (title := clean(text))), "")
