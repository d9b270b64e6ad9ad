"""Story cards: headline, facts, marks and buttons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.blocks.message import render
from handlers.cards.shown import Shown
from handlers.cards.story import MergedCard, OtherArticle, ReplyCard, UnreadDocument
from handlers.cards.texts import Lead
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
    assert "영문 기사: 한미 협약 · 통신·6G · 마이클 크라치오스" in render(Shown(other, "ko"), NAMES).plain


def test_marks_come_before_the_headline() -> None:
    card = replace(STORY, severity=1, flash=True, corrected=True, muted_until=AT + timedelta(days=3))
    message = render(Shown(card, "ko"))
    assert message.plain.startswith("🔴 주요 소식\n[정정됨 · 속보 · 제목만 확인] <https://")
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


def test_a_mute_menu_offers_five_durations() -> None:
    (menu,) = elements(render(Shown(STORY, "en")).blocks, "static_select")
    assert [(each["text"]["text"], each["value"]) for each in menu["options"]] == [
        ("for 4 hours", "mute story ST91 for 4h"),
        ("for 1 day", "mute story ST91 for 1d"),
        ("for 3 days", "mute story ST91 for 3d"),
        ("for 7 days", "mute story ST91 for 7d"),
        ("for 30 days", "mute story ST91 for 30d"),
    ]


def test_a_replys_kind_is_named() -> None:
    reply = ReplyCard("ST91", "official", "Joint statement", "White House", "https://a.example/2", AT, "Asia/Seoul")
    assert render(Shown(reply, "en")).text == "The official text has been published: Joint statement"
    listed = replace(reply, what="official_listed")
    assert render(Shown(listed, "ko")).text == "공식 발표가 나왔습니다(본문 미확인): Joint statement"
    assert render(Shown(replace(reply, what="gone"), "ko")).text.startswith("White House가 기사를 삭제했습니다: ")
    mentioned = render(Shown(replace(reply, mention_group="S012AB"), "en"))
    assert mentioned.plain.startswith("<!subteam^S012AB> The official text")
    assert "subteam" not in render(Shown(replace(reply, mention_group="here"), "en")).plain
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


def test_severity_one_has_a_header_of_its_own() -> None:
    assert "MAJOR" not in render(Shown(STORY, "en")).plain
    message = render(Shown(replace(STORY, severity=1), "en"))
    assert message.blocks[0]["type"] == "header"
    assert message.blocks[0]["text"]["text"] == "🔴 MAJOR NEWS"
    assert message.text.startswith("🔴 MAJOR NEWS: 한미")


@pytest.mark.parametrize(
    ("severity", "group", "mentioned"),
    [(1, "S012AB", True), (0, "S012AB", False), (1, "!channel", False), (1, "S1>", False), (1, None, False)],
)
def test_only_a_severe_story_mentions_only_the_id_of_a_user_group(
    severity: int, group: str | None, mentioned: bool
) -> None:
    message = render(Shown(replace(STORY, severity=severity, mention_group=group), "en"))
    groups = [{"type": "usergroup", "usergroup_id": "S012AB"}] if mentioned else []
    assert elements(message.blocks, "usergroup") == groups
    assert ("<!subteam^S012AB>" in message.plain) is mentioned
    assert "<!" not in message.text


def test_a_sisters_story_and_a_sisters_sentence_carry_its_label() -> None:
    lead = Lead("영국과 맺은 협정", (), "uk")
    message = render(Shown(replace(STORY, sister="japan", lead=lead, corrected=True), "ko"), NAMES)
    assert message.plain.startswith("[미일 협정] [정정됨] <https")
    assert "\n[미영 협정] 영국과 맺은 협정" in message.plain
    same = render(Shown(replace(STORY, sister="uk", lead=lead), "ko"), NAMES).plain
    assert same.count("[미영 협정]") == 1


def others(count: int) -> tuple[OtherArticle, ...]:
    return tuple(OtherArticle(f"Headline {n}", f"https://a.example/{n}", f"Outlet {n}") for n in range(1, count + 1))


def test_other_articles_are_listed_five_of_them_and_a_button_for_the_rest() -> None:
    few = render(Shown(replace(STORY, also=others(5)), "en"))
    assert "Also in\n• Outlet 1: <https://a.example/1|Headline 1>\n" in few.plain
    assert "Outlet 5" in few.plain
    assert "pact:run:also" not in str(few.blocks)
    many = render(Shown(replace(STORY, also=others(5), also_more=195), "ko"))
    (more,) = [each for each in elements(many.blocks, "button") if each["action_id"] == "pact:run:also"]
    assert (more["text"]["text"], more["value"]) == ("195건 더", "story ST91")
    six = render(Shown(replace(STORY, also=others(6)), "en"))
    assert "Outlet 6" not in six.plain
    assert "1 more" in str(six.blocks)
    assert "Also in" not in render(Shown(STORY, "en")).plain


def test_what_became_of_an_article_is_marked_beside_it_and_before_the_headline() -> None:
    also = (replace(others(1)[0], mark="gone"), replace(others(2)[1], mark="corrected"), *others(1))
    plain = render(Shown(replace(STORY, also=also, corrected=True, gone=True), "en")).plain
    assert plain.startswith("[CORRECTED · PAGE REMOVED] <")
    assert "Outlet 1 removed its article: <https" in plain
    assert "Outlet 2 corrected its article: <https" in plain
    assert "• Outlet 1: [PAGE REMOVED] <https" in plain
    assert "• Outlet 2: [CORRECTED] <https" in plain
    assert "• Outlet 1: <https" in plain


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
