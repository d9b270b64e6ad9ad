"""Articles that name one source, or repeat one text, rest on one source."""

from __future__ import annotations

from typing import Any

from bot.model import StoredArticle, Topics
from bot.stories.facts.sources import Sources, sources_of
from bot.stories.features.article_features import SENTENCE, SHIFT
from bot.stories.features.fingerprint import packed
from tests.support.sample_rows import stored_article

AGENCIES = {"yna": "Yonhap"}


def article(number: int, outlet: str, *sentences: int, after: tuple[str, ...] = ()) -> StoredArticle:
    fingerprint = packed(SENTENCE << SHIFT | sentence for sentence in sentences)
    return stored_article(number, outlet=outlet, fingerprint=fingerprint, topics=Topics(after=after))


def sources(*articles: Any) -> Sources:
    return sources_of(articles, AGENCIES)


def test_articles_that_cite_the_agency_and_the_agencys_own_rest_on_it() -> None:
    cited = [article(number, f"outlet{number}", after=("Yonhap",)) for number in (2, 3)]
    assert sources(article(1, "yna", 1, 2), *cited).only == "Yonhap"
    assert sources(*cited, article(4, "herald", after=("Yonhap", "Bloomberg"))).only is None
    assert sources(*cited, article(4, "herald")).only is None, "one article has no source but itself"


def test_two_outlets_are_enough_to_rest_on_one_source() -> None:
    cited = [article(number, "herald", after=("Yonhap",)) for number in (1, 2)]
    assert sources(*cited, article(3, "times", after=("Yonhap",))).only == "Yonhap"
    assert sources(*cited, article(3, "herald", after=("Yonhap",))).only is None


def test_who_cites_an_agency_rests_on_what_the_agency_cites() -> None:
    agency = article(1, "yna", after=("Bloomberg",))
    citing = [article(2, "herald", after=("Yonhap",)), article(3, "times", after=("Bloomberg",))]
    assert sources(agency, *citing).only == "Bloomberg"
    assert sources(*citing, article(4, "yna", after=("Bloomberg",))).only is None, "the agency reported later"
    assert sources(agency, *citing, article(4, "yna"), article(5, "post", after=("Yonhap",))).only is None


def test_two_articles_are_too_few_to_rest_on_one_source() -> None:
    cited = [article(number, f"outlet{number}", after=("Yonhap",)) for number in (1, 2, 3)]
    assert sources(*cited[:2]).only is None
    assert sources(*cited).only == "Yonhap"


def test_a_copy_rests_on_what_it_repeats() -> None:
    first, second = article(1, "herald", 1, 2, 3), article(2, "times", 2, 3, 4)
    found = sources(first, second, article(3, "post", 3, 4, 2))
    assert {number: original.id for number, original in found.copy_of.items()} == {2: 1, 3: 1}
    assert found.only == "herald"


def test_a_copy_shares_two_sentences_and_six_tenths_of_the_shorter_text() -> None:
    first = article(1, "herald", 1, 2, 3, 4, 5)
    for sentences, is_copy in (((1,), False), ((1, 2), True), ((1, 2, 3, 6, 7), True), ((1, 2, 6, 7, 8), False)):
        assert bool(sources(first, article(2, "times", *sentences)).copy_of) == is_copy, sentences


def test_an_outlet_that_runs_its_own_text_again_is_no_copy() -> None:
    found = sources(*[article(number, "herald", 1, 2, 3) for number in (1, 2, 3)])
    assert found == Sources({}, None)
