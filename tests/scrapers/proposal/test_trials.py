"""The best source is the one that really gives most of the site's own fresh articles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scrapers.article import Headline
from scrapers.outlet import Source
from scrapers.proposal.trials import Trial, best_trial, is_fresh, is_usable, times_of

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
SITE = "example.org"
PAGE = "https://www.example.org/"


def trial(
    kind: str = "feed",
    entries: int = 10,
    *,
    hours: float = 1.0,
    newest_hours: float = 1.0,
    foreign: int = 0,
    dated: bool = True,
    url: str = "https://www.example.org/source",
) -> Trial:
    """A source with so many entries of the site, this many hours apart, and some of other sites."""
    urls = [f"https://www.example.org/{n}" for n in range(entries)] + [
        f"https://other.example/{n}" for n in range(foreign)
    ]
    headlines = [
        Headline("x", url, url, (f"url:{url}",), "A title", "", at if dated else None, "en")
        for n, url in enumerate(urls)
        for at in [NOW - timedelta(hours=newest_hours + n * hours)]
    ]
    return Trial(Source(kind, url), tuple(headlines))


def best(*trials: Trial, page: str = PAGE) -> Trial | None:
    return best_trial(trials, SITE, page, NOW)


def test_a_source_of_other_sites_articles_is_not_usable() -> None:
    assert is_usable(trial(entries=5, foreign=5), SITE)
    assert not is_usable(trial(entries=5, foreign=6), SITE)
    assert not is_usable(Trial(Source("feed", PAGE), problem="HTTP 404"), SITE)
    assert best(trial(entries=0, foreign=20)) is None


def test_a_source_is_fresh_for_two_weeks() -> None:
    assert is_fresh(trial(newest_hours=14 * 24), SITE, NOW)
    assert not is_fresh(trial(newest_hours=14 * 24 + 0.1), SITE, NOW)
    assert is_fresh(trial("listing", dated=False), SITE, NOW)
    assert not is_fresh(trial(dated=False), SITE, NOW)


def test_fresh_goes_before_kind_and_kind_before_number() -> None:
    feed, many, sitemap, listing = (
        trial(entries=5),
        trial(entries=9, hours=0.1),
        trial("sitemap", 500),
        trial("listing", 50),
    )
    assert best(listing, sitemap, feed) is feed
    assert best(trial("listing", 900), sitemap) is sitemap
    assert best(feed, many) is many
    assert best(trial(newest_hours=900), sitemap) is sitemap
    assert best(trial(dated=False), sitemap) is sitemap


def test_the_section_that_was_asked_for_goes_before_the_whole_site() -> None:
    whole, section = trial(entries=50), trial(entries=3, url="https://www.example.org/tech/feed")
    assert best(whole, section) is whole
    assert best(whole, section, page="https://www.example.org/tech") is section


def test_a_time_in_the_future_is_none() -> None:
    url = "https://www.example.org/1"
    ahead = Headline("x", url, url, ("url",), "A title", "", NOW, "en", dated_ahead=True)
    assert times_of([ahead]) == []


def test_of_two_feeds_the_one_with_more_articles_a_day_is_better_by_its_newest() -> None:
    many_now = trial(entries=20, hours=0.5)
    assert best(many_now, trial(entries=400, hours=0.6)) is many_now
    one, two = trial(entries=1), trial(entries=2)
    assert best(one, two) is two
    assert best(two, trial(entries=3)) is not two
