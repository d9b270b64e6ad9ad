"""The built-in outlets as a set: they share no host, ask none too often, and know an article by its id."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib import resources
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from scrapers.catalogue import load_catalogue
from settings.lexicon import load as load_lexicon

FIXTURES = Path(__file__).parent / "outlets"
OUTLETS = load_catalogue().outlets()
MOST_SOURCES_AN_HOUR = 24
"""So many sources of one host are read in an hour at most, which leaves turns for its pages."""


def test_an_address_belongs_to_one_outlet_and_a_source_is_read_once() -> None:
    hosts = Counter(host for outlet in OUTLETS.values() for host in outlet.hosts)
    sources = Counter(source.url for outlet in OUTLETS.values() for source in outlet.sources)
    assert [shared for shared, times in (hosts + sources).items() if times > 1] == []


def test_no_host_is_asked_too_often() -> None:
    an_hour: Counter[str] = Counter()
    for outlet in OUTLETS.values():
        for source in outlet.sources:
            an_hour[urlsplit(source.url).hostname or ""] += round(60 / outlet.every_minutes)
    assert {host: times for host, times in an_hour.items() if times > MOST_SOURCES_AN_HOUR} == {}


def test_naver_answers_all_searches_of_a_day_within_its_quota() -> None:
    searches = OUTLETS["navernews"]
    assert len(searches.sources) * 24 * 60 / searches.every_minutes <= 25_000 / 10
    assert all("display=100&sort=date" in source.url for source in searches.sources)


def test_no_aggregator_is_asked_more_than_four_times_an_hour_for_a_search() -> None:
    assert all(outlet.every_minutes >= 15 for outlet in OUTLETS.values() if outlet.is_aggregator)
    assert OUTLETS["gdelt"].pause_seconds >= 5


def test_every_search_is_for_a_term_or_an_official_of_the_lexicon() -> None:
    lexicon = load_lexicon(None)
    forms = (*lexicon.pact.forms, *(form for official in lexicon.officials for form in official.forms))
    known = {text.replace("~", "").replace(" ", "").casefold() for form in forms for text in form.texts}
    for outlet in (each for each in OUTLETS.values() if each.is_aggregator):
        for source in outlet.sources:
            phrases = re.findall(r'"([^"]+)"', unquote(source.url))
            assert phrases
            assert [phrase for phrase in phrases if phrase.replace(" ", "").casefold() not in known] == []


def test_every_spec_says_first_what_is_known_of_the_outlet() -> None:
    folder = resources.files("scrapers") / "outlets"
    texts = {key: (folder / f"{key}.toml").read_text("utf-8") for key in OUTLETS}
    assert [key for key, text in texts.items() if not text.startswith("# ")] == []


def test_every_headline_of_a_fixture_has_the_outlets_id() -> None:
    without_id = [
        headline["url"]
        for path in FIXTURES.glob("*/*.headlines.json")
        for headline in json.loads(path.read_text("utf-8"))["headlines"]
        if not OUTLETS[headline["outlet"]].is_aggregator
        and OUTLETS[headline["outlet"]].article_id
        and OUTLETS[headline["outlet"]].article_key(headline["url"]) is None
    ]
    assert without_id == []


@pytest.mark.parametrize(
    ("key", "article_id", "addresses"),
    [
        ("fnnews", "202510290936401234", ("https://www.fnnews.com/ampNews/202510290936401234",)),
        (
            "edaily",
            "01234566642340000",
            (
                "https://m.edaily.co.kr/News/Read?newsId=01234566642340000&mediaCodeNo=257",
                "https://www.edaily.co.kr/news/read?mediaCodeNo=257&newsId=01234566642340000&OutLnkChk=Y",
            ),
        ),
        (
            "mt",
            "2025102914210599740",
            (
                "https://www.mt.co.kr/tech/2025/10/29/2025102914210599740",
                "https://news.mt.co.kr/mtview.php?no=2025102914210599740",
            ),
        ),
        ("hankyung", "202510292055i", ("https://www.hankyung.com/economy/article/202510292055i?utm_source=x",)),
        ("heraldbiz", "3091991", ("https://mbiz.heraldcorp.com/article/3091991",)),
        ("sedaily", "20076672", ("https://www.sedaily.com/article/20076672?ref=naver",)),
        ("sedaily", "2GZ0ABCDEF", ("https://m.sedaily.com/NewsViewAmp/2GZ0ABCDEF",)),
        (
            "etoday",
            "2519876",
            ("https://m.etoday.co.kr/news/view/2519876", "https://m1.etoday.co.kr/view.php?trc=x&idxno=2519876"),
        ),
        ("segye", "20251029512345", ("https://m.segye.com/view/20251029512345",)),
        ("khan", "202510291820011", ("https://www.khan.co.kr/economy/article/202510291820011",)),
        ("kmib", "0028901234", ("https://m.kmib.co.kr/view.asp?arcid=0028901234",)),
        ("sbs", "N1008312345", ("https://news.sbs.co.kr/amp/news.amp?news_id=N1008312345&cmd=amp",)),
        (
            "kbsworld",
            "196543",
            (
                "https://world.kbs.co.kr/service/news_view.htm?lang=e&id=Sc&Seq_Code=196543",
                "https://world.kbs.co.kr/service/news_view.htm?Seq_Code=196543&lang=e",
            ),
        ),
        ("kbsworld", None, ("https://world.kbs.co.kr/service/news_view.htm?lang=f&Seq_Code=196543",)),
        ("koreatimes", "120_373333", ("https://www.koreatimes.co.kr/www/nation/2024/11/120_373333.html",)),
        ("trtworld", "35eac28b7aa1", ("https://www.trtworld.com:443/article/35eac28b7aa1?_rt=1",)),
        ("ustr", "2024/may/a-b", ("https://ustr.gov/about-us/policy-offices/press-office/press-releases/2024/may/a-b",)),
        ("busan", "2026022121423154359", ("https://m.busan.com/view/busan/view.php?code=2026022121423154359",)),
        ("dongascience", "73378", ("https://www.dongascience.com/news.php?idx=73378",)),
        ("wowtv", "A202304260194", ("https://wowtv.co.kr/NewsCenter/News/Read?articleId=A202304260194",)),
        ("kbs", "8512345", ("https://news.kbs.co.kr/news/pc/view/view.do?ncd=8512345&ref=A",)),
        ("ytn", "0105_202602261041287654", ("https://m.ytn.co.kr/_ln/0105_202602261041287654",)),
        ("newspim", "20260226000412", ("https://m.newspim.com/news/view/20260226000412?utm_source=x",)),
        (
            "joongangdaily",
            "12869899",
            ("https://www.koreajoongangdaily.com/business/korea-raises-data-breach-fines-to-10-of-revenue/12869899",),
        ),
        ("nextgov", "411234", ("https://www.nextgov.com/policy/2026/02/a-b-c/411234/?oref=x",)),
        (
            "theregister",
            "2026/02/26/korea_us",
            (
                "https://www.theregister.com/2026/02/26/korea_us/",
                "https://go.theregister.com/feed/www.theregister.com/2026/02/26/korea_us/",
            ),
        ),
        ("cna", None, ("https://www.channelnewsasia.com/topic/south-korea",)),
    ],
)  # fmt: skip
def test_the_addresses_of_an_article_give_its_id(key: str, article_id: str | None, addresses: tuple[str, ...]) -> None:
    assert {OUTLETS[key].article_key(address) for address in addresses} == {article_id}
    assert all(OUTLETS[key].lives_at(address) for address in addresses)
