"""Finds the outlet that a site has already, so that it is not added twice."""

from __future__ import annotations

from collections.abc import Mapping

from scrapers.canonical_url import canonical_url
from scrapers.outlet import Outlet
from scrapers.proposal.site_facts import port_of


def outlet_of_site(address: str, outlets: Mapping[str, Outlet]) -> Outlet | None:
    """Returns the outlet that has this address or its form on a computer, or that reads it as a source."""
    for outlet in outlets.values():
        is_at_host = outlet.lives_at(canonical_url(address, outlet)) and port_of(address) == port_of(outlet.home)
        if is_at_host or any(source.url == address for source in outlet.sources):
            return outlet
    return None
