"""The gazetteer's data: every form is folded, stands once, and is long enough to be told from a particle."""

from __future__ import annotations

import re
import tomllib
from collections import Counter

import pytest

from bot.stories.features.article_features import plain
from bot.stories.features.gazetteer import BUILT_IN, GUARD, built_in

TABLES = tomllib.loads(BUILT_IN.read_text("utf-8"))
FORMS = [form for table in TABLES.values() for forms in table.values() for form in forms]


def test_every_form_is_folded_and_stands_once() -> None:
    assert [form for form in FORMS if plain(form) != form or form != form.strip()] == []
    assert [form for form, times in Counter(FORMS).items() if times > 1] == []


def test_no_form_is_a_single_syllable_or_letter() -> None:
    assert [form for form in FORMS if len(form) == 1 and (form.isascii() or "가" <= form <= "힣")] == []


@pytest.mark.parametrize("table", sorted(set(TABLES) - {GUARD}))
def test_an_entry_has_an_id_of_its_own(table: str) -> None:
    others = {entry for name, entries in TABLES.items() if name != table for entry in entries}
    assert not set(TABLES[table]) & others


def test_there_are_three_hundred_names_and_more_in_both_languages() -> None:
    both = [
        forms
        for name, table in TABLES.items()
        if name not in (GUARD, "term")
        for forms in table.values()
        if any(form.isascii() for form in forms) and not all(form.isascii() for form in forms)
    ]
    assert len(both) >= 300


def test_a_long_hostile_text_is_searched_in_one_pass() -> None:
    assert len(list(built_in().find("samsung " * 20_000))) == 20_000


OWNERS = {
    form: entry for name, table in TABLES.items() if name != GUARD for entry, forms in table.items() for form in forms
}


def test_every_form_is_found_as_its_own_entry() -> None:
    lost = {form: entry for form, entry in OWNERS.items() if [found.id for found in built_in().find(form)] != [entry]}
    assert lost == {}


def test_no_form_lacks_the_mark_that_stands_in_the_text() -> None:
    assert [form for form in OWNERS if re.search(r"\bu s\b| s( |$)", form)] == []


@pytest.mark.parametrize(
    "words",
    [
        ("halted", "froze", "pause", "suspension", "puts on hold", "go dark", "중단", "동결", "보류"),
        ("unveil", "makes public", "disclosed", "공개"),
        ("demanded", "urges", "calls for", "요구", "촉구"),
        ("emergency", "urgently", "긴급", "비상", "대책회의"),
        ("student", "grad students", "대학원생", "석박사"),
        ("sent", "dispatched", "파견"),
        ("opposed", "opposition", "반대", "야당"),
        ("signed", "inks", "seal", "서명", "체결"),
    ],
)
def test_words_for_one_thing_are_one_entry(words: tuple[str, ...]) -> None:
    assert len({found.id for word in words for found in built_in().find(word)}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("suspend", "resume"),
        ("sign", "cancel"),
        ("approve", "reject"),
        ("surge", "plunge"),
        ("raise", "cut"),
        ("ease", "tighten"),
        ("export", "import"),
        ("arrest", "released"),
        ("launch", "recall"),
        ("hire", "layoff"),
        ("appoint", "dismiss"),
        ("guilty", "acquitted"),
        ("elected", "defeat"),
        ("ban", "lift"),
        ("acquire", "sell"),
        ("opened", "closed down"),
    ],
)
def test_opposites_are_two_entries(one: str, other: str) -> None:
    assert not {found.id for found in built_in().find(one)} & {found.id for found in built_in().find(other)}
