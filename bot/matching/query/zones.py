"""Looks up the time zone that a typed word means, and the one that it may have meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import cache

from bot.matching.text.normalize import fold
from settings.timezones import known_zones

MAX_WORDS = 4
"""A city's name has so many words at most: Port of Spain, or America/Argentina/Buenos Aires."""
_NEAR = 0.8
_SHORT = {"kst": "Asia/Seoul", "et": "America/New_York", "est": "America/New_York", "edt": "America/New_York"}
"""Short names that a line may have."""
_OFFERED = {
    "pt": "America/Los_Angeles", "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles", "ct": "America/Chicago",
    "cdt": "America/Chicago", "mt": "America/Denver", "mdt": "America/Denver", "jst": "Asia/Tokyo",
    "bst": "Europe/London", "cest": "Europe/Berlin", "hkt": "Asia/Hong_Kong", "sgt": "Asia/Singapore",
    "서울": "Asia/Seoul", "한국": "Asia/Seoul", "한국시간": "Asia/Seoul", "korea": "Asia/Seoul", "부산": "Asia/Seoul",
    "busan": "Asia/Seoul", "sejong": "Asia/Seoul", "세종": "Asia/Seoul", "뉴욕": "America/New_York",
    "워싱턴": "America/New_York", "미국 동부": "America/New_York", "washington": "America/New_York",
    "washington dc": "America/New_York", "washington, dc": "America/New_York", "boston": "America/New_York",
    "eastern": "America/New_York", "pacific": "America/Los_Angeles", "미국 서부": "America/Los_Angeles",
    "san francisco": "America/Los_Angeles", "la": "America/Los_Angeles", "로스앤젤레스": "America/Los_Angeles",
    "도쿄": "Asia/Tokyo", "일본": "Asia/Tokyo", "런던": "Europe/London", "파리": "Europe/Paris",
    "베를린": "Europe/Berlin", "브뤼셀": "Europe/Brussels", "베이징": "Asia/Shanghai", "beijing": "Asia/Shanghai",
    "싱가포르": "Asia/Singapore", "홍콩": "Asia/Hong_Kong",
}  # fmt: skip
"""What people type for a zone, which is offered and not taken: the line then says which zone it has."""
_OFFSET = re.compile(r"(?:utc|gmt)?\s?([+-])0?([0-9]{1,2})(?::?00)?")
_OF_OFFSET = {"+0": "UTC", "-0": "UTC", "+9": "Asia/Seoul"}
"""An offset is no zone: most have summer time or several countries. This one is the bot's home."""


@cache
def _zones() -> Mapping[str, str]:
    return {zone.casefold(): zone for zone in known_zones()} | _SHORT


@cache
def _cities() -> Mapping[str, str]:
    """The zones of places, by the name of the city, in alphabetical order of the zones."""
    places = sorted(zone for zone in known_zones() if "/" in zone and not zone.startswith("Etc/"))
    return {zone.rsplit("/", 1)[-1].replace("_", " ").casefold(): zone for zone in reversed(places)}


def zone_named(word: str) -> str | None:
    """The zone with this name; None if there is none."""
    return _zones().get(fold(word))


def zone_meant(text: str) -> tuple[str, int] | None:
    """The zone that the words at the beginning of a text may have meant, and how many characters they have."""
    ends = [match.end() for match in re.finditer(r"\S+", text)][:MAX_WORDS]
    for end in reversed(ends):
        zone = _meant(fold(text[:end]).strip())
        if zone is not None:
            return zone, end
    if not ends:
        return None
    near = _nearest(fold(text[: ends[0]]))
    return (near, ends[0]) if near else None


def _meant(plain: str) -> str | None:
    offset = _OFFSET.fullmatch(plain)
    if offset is not None:
        return _OF_OFFSET.get(offset[1] + offset[2])
    return _OFFERED.get(plain) or _zones().get(plain.replace(" ", "_")) or _cities().get(plain)


def _nearest(plain: str) -> str | None:
    names = {zone.casefold(): zone for zone in _cities().values()} | dict(_cities())
    near = difflib.get_close_matches(plain, names, n=1, cutoff=_NEAR)
    return names[near[0]] if near else None
