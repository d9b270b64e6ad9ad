"""Lines as people type them become requests, in both languages and with the keyboard in the other mode."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.requests import Ask, Asker, Home, Share, Unclear
from handlers.verbs.digest import Digest
from handlers.verbs.grammar import Rest
from handlers.verbs.help import Help
from handlers.verbs.list import ListSubscriptions
from handlers.verbs.merge import Merge
from handlers.verbs.mute import MUTE_MAX_SECONDS, Mute, MuteTarget
from handlers.verbs.parse import LINE_MAX_CHARS, parse, understood
from handlers.verbs.preview import Preview
from handlers.verbs.quiet import Quiet
from handlers.verbs.registry import all_verbs
from handlers.verbs.split import NamedArticle, Split
from handlers.verbs.status import Status
from handlers.verbs.story import ShowStory
from handlers.verbs.subscribe import Subscribe
from handlers.verbs.undo import Undo
from handlers.verbs.unmute import Unmute
from handlers.verbs.unsubscribe import Unsubscribe
from handlers.verbs.why import Why

ASKER = Asker("T1", "U1", "C1", direct=False)
ST91 = MuteTarget("story", "ST91")
ASIAE = MuteTarget("outlet", "asiae")


def ask_of(line: str) -> Ask:
    return parse(line, ASKER)[0]


def unclear_of(line: str) -> Unclear:
    ask = ask_of(line)
    assert isinstance(ask, Unclear), ask
    return ask


@pytest.mark.parametrize(
    ("line", "ask"),
    [
        ("", Help()),
        ("   ", Help()),
        ("help", Help()),
        ("HELP sub", Help("subscribe")),
        ("도움말 구독", Help("subscribe")),
        ("status", Status(Rest("", 6))),
        ("상태 양자 7d", Status(Rest("양자", 3), 7)),
        ("status 14d", Status(Rest("", 7), 14)),
        ("상태 양자기술 2주", Status(Rest("양자기술", 3), 14)),
        ("status quantum 3일간", Status(Rest("quantum", 7), 3)),
        ("status quantum 2w", Status(Rest("quantum", 7), 14)),
        ("status quantum 1d", Status(Rest("quantum", 7), 1)),
        ("status quantum 90d", Status(Rest("quantum", 7), 90)),
        ("status 0090d", Status(Rest("", 7), 90)),
        ("status B2d", Status(Rest("B2d", 7), 7)),
        ("sub quantum as daily", Subscribe(Rest("quantum as daily", 4))),
        ("구독  양자", Subscribe(Rest("양자", 4))),
        ("subscribe space for me", Subscribe(Rest("space for me", 10))),
        ("구독 우주 나에게", Subscribe(Rest("우주 나에게", 3))),
        ("unsubscribe S12", Unsubscribe(12)),
        ("unsubscribe quantum -UK", Unsubscribe(None, query=Rest("quantum -UK", 12))),
        ("해지 양자컴퓨터 매일", Unsubscribe(None, query=Rest("양자컴퓨터 매일", 3))),
        ("해지 12", Unsubscribe(12)),
        ("unsub all", Unsubscribe(None, everything=True)),
        ("해지 모두 네", Unsubscribe(None, everything=True, sure=True)),
        ("unsubscribe all sure", Unsubscribe(None, everything=True, sure=True)),
        ("list", ListSubscriptions()),
        ("list all 2", ListSubscriptions(everywhere=True, page=2)),
        ("목록 2쪽", ListSubscriptions(page=2)),
        ("list 9999", ListSubscriptions(page=9999)),
        ("digest", Digest("now")),
        ("요약 지금", Digest("now")),
        ("digest daily", Digest("daily", "08:30")),
        ("digest daily 8:30", Digest("daily", "08:30")),
        ("digest daily at 07:05", Digest("daily", "07:05")),
        ("digest 07:05", Digest("daily", "07:05")),
        ("요약 매일 08:30", Digest("daily", "08:30")),
        ("digest hourly", Digest("hourly")),
        ("preview quantum", Preview(Rest("quantum", 8))),
        ('미리보기 양자 -"양자 면담" 14일', Preview(Rest('양자 -"양자 면담"', 5), 14)),
        ("preview quantum 31d page 2", Preview(Rest("quantum", 8), 31, 2)),
        ("preview quantum as daily for 3d", Preview(Rest("quantum as daily for 3d", 8))),
        ("digest weekly", Digest("weekly", "08:30", weekday="mon")),
        ("digest weekly on friday at 9am", Digest("weekly", "09:00", weekday="fri")),
        ("digest weekly 09:00 fri", Digest("weekly", "09:00", weekday="fri")),
        ("요약 매주 월 09:00", Digest("weekly", "09:00", weekday="mon")),
        ("digest weekly mon 09:00", Digest("weekly", "09:00", weekday="mon")),
        ("digest weekly thurs 09:00", Digest("weekly", "09:00", weekday="thu")),
        ("요약 매주 금요일 오후 6시", Digest("weekly", "18:00", weekday="fri")),
        ("요약 매주 수욜마다", Digest("weekly", "08:30", weekday="wed")),
        ("digest two days", Digest("now", span_seconds=172_800, span="2d")),
        ("요약 매주 금요일 9시 반", Digest("weekly", "09:30", weekday="fri")),
        ("digest shifts", Digest("shifts", "08:30")),
        ("요약 교대 오전 9시", Digest("shifts", "09:00")),
        ("요약 매일 저녁 8시 반", Digest("daily", "20:30")),
        ("digest since 3d", Digest("now", span_seconds=259_200, span="3d")),
        ("digest 31 days 2", Digest("now", page=2, span_seconds=2_678_400, span="31d")),
        ("요약 최근 3일 2쪽", Digest("now", page=2, span_seconds=259_200, span="3일")),
        ("요약 매일 8시30분", Digest("daily", "08:30")),
        ("요약 끄기", Digest("off")),
        ("why https://a.kr/1", Why("https://a.kr/1")),
        ("why https://[::1]/1", Why("https://[::1]/1")),
        ("why 1761696000.000100", Why("1761696000.000100")),
        ("왜 ST91", Why("ST91")),
        ("why ST999999999", Why("ST999999999")),
        ("why ST91 receipt", Why("ST91", receipt_only=True)),
        ("왜 ST91 기록", Why("ST91", receipt_only=True)),
        ("story st91", ShowStory(91)),
        ("기사묶음 ST91", ShowStory(91)),
        ("story ST91 2", ShowStory(91, 2)),
        ("story ST91 page 2", ShowStory(91, 2)),
        ("story 7d", ShowStory(None, days=7)),
        ("기사묶음 2주", ShowStory(None, days=14)),
        ("기사묶음 ST91 9999쪽", ShowStory(91, 9_999)),
        ("mute story st91 for 3d", Mute(ST91, 259_200)),
        ("mute ST91 90m", Mute(ST91, 5_400)),
        ("음소거 매체 asiae 4시간", Mute(ASIAE, 14_400)),
        ("mute outlet Pacific Wire for 4h", Mute(MuteTarget("outlet", "Pacific Wire"), 14_400)),
        ("mute Pacific Wire 4h", Mute(MuteTarget("outlet", "Pacific Wire"), 14_400)),
        ("음소거 뉴스1 4시간", Mute(MuteTarget("outlet", "뉴스1"), 14_400)),
        ("unmute hanbit", Unmute(MuteTarget("outlet", "hanbit"))),
        ("unmute outlet Pacific Wire", Unmute(MuteTarget("outlet", "Pacific Wire"))),
        ("unmute ST91", Unmute(ST91)),
        ("merge ST12 st15", Merge(12, 15)),
        ("merge story ST15 with ST12", Merge(15, 12)),
        ("병합 ST12 ST15", Merge(12, 15)),
        ("split ST12 2", Split(12, (NamedArticle("2", 11),))),
        ("split story ST12 articles 2 and #3", Split(12, (NamedArticle("2", 26), NamedArticle("3", 33)))),
        ("split ST12 2,3, 2", Split(12, (NamedArticle("2", 11), NamedArticle("3", 13)))),
        ("분리 ST12 2번 https://a.kr/1", Split(12, (NamedArticle("2", 8), NamedArticle("https://a.kr/1", 11)))),
        ("해제 매체 asiae", Unmute(ASIAE)),
        ("quiet 22:00-07:00", Quiet("22:00", "07:00")),
        ("quiet from 22:00 to 7:00", Quiet("22:00", "07:00")),
        ("방해금지 22시부터 7시까지", Quiet("22:00", "07:00")),
        ("방해금지 끄기", Quiet(None, None)),
        ("undo 7", Undo(7)),
        ("되돌리기 #7", Undo(7)),
    ],
)
def test_a_line_becomes_a_request(line: str, ask: Ask) -> None:
    assert ask_of(line) == ask


def test_an_article_is_named_by_its_number_or_its_address() -> None:
    assert [NamedArticle(text, 0).number for text in ("12", "https://a.kr/1")] == [12, None]


@pytest.mark.parametrize("span", ["90d", "2160h", "12w"])
def test_a_mute_of_up_to_ninety_days_is_accepted(span: str) -> None:
    ask = ask_of(f"mute ST91 {span}")
    assert isinstance(ask, Mute)
    assert ask.for_seconds <= 90 * 86_400


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        *(
            (line, False)
            for line in ("help", "status", "why ST1", "list all", "digest", "digest now", "nothing", "mute")
        ),
        *(
            (line, True)
            for line in ("subscribe quantum", "unsubscribe S1", "unsubscribe all", "digest 08:30", "digest off")
        ),
        *(
            (line, True)
            for line in (
                "merge ST1 ST2",
                "split ST1 2",
                "mute ST1 1d",
                "unmute ST1",
                "quiet 22:00-07:00",
                "quiet off",
                "undo 1",
            )
        ),
    ],
)
def test_a_request_says_whether_it_changes_the_channel(line: str, changes: bool) -> None:
    assert ask_of(line).changes_channel is changes


def test_a_share_changes_the_channel_and_the_home_tab_does_not() -> None:
    assert Share("status").changes_channel
    assert not Home().changes_channel


def test_a_line_has_at_most_2500_characters() -> None:
    assert isinstance(ask_of("status " + "x" * (LINE_MAX_CHARS - 7)), Status)
    ask = unclear_of("status " + "x" * (LINE_MAX_CHARS - 6))
    assert (ask.position, ask.code) == (2_500, "line_too_long")


def test_a_korean_verb_is_answered_in_korean() -> None:
    assert parse("상태", ASKER)[1].language == "ko"
    assert parse("status 양자", ASKER)[1].language is None
    assert parse("tkdxo", ASKER)[1].language == "ko"


def test_the_other_keyboard_mode_is_understood_for_reading() -> None:
    assert ask_of("ㄴㅅㅁ션") == Status(Rest("", 6))
    assert understood("ㄴㅅㅁ션 벼무셔ㅡ 7ㅇ") == "status quantum 7d"
    assert ask_of("tkdxo 7d") == Status(Rest("", 3), 7)
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
    ask = unclear_of(line)
    assert (ask.code, ask.nearest) == ("keyboard", offer)
    assert understood(line) == line


@given(st.text(max_size=120))
def test_any_line_becomes_a_request_and_its_caret_stands_in_reach(line: str) -> None:
    ask, asker = parse(line, ASKER)
    assert asker.user == ASKER.user
    meant = understood(line)
    if isinstance(ask, Unclear):
        assert 0 <= ask.position <= len(meant) + 1
        assert ask.length >= 1
        assert meant == line
    if meant != line:
        assert not ask.changes_channel
    for rest in (part for part in (getattr(ask, "rest", None), getattr(ask, "query", None)) if isinstance(part, Rest)):
        assert meant[rest.offset : rest.offset + len(rest.text)] == rest.text


@given(
    st.sampled_from([word for verb in all_verbs() for word in verb.words]),
    st.text(max_size=60) | st.from_regex(r"(S|ST|story ST|outlet |https://|min |for )?\d{1,30}[dhm:]?.{0,4}"),
)
def test_any_rest_after_a_verb_is_parsed(verb: str, rest: str) -> None:
    ask = ask_of(f"{verb} {rest}")
    if isinstance(ask, Mute) and ask.target is not None:
        assert 0 < ask.for_seconds <= MUTE_MAX_SECONDS


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ｓｔａｔｕｓ", "status"),
        ("story ＳＴ９１", "story ST91"),
        ("기사묶음 ＳＴ９１", "기사묶음 ST91"),
        ("quiet ２２：００～０７：００", "quiet 22:00~07:00"),
        ("요약 매일 ０９：００", "요약 매일 09:00"),
        ("undo ＃７", "undo #7"),
        ("mute ＳＴ１ ３d", "mute ST1 3d"),
        ("subscribe ｑｕａｎｔｕｍ　－space", "subscribe quantum　-space"),
    ],
)
def test_full_width_signs_are_read_as_the_ascii_ones(typed: str, meant: str) -> None:
    asker = Asker("T1", "U1", "C1", direct=False)
    assert parse(typed, asker) == parse(meant, asker)
    assert not isinstance(parse(typed, asker)[0], Unclear)
