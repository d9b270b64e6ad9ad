"""Derives an outlet's name, key, hosts, language, time zone, kind and pace from what its site shows; pure functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from scrapers.language import guess_language

MAX_HOSTS = 8
MAX_KEY_CHARS = 40
MAX_NAME_CHARS = 80
_SECOND_LEVEL = frozenset(
    [
        "ac",
        "co",
        "com",
        "edu",
        "go",
        "gob",
        "gov",
        "gouv",
        "govt",
        "mil",
        "ne",
        "net",
        "or",
        "org",
        "re",
        "pe",
        "hs",
        "ms",
        "es",
        "kg",
    ]
)
"""Labels under a country that belong to no single owner: ``co`` of ``example.co.kr``."""
_PLAIN_SUBDOMAINS = frozenset(["www", "m", "mobile", "amp", "news", "rss", "feed", "feeds", "view"])
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_SEPARATORS = re.compile(r"\s+[|\-–—:»<>·/]{1,2}\s+|\s*(?:\||::|»)\s*|\s*:\s+")
_NOISE = re.compile(
    r"(?:전체\s?|최신\s?|주요\s?|모든\s?|실시간\s?)(?:기사|뉴스)(?:\s?(?:목록|보기))?|(?:뉴스\s?)?피드|RSS(?:\s?\d\.\d)?(?:\s?서비스)?"
    r"|(?:all|latest|top|recent|breaking)\s(?:news|stories|articles|posts|headlines)|(?:news\s)?feeds?|home(?:\s?page)?"
    r"|homepage|홈(?:페이지)?|메인|main|atom|news\s?sitemap|all",
    re.IGNORECASE,
)
_WORD_OFFSETS = {"EST": "-0500", "EDT": "-0400", "PST": "-0800", "PDT": "-0700", "CST": "-0600", "CDT": "-0500",
                 "KST": "+0900"}  # fmt: skip
_PLACES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
"""Zones that a date's offset stands for where the site's country is not known: news in English is mostly American."""
PACES_MINUTES = (10, 15, 20, 30, 60)


def site_of(host: str) -> str:
    """Returns the part of a host that one owner has: ``example.co.kr`` of ``www.example.co.kr``."""
    labels = host.lower().rstrip(".").split(".")
    if labels[-1].isdecimal() or ":" in host:
        return host  # an address
    size = 3 if len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-size:])


def host_of(url: str) -> str:
    """Returns the host of an address; nothing where it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def port_of(url: str) -> int | None:
    """Returns the port of an address where it is not the usual one: one machine may serve several sites."""
    try:
        port = urlsplit(url).port
    except ValueError:
        return None
    return None if port in (80, 443) else port


def is_of_site(url: str, site: str) -> bool:
    """Returns whether an address belongs to the owner of a site."""
    return site_of(host_of(url)) == site


def proposed_key(host: str) -> str:
    """Returns the key of an outlet: the site's own label, and a subdomain that says more than www."""
    site = site_of(host)
    own = site if site == host and host.replace(".", "").isdecimal() else site.split(".")[0]
    above = host.removesuffix(site).rstrip(".").split(".")[0]
    key = own if not above or above in _PLAIN_SUBDOMAINS else f"{own}-{above}"
    return re.sub(r"[^a-z0-9-]+", "-", key.lower()).strip("-")[:MAX_KEY_CHARS] or "outlet"


def proposed_name(names: Sequence[str], titles: Sequence[str], host: str) -> str:
    """Returns the outlet's name: what the site calls itself, else the part that most of its titles share.

    :param names: names that the site gives itself, the best witness first.
    :param titles: titles of its pages and feeds, of which a part is the name.
    """
    candidates = [*names, *titles]
    parts = [
        [part for text in _SEPARATORS.split(candidate) if (part := _without_noise(text))] for candidate in candidates
    ]
    if names and len(parts[0]) == 1:
        return parts[0][0][:MAX_NAME_CHARS]
    votes = Counter(part for of_one in parts for part in dict.fromkeys(of_one))
    shared = [part for part, count in votes.items() if count > 1]
    first = next((of_one[0] for of_one in parts if of_one), "")
    return (shared[0] if shared else first)[:MAX_NAME_CHARS] or host


