"""Digests: the all-clear, pages, previews and the text form."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.blocks.blockkit import paragraph
from handlers.blocks.digest_card import line_chars
from handlers.blocks.localizer import localizer_for
from handlers.blocks.message import render
from handlers.blocks.message_builder import json_chars
from handlers.blocks.story_line import FORMS, story_line
from handlers.cards.digest import ChangedArticle, DigestCard, DigestSection, Rolled
from handlers.cards.shown import Shown
from handlers.cards.subscriptions import ListCard
from handlers.cards.texts import Lead, Span
from tests.support.example_cards import AT, LINE, PROOF, SUBSCRIPTION, digest, elements


def test_an_empty_digest_is_the_all_clear_with_its_proof() -> None:
    assert render(Shown(digest(0), "en")).text == (
        "No new developments. 38 of 39 sources read, 1,204 articles, last check 08:30 KST; "
        "Asia Economy failing since 02:30 KST."
    )
    assert render(Shown(digest(0), "ko")).text.startswith("새 소식이 없습니다. 출처 39곳 중 38곳 확인")


def test_an_all_clear_is_one_line_and_a_preview_or_a_late_one_keeps_its_title() -> None:
    message = render(Shown(digest(0), "en"))
    assert [block["type"] for block in message.blocks] == ["rich_text"]
    assert message.plain == message.text
    for more in ({"line": "digest now"}, {"late": True}, {"doubtful": 1}):
        assert render(Shown(replace(digest(0), **more), "en")).blocks[0]["type"] == "header", more


def with_leads(lines: int, lead: Lead) -> DigestCard:
    line = replace(LINE, lead=lead)
    return replace(digest(lines), sections=(DigestSection("S12", "quantum", (line, *(LINE,) * (lines - 1))),))


def test_a_story_of_a_digest_quotes_its_sentence_with_the_match_in_bold() -> None:
    message = render(Shown(with_leads(2, Lead("They signed the deal.", (Span(12, 20),), "uk")), "en"))
    assert " · ST91\n[UK pact] They signed the deal.\n•" in message.plain
    bold = [run["text"] for run in elements(message.blocks, "text") if run.get("style") == {"bold": True}]
    assert "the deal" in bold


def test_a_sister_pacts_story_is_labelled_once() -> None:
    lead = Lead("They signed the deal.", (Span(12, 20),), "uk")
    lines = (replace(LINE, sister="uk", lead=lead), replace(LINE, sister="japan", lead=lead))
    card = replace(digest(2), sections=(DigestSection("S12", "quantum", lines),))
    plain = render(Shown(card, "en")).plain
    assert (plain.count("[UK pact]"), plain.count("[Japan pact]")) == (2, 1)
    assert all(f"• [{label}] <{LINE.url}|{LINE.headline}>" in plain for label in ("UK pact", "Japan pact"))
    assert "[미영 협정] " in render(Shown(card, "ko")).plain


def test_sentences_are_left_out_before_a_story_is() -> None:
    lead = Lead("한" * 200, (Span(0, 100), Span(101, 200)))
    line = replace(LINE, headline="가" * 250, lead=lead)
    lines = tuple(replace(line, url=f"https://a.example/{'x' * 700}{number}") for number in range(8))
    message = render(Shown(replace(digest(8), sections=(DigestSection("S1", "양자", lines),)), "ko"))
    assert message.plain.count("• ") == 8
    assert "한한한" not in message.plain


def test_a_line_is_marked_with_severity_and_what_became_of_its_articles() -> None:
    localizer = localizer_for("en", "Asia/Seoul")

    def first(**marks: Any) -> str:
        return str(story_line(replace(LINE, **marks), localizer)[0]["text"])

    assert first() == LINE.headline
    assert first(severity=1) == "🔴 "
    assert first(corrected=True, gone=True) == "[CORRECTED · PAGE REMOVED] "
    assert first(severity=1, corrected=True) == "🔴 [CORRECTED] "


@pytest.mark.parametrize(
    ("language", "facts"),
    [("en", "corrected by 나래일보 · removed by Times"), ("ko", "나래일보 기사 정정 · Times 기사 삭제")],
)
def test_another_articles_correction_stands_behind_the_outlets_name(language: str, facts: str) -> None:
    changed = (ChangedArticle("나래일보", "corrected"), ChangedArticle("Times", "gone"))
    localizer = localizer_for(language, "Asia/Seoul")
    runs = story_line(replace(LINE, changed=changed), localizer)
    assert runs[0]["text"] == LINE.headline
    assert facts in runs[1]["text"]


def test_why_can_be_asked_of_each_story_of_a_page() -> None:
    (menu,) = elements(render(Shown(digest(2), "ko")).blocks, "static_select")
    assert menu["action_id"] == "pact:why"
    options = [(each["text"]["text"], each["value"]) for each in menu["options"]]
    assert options == [("ST91 US and Korea sign", "why ST91")] * 2
    assert elements(render(Shown(digest(0), "ko")).blocks, "static_select") == []


def test_why_is_offered_for_twelve_stories_with_short_headlines() -> None:
    lines = tuple(replace(LINE, story=f"ST{number}", headline="h" * 90) for number in range(13))
    card = replace(digest(13), sections=(DigestSection("S1", "ai", lines),))
    (menu,) = elements(render(Shown(card, "en")).blocks, "static_select")
    assert [each["value"] for each in menu["options"]] == [f"why ST{number}" for number in range(12)]
    assert menu["options"][0]["text"]["text"] == "ST0 " + "h" * 39 + "…"


def test_a_page_of_a_digest_shows_its_number() -> None:
    first = render(Shown(replace(digest(8), stories=60, pages=6), "ko"))
    assert first.text == "10월 29일(수) 요약: 새 소식 60건 (6쪽 중 1쪽)"
    assert "인공지능 4 · 양자 3" in first.plain
    assert first.plain.count("•") == 8
    assert "나머지는 스레드에 있습니다(모두 6쪽)" in first.plain


def test_a_page_in_the_thread_says_which_it_is_and_repeats_no_counts() -> None:
    third = render(Shown(replace(digest(8), stories=60, page=3, pages=6, alerted=2), "en"))
    assert third.blocks[0]["text"]["text"] == "Digest Wed 29 Oct, page 3 of 6"
    assert not any(text in third.plain for text in ("60 stories", "AI 4", "Since", "sources read", "in this thread"))
    assert third.plain.count("• ") == 8


def test_a_page_of_a_preview_leads_on_to_the_next() -> None:
    card = replace(digest(8), line="digest now", stories=30, page=2, pages=4, later=14)
    assert "14 more stories did not fit here: /pact digest now 3" in render(Shown(card, "en")).plain
    assert "14건 더 있습니다: /pact 요약 지금 3" in render(Shown(card, "ko")).plain
    assert "did not fit" not in render(Shown(replace(card, later=0), "en")).plain


def test_a_fallback_text_drops_long_urls_before_it_drops_lines() -> None:
    long = replace(LINE, url="https://a.example/" + "%ED%95%9C" * 100)
    part = DigestSection("S12", "quantum", (LINE, *(long,) * 7))
    plain = render(Shown(replace(digest(8), sections=(part,)), "en")).plain
    assert plain.count("• ") == 8
    assert (plain.count("<https://a.example/1|"), plain.count("%ED")) == (1, 0)


def test_dates_are_in_the_readers_zone() -> None:
    late = replace(SUBSCRIPTION, created_at=datetime(2025, 10, 28, 15, 30, tzinfo=UTC))
    card = ListCard((late,), 1, 1, "Asia/Seoul", False, None, None)
    assert "since Wed 29 Oct" in render(Shown(card, "en")).plain
    shown = render(Shown(digest(1), "en")).plain
    assert "Yonhap · 08:30 KST · 3 articles" in shown


def test_a_line_names_its_number_of_articles_from_two_on() -> None:
    one = replace(digest(1), sections=(DigestSection("S12", "quantum", (replace(LINE, articles=1),)),))
    two = replace(digest(1), sections=(DigestSection("S12", "quantum", (replace(LINE, articles=2),)),))
    assert "articles" not in render(Shown(one, "en")).plain.split("Yonhap")[1].splitlines()[0]
    assert "Yonhap · 08:30 KST · 2 articles" in render(Shown(two, "en")).plain


def test_a_digest_of_one_page_has_no_number() -> None:
    assert render(Shown(digest(1), "en")).text == "Digest Wed 29 Oct: 1 new story"
    assert render(Shown(replace(digest(1), pages=2), "en")).text == "Digest Wed 29 Oct: 1 new story, page 1 of 2"


def test_an_empty_digest_names_the_stories_already_posted() -> None:
    english, korean = (render(Shown(replace(digest(0), alerted=2), language)).text for language in ("en", "ko"))
    assert english.startswith("Nothing new beyond the 2 stories already posted here since Wed 29 Oct, 08:30 KST.")
    assert korean.startswith("10월 29일(수) 08:30 KST 이후 이미 올린 소식 2건 외에는 새 소식이 없습니다.")


def test_a_second_shift_names_the_stories_posted_since_the_first() -> None:
    empty = replace(digest(0), alerted=1, unchanged=2)
    english, korean = (render(Shown(empty, language)).text for language in ("en", "ko"))
    assert "beyond the 1 story already posted here since the first shift; 2 unchanged. 38 of" in english
    assert "앞 요약 이후 이미 올린 소식 1건 외에는 새 소식이 없습니다. 앞 요약의 소식 2건은 그대로입니다." in korean
    changed = replace(digest(1), stories=0, alerted=1, changed=1)
    assert render(Shown(changed, "en")).text == "1 already posted here · 1 changed since the first shift"


@pytest.mark.parametrize(
    ("rolled", "title"),
    [
        ("quiet", "Held over quiet hours: 1 story"),
        ("burst", "1 more story"),
        ("back", "Held while I could not post here: 1 story"),
    ],
)
def test_a_roll_up_says_why_it_comes(rolled: Rolled, title: str) -> None:
    message = render(Shown(replace(digest(1), rolled=rolled), "en"))
    assert message.text.startswith(title)
    assert "sources read" not in message.plain


def test_three_failing_outlets_are_named_and_the_rest_counted() -> None:
    failing = tuple((f"outlet {number}", AT) for number in range(4))
    three, four = (
        render(Shown(replace(digest(0), proof=replace(PROOF, failing=failing[:n])), "en")).text for n in (3, 4)
    )
    assert "outlet 2 failing" in three
    assert "more failing" not in three
    assert "outlet 3" not in four
    assert four.endswith("1 more failing.")


def test_thirteen_sectors_are_counted_under_the_title() -> None:
    card = replace(digest(1), counts=tuple((f"sector-{number}", 1) for number in range(14)))
    line = render(Shown(card, "en")).blocks[1]["elements"][0]["text"]
    assert line.endswith("sector-12 1")


@pytest.mark.parametrize(("headline", "url"), [("&" * 300, "https://a.example/" + "a" * 1_400), ("x", "")])
def test_the_room_of_a_line_is_never_less_than_its_barest_form_takes(headline: str, url: str) -> None:
    line = replace(LINE, story="ST" + "9" * 18, headline=headline, outlet="x" * 300, url=url)
    item = story_line(line, localizer_for("en", "Asia/Seoul"), form=FORMS[-1])
    assert json_chars(paragraph(*item)) <= line_chars(headline, url)


def test_a_line_says_how_much_of_a_text_was_read() -> None:
    korean = localizer_for("ko", "Asia/Seoul")
    told = [
        "".join(run["text"] for run in story_line(line, korean))
        for line in (LINE, replace(LINE, partial=True), replace(LINE, text_missing=True))
    ]
    assert ["일부만 읽음" in text for text in told] == [False, True, False]
    assert ["본문 미확인" in text for text in told] == [False, False, True]
