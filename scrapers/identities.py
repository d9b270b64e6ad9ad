"""The identities of an article: names by which it is recognised when it is met again.

From the strongest: the id of a wire service (``wire:``), the outlet's own id (``id:``), the address (``url:``), and
where an aggregator hides the address, title and day (``title:``, see ``scrapers.aggregators.title_names``). Two are
weak, since a stronger one may contradict them: the feed's guid (``guid:``), and title and time together (``listed:``).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from hashlib import blake2b
from zoneinfo import ZoneInfo

from scrapers.canonical_url import equal_addresses
from scrapers.outlet import Outlet

KINDS = ("wire", "id", "url", "title", "guid", "listed")
"""The kinds of identities, strongest first."""

_WIRE = re.compile(r"(?<![A-Z0-9])(A(?:KR|EN)\d{14,17}[a-z]{0,3}|NISX\d{8}_\d{10})(?!\d)")


def identities(
    outlet: Outlet | None, url: str, guid: str | None = None, addresses: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """The identities of an article, strongest first: wire id, the outlet's own id, canonical URL, guid.

    ``addresses`` are the equal addresses of ``url``, where the caller has them already.
    """
    names: list[str] = []
    texts = [text for text in (url, guid) if text]
    names += [f"wire:{match.group(1)}" for text in texts if _may_be_of_wire(text) for match in _WIRE.finditer(text)]
    if outlet is not None:
        article_key = next(filter(None, (outlet.article_key(text) for text in texts)), None)
        if article_key:
            names.append(f"id:{outlet.key}:{article_key}")
    names += [f"url:{address}" for address in addresses or equal_addresses(url, outlet)]
    if guid and guid.strip() and guid.strip() != url:
        scope = outlet.key if outlet else ""
        names.append(f"guid:{scope}:{guid.strip()[:400]}")
    return tuple(dict.fromkeys(names))


def _may_be_of_wire(text: str) -> bool:
    return "AKR" in text or "AEN" in text or "NISX" in text


def listed_identity(outlet: Outlet, title: str, published_at: datetime | None) -> str | None:
    """The name of an article by its title and its time, or None where these may be those of several articles.

    A feed is recognised by it though every address and guid in it is new. A day without an hour is no time: an office
    publishes several notices of one title a day.
    """
    words = " ".join(title.split()).casefold()
    if not words or published_at is None:
        return None
    at = published_at if published_at.tzinfo is UTC else published_at.astimezone(UTC)
    is_full_minute = not (at.second or at.microsecond)  # no zone is so many seconds from another
    if is_full_minute and time() in (at.time(), at.astimezone(ZoneInfo(outlet.timezone)).time()):
        return None
    digest = blake2b(f"{at.isoformat()} {words}".encode("utf-8", "ignore"), digest_size=16).hexdigest()
    return f"listed:{outlet.key}:{digest}"


def is_weak(identity: str) -> bool:
    """Whether a stronger identity may contradict it: several articles of an outlet may share a guid, or a title."""
    return identity.startswith(("guid:", "listed:"))


def is_guid(identity: str) -> bool:
    """Whether an identity is a guid: some outlets give several articles the same one."""
    return identity.startswith("guid:")


def is_own_id(identity: str) -> bool:
    """Whether an identity is the outlet's own id of the article."""
    return identity.startswith("id:")
