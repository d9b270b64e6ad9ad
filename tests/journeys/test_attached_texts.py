"""A release whose text stands in a document is read from it: the card and its reasons name what the text says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scrapers.fake_outlets.fake_articles import FakeArticle
from tests.support.journey import Journey, words_of

RELEASE = FakeArticle(
    "follow-up",
    "과기정통부, 후속 회의 개최",
    (
        "과학기술정보통신부는 26일 서울에서 미국 백악관 과학기술정책실과 한미 기술번영 업무협약의 이행을 점검했다.",
        "두 나라는 양자컴퓨터 부품 시험 시설을 함께 쓰고, 분야별 소위원회의 올해 일정과 책임자를 정하였다.",
        "회의 결과는 부처 누리집에 올리고, 기업과 연구자를 위한 설명회도 따로 열 계획이라고 덧붙였다.",
    ),
)
STATEMENT = FakeArticle(
    "readout",
    "Readout of a Meeting",
    (
        "The United States and the Republic of Korea today reviewed the U.S.-ROK Technology Prosperity Deal in Seoul.",
        "The Participants agreed to share a test facility for quantum computing components, and to publish a report.",
    ),
)
OLDER = FakeArticle("older", "A library opens at night", ("Thirty libraries will open until ten at night. " * 6,))
WITHOUT_TEXT = {"policy-seoul": "본문을 읽지", "briefing-room": "Text missing"}


@pytest.fixture
def transport() -> str:
    """One transport is enough: outlets do not depend on it."""
    return "socket"


@pytest.mark.parametrize("kinds", [("hwpx",), ("pdf",), ("hwp", "pdf", "hwpx")], ids="-".join)
@pytest.mark.parametrize(
    ("outlet", "release", "mention"),
    [("policy-seoul", RELEASE, "기술번영 업무협약"), ("briefing-room", STATEMENT, "Technology Prosperity Deal")],
)
async def test_a_release_that_points_to_its_attachment_is_alerted_with_its_text(
    journey: Journey, outlet: str, release: FakeArticle, mention: str, kinds: tuple[str, ...]
) -> None:
    journey.read_only(outlet)
    journey.fake_outlets.publish(outlet, OLDER)
    await journey.start()
    journey.fake_outlets.publish(outlet, replace(release, attached=kinds))
    card = await journey.card(release.headline, mention, "Official text found")
    assert WITHOUT_TEXT[outlet] not in words_of(card)
    why = await journey.ask("why ST1")
    read_from = "HWPX" if "hwpx" in kinds else "PDF"
    assert f"Its text was read from the attached {read_from}." in why
    documents = [request.path for request in journey.fake_outlets.requests if "download.do" in request.path]
    assert len(documents) == 1
    journey.assert_nothing_twice()


async def test_an_article_is_read_from_the_plain_text_that_its_source_names(journey: Journey) -> None:
    journey.read_only("pacific-wire")
    journey.fake_outlets.publish("pacific-wire", OLDER)
    await journey.start()
    url = journey.fake_outlets.publish("pacific-wire", replace(STATEMENT, attached=("txt",)))
    await journey.card(STATEMENT.headline, "Technology Prosperity Deal")
    assert "The plain text that the outlet offers was read, not its page." in await journey.ask("why ST1")
    page = url.removeprefix(journey.fake_outlets.base("pacific-wire"))
    assert page not in [request.path for request in journey.fake_outlets.requests]
