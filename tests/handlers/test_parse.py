"""Lines as people type them, in both languages and with the keyboard in the wrong mode."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.keyboard import keys_of
from handlers.parse import MUTE_MAX_SECONDS, clock_time, duration_seconds, parse, reads_only, understood
from handlers.requests import (
    Ask,
    Asker,
    Digest,
    Help,
    ListSubscriptions,
    Mute,
    Rest,
    Status,
    Subscribe,
    Unclear,
    Undo,
    Unmute,
    Unsubscribe,
    Why,
)
from handlers.unwrap import unwrap
from handlers.verbs import VERBS

ASKER = Asker("T1", "U1", "C1", direct=False)


def ask_of(line: str) -> Ask:
    return parse(line, ASKER)[0]


@pytest.mark.parametrize(
    ("line", "ask"),
    [
        ("", Help()),
        ("   ", Help()),
        ("help", Help()),
        ("HELP sub", Help("subscribe")),
        ("도움말 구독", Help("subscribe")),
        ("status", Status(Rest("", 6))),
        ("상태 양자 7d", Status(Rest("양자 7d", 3))),
        ("sub quantum as daily", Subscribe(Rest("quantum as daily", 4))),
        ("구독  양자", Subscribe(Rest("양자", 4))),
        ("subscribe space for me", Subscribe(Rest("space", 10), for_me=True)),
        ("구독 우주 나에게", Subscribe(Rest("우주", 3), for_me=True)),
        ("unsubscribe S12", Unsubscribe(12)),
        ("해지 12", Unsubscribe(12)),
        ("unsub all", Unsubscribe(None, everything=True)),
        ("해지 모두 네", Unsubscribe(None, everything=True, sure=True)),
        ("unsubscribe all sure", Unsubscribe(None, everything=True, sure=True)),
        ("list", ListSubscriptions()),
        ("list all 2", ListSubscriptions(everywhere=True, page=2)),
        ("목록 2쪽", ListSubscriptions(page=2)),
        ("digest", Digest("now")),
        ("요약 지금", Digest("now")),
        ("digest daily 8:30", Digest("daily", "08:30")),
        ("digest daily at 07:05", Digest("daily", "07:05")),
        ("요약 매일 08:30", Digest("daily", "08:30")),
        ("요약 매일 8시30분", Digest("daily", "08:30")),
        ("요약 끄기", Digest("off")),
        ("why https://a.kr/1", Why("https://a.kr/1")),
        ("왜 ST91", Why("ST91")),
        ("mute story st91 for 3d", Mute("story", "ST91", 259_200)),
        ("mute ST91 90m", Mute("story", "ST91", 5_400)),
        ("음소거 매체 asiae 4시간", Mute("outlet", "asiae", 14_400)),
        ("unmute ST91", Unmute("story", "ST91")),
        ("해제 매체 asiae", Unmute("outlet", "asiae")),
        ("undo 7", Undo(7)),
        ("되돌리기 #7", Undo(7)),
    ],
)
def test_a_line_is_understood(line: str, ask: Ask) -> None:
    assert ask_of(line) == ask


@pytest.mark.parametrize(
    ("line", "token", "code", "nearest"),
    [
        ("statsu", "statsu", "verb_unknown", "status"),
        ("preview 양자", "preview", "verb_unknown", None),
        ("s", "s", "verb_ambiguous", "status"),
        ("un S12", "un", "verb_ambiguous", "unsubscribe S12"),
        ("해", "해", "verb_ambiguous", "해지"),
        ("undo 7 now", "now", "not_taken", "undo 7"),
        ("list all 2 x", "x", "not_taken", "list all 2"),
        ("digest now x", "x", "not_taken", "digest now"),
        ("digest daily 25:00", "25:00", "time_wrong", "digest daily 08:30"),
        ("digest weekly", "weekly", "digest_when", "digest daily 08:30"),
        ("unsubscribe quantum", "quantum", "subscription_wanted", "list"),
        ("mute ST91 for ever", "ever", "duration_wrong", "mute story ST91 1d"),
        ("mute ST91 for 0d", "0d", "duration_wrong", "mute story ST91 1d"),
        ("mute ST91 99d", "99d", "duration_too_long", "mute story ST91 90d"),
        ("음소거 ST91 영원히", "영원히", "duration_wrong", "음소거 기사 ST91 1일"),
        ("요약 매일 25시", "25시", "time_wrong", "요약 매일 08:30"),
        ("해지 양자", "양자", "subscription_wanted", "목록"),
        ("mute asiae 4h", "asiae", "story_wanted", "mute outlet asiae"),
        ("help nothing-like-it", "nothing-like-it", "verb_unknown", None),
    ],
)
def test_an_unclear_line_points_at_its_token(line: str, token: str, code: str, nearest: str | None) -> None:
    ask = ask_of(line)
    assert isinstance(ask, Unclear)
    assert line[ask.position : ask.position + ask.length] == token
    assert (ask.code, ask.nearest) == (code, nearest)


@pytest.mark.parametrize("line", ["subscribe", "unsubscribe", "why", "mute", "mute ST91", "undo"])
def test_what_is_missing_is_pointed_at_behind_the_line(line: str) -> None:
    ask = ask_of(line)
    assert isinstance(ask, Unclear)
    assert ask.position == len(line) + 1


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_has_a_unique_name_in_both_languages(verb: object) -> None:
    names = [word for each in VERBS for word in each.words]
    assert len(names) == len(set(names))


def test_a_korean_verb_is_answered_in_korean() -> None:
    assert parse("상태", ASKER)[1].language == "ko"
    assert parse("status 양자", ASKER)[1].language is None
    assert parse("tkdxo", ASKER)[1].language == "ko"


def test_keys_of_the_korean_keyboard() -> None:
    assert keys_of("ㄴㅅㅁ션") == "status"
    assert keys_of("구독") == "rnehr"
    assert keys_of("왜") == "dho"
    assert keys_of("넓힘") == "sjfqgla"


def test_the_other_keyboard_mode_is_understood_for_reading() -> None:
    assert ask_of("ㄴㅅㅁ션") == Status(Rest("", 6))
    assert understood("ㄴㅅㅁ션 벼무셔ㅡ 7ㅇ") == "status quantum 7d"
    assert ask_of("tkdxo 7d") == Status(Rest("7d", 3))
    assert ask_of("dho https://a.kr/1") == Why("https://a.kr/1")


@pytest.mark.parametrize(
    ("line", "offer"),
    [
        ("rnehr quantum", "구독 quantum"),
        ("녀ㅠㄴㅊ갸ㅠㄷ 양자", "subscribe 양자"),
        ("ㅡㅕㅅㄷ ㄴㅆ91 3ㅇ", "mute sT91 3d"),
    ],
)
def test_the_other_keyboard_mode_is_only_offered_for_a_change(line: str, offer: str) -> None:
    ask = ask_of(line)
    assert isinstance(ask, Unclear)
    assert (ask.code, ask.nearest) == ("keyboard", offer)
    assert understood(line) == line


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("why <https://a.kr/x?a=1&amp;b=2|a.kr/x>", "why https://a.kr/x?a=1&b=2"),
        ("why <https://a.kr/x>", "why https://a.kr/x"),
        ("subscribe pact in <#C123|policy>", "subscribe pact in #C123"),
        ("subscribe <@U1|kim> &lt;b&gt; R&amp;D", "subscribe @U1 <b> R&D"),
        ("subscribe <!channel> <!subteam^S1|@desk> <mailto:a@b.kr|a@b.kr>", "subscribe @channel @desk a@b.kr"),
        ("subscribe &amp;lt;", "subscribe &lt;"),
    ],
)
def test_slacks_brackets_are_taken_off(raw: str, seen: str) -> None:
    assert unwrap(raw) == seen


def test_durations_and_times() -> None:
    assert [duration_seconds(word) for word in ("30m", "4H", "3일", "2주", "4시간동안")] == [
        *(1_800, 14_400, 259_200, 1_209_600, 14_400)
    ]
    assert [duration_seconds(word) for word in ("", "3", "d", "-3d", "3.5d", "0h")] == [None] * 6
    assert [clock_time(word) for word in ("8:30", "23:59", "0시", "24:00", "8:3", "8")] == [
        *("08:30", "23:59", "00:00", None, None, None)
    ]


@given(st.text(max_size=120))
def test_any_line_is_an_ask_and_its_caret_stands_in_reach(line: str) -> None:
    ask, asker = parse(line, ASKER)
    assert asker.user == ASKER.user
    meant = understood(line)
    if isinstance(ask, Unclear):
        assert 0 <= ask.position <= len(meant) + 1
        assert ask.length >= 1
        assert meant == line
    if meant != line:
        assert reads_only(ask)
    if isinstance(ask, Status | Subscribe):
        assert meant[ask.rest.offset : ask.rest.offset + len(ask.rest.text)] == ask.rest.text


@given(st.sampled_from([word for verb in VERBS for word in verb.words]), st.text(max_size=60))
def test_any_rest_after_a_verb_is_safe(verb: str, rest: str) -> None:
    ask = ask_of(f"{verb} {rest}")
    if isinstance(ask, Mute):
        assert 0 < ask.for_seconds <= MUTE_MAX_SECONDS


@pytest.mark.parametrize(
    "line", ["구독", "해지", "음소거", "음소거 ST91", "요약 x", "mute", "digest weekly", "s", "해"]
)
def test_what_is_offered_would_be_understood(line: str) -> None:
    ask = ask_of(line)
    assert isinstance(ask, Unclear)
    assert ask.nearest is not None
    again = ask_of(ask.nearest)
    assert not isinstance(again, Unclear) or again.code.endswith("_needs")


@given(st.text(alphabet="<>|#@!&;ampltC1 https:/", max_size=60))
def test_unwrapping_never_raises_and_leaves_no_wrapper(raw: str) -> None:
    assert isinstance(unwrap(raw), str)
