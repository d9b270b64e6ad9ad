"""Any card with any strings fits Slack's limits, mentions nobody and never raises."""

from __future__ import annotations

import json
import re
import typing
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.blocks.message import render, with_keyboard_note
from handlers.cards.shown import Card, Shown
from handlers.cards.story import StoryCard
from handlers.cards.texts import Lead, Span
from tests.support.any_cards import HOSTILE, TEXTS, any_of

CARDS = typing.get_args(Card)
SHOWN = st.one_of(
    [
        st.builds(
            Shown,
            any_of(card),
            st.sampled_from(["ko", "en", "fr", ""]),
            st.one_of(st.none(), TEXTS),
            st.one_of(st.none(), st.just("U123"), TEXTS),
            st.booleans(),
        )
        for card in CARDS
    ]
)


def test_every_card_is_generated() -> None:
    assert len(CARDS) >= 20


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(SHOWN)
def test_any_card_fits_slacks_limits(shown: Shown) -> None:
    message = render(shown)
    check_message(message.text, message.blocks)
    check_fallback(message.plain)
    noted = with_keyboard_note(message, "ko", "ㄴㅅㅁ션", "status")
    assert len(noted.blocks) <= 50


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(any_of(StoryCard), st.sampled_from(["ko", "en"]))
def test_a_storys_text_is_one_short_line_with_its_outlet(card: StoryCard, language: str) -> None:
    text = render(Shown(card, language)).text
    assert len(text) <= 300
    assert " — " in text
    assert re.search(r"\d\d:\d\d \S+$", text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_headline_mentions_nobody(text: str) -> None:
    at = datetime(2025, 10, 28, 23, 30, tzinfo=UTC)
    card = StoryCard(
        story="ST1",
        headline=text,
        headline_language="ko",
        url=text,
        outlet=text,
        published_at=at,
        seen_at=at,
        zone="Asia/Seoul",
        lead=Lead(text, (Span(0, 3), Span(2, 9_000))),
        topics=(text,),
        articles_ko=1,
        articles_en=1,
        articles_other=0,
        first_outlet=text,
        first_by_minutes=5,
        official_url=text,
        after=(text,),
        subscriptions=(text,),
    )
    message = render(Shown(card, "ko"))
    check_message(message.text, message.blocks)
    check_fallback(message.plain)


# Slack's limits as its documentation states them, written independently of the code.


def check_message(text: str, blocks: list[dict[str, Any]]) -> None:
    assert 0 < len(text) <= 3_900
    check_fallback(text)
    assert 1 <= len(blocks) <= 45
    raw = json.dumps(blocks, ensure_ascii=False)
    assert len(raw) <= 12_000
    raw.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ufeff]", "".join(strings_of(blocks)))
    ids = [block["block_id"] for block in blocks]
    assert len(set(ids)) == len(ids)
    for block in blocks:
        assert block["block_id"].startswith("pact:")
        assert len(block["block_id"]) <= 255
        BLOCKS[block["type"]](block)


def check_fallback(text: str) -> None:
    """Only our own links, people and channels stand in angle brackets, and every & begins an escape."""
    for wrapped in re.findall(r"<([^<>]*)>", text):
        assert re.fullmatch(r"https?://[^|\s]+\|[^|]*|@[UW][A-Z0-9]+|#[CGD][A-Z0-9]+|!subteam\^S[A-Z0-9]+", wrapped), (
            wrapped
        )
    assert not re.search(r"&(?!(amp|lt|gt);)", re.sub(r"<[^<>]*>", "", text))
    assert "<" not in re.sub(r"<[^<>]*>", "", text)


def check_plain(text: dict[str, Any], most: int) -> None:
    assert set(text) <= {"type", "text", "emoji"}
    assert text["type"] == "plain_text"
    assert text.get("emoji") is False
    assert 0 < len(text["text"]) <= most


def check_section(block: dict[str, Any]) -> None:
    check_plain(block["text"], 2_900)
    if "accessory" in block:
        check_interactive(block["accessory"])


def check_context(block: dict[str, Any]) -> None:
    assert 1 <= len(block["elements"]) <= 10
    for element in block["elements"]:
        check_plain(element, 2_000)


def check_actions(block: dict[str, Any]) -> None:
    assert 1 <= len(block["elements"]) <= 25
    ids = [element["action_id"] for element in block["elements"]]
    assert len(set(ids)) == len(ids)
    for element in block["elements"]:
        check_interactive(element)


def check_interactive(element: dict[str, Any]) -> None:
    assert re.match(r"pact:(open|why|mute|more|share|undo|run|into|edit)(:|$)", element["action_id"])
    assert len(element["action_id"]) <= 255
    if element["type"] == "button":
        check_plain(element["text"], 75)
        assert 0 < len(element["value"]) <= 2_000
        if "url" in element:
            check_address(element["url"])
        return
    if element["type"] == "conversations_select":
        check_plain(element["placeholder"], 150)
        return
    assert element["type"] in ("static_select", "overflow")
    assert 1 <= len(element["options"]) <= (5 if element["type"] == "overflow" else 100)
    for option in element["options"]:
        check_plain(option["text"], 75)
        assert 0 < len(option["value"]) <= 150


def check_address(url: str) -> None:
    assert re.match(r"https?://[^/\s|<>\"]+", url, re.IGNORECASE)
    assert url.isascii()
    assert not re.search(r"[\s|<>\"`\\^{}]", url)
    assert len(url) <= 3_000


def check_rich(block: dict[str, Any]) -> None:
    assert block["elements"]
    for part in block["elements"]:
        if part["type"] == "rich_text_list":
            assert part["style"] in ("bullet", "ordered")
            assert part.get("offset", 0) >= 0
            assert part["elements"]
            for item in part["elements"]:
                assert item["type"] == "rich_text_section"
                check_runs(item)
        else:
            assert part["type"] in ("rich_text_section", "rich_text_quote", "rich_text_preformatted")
            check_runs(part)
    assert sum(len(each) for each in strings_of(block)) <= 12_000


def check_runs(part: dict[str, Any]) -> None:
    assert part["elements"]
    for run in part["elements"]:
        assert run["type"] in ("text", "link", "user", "channel", "usergroup", "date")
        if run["type"] == "text":
            assert run["text"]
        if run["type"] == "link":
            check_address(run["url"])
            assert run["text"]
        if run["type"] == "user":
            assert re.fullmatch(r"[UW][A-Z0-9]+", run["user_id"])
        if run["type"] == "date":
            assert run["timestamp"] >= 0
            assert run["fallback"]
        if run["type"] == "usergroup":
            assert re.fullmatch(r"S[A-Z0-9]+", run["usergroup_id"])
        if run["type"] == "channel":
            assert re.fullmatch(r"[CGD][A-Z0-9]+", run["channel_id"])
        assert set(run.get("style", {})) <= {"bold", "italic", "code"}


BLOCKS = {
    "header": lambda block: check_plain(block["text"], 150),
    "section": check_section,
    "context": check_context,
    "actions": check_actions,
    "rich_text": check_rich,
}


def strings_of(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in strings_of(each)]
    if isinstance(value, list):
        return [text for each in value for text in strings_of(each)]
    return [value] if isinstance(value, str) else []
