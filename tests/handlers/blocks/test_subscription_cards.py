"""Lists of subscriptions, and reports of changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from handlers.blocks.localizer import localizer_for
from handlers.blocks.message import render
from handlers.blocks.subscription_cards import cadence_text
from handlers.cards.shown import Shown
from handlers.cards.subscriptions import ChangeCard, ListCard
from tests.support.example_cards import AT, SUBSCRIPTION, elements


def test_a_change_is_one_line_with_its_undo() -> None:
    card = ChangeCard(
        *(7, "subscribed", {"id": "S12", "query": "quantum"}, "U1", (SUBSCRIPTION,), "undo 7", "Asia/Seoul", AT)
    )
    message = render(Shown(card, "ko"))
    assert message.text == "S12 구독을 시작했습니다: quantum"
    assert "매일 08:30 KST" in message.plain
    assert "목록" not in message.plain
    assert "되돌리려면: /pact 되돌리기 7" in message.plain
    (button,) = elements(message.blocks, "button")
    assert (button["action_id"], button["value"]) == ("pact:undo", "undo 7")
    waiting = render(Shown(replace(card, waiting=True, undo=None), "en"))
    assert "Type /invite @pactbot here" in waiting.plain
    for language, there in (
        ("en", "not in <#C0999>. Type /invite @pactbot there"),
        ("ko", "그 채널에서 /invite @pactbot을"),
    ):
        elsewhere = render(Shown(replace(card, waiting=True, elsewhere="C0999"), language))
        assert there in elsewhere.plain
    assert elements(waiting.blocks, "button") == []


def test_a_list_has_buttons_for_its_pages() -> None:
    message = render(Shown(ListCard((SUBSCRIPTION,), 2, 3, "Asia/Seoul", True, None, None), "en"))
    assert [each["value"] for each in elements(message.blocks, "button")] == ["list all 1", "list all 3"]
    assert "page 2 of 3" in message.plain


def test_a_list_opens_the_builder_for_its_reader_alone() -> None:
    card = ListCard((SUBSCRIPTION, replace(SUBSCRIPTION, id="S13")), 1, 1, "Asia/Seoul", False, None, None)
    (menu,) = elements(render(Shown(card, "ko")).blocks, "static_select")
    assert [each["value"] for each in menu["options"]] == [f"edit {SUBSCRIPTION.id}", "edit S13"]
    assert elements(render(Shown(card, "ko", shared_by="U1")).blocks, "static_select") == []


def test_owners_are_mentioned_to_the_asker_alone() -> None:
    card = ListCard((SUBSCRIPTION,), 1, 1, "Asia/Seoul", False, None, None)
    assert elements(render(Shown(card, "en", share="list")).blocks, "user") == [{"type": "user", "user_id": "U1"}]
    assert elements(render(Shown(card, "en", shared_by="U42")).blocks, "user") == [{"type": "user", "user_id": "U42"}]
    change = ChangeCard(*(7, "digest_off", {}, None, (SUBSCRIPTION,), None, "Asia/Seoul"))
    assert elements(render(Shown(change, "en")).blocks, "user") == []


def test_a_condition_is_shown_from_two_outlets_on() -> None:
    one, two = (
        ListCard((replace(SUBSCRIPTION, min_outlets=n),), 1, 1, "Asia/Seoul", False, None, None) for n in (1, 2)
    )
    assert "at least" not in render(Shown(one, "en")).plain
    assert "at least 2 outlets" in render(Shown(two, "en")).plain


def test_a_change_counts_the_other_subscriptions() -> None:
    lines = tuple(replace(SUBSCRIPTION, id=f"S{number}") for number in range(10))
    added = ChangeCard(*(7, "subscribed", {"id": "S3", "query": "quantum"}, "U1", lines, "undo 7", "Asia/Seoul"))
    shown = render(Shown(added, "en")).plain
    assert "To undo it: /pact undo 7 · 9 other subscriptions: /pact list" in shown
    assert "S4" not in shown
    assert "그 밖의 구독 9개: /pact 목록" in render(Shown(added, "ko")).plain
    edited = render(Shown(replace(added, what="edited"), "en")).plain
    assert "daily at 08:30 KST" in edited
    assert "9 other subscriptions: /pact list" in edited
    ended = replace(added, what="unsubscribed", lines=lines[:1], args={"id": "S11", "query": "ai"})
    assert "1 other subscription: /pact list" in render(Shown(ended, "en")).plain
    assert "other" not in render(Shown(replace(ended, what="digest_off"), "en")).plain


def test_a_digest_that_is_off_says_which_others_still_come() -> None:
    at = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    off = ChangeCard(*(7, "digest_off", {}, "U1", (), "undo 7", "Asia/Seoul"), next_digest_at=at)
    english, korean = (render(Shown(off, language)).plain for language in ("en", "ko"))
    assert "Digest off — Other digests still come; the next is due Tue 1 Dec" in english
    assert "요약을 껐습니다 — 다른 요약은 그대로 보냅니다. 다음 요약 12월 1일(화)" in korean


@pytest.mark.parametrize(
    ("personal", "language", "text"),
    [
        (False, "en", "This channel now gets nothing."),
        (True, "en", "You now get nothing."),
        (True, "ko", "이제 받는 소식이 없습니다."),
    ],
)
def test_a_change_after_which_nothing_is_left_says_so(personal: bool, language: str, text: str) -> None:
    card = ChangeCard(*(7, "unsubscribed_all", {"count": "1"}, "U1", (), "undo 7", "Asia/Seoul"), personal=personal)
    for in_full in (False, True):
        assert text in render(Shown(replace(card, in_full=in_full), language)).plain


def test_an_undone_change_is_named() -> None:
    args = {"undone": "3", "undone_what": "subscribed", "id": "S2", "query": "ai"}
    card = ChangeCard(*(7, "undone", args, "U1", (SUBSCRIPTION,), "undo 7", "Asia/Seoul"))
    assert "Change 3 was undone (Subscribed S2: ai)" in render(Shown(card, "en")).plain
    assert "Change 3 was undone · by" in render(Shown(replace(card, args={"undone": "3"}), "en")).plain


def test_a_young_subscription_counts_from_its_start() -> None:
    young, old = (
        render(Shown(ListCard((replace(SUBSCRIPTION, is_new=new),), 1, 1, "Asia/Seoul", False, None, None), "en")).plain
        for new in (True, False)
    )
    assert "4 since Wed 29 Oct" in young
    assert "in 7 days" not in young
    assert "4 in 7 days · since Wed 29 Oct" in old


def test_the_answer_to_a_change_shows_ten_subscriptions_and_counts_the_rest() -> None:
    lines = tuple(replace(SUBSCRIPTION, id=f"S{number}") for number in range(11))
    card = ChangeCard(*(7, "edited", {}, "U1", lines[:10], None, "Asia/Seoul"), in_full=True)
    assert "+" not in render(Shown(card, "en")).plain
    assert "1 other subscription: /pact list" in render(Shown(replace(card, lines=lines), "en")).plain
    newest = render(Shown(replace(card, lines=lines, args={**card.args, "id": lines[-1].id}), "en")).plain
    assert lines[-1].id in newest.split("This channel now gets")[1], "the changed one is always shown"


@pytest.mark.parametrize(
    ("cadence", "weekday", "text"),
    [
        ("instant", None, "instant"),
        ("hourly", None, "hourly"),
        ("daily", None, "daily at 08:30 KST"),
        ("weekly", "wed", "Wednesdays at 08:30 KST"),
        ("weekly", None, "Mondays at 08:30 KST"),
    ],
)
def test_every_cadence_has_its_text(cadence: str, weekday: str | None, text: str) -> None:
    line = replace(SUBSCRIPTION, cadence=cadence, weekday=weekday)
    assert cadence_text(line, localizer_for("en", "Asia/Seoul")) == text


def test_first_and_last_page_have_one_button() -> None:
    first, last = (ListCard((SUBSCRIPTION,), page, 3, "Asia/Seoul", False, None, None) for page in (1, 3))
    assert [each["value"] for each in elements(render(Shown(first, "en")).blocks, "button")] == ["list 2"]
    assert [each["value"] for each in elements(render(Shown(last, "en")).blocks, "button")] == ["list 2"]


@pytest.mark.parametrize(("pages", "shown"), [(1, False), (2, True)])
def test_a_list_of_two_pages_shows_its_number(pages: int, shown: bool) -> None:
    card = ListCard((SUBSCRIPTION,), 1, pages, "Asia/Seoul", False, None, None)
    assert ("page 1 of 2" in render(Shown(card, "en")).plain) == shown


def test_the_end_of_a_mute_is_shown_in_each_readers_own_zone() -> None:
    at = datetime(2025, 10, 28, 23, 30, tzinfo=UTC)
    card = ChangeCard(3, "muted", {"target": "ST1"}, "U1", (), "undo 3", "Asia/Seoul", until_at=at)
    message = render(Shown(card, "ko"))
    (date,) = elements(message.blocks, "date")
    assert (date["timestamp"], date["format"]) == (int(at.timestamp()), "{date_short_pretty} {time}")
    assert date["fallback"] == "10월 29일(수) 08:30 KST · 19:30 ET(28일)"
    assert "10월 29일(수) 08:30 KST · 19:30 ET(28일)까지" in message.plain


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_form_in_which_everything_changed_is_told_whole(language: str) -> None:
    changes = "; ".join(f"setting {number} of the channel" for number in range(30))
    args = {"changes_en": changes, "changes_ko": changes}
    card = ChangeCard(*(7, "set_several", args, "U1", (), "undo 7", "Asia/Seoul"))
    assert changes in render(Shown(card, language)).plain
