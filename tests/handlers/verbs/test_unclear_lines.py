"""A line that is not understood says where and why, and offers one that is understood."""

from __future__ import annotations

import pytest

from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.requests import Ask, Asker, Unclear
from handlers.verbs.mute import Mute, MuteTarget
from handlers.verbs.parse import parse
from tests.support.example_cards import elements

ASKER = Asker("T1", "U1", "C1", direct=False)
ST91 = MuteTarget("story", "ST91")


def ask_of(line: str) -> Ask:
    return parse(line, ASKER)[0]


def unclear_of(line: str) -> Unclear:
    ask = ask_of(line)
    assert isinstance(ask, Unclear), ask
    return ask


@pytest.mark.parametrize(
    ("line", "token", "code", "nearest"),
    [
        ("statsu", "statsu", "verb_unknown", "status"),
        ("prophecy 양자", "prophecy", "verb_unknown", None),
        ("unsubscribee S1", "unsubscribee", "verb_unknown", "unsubscribe S1"),
        ("s", "s", "verb_ambiguous", None),
        ("un S12", "un", "verb_ambiguous", None),
        ("해", "해", "verb_ambiguous", None),
        ("story 91", "91", "story_needs", "story ST91"),
        ("기사묶음 ST1234567890", "ST1234567890", "story_needs", "기사묶음 ST91"),
        ("story ST91 0", "0", "not_taken", "story ST91"),
        ("story ST91 2 3", "3", "not_taken", "story ST91 2"),
        ("status 0d", "0d", "span_wrong", "status 1d"),
        ("status quantum 0 w", "0 w", "span_wrong", "status quantum 1d"),
        ("status quantum 91d", "91d", "span_wrong", "status quantum 90d"),
        ("status 13w", "13w", "span_wrong", "status 90d"),
        ("status 4000d", "4000d", "span_wrong", "status 90d"),
        ("상태 4000일", "4000일", "span_wrong", "상태 90일"),
        ("상태 양자 4000일간", "4000일간", "span_wrong", "상태 양자 90일"),
        (f"status {'9' * 2_000}d", f"{'9' * 2_000}d", "span_wrong", "status 90d"),
        ("undo 7 now", "now", "not_taken", "undo 7"),
        ("list all 2 x", "x", "not_taken", "list all 2"),
        ("list 10000", "10000", "not_taken", "list"),
        ("export jsonl 9999d", "9999d", "export_span_wrong", "export jsonl 400d"),
        ("edit foo", "foo", "edit_needs", "list"),
        ("mute 🙂", "🙂", "story_wanted", "mute ST91"),
        ("digest now x", "x", "not_taken", "digest now"),
        ("why ST91 recept", "recept", "not_taken", "why ST91"),
        ("why ST91 receipt now", "now", "not_taken", "why ST91 receipt"),
        ("merge ST12 x", "x", "merge_story_wanted", "merge ST12 ST15"),
        ("merge ST12 st12", "st12", "merge_same", "merge ST12 ST15"),
        ("merge ST12 ST15 ST16", "ST16", "not_taken", "merge ST12 ST15"),
        ("split ST12 x", "x", "split_article_wanted", "split ST12 2"),
        ("split ST12 2 0", "0", "split_article_wanted", "split ST12 2"),
        ("split ST12 12345", "12345", "split_article_wanted", "split ST12 2"),
        ("분리 2", "2", "merge_story_wanted", "분리 ST12 2"),
        ("quiet 22:00-07:00 x", "x", "not_taken", "quiet 22:00-07:00"),
        ("quiet 22:00-22:00", "22:00-22:00", "quiet_same", "quiet 22:00-07:00"),
        ("digest daily 25:00", "25:00", "time_wrong", "digest daily 08:30"),
        ("digest sometimes", "sometimes", "digest_when", "digest daily 08:30"),
        ("digest weekly someday", "someday", "time_wrong", "digest weekly 08:30"),
        ("digest weekly friday saturday", "saturday", "time_wrong", "digest weekly 08:30"),
        ("digest hourly 3", "3", "not_taken", "digest hourly"),
        ("digest shifts 08:30 please", "please", "not_taken", "digest shifts 08:30"),
        ("digest daily morning", "morning", "time_wrong", "digest daily 08:00"),
        ("preview quantum 32d", "32d", "preview_span_wrong", "preview quantum 31d"),
        ("preview quantum 0d", "0d", "preview_span_wrong", "preview quantum 1d"),
        ("미리보기 양자 5주", "5주", "preview_span_wrong", "미리보기 양자 31일"),
        ("digest since 32d", "32d", "digest_too_long", "digest since 31d"),
        ("digest since yesterday", "yesterday", "duration_wrong", "digest since 3d"),
        ("요약 최근 석달", "석달", "duration_wrong", "요약 최근 3일"),
        ("mute ST91 for ever", "ever", "duration_wrong", "mute story ST91 1d"),
        ("mute ST91 for 0d", "0d", "duration_wrong", "mute story ST91 1d"),
        ("음소거 ST91 영원히", "영원히", "duration_wrong", "음소거 소식 ST91 1일"),
        ("요약 매일 25시", "25시", "time_wrong", "요약 매일 08:30"),
        ("mute story asiae 4h", "asiae", "story_wanted", "mute ST91"),
        ("mute 12 4h", "12", "story_wanted", "mute ST91"),
        ("help nothing-like-it", "nothing-like-it", "verb_unknown", None),
    ],
)
def test_an_unclear_line_points_at_its_token(line: str, token: str, code: str, nearest: str | None) -> None:
    ask = unclear_of(line)
    assert line[ask.position : ask.position + ask.length] == token
    assert (ask.code, ask.nearest) == (code, nearest)


