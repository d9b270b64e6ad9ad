"""The registry finds every verb, by its names, their unique beginnings and near misses."""

from __future__ import annotations

import pytest

from handlers.requests import Asker
from handlers.text.words import LANGUAGES, localized
from handlers.verbs.mute import MUTE_MAX_DAYS
from handlers.verbs.parse import parse
from handlers.verbs.registry import all_verbs, korean_line, nearest_verb, unique_beginning, verb_by_keys, verb_named
from handlers.verbs.verb import GROUPS, Verb

ASKER = Asker("T1", "U1", "C1", direct=False)


def test_no_word_names_two_verbs() -> None:
    words = [word for verb in all_verbs() for word in verb.words]
    assert len(words) == len(set(words))


def test_verbs_stand_by_group_and_by_order() -> None:
    places = [(GROUPS.index(verb.group), verb.order) for verb in all_verbs()]
    assert places == sorted(set(places)), "two verbs of a group have the same order"
    firsts = {verb.group: verb.name for verb in reversed(all_verbs())}
    assert firsts == {"read": "status", "channel": "subscribe", "me": "lang", "admin": "test"}


@pytest.mark.parametrize(
    ("name", "korean"),
    [
        ("status", "상태"),
        ("heat", "열지도"),
        ("why", "왜"),
        ("story", "기사묶음"),
        ("timeline", "연표"),
        ("search", "검색"),
        ("who", "인물"),
        ("commitments", "이행"),
        ("list", "목록"),
        ("help", "도움말"),
        ("subscribe", "구독"),
        ("edit", "수정"),
        ("unsubscribe", "해지"),
        ("digest", "요약"),
        ("mute", "음소거"),
        ("unmute", "해제"),
        ("merge", "병합"),
        ("split", "분리"),
        ("quiet", "방해금지"),
        ("undo", "되돌리기"),
        ("settings", "설정"),
        ("lang", "언어"),
        ("request", "신청"),
        ("test", "시험"),
        ("debug", "진단"),
        ("sources", "출처"),
        ("lexicon", "사전"),
    ],
)
def test_a_verb_that_people_know_keeps_its_names(name: str, korean: str) -> None:
    verb = verb_named(name)
    assert isinstance(verb, Verb)
    assert verb_named(korean) is verb


@pytest.mark.parametrize("verb", all_verbs(), ids=lambda verb: verb.name)
def test_a_unique_beginning_names_its_verb(verb: Verb) -> None:
    assert verb_named(unique_beginning(verb)) is verb


def test_a_unique_beginning_has_three_letters_or_more() -> None:
    beginnings = {verb.name: unique_beginning(verb) for verb in all_verbs()}
    assert (beginnings["subscribe"], beginnings["undo"], beginnings["why"]) == ("sub", "und", "why")


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("searhc", "search"),
        ("timelien", "timeline"),
        ("statuss", "status"),
        ("구둑", "구독"),
        ("unsubscribee", "unsubscribe"),
        ("statistics", "status"),
    ],
)
def test_a_near_miss_finds_the_verb(word: str, near: str) -> None:
    assert nearest_verb(word) == near


@pytest.mark.parametrize("word", ["what", "silent", "stop", "prophecy", "새소식"])
def test_a_word_that_is_no_near_miss_finds_nothing(word: str) -> None:
    assert nearest_verb(word) is None


def test_unsubscribe_is_offered_only_for_all_but_itself() -> None:
    assert nearest_verb("unsubscrib") == "unsubscribe"
    assert nearest_verb("unsubscri") != "unsubscribe"
    assert nearest_verb("resubscribe") == "subscribe"


@pytest.mark.parametrize(
    ("typed", "name"),
    [("ㄴㅅ", None), ("ㄴㅅㅁ", "status"), ("ㄴㅅㅁ션", "status"), ("dho", "왜"), ("dh", None), ("status", None)],
)
def test_a_verb_in_the_other_keyboard_mode_needs_three_keys(typed: str, name: str | None) -> None:
    found = verb_by_keys(typed)
    assert (found[1] if found else None) == name


@pytest.mark.parametrize(
    ("line", "korean"),
    [
        ("mute story ST1 for 3d", "음소거 소식 ST1 3일"),
        ("mute outlet asiae for 4h", "음소거 매체 asiae 4시간"),
        ("unmute story ST1", "해제 소식 ST1"),
        ("subscribe pact", "구독 협약"),
        ("subscribe pact for me", "구독 협약 나에게"),
        ("subscribe quantum OR @kratsios", "구독 quantum 또는 @kratsios"),
        ('subscribe "pact or not" who:"pact or" pact', '구독 "pact or not" who:"pact or" 협약'),
        ("digest now", "요약 지금"),
        ("digest daily 08:30", "요약 매일 08:30"),
        ("quiet off", "방해금지 끄기"),
        ("undo 7", "되돌리기 7"),
        ("list", "목록"),
        ("nothing quantum", "nothing quantum"),
    ],
)
def test_a_line_in_korean_is_korean_and_means_the_same(line: str, korean: str) -> None:
    assert korean_line(line) == korean
    if not line.startswith(("subscribe", "nothing")):
        assert parse(korean, ASKER)[0] == parse(line, ASKER)[0]


def test_a_korean_beginning_is_of_one_syllable_where_that_is_unique() -> None:
    beginnings = {verb.name: unique_beginning(verb, korean=True) for verb in all_verbs()}
    assert (beginnings["subscribe"], beginnings["digest"], beginnings["quiet"]) == ("구독", "요", "방")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_about_long_mutes_names_the_limit(language: str) -> None:
    assert str(MUTE_MAX_DAYS) in localized(language, "note.duration_too_long")
