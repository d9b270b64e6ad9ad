"""Reports of one template, whose headlines name other places or firms, are reports of several events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Topics
from bot.stories.copies import has_same_headline
from bot.stories.evidence import EVIDENCE, agreement
from bot.stories.features.article_features import features_of
from bot.stories.report import Report
from bot.stories.weighed import Weighed, weigh

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def weighed(number: int, headline: str, text: str = "") -> Weighed:
    report = Report(
        id=number, headline=headline, language="en", outlet=f"outlet{number}",
        published_at=AT + timedelta(hours=number), seen_at=AT, topics=Topics(), fingerprint=features_of(headline, text),
    )  # fmt: skip
    return weigh(report, dict.fromkeys(report.fingerprint, 1.0))


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Launch notice: Vega with a climate satellite", "Launch notice: Kairos with a climate satellite", False),
        ("Bird flu confirmed on a farm in Naju", "Bird flu confirmed on a farm in Cheonan", False),
        ("Launch notice: Vega with a climate satellite", "Launch notice: Vega with a climate satellite (update)", True),
        ("Bird flu confirmed on a farm in Naju", "Bird flu confirmed on farm in Naju, Busan warned", True),
    ],
)
def test_headlines_with_other_names_are_not_the_same(first: str, second: str, same: bool) -> None:
    assert has_same_headline(weighed(1, first), weighed(2, second)) is same


@pytest.mark.parametrize(
    ("outlets", "headline", "same"),
    [
        (("one", "one"), "[Corrected] Office adds eight firms in Naju to its list of exporters", True),
        (("one", "one"), "UPDATED: Office adds nine firms in Busan to its list of exporters", True),
        (("one", "one"), "Office adds eight firms in Naju to its list of exporters", False),
        (("one", "two"), "[Corrected] Office adds eight firms in Naju to its list of exporters", False),
    ],
)
def test_an_outlets_correction_of_its_own_article_may_change_names(
    outlets: tuple[str, str], headline: str, same: bool
) -> None:
    first, second = weighed(1, "Office adds nine firms in Busan to its list of exporters"), weighed(2, headline)
    first.outlet, second.outlet = outlets
    assert has_same_headline(first, second) is same


@pytest.mark.parametrize(
    ("first", "second", "name", "expected"),
    [
        ("Shares close in Busan", "Shares close in Tokyo", "other_places", 1.0),
        ("Shares close in Busan", "Shares close in Busan and Tokyo", "other_places", 0.0),
        ("Shares close in Busan", "Shares close", "other_places", 0.0),
        ("Price of VEU rises", "Price of HBM rises", "other_names", 1.0),
        ("Price of VEU rises", "Price of VEU and HBM rises", "other_names", 0.0),
    ],
)
def test_heads_that_share_no_name_speak_against_one_event(first: str, second: str, name: str, expected: float) -> None:
    a, b = weighed(1, first), weighed(2, second)
    evidence = agreement(a, dict.fromkeys(a.features, 1.0), b).evidence
    assert evidence[EVIDENCE.index(name)] == expected
