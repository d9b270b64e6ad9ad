"""Headlines of an aggregator belong to listed outlets: under their names, and nothing of any other host is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scrapers.aggregators.attribution import MAX_UNLISTED_HOSTS, Attribution, attribute
from scrapers.aggregators.found_headlines import FoundHeadline
from scrapers.aggregators.title_names import title_name, title_names
from scrapers.catalogue import load_catalogue
from scrapers.discover import discover
from scrapers.identities import listed_identity

OUTLETS = load_catalogue().outlets()
FIXTURES = Path(__file__).parents[1] / "outlets"
AT = datetime(2026, 2, 26, 10, tzinfo=UTC)
TOKEN = "https://news.google.com/rss/articles/CBMiSkFVX3lxTEFub3RoZXI?oc=5"


def _found(
    url: str, title: str = "한미 실무회의 열려", publisher_url: str = "", at: datetime | None = AT
) -> FoundHeadline:
    names = (f"url:{url}",)
    return FoundHeadline("googlenews", url, url, names, title, "", at, "ko", publisher_url=publisher_url)


def _one(found: FoundHeadline) -> Attribution:
    return attribute([found], OUTLETS["googlenews"], OUTLETS, AT)


def _of_fixture(key: str, file: str) -> Attribution:
    source = OUTLETS[key].sources[0]
    answer = discover((FIXTURES / key / file).read_bytes(), source.url, OUTLETS[key], source, AT + timedelta(hours=13))
    return attribute(answer.headlines, OUTLETS[key], OUTLETS, AT)


def test_navers_search_gives_the_addresses_at_the_outlets() -> None:
    found = _of_fixture("navernews", "2026-02-26.json")
    assert [(each.outlet, each.identities[0]) for each in found.headlines] == [
        ("asiae", "id:asiae:2026022619053012345"),
        ("donga", "id:donga:133412399"),
    ]
    assert [each.title for each in found.headlines] == [
        '한미 기술번영 업무협약 실무회의…"양자 분야 먼저"',
        "'기술번영' 첫 성과는 6G&연구안보",
    ]
    assert found.unlisted == (("www.unlisted.example", 1),)
    assert found.outlets == {key: OUTLETS[key] for key in ("asiae", "donga")}


def test_gdelt_gives_addresses_titles_and_a_covered_outlet() -> None:
    found = _of_fixture("gdelt", "2026-02-26.json")
    assert [(each.outlet, each.title, each.language) for each in found.headlines] == [
        ("koreaherald", 'Korea, U.S. to open "quantum corridor" under tech prosperity deal', "en"),
        ("joongangdaily", "Korea's working group meets in Seoul, names 6G lead", "en"),
        ("segye", "한미 기술번영 실무회의… 연구안보 지침 합의, 3.5 억달러 공동연구", "ko"),
    ]
    assert found.unlisted == (("www.unlisted.example", 1),)


def test_google_news_gives_an_address_or_a_title_under_its_outlet() -> None:
    old, new = _of_fixture("googlenews", "2026-02-26.feed.xml").headlines
    assert (old.outlet, old.url) == ("yna", "https://www.yna.co.kr/view/AKR20260226071200017?input=1195m")
    assert (old.identities[0], old.title) == (
        "wire:AKR20260226071200017",
        "[속보] 한미, 기술번영 업무협약 실무회의 개최",
    )
    assert (new.outlet, new.title, new.summary) == ("chosunbiz", "한미 기술번영 협약 100일 - 무엇이 달라졌나", "")
    assert new.url.startswith("https://news.google.com/rss/articles/")
    assert new.identities[:2] == title_names("chosunbiz", new.title, datetime(2026, 2, 26, 8, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("url", "outlet"),
    [
        ("https://m.koreaherald.com/article/10699001", "koreaherald"),
        ("https://koreaherald.com/article/10699001", "koreaherald"),
        ("https://www.asiae.co.kr/article/2026022619053012345", "asiae"),
        ("https://news.asiae.co.kr/article/2026022619053012345", None),
        ("https://www.koreaherald.com.evil.example/article/10699001", None),
        ("https://evil.example/www.koreaherald.com/article/10699001", None),
        ("https://www.koreaherald.com/", None),
        ("https://www.asiatoday.co.kr/view.php?key=20260226010001234", None),
        ("https://www.sedaily.com/NewsView/2GZ0ABCDEF", None),
        ("https://n.news.naver.com/mnews/article/092/0002411319", None),
        ("https://www.ytn.co.kr/_ln/0104_202602261021345678", "ytn"),
    ],
)
def test_only_articles_of_outlets_that_may_be_posted_are_kept(url: str, outlet: str | None) -> None:
    assert [each.outlet for each in _one(_found(url)).headlines] == ([outlet] if outlet else [])


def test_an_address_has_the_names_that_the_outlets_own_list_gives_it() -> None:
    (headline,) = _one(_found("http://m.koreaherald.com/article/10699001?utm_source=x")).headlines
    assert headline.canonical_url == "https://www.koreaherald.com/article/10699001"
    assert "url:https://www.koreaherald.com/article/10699001" in headline.identities


def test_an_article_is_listed_once_and_also_named_by_its_title_and_time() -> None:
    at = AT + timedelta(minutes=5)
    both = [_found(f"https://{host}/article/10699001", at=at) for host in ("www.koreaherald.com", "m.koreaherald.com")]
    (headline,) = attribute(both, OUTLETS["gdelt"], OUTLETS, AT).headlines
    assert listed_identity(OUTLETS["koreaherald"], headline.title, at) in headline.identities


def test_a_title_without_a_language_has_its_outlets() -> None:
    (headline,) = _one(_found("https://www.koreaherald.com/article/10699001", "6G")).headlines
    assert headline.language == "en"


def test_a_redirect_is_named_by_its_day_or_by_the_present_one() -> None:
    for at in (AT - timedelta(days=9), None):
        (headline,) = _one(_found(TOKEN, "서명", "https://www.yna.co.kr", at)).headlines
        assert headline.identities[:2] == title_names("yna", "서명", at or AT)


@pytest.mark.parametrize("url", ["http://[bad/1", "http://evil\u202e.example/1", f"http://{'a.' * 200}example/1"])
def test_an_odd_host_is_not_counted(url: str) -> None:
    assert _one(_found(url)).unlisted == ()


def test_a_redirect_without_a_listed_outlet_or_a_title_is_dropped() -> None:
    assert _one(_found(TOKEN, publisher_url="https://www.unlisted.example")).headlines == ()
    assert _one(_found(TOKEN)).headlines == ()
    assert _one(_found(TOKEN, title="", publisher_url="https://www.yna.co.kr")).headlines == ()
    (kept,) = _one(_found(TOKEN, publisher_url="https://yna.co.kr")).headlines
    assert (kept.outlet, kept.url) == ("yna", TOKEN)


def test_the_counted_hosts_are_few() -> None:
    found = [_found(f"https://h{number}.example/{times}") for number in range(30) for times in range(number + 1)]
    unlisted = attribute(found, OUTLETS["gdelt"], OUTLETS, AT).unlisted
    assert len(unlisted) == MAX_UNLISTED_HOSTS
    assert unlisted[0] == ("h29.example", 30)


@pytest.mark.parametrize(
    ("title", "hours", "same"),
    [
        ("한미, 실무회의 열려", 0, True),
        ("[속보] 한미 실무회의 열려…", 0, True),
        ("한미 실무회의  열려", 12, True),
        ("한미 실무회의 열려", -12, True),
        ("한미 실무회의 열려", 48, False),
        ("한미 실무회의 끝나", 0, False),
    ],
)
def test_a_title_near_in_time_is_the_same_article(title: str, hours: int, same: bool) -> None:
    names = title_names("yna", "한미 실무회의 열려", AT)
    assert (title_name("yna", title, AT + timedelta(hours=hours)) in names) is same
    assert title_name("yna-en", title, AT) not in names
