"""A feed says how often it is worth reading: by ttl, or by the syndication module."""

from __future__ import annotations

import pytest

from scrapers.formats.feeds import read_feed

SY = "http://purl.org/rss/1.0/modules/syndication/"


@pytest.mark.parametrize(
    ("markup", "seconds"),
    [
        ("", 0),
        ("<ttl>60</ttl>", 3600),
        ("<ttl> 5 </ttl>", 300),
        ("<ttl>0</ttl>", 0),
        ("<ttl>-5</ttl>", 0),
        ("<ttl>often</ttl>", 0),
        ("<ttl>999999999999999</ttl>", 604_800),
        ("<sy:updatePeriod> hourly </sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1800),
        ("<sy:updatePeriod>Daily</sy:updatePeriod>", 86_400),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 86_400),
        ("<sy:updatePeriod>yearly</sy:updatePeriod>", 604_800),
        ("<sy:updatePeriod>always</sy:updatePeriod>", 0),
        ("<ttl>10</ttl><sy:updatePeriod>daily</sy:updatePeriod>", 600),
        ("<ttl>0</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 3600),
    ],
)
def test_a_feed_says_how_often_it_is_worth_reading(markup: str, seconds: float) -> None:
    item = "<item><title>A</title><link>https://example.org/1</link></item>"
    feed = f'<rss version="2.0" xmlns:sy="{SY}"><channel><title>t</title>{markup}{item}</channel></rss>'
    assert read_feed(feed.encode(), "https://example.org/feed", "Asia/Seoul").ttl_seconds == seconds
