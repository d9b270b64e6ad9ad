"""Story cards: headline, facts, marks and buttons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.blocks.message import render
from handlers.cards.shown import Shown
from handlers.cards.story import MergedCard, ReplyCard, UnreadDocument
from tests.support.example_cards import AT, NAMES, SENTENCE, STORY, elements


def test_a_story_card_shows_headline_lead_facts_and_buttons() -> None:
    message = render(Shown(STORY, "ko"), NAMES)
    assert message.text == "한미, AI·양자·6G 협약 서명 — 아시아경제, 08:30 KST"
    headline, *_ = elements(message.blocks, "link")
    assert headline == {
        "type": "link",
        "url": STORY.url,
        "text": STORY.headline,
        "style": {"bold": True},
    }
    runs = message.blocks[0]["elements"][-1]["elements"]
    assert runs == [
        {"type": "text", "text": "크라치오스", "style": {"bold": True}},
        {"type": "text", "text": SENTENCE[5:]},
    ]
    facts = message.blocks[1]["elements"][0]["text"]
    assert facts == (
        "아시아경제 · 10월 29일(수) 08:30 KST · 19:30 ET(28일) · 기사 국문 3, 영문 1 · "
        "Bloomberg 1시간 14분 먼저 보도 · ST91 · S12"
    )
    assert [each["action_id"] for each in message.blocks[2]["elements"]] == [
        *("pact:open", "pact:why", "pact:mute", "pact:more")
    ]


def test_a_headline_in_the_other_language_has_a_line_of_topics() -> None:
    english = render(Shown(STORY, "en"), NAMES).plain
    assert "KR: pact · 6G and telecom · Michael Kratsios" in english
    assert "국문 기사" not in render(Shown(STORY, "ko"), NAMES).plain
    other = replace(STORY, headline="US and Korea sign", headline_language="en")
    assert "영문 기사: 한미 협약 · 6G·통신 · 마이클 크라치오스" in render(Shown(other, "ko"), NAMES).plain


def test_marks_come_before_the_headline() -> None:
    card = replace(STORY, severity=1, flash=True, corrected=True, muted_until=AT + timedelta(days=3))
    message = render(Shown(card, "ko"))
    assert message.plain.startswith("[정정됨 · 속보 · 제목만 확인 · 주요] <https://")
    assert "11월 1일(토) 08:30 KST까지 음소거" in message.plain
    more = elements(message.blocks, "overflow")[0]
    assert more["options"][0]["value"] == "unmute story ST91"


def test_an_unsafe_url_is_never_linked() -> None:
    message = render(Shown(replace(STORY, url="javascript:alert(1)"), "en"))
    assert elements(message.blocks, "link") == []
    assert "pact:open" not in [each["action_id"] for each in message.blocks[-1]["elements"]]


def test_an_unknown_date_stays_unknown() -> None:
    assert "date unknown, seen Wed 29 Oct, 08:30 KST" in render(Shown(replace(STORY, published_at=None), "en")).plain


@pytest.mark.parametrize(("articles", "shown"), [((1, 0, 0), False), ((1, 1, 0), True), ((0, 0, 2), True)])
def test_the_first_outlet_is_named_from_the_second_article_on(articles: tuple[int, int, int], shown: bool) -> None:
    korean, english, other = articles
    card = replace(STORY, articles_ko=korean, articles_en=english, articles_other=other)
    assert ("Bloomberg first by 1 h 14 min" in render(Shown(card, "en")).plain) == shown


@pytest.mark.parametrize(("minutes", "text"), [(None, "Bloomberg first ·"), (0, "Bloomberg first ·"), (1, "by 1 min")])
def test_the_lead_of_the_first_outlet_is_shown_from_one_minute_on(minutes: int | None, text: str) -> None:
    assert text in render(Shown(replace(STORY, first_by_minutes=minutes), "en")).plain


@pytest.mark.parametrize(("count", "ending"), [(5, "S0 · S1 · S2 · S3 · S4"), (6, "S0 · S1 · S2 · S3 · S4 · +1")])
def test_five_subscriptions_are_named_and_the_rest_counted(count: int, ending: str) -> None:
    card = replace(STORY, subscriptions=tuple(f"S{number}" for number in range(count)))
    facts = render(Shown(card, "en")).blocks[1]["elements"][0]["text"]
    assert facts.endswith(ending)


def test_a_mute_menu_offers_four_durations() -> None:
    (menu,) = elements(render(Shown(STORY, "en")).blocks, "static_select")
    assert [(each["text"]["text"], each["value"]) for each in menu["options"]] == [
        ("for 4 hours", "mute story ST91 for 4h"),
        ("for 1 day", "mute story ST91 for 1d"),
        ("for 3 days", "mute story ST91 for 3d"),
        ("for 7 days", "mute story ST91 for 7d"),
    ]


def test_a_replys_kind_is_named() -> None:
    reply = ReplyCard("ST91", "official", "Joint statement", "White House", "https://a.example/2", AT, "Asia/Seoul")
    assert render(Shown(reply, "en")).text == "The official text has been published: Joint statement"
    listed = replace(reply, what="official_listed")
    assert render(Shown(listed, "ko")).text == "공식 발표가 나왔습니다(본문 미확인): Joint statement"
    assert render(Shown(replace(reply, what="unheard"), "en")).text == "New on this story: Joint statement"


@pytest.mark.parametrize(
    ("language", "story", "line"),
    [
        ("en", "ST7", "Merged with ST7, an earlier message about the same event: Deal signed"),
        ("ko", "ST7", "앞서 올린 ST7과 같은 소식이어서 하나로 합쳤습니다: Deal signed"),
        ("ko", "ST5", "앞서 올린 ST5와 같은 소식이어서 하나로 합쳤습니다: Deal signed"),
    ],
)
def test_a_card_that_gave_way_is_one_line_with_a_link_to_the_older_message(
    language: str, story: str, line: str
) -> None:
    url = "https://slack.com/archives/C1/p1700000000000100"
    message = render(Shown(MergedCard(story, "Deal signed", url), language))
    assert message.text == line
    assert [link["url"] for link in elements(message.blocks, "link")] == [url]
    assert len(message.blocks) == 1
    assert elements(render(Shown(MergedCard(story, "Deal signed", None), language)).blocks, "link") == []


def test_three_sources_of_a_report_are_named() -> None:
    facts = render(Shown(replace(STORY, after=("Bloomberg", "Reuters", "AP", "AFP")), "en")).blocks[1]
    assert "citing Bloomberg, Reuters, AP ·" in facts["elements"][0]["text"]


def test_severity_one_marks_a_story_as_major() -> None:
    assert "MAJOR" not in render(Shown(STORY, "en")).plain
    assert render(Shown(replace(STORY, severity=1), "en")).plain.startswith("[MAJOR] ")


@pytest.mark.parametrize(("language", "note"), [("ko", "일부만 읽음"), ("en", "partly read")])
def test_a_partial_text_is_named_among_the_facts(language: str, note: str) -> None:
    facts = render(Shown(replace(STORY, partial=True), language)).blocks[1]["elements"][0]["text"]
    assert f" · {note} · " in facts
    assert note not in render(Shown(STORY, language)).plain


@pytest.mark.parametrize(
    ("language", "by_summary", "line"),
    [
        ("ko", False, "본문을 읽지 못해 제목만 확인했습니다"),
        ("ko", True, "본문을 읽지 못해 제목과 요약만 확인했습니다"),
        ("en", False, "Text missing: only the headline was read"),
        ("en", True, "Text missing: only headline and summary were read"),
    ],
)
def test_a_missing_official_text_is_said_under_the_headline(language: str, by_summary: bool, line: str) -> None:
    message = render(Shown(replace(STORY, unread=UnreadDocument(None, by_summary)), language))
    assert line in message.plain.splitlines()


def test_an_unread_document_of_another_article_is_linked_with_its_attachments() -> None:
    attached = (("보도자료.hwp", "https://msit.example/1.hwp"), ("javascript", "javascript:alert(1)"))
    unread = UnreadDocument("https://msit.example/1", False, attached)
    message = render(Shown(replace(STORY, unread=unread), "ko"))
    line = next(line for line in message.plain.splitlines() if "본문을" in line)
    assert line == (
        "<https://msit.example/1|공식 발표 있음> · 본문을 읽지 못해 제목만 확인했습니다 · "
        "첨부파일: <https://msit.example/1.hwp|보도자료.hwp>, javascript"
    )
