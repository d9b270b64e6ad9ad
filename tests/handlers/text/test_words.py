"""Both languages are complete, particles fit their words, and dates have each language's form."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.requests import Asker, Unclear
from handlers.text import times, words
from handlers.text.particles import with_particle
from handlers.verbs.grammar import is_korean
from handlers.verbs.parse import parse
from handlers.verbs.registry import all_verbs

NIGHT = datetime(2025, 10, 28, 23, 30, tzinfo=UTC)


def placeholders(sentence: str) -> set[str]:
    return {match[1] for match in words.PLACEHOLDER.finditer(sentence)}


def test_both_languages_have_the_same_keys() -> None:
    korean, english = words.sentences("ko"), words.sentences("en")
    assert set(korean) == set(english)
    assert len(korean) > 150


def test_both_languages_fill_the_same_places() -> None:
    korean, english = words.sentences("ko"), words.sentences("en")
    differing = {key for key in english if placeholders(korean[key]) != placeholders(english[key])}
    assert differing == set()


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_no_key_stands_in_two_files(language: str) -> None:
    """Otherwise the later file would silently win."""
    file_of: dict[str, str] = {}
    for path in sorted((words.LOCALE / language).glob("*.toml")):
        for table, sentences in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for key in sentences:
                name = f"{table}.{key}"
                assert name not in file_of, f"{name} in {path.name} and {file_of[name]}"
                file_of[name] = path.name


def test_every_placeholder_is_valid_and_no_sentence_is_empty() -> None:
    for language in words.LANGUAGES:
        for key, sentence in words.sentences(language).items():
            assert sentence.strip(), key
            assert not re.search(r"[{}]", words.PLACEHOLDER.sub("", sentence)), key


def test_korean_sentences_are_korean() -> None:
    for key, sentence in words.sentences("ko").items():
        bare = words.PLACEHOLDER.sub("", sentence)
        assert re.search("[가-힣]", bare) or not re.search("[A-Za-z]", bare), key


def test_no_particle_follows_a_bare_placeholder() -> None:
    """``{name}을`` is wrong for half of all names, so ``{name:을/를}`` is used."""
    for key, sentence in words.sentences("ko").items():
        assert not re.search(r"\{\w+\}(을|를|이|가|은|는|과|와|으로|로)(?![가-힣])", sentence), key


@pytest.mark.parametrize(
    ("text", "pair", "expected"),
    [
        ("구독", "을/를", "구독을"),
        ("양자", "을/를", "양자를"),
        ("서울", "으로/로", "서울로"),
        ("협약", "으로/로", "협약으로"),
        ("S12", "으로/로", "S12로"),
        ("S10", "이/가", "S10이"),
        ("S7", "으로/로", "S7로"),
        ("ST91", "을/를", "ST91을"),
        ("MOU", "을/를", "MOU를"),
        ("URL", "을/를", "URL을"),
        ("AI", "이/가", "AI가"),
        ("quantum", "을/를", "quantum을"),
        ("Kratsios", "이/가", "Kratsios가"),
        ("'연구 보안'", "은/는", "'연구 보안'은"),
        ("“양자”", "과/와", "“양자”와"),
        ("/pact 목록", "을/를", "/pact 목록을"),
        ("量子", "을/를", "量子을(를)"),
        ("", "을/를", "을(를)"),
    ],
)
def test_particles(text: str, pair: str, expected: str) -> None:
    assert with_particle(text, pair) == expected


@given(st.text(max_size=30), st.sampled_from(["을/를", "이/가", "은/는", "과/와", "으로/로"]))
def test_a_particle_always_follows_the_whole_text(text: str, pair: str) -> None:
    expected = with_particle(text, pair)
    assert expected.startswith(text)
    assert expected[len(text) :] in {*pair.split("/"), "{}({})".format(*pair.split("/"))}


def test_plurals_numbers_and_missing_arguments() -> None:
    assert words.localized("en", "digest.stories", n=1) == "1 story"
    assert words.localized("en", "digest.stories", n=1204) == "1,204 stories"
    assert words.localized("ko", "digest.stories", n=1204) == "소식 1,204건"
    assert words.localized("en", "digest.stories") == "… stories"
    with pytest.raises(words.MissingKey):
        words.localized("en", "no.such.key")


def test_placeholders_in_an_argument_stay() -> None:
    assert words.localized("en", "why.title", subject="{subject} {x:을/를}") == "Why: {subject} {x:을/를}"


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert words.note_text("ko", "brand_new_code", {"a": "1"}) == "brand_new_code 1"
    assert words.note_text("ko", "not_taken", {}).startswith("이 뒤에는")


def test_topics_have_names() -> None:
    names = {"Michael Kratsios": {"ko": "마이클 크라치오스"}}
    assert words.topic_name("ko", "Michael Kratsios", names) == "마이클 크라치오스"
    assert words.topic_name("en", "Michael Kratsios", names) == "Michael Kratsios"
    assert words.topic_name("ko", "research-security") == "연구안보"
    assert words.topic_name("en", "ai") == "AI"


def test_dates_in_each_language_and_both_capitals() -> None:
    assert times.format_datetime("ko", NIGHT, times.SEOUL) == "10월 29일(수) 08:30 KST"
    assert times.format_datetime("en", NIGHT, times.SEOUL) == "Wed 29 Oct, 08:30 KST"
    assert times.format_both_zones("ko", NIGHT, times.SEOUL) == "10월 29일(수) 08:30 KST · 19:30 ET(28일)"
    assert times.format_both_zones("en", NIGHT, times.WASHINGTON) == "Tue 28 Oct, 19:30 ET · 08:30 KST (Wed 29)"
    assert times.format_both_zones("en", datetime(2026, 1, 5, 15, 0, tzinfo=UTC), times.WASHINGTON) == (
        "Mon 5 Jan, 10:00 ET · 00:00 KST (Tue 6)"
    )
    assert times.format_date("ko", date(2025, 10, 29), year=True) == "2025년 10월 29일(수)"
    assert times.format_date("en", date(2025, 10, 29), year=True) == "Wed 29 Oct 2025"


@pytest.mark.parametrize("zone", ["No/Where", "", "../../etc/passwd", "Europe/Berlin", "Asia/Dubai", "x" * 5000])
def test_an_unknown_zone_still_shows_a_time(zone: str) -> None:
    assert re.search(r"\d\d:\d\d", times.format_both_zones("en", NIGHT, zone))


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_example_in_help_is_understood(language: str) -> None:
    """Help teaches only lines that the parser accepts."""
    asker = Asker("T1", "U1", "C1", direct=False)
    for verb in all_verbs():
        for example in words.localized(language, f"verb.{verb.name}.examples").splitlines():
            assert not isinstance(parse(example, asker)[0], Unclear), example
            assert is_korean(example.split()[0]) == (language == "ko")
