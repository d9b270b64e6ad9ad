"""The article that heads a card: official, else the first, else the longest-standing outlet's; never a mirror's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.stories.facts.leads import heading_article, leading_article
from tests.support.bot_harness import outlet_named
from tests.support.sample_rows import AT, stored_article, stored_story

OUTLETS = {key: outlet_named(key) for key in ("herald", "times", "ministry")}


def in_minutes(minutes: float) -> dict[str, Any]:
    at = AT + timedelta(minutes=minutes)
    return {"published_at": at, "first_seen_at": at}


def test_the_article_of_the_storys_address_leads_else_the_first() -> None:
    articles = [stored_article(4), stored_article(1), stored_article(2)]
    assert leading_article(stored_story(), articles) == articles[1]
    assert leading_article(stored_story(url="gone"), articles) == articles[0]
    assert leading_article(stored_story(), []) is None


@pytest.mark.parametrize(
    ("language", "others", "heading"),
    [
        ("en", [{"language": "en", "kind": "official"}], 2),
        ("en", [{"language": "en", "kind": "opinion", **in_minutes(-9)}], 1),
        ("en", [{"language": "en", "state": "gone", **in_minutes(-9)}], 1),
        ("en", [{"language": "en", **in_minutes(-6)}], 2),
        ("ko", [], 1),
        ("ko", [{"language": "ja"}, {"language": "zh"}], 1),
        ("ko", [{"language": "ko"}], 2),
        ("de", [{"language": "de"}], 2),
        ("en", [{"language": "en", "kind": "official", "suspect": "short"}], 1),
        ("ko", [{"language": "ko", "state": "headline"}], 1),
        ("ko", [{"language": "ko", "state": "gone"}], 1),
        ("ko", [{"language": "ko", "flash": True}], 1),
        ("ko", [{"language": "ko", "suspect": "short"}], 1),
        ("ko", [{"language": "ko", "kind": "opinion"}, {"language": "ko", **in_minutes(9)}], 3),
        ("ko", [{"language": "ko"}, {"language": "ko", "kind": "official", **in_minutes(9)}], 3),
        ("ko", [{"language": "ko", "kind": "opinion"}, {"language": "ko", "kind": "official", **in_minutes(9)}], 3),
        ("ko", [{"language": "ko", **in_minutes(9)}, {"language": "ko", **in_minutes(8)}], 3),
        ("ko", [{"language": "ko"}, {"language": "ko"}], 2),
    ],
)
def test_a_card_is_headed_in_the_readers_language_by_an_official_text_or_the_first_report(
    language: str, others: list[dict[str, Any]], heading: int
) -> None:
    articles = [stored_article(1), *(stored_article(n, **fields) for n, fields in enumerate(others, start=2))]
    headed = heading_article(stored_story(), [articles[0], *articles[:0:-1]], language, OUTLETS)
    assert headed == articles[heading - 1]
    assert heading_article(stored_story(), [], language, OUTLETS) is None


@pytest.mark.parametrize(
    ("language", "others", "heading"),
    [
        ("en", [{"outlet": "times"}], 2),
        ("en", [{"language": "ko"}], 2),
        ("ko", [{"language": "en"}, {"language": "ko", **in_minutes(9)}], 3),
        ("ko", [{"language": "ko", "outlet": "mirror"}, {"language": "en"}], 3),
        ("en", [{"outlet": "mirror"}], 1),
        ("en", [{"outlet": "times", "state": "headline"}], 1),
        ("en", [{"outlet": "times", **in_minutes(1)}, {"outlet": "herald"}], 3),
        ("en", [{"outlet": "times"}, {"outlet": "herald", "kind": "official", **in_minutes(9)}], 3),
    ],
)
def test_a_mirror_heads_a_card_only_where_nothing_else_can(
    language: str, others: list[dict[str, Any]], heading: int
) -> None:
    outlets = OUTLETS | {"mirror": outlet_named("mirror", kind="aggregator")}
    first = stored_article(1, outlet="mirror")
    articles = [first, *(stored_article(n, **fields) for n, fields in enumerate(others, start=2))]
    headed = heading_article(stored_story(url=first.url, outlet="mirror"), articles, language, outlets)
    assert headed == articles[heading - 1]


def test_a_flash_heads_a_card_only_while_nothing_else_can() -> None:
    flash = stored_article(1, flash=True)
    assert heading_article(stored_story(), [flash], "en", OUTLETS) == flash
    opinion = stored_article(2, kind="opinion", **in_minutes(9))
    assert heading_article(stored_story(), [flash, opinion], "en", OUTLETS) == opinion


def test_a_leading_article_that_is_gone_still_heads_the_card_that_is_marked_for_it() -> None:
    gone, later = stored_article(1, state="gone", corrected=True), stored_article(2, **in_minutes(9))
    assert heading_article(stored_story(), [gone, later], "en", OUTLETS) == gone


MIDNIGHT = AT + timedelta(hours=15)


@pytest.mark.parametrize(
    ("newer", "older", "heading"),
    [
        (in_minutes(0), in_minutes(5), "older"),
        (in_minutes(0), in_minutes(5.1), "newer"),
        (in_minutes(5), in_minutes(0), "older"),
        ({"published_at": None}, {"published_at": None}, "older"),
        ({"published_at": MIDNIGHT, "first_seen_at": MIDNIGHT + timedelta(hours=9)}, {"published_at": None}, "older"),
        (in_minutes(30), {"published_at": None}, "newer"),
    ],
)
def test_the_longest_standing_outlet_leads_where_the_times_do_not_tell_the_first(
    newer: dict[str, Any], older: dict[str, Any], heading: str
) -> None:
    outlets = {"newer": outlet_named("newer", since=2009), "older": outlet_named("older", since=1920)}
    articles = [stored_article(1, outlet="newer", **newer), stored_article(2, outlet="older", **older)]
    headed = heading_article(stored_story(), articles, "en", outlets)
    assert headed is not None
    assert headed.outlet == heading


def test_an_outlet_of_unknown_age_is_the_youngest() -> None:
    articles = [stored_article(1, outlet="herald"), stored_article(2, outlet="times")]
    outlets = OUTLETS | {"times": outlet_named("times", since=2020)}
    assert heading_article(stored_story(), articles, "en", outlets) == articles[1]
    assert heading_article(stored_story(), articles, "en", OUTLETS) == articles[0]


def test_an_edited_article_goes_on_heading_the_card_while_its_page_is_read_again() -> None:
    korean = stored_article(1, language="ko")
    english = stored_article(2, state="headline", content_hash="00ff", **in_minutes(9))
    assert heading_article(stored_story(), [korean, english], "en", OUTLETS) == english
    unread = stored_article(2, state="headline", **in_minutes(9))
    assert heading_article(stored_story(), [korean, unread], "en", OUTLETS) == korean
    given_up = stored_article(2, state="failed", content_hash="00ff", **in_minutes(9))
    assert heading_article(stored_story(), [korean, given_up], "en", OUTLETS) == korean


def test_an_official_text_that_was_read_heads_a_card_before_an_earlier_one_that_was_not() -> None:
    unread = stored_article(1, kind="official", suspect="short")
    read = stored_article(2, kind="official", **in_minutes(9))
    assert heading_article(stored_story(), [unread, read], "en", OUTLETS) == read
    assert heading_article(stored_story(), [unread, stored_article(2)], "en", OUTLETS) == unread
