"""Builds any value of a card's class, with hostile texts in every field, for tests of Slack's limits."""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

HOSTILE = (
    "<!channel>",
    "<!here|x> <@U123> <#C1|x> <!subteam^S1>",
    "@channel @here @everyone",
    "&lt;!channel&gt;",
    "*bold* _it_ ~x~ `code` ```pre```",
    "<https://evil.example|click>",
    "javascript:alert(1)",
    "http://a.kr/<!channel>|x>",
    "https://a.kr/" + "가" * 600,
    "\u202eright to left\u202c \u2066x\u2069",
    "nul \x00 bell \x07 esc \x1b",
    "lone \ud800 surrogate \udfff",
    "\u3000\u200b\ufeff",
    "\n\n\r\n",
    "",
    " ",
    "한·미 기술번영 업무협약(MOU) 서명" * 20,
    "x" * 9_000,
    "&" * 4_000,
    ":tada: :smile:",
    "{name} {x:을/를} %s",
    "👨‍👩‍👧‍👦🏳️‍🌈",
)
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40), st.text(max_size=400))
ADDRESSES = st.one_of(TEXTS, st.just("https://www.example.com/news/1?a=1&b=2"))
MOMENTS = st.datetimes(timezones=st.just(UTC))
ZONES = st.one_of(st.sampled_from(["Asia/Seoul", "America/New_York", "UTC", "No/Where", ""]), TEXTS)
KNOWN: dict[str, st.SearchStrategy[Any]] = {
    "zone": ZONES,
    "url": ADDRESSES,
    "official_url": st.one_of(st.none(), ADDRESSES),
    "state": st.sampled_from(["active", "waiting", "away", "?"]),
    "cadence": st.sampled_from(["instant", "hourly", "daily", "weekly", "?"]),
    "what": st.one_of(st.sampled_from(["subscribed", "muted", "official"]), TEXTS),
    "code": st.one_of(st.sampled_from(["channel_away", "names", "week_count", "would_quote", "outlet_failing"]), TEXTS),
    "verb": st.sampled_from([None, "subscribe", "nothing"]),
}


def of_type(kind: Any) -> st.SearchStrategy[Any]:
    """Returns values for a card's field by its type."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([of_type(each) for each in args])
    if origin is typing.Literal:
        return st.sampled_from(args)
    if origin is tuple:
        if args[-1] is Ellipsis:
            most = 40 if is_dataclass(args[0]) else 8
            return st.lists(of_type(args[0]), max_size=most).map(tuple)
        return st.tuples(*[of_type(each) for each in args])
    if origin is Mapping:
        keys = st.sampled_from(["ko", "en", "id", "query", "target", "channel", "topics", "line", "x"])
        instants = st.sampled_from(["2025-10-29T08:30:00+00:00", "2025-19-39T08:30:00+00:00", "C123"])
        return st.dictionaries(keys, st.one_of(TEXTS, instants), max_size=4)
    simple: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXTS,
        int: st.one_of(st.integers(-5, 40), st.integers(-(10**12), 10**12)),
        float: st.floats(0, 1e9),
        bool: st.booleans(),
        type(None): st.none(),
        datetime: MOMENTS,
        date: st.dates(),
    }
    return simple[kind] if kind in simple else any_of(kind)


def any_of(card: type) -> st.SearchStrategy[Any]:
    """Returns any value of a card's class."""
    hints = typing.get_type_hints(card, vars(sys.modules[card.__module__]))
    return st.builds(card, **{each.name: KNOWN.get(each.name, of_type(hints[each.name])) for each in fields(card)})