@pytest.mark.parametrize(
    ("line", "nearest"),
    [
        ("digest dialy", "digest daily"),
        ("digest dialy 09:00", "digest daily 09:00"),
        ("요약 메일 08:30", "요약 매일 08:30"),
        ("digest friday 09:00", "digest weekly friday 09:00"),
        ("요약 금욜마다", "요약 매주 금욜마다"),
        ("settings threads offf", "settings threads off"),
        ("settings empty skp", "settings empty skip"),
        ("lang koraen", "lang korean"),
        ("언어 한국오", "언어 한국어"),
        ("heat mnoth", "heat month"),
        ("export jsnl 30d", "export jsonl 30d"),
        ("feedback ST91 pasing", "feedback ST91 passing"),
        ("sources ad https://a.kr", "sources add https://a.kr"),
        ("방해금지 끄귀", "방해금지 끄기"),
    ],
)
def test_a_mistyped_word_is_offered_as_the_one_that_is_like_it(line: str, nearest: str) -> None:
    ask = unclear_of(line)
    assert (ask.nearest, ask.example) == (nearest, False)
    assert not isinstance(ask_of(nearest), Unclear)
    card = ErrorCard(line, ask.position, ask.length, Note(ask.code, ask.args), ask.nearest, ask.example)
    assert nearest in [button["value"] for button in elements(render(Shown(card, "en")).blocks, "button")]


@pytest.mark.parametrize(
    ("line", "nearest"),
    [
        ("mute for 3d", "mute ST91 3d"),
        ("mute outlet 3d", "mute ST91 3d"),
        ("음소거 3일", "음소거 ST91 3일"),
        ("unmute 3d", "unmute ST91"),
    ],
)
def test_a_time_span_is_never_taken_for_a_target(line: str, nearest: str) -> None:
    ask = unclear_of(line)
    assert (ask.code, ask.nearest, ask.example) == ("mute_needs", nearest, True)


@pytest.mark.parametrize(
    ("line", "position", "code", "nearest"),
    [
        ("split", 6, "split_needs", "split ST12 2"),
        ("분리 기사", 6, "split_needs", "분리 ST12 2"),
        ("split ST7", 10, "split_needs_article", "split ST7 2"),
        ("split 2 3", 6, "merge_story_wanted", "split ST12 2"),
        ("split ST7 2 x", 12, "split_article_wanted", "split ST7 2"),
        ("split ST7 1,0", 10, "split_article_wanted", "split ST7 2"),
    ],
)
def test_an_unclear_split_offers_an_example_that_no_button_runs(
    line: str, position: int, code: str, nearest: str
) -> None:
    ask = unclear_of(line)
    assert (ask.position, ask.code, ask.nearest, ask.example) == (position, code, nearest, True)


