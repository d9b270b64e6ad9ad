"""Names of time zones: those of the IANA database that are a place's or UTC's."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

_NO_ZONES = frozenset({"localtime", "Factory", "posixrules", "leapseconds"})
"""Files beside the zones: what they hold depends on the machine, or is no zone."""


@cache
def known_zones() -> frozenset[str]:
    """Every time zone, which is the same on each machine."""
    return frozenset(name for name in available_timezones() if name not in _NO_ZONES)
