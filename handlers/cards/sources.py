"""The card of ``sources``: a page of outlets, each with how it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SourceLine:
    """How one outlet is read."""

    name: str
    key: str
    state: str
    """``ok`` · ``new``: not read yet · ``failing`` · ``partly``: one of its sources fails · ``frozen``: it answers and
    lists nothing new · ``off``: it is listed and not read."""
    last_ok_at: datetime | None = None
    latency_seconds: float | None = None
    a_day: float | None = None
    """Articles that it lists in a day; None while that is not known."""
    since_at: datetime | None = None
    """Since when it has been failing or frozen."""
    why: str = ""
    """Why it is off, in the spec's words, or the status with which it fails (``HTTP 500``)."""
    code: str = ""
    """The code of why it fails, see ``scrapers.errors``."""
    refused_by: tuple[str, ...] = ()
    """Hosts that refuse its pages at present, so that headlines stand alone."""
    hub: str = ""
    """The state of its subscription at a hub (``active``, ``asked``, ``failed`` …); empty where it has none."""


@dataclass(frozen=True, slots=True)
class SourcesCard:
    """One page of outlets: those that fail first, those that are off last."""

    lines: tuple[SourceLine, ...]
    page: int
    pages: int
    read: int
    """Outlets that are read and do not fail."""
    enabled: int
    off: int
    now: datetime
    zone: str
