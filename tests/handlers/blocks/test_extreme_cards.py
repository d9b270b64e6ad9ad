"""Cards with extreme contents are accepted by Slack's own models and by the fake Slack's rules, in both languages."""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from handlers.blocks.message import render
from handlers.cards.home import HomeCard
from handlers.cards.modals import BuilderCard, MuteCard
from handlers.cards.shown import Card, Shown
from handlers.fake_slack.blocks_check import check_message_blocks
from handlers.fake_slack.limits import check_blocks_length
from handlers.fake_slack.view_check import check_view
from handlers.views.home_tab import home_view
from handlers.views.modal import modal_view

VIEWS: dict[type, str] = {HomeCard: "home", BuilderCard: "modal", MuteCard: "modal"}
CARDS: list[type] = [*typing.get_args(Card), *VIEWS]
LONGEST = "한미 기술번영 업무협약(MOU) & <서명> WWWWWWWWWW 👨‍👩‍👧‍👦🇰🇷 " * 70
MANY = 200
AT = datetime(2025, 10, 28, 23, 30, tzinfo=UTC)


class Extremes:
    """Makes a value of any card's class: every field as long, as many and as large as ``text`` and ``count`` say."""

    def __init__(self, text: str, count: int, number: int) -> None:
        self.text, self.count, self.number = text, count, number

    def of(self, kind: Any) -> Any:
        """Returns a value of a field's type."""
        origin, args = typing.get_origin(kind), typing.get_args(kind)
        if origin in (typing.Union, types.UnionType):
            filled = [each for each in args if each is not type(None)]
            return None if not self.count and type(None) in args else self.of(filled[0])
        if origin is tuple:
            return (self.of(args[0]),) * self.count if args[-1] is Ellipsis else tuple(map(self.of, args))
        if origin is Mapping:
            return {"ko": self.text, "en": self.text, "line": self.text} if self.count else {}
        if origin is typing.Literal:
            return args[0]
        simple = {str: self.text, int: self.number, float: float(self.number), bool: bool(self.count)}
        simple |= {datetime: AT, date: AT.date(), object: self.text}
        return simple[kind] if kind in simple else self.made(kind)

    def made(self, card: type) -> Any:
        """Returns a value of a dataclass."""
        assert is_dataclass(card)
        hints = typing.get_type_hints(card, vars(sys.modules[card.__module__]))
        return card(**{each.name: self.of(hints[each.name]) for each in fields(card)})


EXTREMES = {
    "longest": Extremes(LONGEST, MANY, 10**12),
    "many": Extremes("https://a.example/1", MANY, 7),
    "one": Extremes("ST1", 1, 1),
    "empty": Extremes("", 0, 0),
    "below_zero": Extremes(" ", 1, -5),
}


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("name", EXTREMES)
@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.__name__)
def test_a_card_is_accepted_whatever_it_holds(card: type, name: str, language: str) -> None:
    shown = Shown(EXTREMES[name].made(card), language, share="status", shared_by="U123", repeat=True)
    if card in VIEWS:
        view = home_view(shown) if card is HomeCard else modal_view(shown)
        check_view(view, VIEWS[card])
        blocks = view["blocks"]
    else:
        blocks = render(shown).blocks
        check_message_blocks(blocks)
        check_blocks_length(blocks)
    for block in blocks:
        model = Block.parse(block)
        assert model is not None, f"Slack's models do not know {block['type']}"
        model.validate_json()
        assert model.to_dict()["type"] == block["type"]
