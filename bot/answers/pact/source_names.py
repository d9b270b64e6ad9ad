"""Names the sources of the pact's calendar for readers: the outlet's name, or the site without its page's number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scrapers.outlet import Outlet

MIN_LABEL_CHARS = 5
"""A shorter part of a host's name, such as ``news``, names no outlet."""


def source_names(sources: Iterable[str], outlets: Mapping[str, Outlet]) -> tuple[str, ...]:
    """Returns each name once; ``asiae 2025102908301597522`` is 아시아경제, ``bisi.org.uk`` stays."""
    return tuple(dict.fromkeys(_name(source, outlets) for source in sources))


def _name(source: str, outlets: Mapping[str, Outlet]) -> str:
    site = source.partition(" ")[0].partition("/")[0]
    if not site or "://" in source:
        return source
    labels = site.casefold().split(".")
    keys = [label for label in labels if label in outlets] or [
        key for key, outlet in outlets.items() if _is_host_of(outlet, labels)
    ]
    return outlets[keys[0]].name if keys else site


def _is_host_of(outlet: Outlet, labels: Iterable[str]) -> bool:
    named = {label for label in labels if len(label) >= MIN_LABEL_CHARS}
    return any(not named.isdisjoint(host.split(".")) for host in outlet.hosts)