@pytest.mark.parametrize(
    ("line", "lines"),
    [("st", "status, story"), ("un S12", "unsubscribe, unmute, undo"), ("해", "해지, 해제")],
)
def test_an_ambiguous_beginning_names_every_verb_that_it_could_be(line: str, lines: str) -> None:
    assert set(unclear_of(line).args["lines"].split(", ")) == set(lines.split(", "))


@pytest.mark.parametrize("line", ["subscribe", "unsubscribe", "why", "merge", "mute ST91"])
def test_the_caret_of_a_missing_word_stands_behind_the_line(line: str) -> None:
    assert unclear_of(line).position == len(line) + 1


@pytest.mark.parametrize(
    ("line", "token", "code"),
    [
        ("why ST²", "ST²", "why_needs"),
        ("why ST٣", "ST٣", "why_needs"),
        ("why ST1234567890", "ST1234567890", "why_needs"),
        ("why ST99999999999999999999999", "ST99999999999999999999999", "why_needs"),
        ("why https://[::1", "https://[::1", "why_needs"),
        ("왜 https://[x]/1", "https://[x]/1", "why_needs"),
        ("mute ST² 1d", "ST²", "story_wanted"),
        ("mute ST1234567890 1d", "ST1234567890", "story_wanted"),
        ("mute ST1 ²d", "²d", "duration_wrong"),
        ("mute ST1 ٣d", "٣d", "duration_wrong"),
        ("mute ST1 99999d", "99999d", "duration_wrong"),
        ("unsubscribe S²", "S²", "subscription_wanted"),
        ("unsubscribe S1234567890", "S1234567890", "subscription_wanted"),
        ("undo ²", "²", "undo_needs"),
        ("undo 1234567890", "1234567890", "undo_needs"),
        ("list ²", "²", "not_taken"),
        ("digest daily ²:30", "²:30", "time_wrong"),
        ("quiet ²2:00-07:00", "²2:00-07:00", "quiet_needs"),
    ],
)
def test_a_number_is_of_few_ascii_digits_and_an_address_can_be_parsed(line: str, token: str, code: str) -> None:
    ask = unclear_of(line)
    assert (line[ask.position : ask.position + ask.length], ask.code) == (token, code)


@pytest.mark.parametrize(
    ("line", "nearest"),
    [
        ("mute ST91 91d", "mute story ST91 90d"),
        ("mute ST91 2161h", "mute story ST91 90d"),
        ("음소거 매체 asiae 91일", "음소거 매체 asiae 90일"),
    ],
)
def test_a_mute_of_more_than_ninety_days_is_refused_and_ninety_are_offered(line: str, nearest: str) -> None:
    ask = unclear_of(line)
    assert (ask.code, ask.nearest) == ("duration_too_long", nearest)
    assert isinstance(ask_of(nearest), Mute)
    assert ask_of("mute ST91 2160h") == Mute(ST91, 90 * 86_400)


@pytest.mark.parametrize(
    "line", ["구독", "해지", "음소거 3일", "음소거 ST91", "요약 x", "mute 3d", "digest sometimes", "statsu", "구둑"]
)
def test_an_offered_line_is_understood(line: str) -> None:
    nearest = unclear_of(line).nearest
    assert nearest is not None
    again = ask_of(nearest)
    assert not isinstance(again, Unclear) or again.code.endswith("_needs")


@pytest.mark.parametrize(
    ("line", "nearest"), [("unmute 3d", "unmute ST91"), ("해제 3일", "해제 ST91"), ("mute 3d", "mute ST91 3d")]
)
def test_only_a_mute_is_offered_with_a_time(line: str, nearest: str) -> None:
    assert unclear_of(line).nearest == nearest
    assert not isinstance(ask_of(nearest), Unclear)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("s", {"status", "subscribe", "search", "story", "sources", "settings", "split", "share"}),
        ("구", {"구독", "해지"}),
        ("un S12", {"unsubscribe S12", "unmute S12", "undo S12"}),
    ],
)
def test_an_ambiguous_beginning_offers_the_verbs_own_names_as_lines(line: str, names: set[str]) -> None:
    ask = unclear_of(line)
    assert (set(ask.choices), len(ask.choices)) == (names, len(names))
    blocks = render(Shown(ErrorCard(line, 0, 1, Note(ask.code, ask.args), choices=ask.choices), "ko")).blocks
    assert {each["value"] for each in elements(blocks, "button")} == names
