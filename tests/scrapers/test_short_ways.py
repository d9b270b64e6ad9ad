"""Tests that a short way for the usual input gives what the general way gives."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scrapers import canonical_url as addresses
from scrapers import plain_text
from scrapers.canonical_url import absolute_url, canonical_url
from scrapers.formats import dates
from scrapers.formats.dates import parse_date

NEVER = re.compile(r"(?!)")
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31))
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
PARTS = st.text(alphabet="abXY019-._~%/", max_size=12)
ADDRESSES = st.builds(
    lambda scheme, host, path, query: f"{scheme}://{host}/{path}{query}",
    st.sampled_from(["http", "https"]),
    st.sampled_from(["a.example", "www.b-c.example", "m.outlet.co.kr"]),
    PARTS,
    st.one_of(st.just(""), st.text(alphabet="abno=&1_%-", min_size=1, max_size=10).map(lambda query: f"?{query}")),
)


@given(st.text())
@example("가\u200b나 다")
@example("a  b\u00a0c")
@example("\ud800x")
@example("가")
def test_a_printable_text_is_cleaned_as_any_other(text: str) -> None:
    general = plain_text._INVISIBLE.sub("", plain_text.without_surrogates(text))
    expected = re.sub(r"\s+", " ", unicodedata.normalize("NFC", general)).strip()
    assert plain_text.clean(text) == expected


@given(TIMES, OFFSETS)
def test_a_time_in_a_standard_form_is_read_as_any_other(at: datetime, zone: timezone) -> None:
    local = at.replace(microsecond=0, tzinfo=zone)
    for text in (format_datetime(local), local.isoformat()):
        short = parse_date(text, "Asia/Seoul")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dates, "_in_standard_form", lambda _text: None)
            assert short == parse_date(text, "Asia/Seoul") == local.astimezone(UTC)


@pytest.mark.parametrize("text", ["Wed, 31 Feb 2025 10:00:00 GMT", "2025-02-31T10:00:00Z", "2025-13-01T10:00:00Z"])
def test_a_day_that_does_not_exist_is_no_time(text: str) -> None:
    assert parse_date(text) is None


@given(ADDRESSES)
@example("https://a.example/a/../b")
@example("https://a.example/?a=%zz")
def test_a_plain_address_is_resolved_and_made_canonical_as_any_other(address: str) -> None:
    short = absolute_url("https://base.example/x", address), canonical_url(address)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(addresses, "_PLAIN_ADDRESS", NEVER)
        patch.setattr(addresses, "_PLAIN_PATH", NEVER)
        assert short == (absolute_url("https://base.example/x", address), canonical_url(address))
