"""Redirects: resolves a Location header, and refuses the step from https to http."""

from __future__ import annotations

import httpx

from scrapers.errors import FetchRefused

MAX_REDIRECTS = 5
PERMANENT_STATUSES = (301, 308)
REDIRECT_STATUSES = (301, 302, 303, 307, 308)


def redirect_target(url: str, location: str) -> str:
    """The address that a redirect from ``url`` leads to, without its fragment.

    :raises FetchRefused: for a Location that is no address, and for http after https.
    """
    try:
        target = httpx.URL(url).join(location)
    except (httpx.InvalidURL, ValueError):
        raise FetchRefused(url, "redirects to something that is no address") from None
    if url.startswith("https:") and target.scheme == "http":
        raise FetchRefused(url, "redirects from https to http")
    return str(target.copy_with(fragment=None))
