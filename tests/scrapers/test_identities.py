"""The identities of articles: an article keeps one whatever its outlet changes, and no two articles share one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.canonical_url import canonical_url
from scrapers.identities import identities, listed_identity
from scrapers.outlet import Outlet, Source

AT = datetime(2026, 3, 2, 6, 20, 5, tzinfo=UTC)


def outlet_of(*hosts: str, article_id: str | None = None, keep: tuple[str, ...] = ()) -> Outlet:
    return Outlet(
        key="o",
        name="O",
        home=f"https://{hosts[0]}/",
        language="ko",
        timezone="Asia/Seoul",
        every_minutes=15,
        kind="media",
        hosts=hosts,
        sources=(Source("feed", "https://x.example/"),),
        article_id=article_id,
        keep_params=keep,
    )


def test_identities_are_ordered_from_the_strongest() -> None:
    outlet = outlet_of("en.yna.co.kr", article_id=r"/view/(AEN\d{17})")
    url = "https://en.yna.co.kr/view/AEN20251029005551320?section=news&site=rss"
    assert identities(outlet, url, "tag:1") == (
        "wire:AEN20251029005551320",
        "id:o:AEN20251029005551320",
        "url:https://en.yna.co.kr/view/AEN20251029005551320",
        "guid:o:tag:1",
    )


@pytest.mark.parametrize(
    "url, wire",
    [
        ("https://www.wowtv.co.kr/News?articleId=AKR20241030056200017", "AKR20241030056200017"),
        ("https://www.yonhapnewstv.co.kr/news/AKR20260113092615clf", "AKR20260113092615clf"),
        ("https://mobile.newsis.com/view/NISX20260221_0003520945", "NISX20260221_0003520945"),
    ],
)
def test_a_wire_id_is_found_in_another_outlets_address(url: str, wire: str) -> None:
    assert identities(None, url)[0] == f"wire:{wire}"


def test_a_wire_id_inside_other_letters_does_not_count() -> None:
    assert identities(None, "https://a.example/XAKR20241030056200017")[0].startswith("url:")


def test_a_guid_counts_with_its_first_four_hundred_characters() -> None:
    assert identities(None, "https://a.example/1", "g" * 401)[-1] == "guid::" + "g" * 400


@dataclass(frozen=True)
class Entry:
    """An article as its feed lists it."""

    url: str
    guid: str
    title: str
    published_at: datetime | None

    def names(self, outlet: Outlet | None) -> set[str]:
        listed = listed_identity(outlet, self.title, self.published_at) if outlet else None
        return {*identities(outlet, self.url, self.guid), *filter(None, [listed])}


PATH_ID = outlet_of("www.a.example", "news.a.example", article_id=r"/article/(\d+)")
QUERY_ID = outlet_of("www.a.example", "news.a.example", article_id=r"[?&]no=(\d+)", keep=("no",))
NO_ID = outlet_of("www.a.example", "news.a.example")
words = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12)
numbers = st.integers(1, 10**9)
entries = st.builds(
    lambda number, title, minutes: Entry(
        f"https://www.a.example/article/{number}?no={number}", f"g{number}", title, AT + timedelta(minutes=minutes)
    ),
    numbers, words, st.integers(0, 600),
)  # fmt: skip

Change = Callable[[Entry, str], Entry]
ANYWHERE: dict[str, Change] = {
    "guid": lambda entry, word: replace(entry, guid=word),
    "tracking parameter": lambda entry, word: replace(entry, url=f"{entry.url}&utm_source={word}"),
    "scheme": lambda entry, _: replace(entry, url=entry.url.replace("https:", "http:")),
    "final slash": lambda entry, _: replace(entry, url=entry.url.replace("?", "/?")),
}
BY_SPEC: dict[str, Change] = {
    **ANYWHERE,
    "host without www": lambda entry, _: replace(entry, url=entry.url.replace("//www.", "//")),
    "mobile host": lambda entry, _: replace(entry, url=entry.url.replace("//www.", "//m.")),
    "title": lambda entry, word: replace(entry, title=f"{entry.title} {word}"),
}
BY_ID: dict[str, Change] = {
    **BY_SPEC,
    "unknown parameter": lambda entry, word: replace(entry, url=f"{entry.url}&ses={word}"),
    "other host": lambda entry, _: replace(entry, url=entry.url.replace("//www.", "//news.")),
    "section in the path": lambda entry, word: replace(entry, url=entry.url.replace("/article/", "/politics/article/")),
}
BY_TITLE_AND_TIME: dict[str, Change] = {
    **{what: change for what, change in BY_ID.items() if what != "title"},
    "new path": lambda entry, word: replace(entry, url=f"https://www.a.example/{word}/x.html"),
    "blanks in the title": lambda entry, _: replace(entry, title=f" {entry.title}\n"),
}


@pytest.mark.parametrize(
    ("outlet", "changes"),
    [
        (None, {what: ANYWHERE[what] for what in ("guid", "tracking parameter", "scheme", "final slash")}),
        (NO_ID, BY_SPEC),
        (QUERY_ID, BY_ID),
        (PATH_ID, BY_ID),
        (NO_ID, BY_TITLE_AND_TIME),
    ],
    ids=["no outlet", "hosts", "id in the query", "id in the path", "title and time"],
)
@given(data=st.data())
def test_an_article_keeps_a_name_whatever_changes(
    data: st.DataObject, outlet: Outlet | None, changes: dict[str, Change]
) -> None:
    entry = changed = data.draw(entries)
    for what in data.draw(st.lists(st.sampled_from(sorted(changes)), max_size=6, unique=True)):
        changed = changes[what](changed, data.draw(words))
    assert entry.names(outlet) & changed.names(outlet)


@pytest.mark.parametrize("outlet", [NO_ID, QUERY_ID, PATH_ID])
@given(first=entries, second=entries)
def test_two_articles_share_no_name(outlet: Outlet, first: Entry, second: Entry) -> None:
    differs = first.url != second.url and (first.title.casefold(), first.published_at) != (
        second.title.casefold(), second.published_at,
    )  # fmt: skip
    assert bool(first.names(outlet) & second.names(outlet)) != differs


@pytest.mark.parametrize("outlet", [None, NO_ID, QUERY_ID, PATH_ID])
@given(entry=entries, word=words)
def test_a_canonical_url_is_canonical_again_and_keeps_the_id(outlet: Outlet | None, entry: Entry, word: str) -> None:
    url = f"{entry.url}&ses={word}"
    canonical = canonical_url(url, outlet)
    assert canonical_url(canonical, outlet) == canonical
    assert outlet is None or outlet.article_key(canonical) == outlet.article_key(url)


@pytest.mark.parametrize(
    ("title", "published_at"),
    [
        ("", AT),
        (" \n", AT),
        ("Notice", None),
        ("Notice", datetime(2026, 3, 2, tzinfo=UTC)),
        ("Notice", datetime(2026, 3, 1, 15, tzinfo=UTC)),  # midnight in Seoul
    ],
)
def test_no_title_and_no_hour_name_nothing(title: str, published_at: datetime | None) -> None:
    assert listed_identity(NO_ID, title, published_at) is None


def test_title_and_time_name_an_article_of_one_outlet_alone() -> None:
    assert listed_identity(NO_ID, "Notice", AT) != listed_identity(replace(NO_ID, key="p"), "Notice", AT)
    assert listed_identity(NO_ID, "Notice", AT) != listed_identity(NO_ID, "Notice", AT + timedelta(seconds=1))
