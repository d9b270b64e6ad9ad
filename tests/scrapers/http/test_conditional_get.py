"""A conditional GET sends the validators that can arrive unchanged, and no others."""

from __future__ import annotations

import pytest

from scrapers.http.conditional_get import conditional_headers


def test_both_validators_become_headers() -> None:
    headers = conditional_headers('W/"a"', "Wed, 29 Oct 2025 12:00:00 GMT")
    assert headers == {"if-none-match": 'W/"a"', "if-modified-since": "Wed, 29 Oct 2025 12:00:00 GMT"}
    assert conditional_headers(None, "") == {}


def test_a_validator_may_have_a_thousand_characters() -> None:
    assert conditional_headers("x" * 1000, None) == {"if-none-match": "x" * 1000}
    assert conditional_headers("x" * 1001, None) == {}


@pytest.mark.parametrize("etag", ['"é"', '"a\r\nX-Evil: 1"', '"\t"'])
def test_a_validator_that_would_change_on_the_way_is_left_out(etag: str) -> None:
    assert conditional_headers(etag, None) == {}
