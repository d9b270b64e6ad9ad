"""The registry finds every verb, by its names, their unique beginnings and near misses."""

from __future__ import annotations

import pytest

from handlers.text.words import LANGUAGES, localized
from handlers.verbs.mute import MUTE_MAX_DAYS
from handlers.verbs.registry import all_verbs, korean_line, nearest_verb, unique_beginning, verb_by_keys, verb_named
from handlers.verbs.verb import GROUPS, Verb


def test_no_word_names_two_verbs() -> None:
    words = [word for verb in all_verbs() for word in verb.words]
    assert len(words) == len(set(words))


def test_verbs_stand_by_group_and_by_order() -> None:
    places = [(GROUPS.index(verb.group), verb.order) for verb in all_verbs()]
    assert places == sorted(set(places)), "two verbs of a group have the same order"
    firsts = {verb.group: verb.name for verb in reversed(all_verbs())}
    assert firsts == {"read": "status", "channel": "subscribe"}


@pytest.mark.parametrize(
    ("name", "korean"),
    [
        ("status", "상태"),
        ("why", "왜"),
        ("list", "목록"),
        ("help", "도움말"),
        ("subscribe", "구독"),
        ("unsubscribe", "해지"),
        ("digest", "요약"),
        ("mute", "음소거"),
        ("unmute", "해제"),
        ("quiet", "방해금지"),
        ("undo", "되돌리기"),
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
    [("statuss", "status"), ("구둑", "구독"), ("unsubscribee", "unsubscribe"), ("statistics", "status")],
)
def test_a_near_miss_finds_the_verb(word: str, near: str) -> None:
    assert nearest_verb(word) == near


@pytest.mark.parametrize("word", ["what", "silent", "stop", "preview", "새소식"])
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


def test_a_line_in_korean_has_its_verb_in_korean() -> None:
    assert korean_line("subscribe quantum") == "구독 quantum"
    assert korean_line("nothing quantum") == "nothing quantum"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_about_long_mutes_names_the_limit(language: str) -> None:
    assert str(MUTE_MAX_DAYS) in localized(language, "note.duration_too_long")
