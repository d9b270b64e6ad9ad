"""The home tab shows each subscription with its buttons, and admins the workspace; Slack accepts whatever it holds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.blocks.message import render
from handlers.cards.digest import Proof
from handlers.cards.home import (
    HomeAdmin,
    HomeCard,
    HomeChange,
    HomeChannel,
    HomeFeedback,
    HomeForm,
    HomeReason,
)
from handlers.cards.modals import BuilderCard, MuteCard
from handlers.cards.shown import Shown
from handlers.cards.status import Health, PactDate
from handlers.cards.subscriptions import SubscriptionLine
from handlers.cards.texts import Note
from handlers.fake_slack.view_check import check_view
from handlers.home_actions import request_from_home
from handlers.requests import Ask, Home
from handlers.slack_facts import Identity
from handlers.text.words import LANGUAGES
from handlers.views.asks import EndSubscription, MuteSubscription, OpenBuilder
from handlers.views.home_tab import home_view
from handlers.views.modal import modal_view
from tests.support.any_cards import any_of
from tests.support.example_cards import STORY
from tests.support.journey import elements_of, words_of

NOW = datetime(2026, 8, 14, 1, tzinfo=UTC)
LINE = SubscriptionLine(
    "S12", "quantum", "daily", "08:30", None, "Asia/Seoul", "U1", "C1", NOW - timedelta(days=20), None, 3, "active"
)
HEALTH = Health(0, None, 0, NOW, NOW)
CARD = HomeCard(
    NOW, "Asia/Seoul", Proof(3, 3, 12, NOW, (("Asia Economy", NOW),)), HEALTH, (LINE,), (),
    PactDate(date(2026, 9, 1), {"en": "the committee meets", "ko": "공동위원회"}, "x"), date(2025, 10, 29),
    opened_in="D1",
)  # fmt: skip
ADMIN = HomeAdmin(
    (HomeChannel("C1", 2, "active"), HomeChannel("C2", 1, "waiting")),
    1,
    (HomeChange("subscribed", {"id": "S12", "query": "quantum"}, "U1", "C1", NOW, undone=True),),
    (Note("alias_name", {"spelling": "크라치오"}),),
)
SAID = HomeFeedback(
    (("passing", 2), ("other-pact", 1)),
    (
        HomeReason("ST91", "Seoul opens a centre", "U7", "passing", "<!channel> only its history", NOW),
        HomeReason("ST7", "", "U8", "other-pact", "", NOW),
    ),
    (HomeForm("양자", "quantum", 2),),
)
OURS = Identity("T1", "U0", "B1")


MIXED = ("C1", "D1", "C1", "D1")
"""Channels and the direct message by turns: the heading of each stands twice."""


def checked(card: HomeCard, language: str = "en") -> dict[str, Any]:
    return check_view(home_view(Shown(card, language)), "home")


def pressed(action_id: str, value: str) -> Ask | None:
    view = {"id": "V1", "type": "home", "private_metadata": '{"channel": "D1"}'}
    body = {
        "user": {"id": "U1"},
        "trigger_id": "1.2",
        "view": view,
        "actions": [{"action_id": action_id, "value": value}],
    }
    request = request_from_home(OURS, body)
    assert request is None or request.asker.channel == "D1"
    return request.ask if request else None


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_subscription_stands_under_its_channel_with_its_buttons(language: str) -> None:
    second = replace(LINE, id="S13", channel="D1", query="space", muted_until=NOW + timedelta(days=3))
    view = checked(replace(CARD, subscriptions=(LINE, second), pages=2), language)
    assert json.loads(view["private_metadata"]) == {"channel": "D1"}
    shown = words_of(view["blocks"])
    assert "<C1>" in shown
    elements = list(elements_of(view["blocks"]))
    edits = [each["value"] for each in elements if each["action_id"] == "pact:edit"]
    assert edits == ["edit S12", "edit S13"]
    mutes = [each["options"][-1]["value"] for each in elements if each["action_id"] == "pact:home:mute"]
    heads = [block["text"]["text"] for block in view["blocks"] if block["type"] == "header"]
    channels, own = {"en": ("Your channels' subscriptions", "Your subscriptions"), "ko": ("내 채널의 구독", "내 구독")}[
        language
    ]
    assert [head for head in heads if head in (channels, own)] == [channels, own]
    assert mutes == ["12 2592000", "13 0"], "a muted subscription can be heard again"
    ends = [each for each in elements if each["action_id"] == "pact:home:end"]
    assert [each["value"] for each in ends] == ["12", "13"]
    assert all("confirm" in each for each in ends)
    assert [each["value"] for each in elements if each["action_id"].startswith("pact:home:page")] == ["2"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_only_reads_sees_no_button_that_changes(language: str) -> None:
    read_only = checked(replace(CARD, may_change=False), language)
    actions = {each["action_id"] for each in elements_of(read_only["blocks"])}
    assert not actions & {"pact:home:new", "pact:edit", "pact:home:mute", "pact:home:end"}
    assert {"pact:run:status", "pact:set:language"} <= actions
    assert "S12" in words_of(read_only["blocks"])
    empty = words_of(checked(replace(CARD, may_change=False, subscriptions=()), language)["blocks"])
    assert "subscribe" not in empty
    assert "구독 협약" not in empty


@pytest.mark.parametrize(
    ("what", "args", "words"),
    [
        ("subscribed", {"id": "S12", "query": "pact OR 6G"}, "S12 구독을 시작했습니다: 협약 또는 6G"),
        ("digest_weekly", {"weekday": "fri", "at": "09:00"}, "매주 금요일 09:00"),
    ],
)
def test_the_audit_trail_says_a_change_as_its_post_does(what: str, args: dict[str, str], words: str) -> None:
    changed = replace(ADMIN, changes=(HomeChange(what, args, "U1", "C1", NOW),))
    assert words in words_of(checked(replace(CARD, admin=changed), "ko")["blocks"])


@pytest.mark.parametrize(("language", "clause"), [("en", "share space data"), ("ko", "우주 자료를 나눈다")])
def test_the_audit_trail_names_a_clause_in_the_readers_language(language: str, clause: str) -> None:
    args = {"clause": "space", "clause_en": "share space data", "clause_ko": "우주 자료를 나눈다"}
    changed = replace(ADMIN, changes=(HomeChange("commitment_underway", args, "U1", "C1", NOW),))
    shown = words_of(checked(replace(CARD, admin=changed), language)["blocks"])
    assert clause in shown


def test_subscriptions_in_any_order_make_a_valid_view() -> None:
    lines = tuple(replace(CARD.subscriptions[0], id=f"S{number}", channel=name) for number, name in enumerate(MIXED))
    checked(replace(CARD, subscriptions=lines))


@pytest.mark.parametrize(("language", "query"), [("en", "topic:pact OR pact"), ("ko", "주제:협약 또는 협약")])
def test_queries_of_the_home_tab_are_as_the_reader_types_them(language: str, query: str) -> None:
    made = HomeChange("unsubscribed", {"id": "S9", "query": "topic:pact OR pact"}, "U1", "C1", NOW)
    undone = HomeChange("undone", {"undone": "3", "undone_what": "subscribed", **made.args}, "U1", "C1", NOW)
    kept = replace(CARD.subscriptions[0], query="topic:pact OR pact")
    card = replace(CARD, admin=replace(ADMIN, changes=(made, undone)), subscriptions=(kept,))
    assert words_of(checked(card, language)["blocks"]).count(query) == 4, "the line, its end, and two changes"


def test_a_card_the_shortcut_and_the_home_tab_offer_the_same_times_to_mute() -> None:
    modal = modal_view(Shown(MuteCard(7, "A zeppelin", "C1", "Asia/Seoul"), "en"))
    of_modal = next(each for each in elements_of(modal["blocks"]) if "options" in each)
    of_home = next(each for each in elements_of(checked(CARD)["blocks"]) if each["action_id"] == "pact:home:mute")
    of_card = next(each for each in elements_of(render(Shown(STORY, "en")).blocks) if each["action_id"] == "pact:mute")
    in_modal, in_home, on_card = (
        [option["text"]["text"].removeprefix("for ") for option in menu["options"]]
        for menu in (of_modal, of_home, of_card)
    )
    assert in_modal == in_home == on_card == ["4 hours", "1 day", "3 days", "7 days", "30 days"]
    seconds = [int(option["value"]) for option in of_modal["options"]]
    assert seconds == [14_400, 86_400, 259_200, 604_800, 2_592_000]
    assert [option["value"] for option in of_home["options"]] == [f"12 {each}" for each in seconds]


def test_only_admins_see_the_workspace() -> None:
    assert "For admins" not in words_of(checked(CARD))
    shown = words_of(checked(replace(CARD, admin=ADMIN)))
    for part in (
        "For admins",
        "2 subscriptions",
        "Asia Economy",
        "Subscribed S12",
        "undone",
        "크라치오",
        "1 more channel",
    ):
        assert part in shown
    korean = words_of(checked(replace(CARD, admin=ADMIN), "ko"))
    assert "최근 변경" in korean
    assert "For admins" not in korean


def test_admins_read_what_people_called_not_relevant() -> None:
    shown = words_of(checked(replace(CARD, admin=replace(ADMIN, feedback=SAID))))
    assert "Only a passing mention 2 · Another pact 1" in shown
    assert "ST91 “Seoul opens a centre” — Only a passing mention: “" in shown
    assert "only its history" in shown
    assert "ST7 — Another pact · " in shown
    assert "“양자”" in shown
    assert "2 stories" in shown
    korean = words_of(checked(replace(CARD, admin=replace(ADMIN, feedback=SAID)), "ko"))
    assert "스쳐 간 언급 2 · 다른 협약 1" in korean
    assert "2건" in korean
    assert "not relevant" not in words_of(checked(replace(CARD, admin=ADMIN)))


def test_without_subscriptions_the_tab_names_what_can_be_typed() -> None:
    shown = words_of(checked(replace(CARD, subscriptions=())))
    assert "None yet. Type /pact subscribe pact for me in a channel." in shown
    assert "No stories today." in shown
    assert "Next: Tue 1 Sep 2026, the committee meets" in shown


def test_the_chosen_language_and_zone_are_shown_as_chosen() -> None:
    def chosen(card: HomeCard) -> list[str]:
        elements = elements_of(checked(card)["blocks"])
        return [each["initial_option"]["value"] for each in elements if each["action_id"].startswith("pact:set:")]

    assert chosen(CARD) == ["lang auto", "settings zone auto for me"]
    own = replace(CARD, own_language="ko", own_zone="Europe/Rome")
    assert chosen(own) == ["lang ko", "settings zone Europe/Rome for me"]


@pytest.mark.parametrize(
    ("action_id", "value", "ask"),
    [
        ("pact:home:new", "new", OpenBuilder()),
        ("pact:home:page:next", "2", Home(2)),
        ("pact:home:end", "12", EndSubscription(12)),
        ("pact:home:mute", "12 86400", MuteSubscription(12, 86_400)),
        ("pact:home:mute", "12 0", MuteSubscription(12, 0)),
        ("pact:home:mute", "12 7776000", MuteSubscription(12, 7_776_000)),
        ("pact:home:mute", "12 7776001", None),
        ("pact:home:mute", "12", None),
        ("pact:home:end", "12 13", None),
        ("pact:home:end", "S12", None),
        ("pact:home:end", "", None),
        ("pact:home:page", "9999999999", None),
    ],
)
def test_a_press_is_read_and_a_forged_value_is_not(action_id: str, value: str, ask: Ask | None) -> None:
    assert pressed(action_id, value) == ask


VIEWS = st.one_of([st.builds(Shown, any_of(kind), st.sampled_from(LANGUAGES)) for kind in (BuilderCard, MuteCard)])


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(VIEWS)
def test_any_modal_is_accepted(shown: Shown) -> None:
    check_view(modal_view(shown), "modal")


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.builds(Shown, any_of(HomeCard), st.sampled_from(LANGUAGES)))
def test_any_home_tab_is_accepted(shown: Shown) -> None:
    check_view(home_view(shown), "home")


def test_a_proposed_spelling_has_a_button_and_an_added_one_another() -> None:
    proposal = Note("alias_official", {"spelling": "크래치오스", "toml": "x"})
    admin = replace(ADMIN, aliases=(proposal, *ADMIN.aliases), added=("크라시오스",))
    buttons = {
        each["value"]: each["text"]["text"]
        for each in elements_of(checked(replace(CARD, admin=admin))["blocks"])
        if each["action_id"].startswith("pact:run:lexicon")
    }
    assert buttons == {
        "lexicon add 크래치오스": "Add “크래치오스”",
        "lexicon remove 크라시오스": "Remove “크라시오스”",
    }
