"""The strict reader of TOML tables: a method accepts its kind of value and refuses others in one line with a cure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from settings.errors import SettingsError
from settings.toml_table import MAX_SHOWN_CHARS, TomlKey, TomlTable, keys_of, parse_toml, shown

KEYS = keys_of(
    TomlKey("name", '"Asia Economy"', required=True),
    TomlKey("kind", '"media"', default="media"),
    TomlKey("minutes", "15", default=15),
    TomlKey("enabled", "false", default=True),
    TomlKey("verified_on", "2026-08-14"),
    TomlKey("hosts", '["www.example.org"]'),
)


class BadFile(SettingsError):
    """the test's file cannot be used"""


def table_of(text: str) -> TomlTable:
    return TomlTable("own.toml", parse_toml("own.toml", text.encode(), BadFile), BadFile)


def checked(text: str) -> TomlTable:
    return table_of(f'name = "x"\n{text}').with_keys(KEYS)


def refused(read: Callable[..., object], *args: object) -> str:
    with pytest.raises(BadFile) as caught:
        read(*args)
    line = str(caught.value)
    assert line.startswith("own.toml: ")
    assert "\n" not in line
    return line.removeprefix("own.toml: ")


def test_an_unknown_key_is_answered_by_the_nearest_known_one() -> None:
    assert refused(checked, "minuts = 3") == "minuts: no such key; did you mean minutes?"
    known = "name, kind, minutes, enabled, verified_on, hosts"
    assert refused(checked, "zzz = 3") == f"zzz: no such key; known here: {known}"


def test_a_missing_key_is_answered_by_an_example() -> None:
    assert refused(table_of("").with_keys, KEYS) == 'name: is missing; write name = "Asia Economy"'
    assert refused(checked("").day, "verified_on").endswith("is missing; write verified_on = 2026-08-14")


def test_an_absent_key_is_its_default_or_nothing() -> None:
    table = checked("")
    assert (table.text("kind"), table.whole_number("minutes", 1, 15), table.flag("enabled")) == ("media", 15, True)
    assert (table.optional_day("verified_on"), table.optional_text("kind")) == (None, None)
    assert (table.texts("hosts"), table.one_or_more_texts("hosts"), table.tables("hosts")) == ((), (), [])
    assert table_of("").flag("undeclared") is False


@pytest.mark.parametrize("value", ['" "', '""', "3", "[]"])
def test_a_text_is_not_empty(value: str) -> None:
    assert "kind: must be text, not " in refused(checked(f"kind = {value}").text, "kind")


def test_texts_stand_as_they_are_written_and_one_text_is_a_list_only_where_that_is_allowed() -> None:
    assert checked('hosts = ["a ", " b"]').texts("hosts") == ("a ", " b")
    assert checked('hosts = ["a ", " b"]').one_or_more_texts("hosts") == ("a", "b")
    assert checked('hosts = " a"').one_or_more_texts("hosts") == ("a",)
    assert "must be a list of texts" in refused(checked('hosts = "a"').texts, "hosts")
    for value in ("3", "[1]", '[""]'):
        assert "list of texts" in refused(checked(f"hosts = {value}").texts, "hosts")
        assert "list of texts" in refused(checked(f"hosts = {value}").one_or_more_texts, "hosts")


def test_numbers_keep_to_their_range_and_true_is_none() -> None:
    for number in (1, 15):
        assert checked(f"minutes = {number}").whole_number("minutes", 1, 15) == number
        assert checked(f"minutes = {number}").number("minutes", 1, 15) == number
    for value in ("0", "16", "true", '"3"', "nan"):
        assert "whole number of 1 to 15" in refused(checked(f"minutes = {value}").whole_number, "minutes", 1, 15)
        assert "number of 1 to 15" in refused(checked(f"minutes = {value}").number, "minutes", 1, 15)
    assert "whole number" in refused(checked("minutes = 1.5").whole_number, "minutes", 1, 15)
    assert checked("minutes = 1.5").number("minutes", 1, 15) == 1.5


def test_a_day_has_no_time() -> None:
    assert checked("verified_on = 2026-08-14").day("verified_on") == date(2026, 8, 14)
    for value in ('"2026-08-14"', "2026-08-14T08:00:00", "2026"):
        line = refused(checked(f"verified_on = {value}").day, "verified_on")
        assert line.startswith("verified_on: must be a date, not ")
        assert line.endswith("write verified_on = 2026-08-14, without quotes")


def test_a_choice_names_the_nearest_or_all() -> None:
    kinds = ("media", "official")
    assert checked('kind = "official"').choice("kind", kinds) == "official"
    assert refused(checked('kind = "medium"').choice, "kind", kinds).endswith("; did you mean media?")
    assert refused(checked('kind = "x"').choice, "kind", kinds).endswith("; use one of media, official")


def test_tables_are_called_by_their_place_in_the_file() -> None:
    file = table_of('[[sector]]\nid = "ai"\n[[sector.form]]\nx = 1\n[[sector]]\n[cues.korea]\nx = 1')
    assert [sector.path for sector in file.tables("sector", "id")] == ["sector ai", "sector 2"]
    [form] = file.tables("sector", "id")[0].tables("form")
    assert form.path == "sector ai.form 1"
    assert refused(form.with_keys, KEYS).startswith("sector ai.form 1.x: no such key")
    assert file.table("cues").table("korea").path == "cues.korea"
    assert refused(file.table, "pact") == "pact: is missing; add a [pact] table"
    assert refused(file.tables, "cues") == "cues: is no list of tables; write [[cues]], with two brackets on each side"


def test_what_is_no_toml_names_the_file() -> None:
    assert refused(table_of, "[pact").startswith("is not TOML: ")
    assert refused(parse_toml, "own.toml", b"\xff\xfe", BadFile) == "is not UTF-8; save the file as UTF-8"
    assert parse_toml("own.toml", b"\xef\xbb\xbfa = 1", BadFile) == {"a": 1}, "a byte order mark is no text"


def test_a_long_value_is_cut_in_a_message() -> None:
    assert shown("x" * (MAX_SHOWN_CHARS - 2)) == repr("x" * (MAX_SHOWN_CHARS - 2))
    assert len(shown("x" * (MAX_SHOWN_CHARS - 1))) < MAX_SHOWN_CHARS
