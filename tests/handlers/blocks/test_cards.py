"""What a reader sees of each card, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from handlers.blocks.caret import caret_lines
from handlers.blocks.localizer import localizer_for
from handlers.blocks.message import render
from handlers.blocks.sector_heat import heat_line, sparkline
from handlers.cards.answers import ConfirmCard, ErrorCard, HelpCard, NoticeCard, SenseCard, WhyCard, WhyStage
from handlers.cards.digest import DigestCard, DigestLine, DigestSection, Proof
from handlers.cards.shown import Shown
from handlers.cards.status import SectorHeat
from handlers.cards.story import StoryCard
from handlers.cards.subscriptions import ChangeCard, ListCard, SubscriptionLine
from handlers.cards.texts import Lead, Note, Span
from handlers.verbs.registry import all_verbs

AT = datetime(2025, 10, 28, 23, 30, tzinfo=UTC)
NAMES = {"Michael Kratsios": {"ko": "마이클 크라치오스", "en": "Michael Kratsios"}}
SENTENCE = "크라치오스가 경주에서 협약에 서명한다."
STORY = StoryCard(
    story="ST91",
    headline="한미, AI·양자·6G 협약 서명",
    headline_language="ko",
    url="https://www.example.kr/news/1",
    outlet="아시아경제",
    published_at=AT,
    seen_at=AT,
    zone="Asia/Seoul",
    lead=Lead(SENTENCE, (Span(0, 5),)),
    topics=("pact", "telecom", "Michael Kratsios"),
    articles_ko=3,
    articles_en=1,
    articles_other=0,
    first_outlet="Bloomberg",
    first_by_minutes=74,
    official_url=None,
    after=(),
    subscriptions=("S12",),
)
PROOF = Proof(38, 39, 1_204, AT, (("Asia Economy", AT - timedelta(hours=6)),))
LINE = DigestLine("ST91", "US and Korea sign", "en", "https://a.example/1", "Yonhap", AT, 3, ("pact", "ai"))
SUBSCRIPTION = SubscriptionLine(
    *("S12", 'quantum "research security"', "daily", "08:30", None, "Asia/Seoul", "U1", "C1", AT, None, 4, "active")
)


def elements(value: Any, kind: str) -> list[dict[str, Any]]:
    """Everything of a type, anywhere in the blocks."""
    if isinstance(value, list):
        return [found for each in value for found in elements(each, kind)]
    if not isinstance(value, dict):
        return []
    own = [value] if value.get("type") == kind else []
    return own + [found for each in value.values() for found in elements(each, kind)]


def test_a_story_card_at_one_glance() -> None:
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


def test_a_line_of_topics_stands_under_a_headline_in_the_other_language() -> None:
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


def test_an_address_that_is_none_is_never_linked() -> None:
    message = render(Shown(replace(STORY, url="javascript:alert(1)"), "en"))
    assert elements(message.blocks, "link") == []
    assert "pact:open" not in [each["action_id"] for each in message.blocks[-1]["elements"]]


def test_an_unknown_date_stays_unknown() -> None:
    assert "date unknown, seen Wed 29 Oct, 08:30 KST" in render(Shown(replace(STORY, published_at=None), "en")).plain


def digest(lines: int) -> DigestCard:
    sections = (DigestSection("S12", "quantum", (LINE,) * lines),) if lines else ()
    return DigestCard(date(2025, 10, 29), "Asia/Seoul", AT, sections, (("ai", 4), ("quantum", 3)), lines, 1, 1, PROOF)


def test_an_empty_digest_is_the_all_clear_with_its_proof() -> None:
    assert render(Shown(digest(0), "en")).text == (
        "No new developments. 38 of 39 sources read, 1,204 articles, last check 08:30 KST; "
        "Asia Economy failing since 02:30 KST"
    )
    assert render(Shown(digest(0), "ko")).text.startswith("새 소식이 없습니다. 출처 39곳 중 38곳 확인")


def test_a_page_of_a_digest_says_which_of_how_many() -> None:
    first = render(Shown(replace(digest(8), stories=60, pages=6), "ko"))
    assert first.text == "10월 29일(수) 요약: 새 소식 60건(1/6)"
    assert "인공지능 4 · 양자 3" in first.plain
    assert first.plain.count("•") == 8


def test_a_digest_as_of_now_says_how_much_found_no_room() -> None:
    shown = render(Shown(replace(digest(80), preview=True), "en")).plain
    left = 80 - shown.count("•")
    assert 0 < left < 60
    assert f"{left} more stories did not fit here" in shown


def test_a_plain_text_spells_no_long_address_out_before_it_leaves_a_line_out() -> None:
    long = replace(LINE, url="https://a.example/" + "%ED%95%9C" * 100)
    part = DigestSection("S12", "quantum", (LINE, *(long,) * 7))
    plain = render(Shown(replace(digest(8), sections=(part,)), "en")).plain
    assert plain.count("• ") == 8
    assert (plain.count("<https://a.example/1|"), plain.count("%ED")) == (1, 0)


def test_a_sparkline_is_against_the_busiest_day() -> None:
    assert sparkline((0, 1, 7)) == "▁▂█"
    assert sparkline(()) == ""
    line = heat_line(SectorHeat("ai", 12, (1, 2, 3, 0, 5, 1, 0), 4.0), localizer_for("ko", "Asia/Seoul"))
    assert line == "▂▃▅▁█▂▁   12 ▲ 인공지능 (평소 4.0)"


def test_the_caret_stands_under_the_token_also_after_wide_letters() -> None:
    assert caret_lines("status foo 7d", 7, 3) == "status foo 7d\n       ^^^"
    assert caret_lines("구독 양자 틀림", 6, 2) == "구독 양자 틀림\n\u3000\u3000 \u3000\u3000 ＾＾"
    assert caret_lines("why", 4, 1).splitlines()[1].endswith("^")
    shown, carets = caret_lines("x" * 500 + " bad " + "y" * 500, 501, 3).splitlines()
    assert len(shown) < 200
    assert shown[carets.index("^") :].startswith("bad")


def test_an_error_offers_what_was_meant_and_runs_nothing() -> None:
    card = ErrorCard("statsu", 0, 6, Note("verb_unknown"), nearest="status")
    message = render(Shown(card, "ko"))
    assert message.text == "모르는 명령입니다. 바뀐 것은 없습니다."
    assert "혹시 이 명령인가요? /pact status" in message.plain
    (button,) = elements(message.blocks, "button")
    assert (button["action_id"], button["value"]) == ("pact:run", "status")


def test_a_change_shows_the_whole_state_and_its_undo() -> None:
    card = ChangeCard(
        *(7, "subscribed", {"id": "S12", "query": "quantum"}, "U1", (SUBSCRIPTION,), "undo 7", "Asia/Seoul", AT)
    )
    message = render(Shown(card, "ko"))
    assert message.text == "S12 구독을 시작했습니다: quantum"
    assert "매일 08:30 KST" in message.plain
    assert "되돌리려면: /pact 되돌리기 7" in message.plain
    (button,) = elements(message.blocks, "button")
    assert (button["action_id"], button["value"]) == ("pact:undo", "undo 7")
    waiting = render(Shown(replace(card, waiting=True, undo=None), "en"))
    assert "/invite @pactbot" in waiting.plain
    assert elements(waiting.blocks, "button") == []


def test_a_list_turns_its_pages() -> None:
    message = render(Shown(ListCard((SUBSCRIPTION,), 2, 3, "Asia/Seoul", True, None, None), "en"))
    assert [each["value"] for each in elements(message.blocks, "button")] == ["list all 1", "list all 3"]
    assert "page 2 of 3" in message.plain


def test_a_name_in_a_channel_would_be_a_ping() -> None:
    card = ListCard((SUBSCRIPTION,), 1, 1, "Asia/Seoul", False, None, None)
    assert elements(render(Shown(card, "en", share="list")).blocks, "user") == [{"type": "user", "user_id": "U1"}]
    assert elements(render(Shown(card, "en", shared_by="U42")).blocks, "user") == [{"type": "user", "user_id": "U42"}]
    change = ChangeCard(*(7, "digest_off", {}, None, (SUBSCRIPTION,), None, "Asia/Seoul"))
    assert elements(render(Shown(change, "en")).blocks, "user") == []


def test_days_are_the_readers_own() -> None:
    late = replace(SUBSCRIPTION, created_at=datetime(2025, 10, 28, 15, 30, tzinfo=UTC))
    card = ListCard((late,), 1, 1, "Asia/Seoul", False, None, None)
    assert "since Wed 29 Oct" in render(Shown(card, "en")).plain
    shown = render(Shown(digest(1), "en")).plain
    assert "Yonhap · 08:30 KST · 3 articles" in shown


def test_why_tells_each_stage() -> None:
    stages = (WhyStage("fetched", True, (Note("internal"),), at=AT), WhyStage("posted", None, ()))
    message = render(Shown(WhyCard("ST91", "제목", "https://a.kr/1", "Asia/Seoul", stages, ()), "ko"))
    assert "✓ 수집" in message.plain
    assert "– 게시  여기까지 오지 않음" in message.plain


def test_senses_and_questions_have_buttons_that_carry_lines() -> None:
    sense = render(
        Shown(SenseCard("양자", (("quantum", 'subscribe "양자컴퓨터"'), ("bilateral", "subscribe x"))), "ko")
    )
    assert [each["value"] for each in elements(sense.blocks, "button")] == ['subscribe "양자컴퓨터"', "subscribe x"]
    question = render(Shown(ConfirmCard(Note("x"), "unsubscribe all sure"), "ko"))
    (yes,) = elements(question.blocks, "button")
    assert (yes["value"], yes["style"]) == ("unsubscribe all sure", "danger")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_help_lists_every_verb_once(language: str) -> None:
    message = render(Shown(HelpCard(None, "/pact-dev"), language), command="/pact-dev")
    assert message.plain.count("• /pact-dev ") == len(all_verbs())
    assert "/pact " not in message.plain


def test_notes_read_as_their_reader_reads() -> None:
    args = {"outlet": "아시아경제", "why": "503", "since": "2025-10-28T23:30:00+00:00"}
    assert "10월 29일(수) 08:30 KST" in render(Shown(NoticeCard((Note("outlet_failing", args),)), "ko")).text
    away = render(Shown(NoticeCard((Note("channel_away", {"channel": "C123", "why": "is_archived"}),)), "en"))
    assert elements(away.blocks, "channel") == [{"type": "channel", "channel_id": "C123"}]
    names = render(Shown(NoticeCard((Note("names", {"topics": "pact, ai"}),)), "ko"))
    assert "한미 협약 · 인공지능" in names.text


def test_what_was_shared_says_by_whom() -> None:
    shown = Shown(NoticeCard((Note("shared"),)), "en", share=None, shared_by="U42")
    assert elements(render(shown).blocks, "user") == [{"type": "user", "user_id": "U42"}]


def test_a_possible_repeat_says_so_also_without_blocks() -> None:
    message = render(Shown(STORY, "en", repeat=True))
    assert "may be a repeat" in message.plain
    assert message.blocks[-1]["block_id"] == "pact:repeat"
    assert "may be a repeat" not in render(Shown(STORY, "en")).plain
