"""Holds what a person is told of a site that could be read: its spec, and what the bot would read by it now."""

from __future__ import annotations

from dataclasses import dataclass

from scrapers.outlet import Outlet


@dataclass(frozen=True, slots=True)
class ProposedOutlet:
    """The spec that fits a site best. What finds it takes memory, so this stands apart from it."""

    key: str
    spec: str
    """What a file of an operator's folder would hold."""
    outlet: Outlet
    titles: tuple[str, ...]
    """Headlines, newest first."""
    reads_pages: bool
