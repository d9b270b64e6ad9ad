"""The gazetteer's data: every form is folded, stands once, and is long enough to be told from a particle."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest

from bot.stories.features import plain
from bot.stories.gazetteer import BUILT_IN, GUARD, built_in

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
