"""A span of days at the end of a line: ``quantum 7d``, ``양자기술 2주``."""

from __future__ import annotations

import re

_SPAN = re.compile(r"(?:^|\s)(\d{1,3})\s?(d|w|일|주)(?:간)?$", re.IGNORECASE)


def days_of(text: str, default: int, most: int) -> tuple[str, int]:
    """The text without its span, and the span in days (at least one, at most ``most``)."""
    found = _SPAN.search(text.strip())
    if found is None:
        return text.strip(), default
    days = int(found[1]) * (7 if found[2].lower() in ("w", "주") else 1)
    return text.strip()[: found.start()].strip(), min(max(1, days), most)