def title_end(title: str) -> str:
    """Returns the last part of an article's title, which names the outlet; nothing for a title of one part."""
    parts = _SEPARATORS.split(title)
    return parts[-1] if len(parts) > 1 else ""


def _without_noise(text: str) -> str:
    """Returns a part of a title without the words that name a feed or a page, not its publisher."""
    text = re.sub(r"\s*\((?:RSS|feed)\)\s*$", "", text.strip(" \t[]"), flags=re.IGNORECASE)
    if _NOISE.fullmatch(text):
        return ""
    words = rf"(?:{_NOISE.pattern})"
    text = re.sub(rf"^(?:{words}\s+)+|(?:\s+{words})+$", "", text, flags=re.IGNORECASE).strip(" -|:·,[]")
    return "" if _NOISE.fullmatch(text) else text


def proposed_hosts(home: str, addresses: Iterable[str], site: str) -> tuple[str, ...]:
    """Returns the hosts of the site that were seen, the most frequent first; that of ``home`` leads."""
    seen = Counter(host for url in addresses if site_of(host := host_of(url)) == site and _HOST.fullmatch(host))
    hosts = dict.fromkeys([host_of(home), *(host for host, _ in seen.most_common())])
    return tuple(hosts)[:MAX_HOSTS]


def proposed_language(titles: Sequence[str], declared: str) -> str:
    """Returns the language of the headlines; the declared one where they do not show it."""
    guesses = Counter(guess for title in titles if (guess := guess_language(title)) != "und")
    if guesses:
        return guesses.most_common(1)[0][0]
    tag = declared.lower()[:2]
    return tag if re.fullmatch("[a-z]{2}", tag) else "en"


def proposed_zone(host: str, language: str, offsets: Sequence[str], now: datetime) -> tuple[str, bool]:
    """Returns the zone of dates that name none, and whether the site shows it; else it is UTC.

    A Korean site is in Seoul's, one of a country with a single zone in that, another one in what its dates name.
    """
    if language == "ko" or host.endswith(".kr") or "korea" in host:
        return "Asia/Seoul", True
    country = host.rsplit(".", 1)[-1].upper()
    if country in ("GOV", "MIL"):
        return "America/New_York", True
    zones = _zones_of_countries().get({"UK": "GB"}.get(country, country), ())
    if len(zones) == 1:
        return zones[0], True
    for offset in offsets:
        hours = _WORD_OFFSETS.get(offset, offset)
        for zone in (*zones, *_PLACES):
            if _has_offset(zone, hours, now):
                return zone, True
    return "UTC", False


def _has_offset(zone: str, offset: str, now: datetime) -> bool:
    """Returns whether a zone has this offset from UTC today; UTC's own says nothing about the place."""
    written = re.fullmatch(r"([+-])(\d\d):?(\d\d)", offset)
    if written is None or int(written[2] + written[3]) == 0:
        return False
    minutes = (int(written[2]) * 60 + int(written[3])) * (-1 if written[1] == "-" else 1)
    return now.astimezone(ZoneInfo(zone)).utcoffset() == timedelta(minutes=minutes)


@cache
def _zones_of_countries() -> dict[str, tuple[str, ...]]:
    """Returns the zones of each country by its code of two letters; those of most of its areas first."""
    zones: dict[str, list[str]] = {}
    lines = (resources.files("tzdata") / "zoneinfo/zone.tab").read_text("utf-8").splitlines()
    for line in sorted(lines, key=lambda line: "(most areas)" not in line):
        if line and not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            zones.setdefault(country, []).append(zone)
    return {country: tuple(found) for country, found in zones.items()}


def proposed_minutes(times: Sequence[datetime]) -> int:
    """Returns how often a source is read: a list is read four times before its oldest entry leaves it."""
    if len(times) < 2:
        return 30
    window_minutes = (max(times) - min(times)).total_seconds() / 60
    gap_minutes = window_minutes / (len(times) - 1)
    wanted = min(window_minutes / 4, gap_minutes)
    return max((pace for pace in PACES_MINUTES if pace <= wanted), default=PACES_MINUTES[0])
