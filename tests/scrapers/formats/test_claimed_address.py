"""A claimed canonical URL is believed unless it would join several articles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scrapers.formats.claimed_address import claimed_canonical_url
from scrapers.outlet import Outlet

HOME = "https://www.outlet.example"
OUTLET = Outlet("outlet", "새연", f"{HOME}/", "ko", "Asia/Seoul", 15, "media", ("www.outlet.example",), ())
WITH_ID = replace(OUTLET, article_id=r"/news/(\d+)")


@pytest.mark.parametrize("outlet", [OUTLET, WITH_ID, None], ids=["outlet", "outlet with ids", "no outlet"])
@pytest.mark.parametrize(
    "path, claimed",
    [
        ("/story-one", "/"),
        ("/story-one", ""),
        ("/?p=7", "/"),
        ("/view.do?no=7", "/view.do"),
        ("/view.do?nttId=7", "/view.do"),
        ("/view.do?mid=a&nttId=7", "/view.do?mid=a"),
        ("/view.do?no=7", "/view.do?no="),
        ("/view-2.do?no=7", "/view-2.do"),
    ],
)
def test_a_claim_that_names_less_than_the_address_is_not_believed(
    path: str, claimed: str, outlet: Outlet | None
) -> None:
    assert claimed_canonical_url(HOME + path, HOME + claimed, outlet) == HOME + path


@pytest.mark.parametrize("outlet", [OUTLET, WITH_ID, None], ids=["outlet", "outlet with ids", "no outlet"])
@pytest.mark.parametrize(
    "path, claimed",
    [
        ("/story-one?page=2", "/story-one"),
        ("/news/12?x=1", "/news/12"),
        ("/view.do?no=7", "/news/12"),
        ("/view.do?no=7", "/view.do?mid=a&no=7"),
        ("/story-one", "/politics/story-one"),
        ("/", "/story-one"),
    ],
)
def test_another_claim_on_the_same_site_is_believed(path: str, claimed: str, outlet: Outlet | None) -> None:
    assert claimed_canonical_url(HOME + path, HOME + claimed, outlet) == HOME + claimed


def test_a_parameter_that_the_spec_keeps_names_the_article() -> None:
    outlet = replace(OUTLET, keep_params=("story",))
    address = f"{HOME}/article-view?story=7"
    assert claimed_canonical_url(address, f"{HOME}/article-view", outlet) == address
    assert claimed_canonical_url(address, f"{HOME}/article-view", None) == f"{HOME}/article-view"
