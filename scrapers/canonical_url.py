"""The canonical URL of an article: one form of its address, whatever led to it."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from scrapers.outlet import Outlet

MAX_URL_CHARS = 2_000

IDENTITY_PARAMS = frozenset(
    [
        "no",
        "idxno",
        "key",
        "arcid",
        "id_art",
        "news_id",
        "newsid",
        "mediacodeno",
        "cntn_cd",
        "code",
        "ud",
        "wr_id",
        "bo_table",
        "nid",
        "seq_code",
        "lang",
        "p",
        "aid",
        "oid",
        "id",
        "article_id",
        "articleid",
        "newsseq",
    ]
)
"""Query parameters that identify the article at some outlet; they always stay (compared in lower case)."""

TRACKING_PARAMS = frozenset(
    [
        "outurl",
        "call_from",
        "trc",
        "cm",
        "plink",
        "cooper",
        "loc",
        "source",
        "noamp",
        "fbclid",
        "gclid",
        "dclid",
        "msclkid",
        "yclid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "_ga",
        "spm",
        "ref_src",
        "ref",
        "share",
        "rss",
        "input",
        "outputtype",
        "sns",
        "cmpid",
        "ocid",
        "smid",
        "taid",
        "pwise",
        "pwisesub",
    ]
)
_TRACKING_PREFIXES = ("utm_", "xtr_", "pk_", "mtm_", "hsa_")
_TRACKING_PAIRS = (("section", "site"), ("srt", "d"), ("cp", "pn"))
"""Parameters that are tracking only together (yna, and two reposters)."""
_TRACKING_FLAGS = {("m", "1"), ("amp", "1")}

_MOBILE_OR_AMP = re.compile(r"(?:m|m1|mobile|amp|prod)\.(?=[^.]+\.)")
_AMP_PATHS = (
    (re.compile(r"/articleViewAmp\.html"), "/articleView.html"),
    (re.compile(r"/ampNews/"), "/news/"),
    (re.compile(r"/NewsViewAmp/"), "/NewsView/"),
    (re.compile(r"^/amp/"), "/"),
    (re.compile(r"/amp/?$"), ""),
    (re.compile(r"\.amp(\.html)?$"), r"\1"),
)
_EDGES = "".join(map(chr, range(0x21))) + "\u00a0\u00ad\u200b\u200c\u200d\u2060\u3000\ufeff"
_BREAK = re.compile(r"(?<! ) *+[\t\r\n][ \t\r\n]*|[\ud800-\udfff\x00-\x1f]")
_BLANK = re.compile(r"\s")
_PLAIN_ADDRESS = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+/[A-Za-z0-9/_.~%-]*(?:\?[A-Za-z0-9/_.~%&=-]+)?")
"""An absolute address that needs no resolving."""
_PLAIN_PARTS = re.compile(r"(https?)://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(/[A-Za-z0-9/_.~-]*)(?:\?([A-Za-z0-9_.~&=-]+))?")
"""Scheme, host, path and query of an address without a port, a fragment or anything that is escaped."""
_PLAIN_PATH = re.compile(r"(?:/(?!\.)[A-Za-z0-9_.~-]*)*")
"""A path that has one form alone."""


def absolute_url(base: str, link: str) -> str | None:
    """A link of a page, resolved to an absolute http(s) address without fragment; None for any other link."""
    link = link.strip(_EDGES)
    if not link or len(link) > MAX_URL_CHARS:
        return None
    if _PLAIN_ADDRESS.fullmatch(link):
        return link
    try:
        url = urljoin(base, _with_escaped_blanks(link))
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None or len(url) > MAX_URL_CHARS:
        return None
    return url.split("#", 1)[0]


def _with_escaped_blanks(link: str) -> str:
    """The link as a browser reads it: breaks go with the blanks around them, another blank is %20."""
    return _BLANK.sub(lambda blank: quote(blank[0]), _BREAK.sub("", link))


def canonical_url(url: str, outlet: Outlet | None = None) -> str:
    """The canonical URL: without mobile and AMP variants of host and path, fragment, and parameters that name nothing.

    Where the outlet's spec lists the parameters that are part of an address, or its article id stands in front of them,
    no other parameter stays; an unknown one would make a new article of a known one. Elsewhere it may be the article's
    id, so that only known tracking parameters are dropped. An address that cannot be parsed is returned unchanged.
    """
    return _without_unknown_params(url, _canonical(url, outlet), outlet)


def _without_unknown_params(url: str, lenient: str, outlet: Outlet | None) -> str:
    """The address whose known tracking parameters are dropped, without those that its outlet's spec does not know."""
    if (
        outlet is None
        or "?" not in lenient
        or not (outlet.keep_params or outlet.article_key(lenient.partition("?")[0]))
    ):
        return lenient
    strict, key = _canonical(url, outlet, _kept_params(outlet)), outlet.article_key(lenient)
    is_no_article = outlet.article_id is not None and key is None  # a document, whose parameters the spec does not know
    return lenient if is_no_article or outlet.article_key(strict) != key else strict


def _kept_params(outlet: Outlet) -> frozenset[str]:
    """The parameters that stay where the outlet's spec says which, in lower case."""
    keep = frozenset(name.lower() for name in outlet.keep_params)
    return keep | IDENTITY_PARAMS if keep else keep


