"""An article that a new child of a sitemap index lists, and whose page streams its text, becomes a card."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from tests.support.journey import Journey
from tests.support.served import served

HEADLINE = "한미 기술번영 업무협약 공동위원회, 경주서 첫 회의"
TEXT = (
    "<p class='editor-p'>한국과 미국이 기술번영 업무협약의 이행을 점검하는 공동위원회를 경주에서 열었다. "
    "두 나라의 대표는 인공지능과 양자, 우주 분야의 과제를 하나씩 살펴보고 늦어진 과제의 새 기한을 정했다.</p>"
    "<p>두 나라는 다음 회의를 워싱턴에서 열기로 했으며, 그 전에 분야별 협의체가 두 번 더 만난다. "
    "회의 결과는 부처 누리집에 올리고, 기업과 연구자를 위한 설명회도 따로 연다.</p>"
    "<p>과학기술정보통신부는 과제마다 담당자를 정했고, 진행 상황을 석 달마다 두 나라가 함께 공개한다고 말했다.</p>"
)

SPEC = """name = "강변일보"
home = "http://HOST/"
language = "ko"
timezone = "Asia/Seoul"
every_minutes = 0.01
article_id = '/article/(\\d+)'
[[source]]
kind = "sitemap"
url = "http://HOST/index.xml"
[[page]]
script = "self.__next_f"
body = "**.contentHtml"
published = "**.detail.deployDt"
"""


@dataclass
class Daily:
    """An outlet whose sitemap has a child for each day, and whose pages hold their text in a stream."""

    address: str = ""
    days: dict[str, list[int]] = field(default_factory=lambda: {"2026-02-24": [1], "2026-02-25": [2, 3]})

    async def answer(self, request: web.Request) -> web.Response:
        """Answer with the index, a day or a page."""
        name = request.path.strip("/")
        if name == "index.xml":
            rows = (f"<sitemap><loc>http://{self.address}/{day}.xml</loc></sitemap>" for day in self.days)
            return web.Response(text=f"<sitemapindex>{''.join(rows)}</sitemapindex>", content_type="application/xml")
        if name.removesuffix(".xml") in self.days:
            numbers = self.days[name.removesuffix(".xml")]
            urls = (f"<url><loc>http://{self.address}/article/{number}</loc></url>" for number in numbers)
            return web.Response(text=f"<urlset>{''.join(urls)}</urlset>", content_type="application/xml")
        return web.Response(text=_page(), content_type="text/html") if "article" in name else web.Response(status=404)


def _page() -> str:
    now = datetime.now(ZoneInfo("Asia/Seoul"))
    detail = {"detail": {"deployDt": f"{now:%Y-%m-%d %H:%M:%S}", "contentHtml": "$1f"}}
    rows = f"1f:T{len(TEXT.encode()):x},{TEXT}" + f'15:["$","$L2",null,{json.dumps(detail)}]\n'
    pushes = (
        f"<script>self.__next_f.push([1,{json.dumps(rows[at : at + 90])}])</script>" for at in range(0, len(rows), 90)
    )
    head = f'<title>{HEADLINE} | 강변일보</title><meta property="og:title" content="{HEADLINE}">'
    return f"<html><head>{head}</head><body><main>기사를 불러오는 중</main>{''.join(pushes)}</body></html>"


@pytest.fixture
def transport() -> str:
    """One transport is enough: outlets do not depend on it."""
    return "socket"


@pytest.fixture
async def daily() -> AsyncIterator[Daily]:
    """The outlet on a port of its own."""
    daily = Daily()
    async with served(daily.answer) as port:
        daily.address = f"127.0.0.1:{port}"
        yield daily


async def test_an_article_of_a_new_child_of_an_index_becomes_a_card(journey: Journey, daily: Daily) -> None:
    journey.read_only("hanbit")
    (journey.folder / "outlets" / "daily.toml").write_text(SPEC.replace("HOST", daily.address), "utf-8")
    journey.given = {"trusted_addresses": frozenset({*journey.fake_outlets.trusted, daily.address})}
    await journey.start(baseline=False)
    await journey.settled("SELECT 1 FROM sources WHERE outlet = 'daily' AND baseline_at IS NOT NULL")
    assert await journey.rows("SELECT count(*) FROM articles WHERE outlet = 'daily'") == [(3,)]
    daily.days["2026-02-26"] = [4]
    await journey.card(HEADLINE, "강변일보")
    story = await journey.ask("story ST1")
    assert HEADLINE in story
    journey.assert_nothing_twice()
