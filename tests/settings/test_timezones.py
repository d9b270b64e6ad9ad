"""Time zones are those that are the same on every machine."""

from __future__ import annotations

from settings.timezones import known_zones


def test_a_zone_is_a_place_or_utc() -> None:
    assert {"Asia/Seoul", "America/New_York", "UTC", "Etc/GMT-9"} <= known_zones()
    assert known_zones().isdisjoint({"localtime", "Factory", "posixrules", "leapseconds", "Mars/Phobos", ""})