def _canonical(url: str, outlet: Outlet | None, only: Set[str] | None = None) -> str:
    """The address without variants and tracking parameters, with ``only`` without any other parameter."""
    if plain := _PLAIN_PARTS.fullmatch(url):
        return _plain(plain[1], plain[2], plain[3], plain[4], outlet, only)
    try:
        parts = urlsplit(url.strip())
        host = _host(parts.hostname or "", outlet.hosts if outlet else ())
        port = parts.port
    except ValueError:
        return url
    if not host or parts.scheme.lower() not in ("http", "https"):
        return url
    scheme = _scheme(parts.scheme.lower(), host, port, *((outlet.hosts, outlet.home) if outlet else ((), "")))
    standard = {"http": 80, "https": 443}
    keeps_port = port is not None and port not in (standard[scheme], standard[parts.scheme.lower()])
    netloc = f"[{host}]" if ":" in host else host
    if keeps_port:
        netloc = f"{netloc}:{port}"
    path, query = _path(parts.path), urlencode(_kept(_pairs(parts.query), outlet, only))
    stripped = urlunsplit((scheme, netloc, path, query, ""))
    if not query and netloc.isascii() and _PLAIN_PATH.fullmatch(path):
        return stripped
    return _canonicalized(stripped)


def _plain(scheme: str, host: str, path: str, query: str | None, outlet: Outlet | None, only: Set[str] | None) -> str:
    """The same for the parts of an address in which nothing is escaped: most need no library."""
    scheme, host = _place(scheme, host, outlet.hosts if outlet else (), outlet.home if outlet else "")
    parts = (part.partition("=") for part in (query or "").split("&") if part)
    pairs = [(name, value) for name, _, value in parts]
    kept, path = _kept(pairs, outlet, only), _path(path)
    address = f"{scheme}://{host}{path}"
    if any("=" in value for _, value in kept):
        return _canonicalized(f"{address}?{urlencode(kept)}")
    if not _PLAIN_PATH.fullmatch(path):
        address = _canonicalized(address)
    return f"{address}?{'&'.join(f'{name}={value}' for name, value in sorted(kept))}" if kept else address


def _canonicalized(address: str) -> str:
    from w3lib.url import canonicalize_url  # it loads urllib.request and ssl, which most addresses do without

    try:
        return str(canonicalize_url(address, keep_blank_values=True))
    except (ValueError, UnicodeError):
        return address


@lru_cache(maxsize=1 << 12)
def _place(scheme: str, host: str, hosts: tuple[str, ...], home: str) -> tuple[str, str]:
    """Scheme and host, of the outlet that has these hosts and this home."""
    host = _host(host, hosts)
    return _scheme(scheme, host, None, hosts, home), host


def equal_addresses(url: str, outlet: Outlet | None) -> tuple[str, ...]:
    """The canonical URL, then its forms with every parameter that tracks nobody, and without scheme and final slash."""
    lenient = _canonical(url, outlet)
    canonical = _without_unknown_params(url, lenient, outlet)
    scheme, separator, rest = canonical.partition("://")
    if not separator:
        return canonical, lenient
    address, mark, query = rest.partition("?")
    is_plain = scheme == "http" and ":" not in address.partition("/")[0]
    return canonical, lenient, f"{'https' if is_plain else scheme}://{address.rstrip('/')}{mark}{query}"


def _host(host: str, hosts: tuple[str, ...]) -> str:
    host = host.lower().rstrip(".")
    variant = _MOBILE_OR_AMP.match(host)
    bare = host[variant.end() :] if variant else host.removeprefix("www.")
    candidates = (f"www.{bare}", bare) if variant else (host, f"www.{bare}", bare)
    return next((name for name in candidates if name in hosts), host)


def _scheme(scheme: str, host: str, port: int | None, hosts: tuple[str, ...], home: str) -> str:
    """The scheme of the outlet's home: http and https of its hosts are the same address."""
    if scheme == "http" and port in (None, 80) and host in hosts:
        return urlsplit(home).scheme
    return scheme


def _path(path: str) -> str:
    if "mp" in path:
        for pattern, replacement in _AMP_PATHS:
            path = pattern.sub(replacement, path)
    return path or "/"


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True, max_num_fields=None) if query else []


def _kept(pairs: list[tuple[str, str]], outlet: Outlet | None, only: Set[str] | None) -> list[tuple[str, str]]:
    """The parameters that stay."""
    if not pairs:
        return pairs
    if only is not None:
        return [(name, value) for name, value in pairs if name.lower() in only]
    keep = {name.lower() for name in outlet.keep_params} if outlet else set()
    names = {name.lower() for name, _ in pairs}
    paired = _paired(names) if len(names) > 1 else set()
    return [(name, value) for name, value in pairs if not _is_tracking(name.lower(), value, keep, paired)]


def _paired(names: set[str]) -> set[str]:
    return {name for pair in _TRACKING_PAIRS if names.issuperset(pair) for name in pair}


def _is_tracking(name: str, value: str, keep: set[str], paired: set[str]) -> bool:
    if name in keep or name in IDENTITY_PARAMS:
        return False
    if name in TRACKING_PARAMS or name in paired or (name, value) in _TRACKING_FLAGS:
        return True
    return name.startswith(_TRACKING_PREFIXES)
