"""What a line says of its outlet and address, and half characters made whole before anything is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from scrapers.outlet import Outlet

_HALF = re.compile("[\ud800-\udfff]")


def outlet_of(outlets: Mapping[str, Outlet], named: object, url: object = None) -> Outlet | None:
    """The outlet of this key or host, else the one that lives at this address."""
    name = named.strip().lower() if isinstance(named, str) else ""
    if name in outlets:
        return outlets[name]
    return _at_host(outlets, name) or _at_host(outlets, host_of(url))


def _at_host(outlets: Mapping[str, Outlet], host: str) -> Outlet | None:
    bare = host.removeprefix("www.").removeprefix("m.")
    if not bare:
        return None
    return next((one for one in outlets.values() if {host, bare, f"www.{bare}"} & set(one.hosts)), None)


def host_of(url: object) -> str:
    """The host of an address in lower case, or nothing."""
    try:
        return (urlsplit(url if isinstance(url, str) else "").hostname or "").rstrip(".")
    except ValueError:
        return ""


def kinds_of(outlets: Mapping[str, Outlet]) -> Callable[[str], str | None]:
    """An outlet's key or host → official, media or aggregator, where a spec knows it."""

    def kind(name: str) -> str | None:
        outlet = outlet_of(outlets, name)
        return outlet.kind if outlet else None

    return kind


def placed(line: Mapping[str, Any], outlets: Mapping[str, Outlet]) -> dict[str, Any]:
    """The line with its outlet's key where a spec knows the outlet: ``outlet:`` asks by key and by host alike."""
    outlet = outlet_of(outlets, line.get("outlet"), line.get("url"))
    if outlet is None:
        return dict(line)
    return {**line, "outlet": outlet.key, "url": line.get("url") or outlet.home}


def whole(line: Mapping[str, Any]) -> dict[str, Any]:
    """The line with U+FFFD, of the same length, for half a surrogate pair: it is no character, and not in UTF-8."""
    texts = {name: line[name] for name in ("headline", "text") if isinstance(line.get(name), str)}
    return {**line, **{name: _HALF.sub("\ufffd", text) for name, text in texts.items()}}
