"""An office's document is told although its page has no text, and a partly read text says so until it is whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scrapers.fake_outlets.fake_articles import FakeArticle
from tests.support.journey import Journey, words_of

RELEASE = FakeArticle(
    "joint-committee",
    "한미 기술번영 업무협약 공동위원회 개최",
    (
        (
            "과학기술정보통신부는 한미 기술번영 업무협약의 이행을 점검하는 공동위원회를 서울에서 열었다고 밝혔다. "
            "두 나라의 대표는 인공지능과 양자, 우주 분야의 과제를 하나씩 살펴보고 늦어진 과제의 새 기한을 정했다."
        ),
        (
            "두 나라는 다음 회의를 워싱턴에서 열기로 했으며, 그 전에 분야별 협의체가 두 번 더 만난다. "
            "회의 결과는 부처 누리집에 올리고, 기업과 연구자를 위한 설명회도 따로 열 계획이라고 덧붙였다."
        ),
    ),
    attached=("hwp",),
)
STATEMENT = FakeArticle(
    "statement-director",
    "Statement by the Director",
    (
        (
            "The United States and the Republic of Korea today convened the Joint Committee of the U.S.-ROK "
            "Technology Prosperity Deal in Seoul and reviewed the milestones of its first year."
        ),
        (
            "The Participants agreed to meet again in Washington in the spring, and to publish a common report on "
            "the progress in each of the five fields by the end of the year."
        ),
    ),
    attached=("hwp",),
    teaser="The Joint Committee of the U.S.-ROK Technology Prosperity Deal met in Seoul.",
)
REPORT = FakeArticle("review", "한미 기술번영 업무협약 첫 점검회의 열려", RELEASE.paragraphs)
REST = tuple(
    f"{nth} 과제에는 두 나라의 연구소 다섯 곳이 함께 참여하며, 올해 안에 장비를 들여오고 내년에 공동 실험을 시작한다. "
    f"참여할 연구자는 공모로 뽑고, 뽑힌 사람은 상대 나라의 연구소에서 두 해 동안 일하게 된다."
    for nth in ("첫째", "둘째", "셋째", "넷째", "다섯째", "여섯째", "일곱째", "여덟째")
)
VISIT = FakeArticle(
    "visit-space-center",
    "Director Kratsios to Visit Space Center in Florida",
    ("Director Kratsios will visit the space center in Florida tomorrow and speak to three hundred students. " * 3,),
    teaser="Director Kratsios will visit the space center in Florida tomorrow.",
)
CHECK = FakeArticle(
    "request-access",
    "Request Access",
    ("Quantum computers and other programs may not read these pages. Please prove that you are none of them. " * 4,),
)
MISSING = {"ko": "본문을 읽지 못해 제목만 확인했습니다", "en": "Text missing: only the headline was read"}
FOUND = {"ko": "공식 발표문 있음", "en": "Official text found"}
PARTIAL = {"ko": "일부만 읽음", "en": "partly read"}


@pytest.fixture
def transport() -> str:
    """One transport is enough: outlets do not depend on it."""
    return "socket"


async def becomes(journey: Journey, card: dict[str, Any], outlet: str, whole: FakeArticle, note: str) -> str:
    """The words of the card after the outlet has put the whole text on the page."""
    journey.fake_outlets.correct(outlet, whole)
    await journey.end_waits_for_pages()
    await journey.see(lambda: note not in words_of(journey.cards()[0]), f"a card without {note!r}")
    (same,) = journey.cards()
    assert same["ts"] == card["ts"]
    assert journey.replies(card) == []
    journey.assert_nothing_twice()
    return words_of(same)


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_a_release_that_only_points_to_an_unreadable_attachment_is_told_at_once(
    journey: Journey, language: str
) -> None:
    journey.read_only("policy-seoul")
    journey.given = {"language": language}
    journey.fake_outlets.publish("policy-seoul", replace(RELEASE, slug="older", headline="도서관 야간 개방 안내"))
    await journey.start()
    journey.fake_outlets.publish("policy-seoul", RELEASE)
    card = await journey.card(RELEASE.headline, MISSING[language], "/common/download.do", f"{RELEASE.headline}.hwp")
    assert FOUND[language] not in words_of(card)
    assert "FLASH" not in words_of(card)
    assert "속보" not in words_of(card)
    shown = await becomes(journey, card, "policy-seoul", replace(RELEASE, attached=()), MISSING[language])
    assert FOUND[language] in shown


async def test_the_text_of_the_feed_is_matched_where_the_page_has_none(journey: Journey) -> None:
    journey.read_only("briefing-room")
    await journey.start()
    journey.fake_outlets.publish("briefing-room", STATEMENT)
    note = "Text missing: only headline and summary were read"
    card = await journey.card(STATEMENT.headline, note)
    story = await journey.ask("story ST1")
    assert "its text could not be read" in story
    assert "official\n · \ntext missing" in story
    why = await journey.ask("why ST1")
    assert "is read again soon" in why
    assert "too short" in why
    shown = await becomes(journey, card, "briefing-room", replace(STATEMENT, attached=()), note)
    assert "Official text found" in shown
    assert "The official text was found" in await journey.ask("story ST1")


async def test_a_page_of_an_office_that_does_not_exist_yet_is_told_at_once(journey: Journey) -> None:
    journey.read_only("briefing-room")
    await journey.start()
    journey.fake_outlets.fail("briefing-room", "status", 404, pages_only=True)
    whole = replace(STATEMENT, attached=())
    journey.fake_outlets.publish("briefing-room", whole)
    note = "Text missing: only headline and summary were read"
    card = await journey.card(STATEMENT.headline, note)
    journey.fake_outlets.recover("briefing-room")
    assert "Official text found" in await becomes(journey, card, "briefing-room", whole, note)
    assert await journey.rows("SELECT article FROM feed_texts") == []


async def test_pages_of_an_office_that_lead_to_another_site_are_told_without_the_text_there(journey: Journey) -> None:
    journey.read_only("briefing-room")
    there = journey.fake_outlets.publish("seoul-courier", CHECK)
    await journey.start()
    journey.fake_outlets.fail("briefing-room", "led-away", pages_only=True, location=there)
    whole = replace(STATEMENT, attached=())
    journey.fake_outlets.publish("briefing-room", whole)
    note = "Text missing: only headline and summary were read"
    card = await journey.card(STATEMENT.headline, note)
    assert "quantum" not in words_of(card).casefold()
    journey.fake_outlets.recover("briefing-room")
    assert "Official text found" in await becomes(journey, card, "briefing-room", whole, note)
    journey.fake_outlets.fail("briefing-room", "led-away", pages_only=True, location=there)
    journey.fake_outlets.publish("briefing-room", VISIT)
    await journey.card(VISIT.headline, note)
    assert len(journey.cards()) == 2, "both pages lead to one, and are two documents"


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_releases_that_only_say_see_the_attachment_are_stories_of_their_own(
    journey: Journey, language: str
) -> None:
    journey.read_only("policy-seoul", "briefing-room")
    journey.given = {"language": language}
    journey.fake_outlets.publish("policy-seoul", replace(RELEASE, slug="older", headline="도서관 야간 개방 안내"))
    await journey.start()
    journey.fake_outlets.publish("policy-seoul", RELEASE)
    await journey.card(RELEASE.headline)
    journey.fake_outlets.publish("briefing-room", replace(VISIT, attached=("hwp",)))
    card = await journey.card(VISIT.headline)
    assert "국문 1" not in words_of(card)
    assert "1 Korean" not in words_of(card)
    assert len(journey.cards()) == 2


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_a_partial_text_is_told_and_its_note_disappears_with_the_whole_text(
    journey: Journey, language: str
) -> None:
    journey.read_only("hanbit")
    journey.given = {"language": language}
    await journey.start()
    journey.fake_outlets.publish("hanbit", replace(REPORT, outside=REST))
    card = await journey.card(REPORT.headline, PARTIAL[language])
    whole = replace(REPORT, paragraphs=(*REPORT.paragraphs, *REST))
    await becomes(journey, card, "hanbit", whole, PARTIAL[language])
    journey.fake_outlets.correct("hanbit", whole)
    await journey.read_again()
    assert len(journey.posts()) == 2, "one post for the subscription, one for the story"
