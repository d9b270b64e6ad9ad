"""Slack's angle brackets and escapes are taken off a typed line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.unwrap import links_in, unwrap


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("why <https://a.kr/x?a=1&amp;b=2|a.kr/x>", "why https://a.kr/x?a=1&b=2"),
        ("why <https://a.kr/x>", "why https://a.kr/x"),
        ("mute outlet <http://127.40.0.2|127.40.0.2> for 3d", "mute outlet 127.40.0.2 for 3d"),
        ("subscribe <http://naver.com/|naver.com>", "subscribe naver.com"),
        (
            "why <http://a.kr/x|a.kr/x> <https://a.kr|b.kr> <https://a.kr>",
            "why http://a.kr/x https://a.kr https://a.kr",
        ),
        ("subscribe pact in <#C123|policy>", "subscribe pact in #C123"),
        ("subscribe <@U1|kim> &lt;b&gt; R&amp;D", "subscribe @U1 <b> R&D"),
        ("settings mention <!subteam^S1|@desk>", "settings mention @S1"),
        ("설정 호출 <!subteam^S1>", "설정 호출 @S1"),
        ("subscribe <!channel> <!subteam^S1|@desk> <mailto:a@b.kr|a@b.kr>", "subscribe @channel @desk a@b.kr"),
        ("subscribe &amp;lt;", "subscribe &lt;"),
        ("why a\x00b\ud800c", "why abc"),
    ],
)
def test_a_line_is_as_the_person_sees_it(raw: str, line: str) -> None:
    assert unwrap(raw) == line


@given(st.text(alphabet="<>|#@!&;ampltC1 https:/", max_size=60))
def test_any_line_can_be_unwrapped(raw: str) -> None:
    assert isinstance(unwrap(raw), str)


def test_links_are_read_from_a_message_as_slack_sends_it() -> None:
    text = (
        "see <https://a.kr/1?x=1&amp;y=2|the https page> and <http://b.kr> or https://c.kr/3 \x00<mailto:a@b.kr|a@b.kr>"
    )
    assert links_in(text) == ["https://a.kr/1?x=1&y=2", "http://b.kr", "https://c.kr/3"]
