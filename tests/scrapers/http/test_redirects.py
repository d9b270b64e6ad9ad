"""A redirect is resolved against its page, and never leads from https to http."""

from __future__ import annotations

import pytest

from scrapers.errors import FetchRefused
from scrapers.http.redirects import redirect_target


@pytest.mark.parametrize(
    "url, location, target",
    [
        ("https://a.example/x/y", "../z", "https://a.example/z"),
        ("https://a.example/x", "//b.example/y#part", "https://b.example/y"),
        ("http://a.example/", "https://a.example/", "https://a.example/"),
        ("https://a.example/", "HTTPS://b.example", "https://b.example"),
        ("http://a.example/", "http://b.example/", "http://b.example/"),
        ("https://a.example/", "ftp://b.example/", "ftp://b.example/"),
    ],
)
def test_a_location_is_resolved(url: str, location: str, target: str) -> None:
    assert redirect_target(url, location) == target


@pytest.mark.parametrize("location", ["http://a.example/", "HTTP://b.example/", "http://[broken", "/\ud800"])
def test_a_redirect_to_http_or_to_no_address_is_refused(location: str) -> None:
    with pytest.raises(FetchRefused):
        redirect_target("https://a.example/", location)
