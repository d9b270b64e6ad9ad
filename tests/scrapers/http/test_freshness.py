"""Cache-Control and Expires say how long an answer stays fresh; what is no number or date says nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scrapers.http.freshness import fresh_seconds

NOW = datetime(2026, 10, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": "public, Max-Age=600, must-revalidate", "age": "120"}, 480),
        ({"cache-control": "max-age=600", "age": "900"}, 0),
        ({"cache-control": "max-age=600", "expires": "Thu, 29 Oct 2026 18:00:00 GMT"}, 600),
        ({"cache-control": 'max-age="60"'}, 60),
        ({"cache-control": "s-maxage=600"}, 0),
        ({"cache-control": "max-age=600, no-cache"}, 0),
        ({"cache-control": "no-store, max-age=600"}, 0),
        ({"cache-control": "private, x-no-cache-here"}, 0),
        ({"cache-control": "max-age=99999999999999999999"}, 86_400),
        ({"cache-control": "max-age=-1"}, 0),
        ({"cache-control": "max-age=600", "age": "²"}, 600),
        ({"expires": "Thu, 29 Oct 2026 12:10:00 GMT"}, 600),
        ({"expires": "Thu, 29 Oct 2026 12:10:00 GMT", "date": "Thu, 29 Oct 2026 12:05:00 GMT"}, 300),
        ({"expires": "Thu, 29 Oct 2026 12:10:00 -0000", "date": "soon"}, 600),
        ({"expires": "0"}, 0),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
        ({"expires": "Thu, 29 Oct 99999999999 12:10:00 GMT"}, 0),
    ],
)
def test_an_answer_is_fresh_for_as_long_as_it_says(headers: dict[str, str], seconds: float) -> None:
    assert fresh_seconds(headers, NOW) == seconds
