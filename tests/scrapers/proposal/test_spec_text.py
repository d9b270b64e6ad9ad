"""The text of a proposed spec is what the reader of specs reads back, whatever a site puts into it."""

from __future__ import annotations

import string
import tomllib
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from scrapers.proposal.spec_text import SpecFacts, one_line, quoted, spec_text
from scrapers.spec import read_spec

FACTS = SpecFacts(
    name="한빛", home="https://www.a.kr/", language="ko", timezone="Asia/Seoul", every_minutes=15, kind="media",
    hosts=("www.a.kr", "m.a.kr"), source_kind="feed", source_url="https://www.a.kr/rss", verified_on=date(2026, 11, 30),
    article_id=r"[?&]no=(\d+)", keep_params=("no",), reads_pages=False, head=("Seen today.",), zone_note="a guess",
    pages_note="HTTP 403", other_sources=(("feed", "https://www.a.kr/2", "also seen:"),),
)  # fmt: skip


def test_every_value_is_read_back() -> None:
    outlet = read_spec("a.toml", spec_text(FACTS).encode())
    assert (outlet.name, outlet.hosts, outlet.article_id) == ("한빛", ("www.a.kr", "m.a.kr"), r"[?&]no=(\d+)")
    assert (outlet.every_minutes, outlet.keep_params, outlet.reads_pages) == (15, ("no",), False)
    assert (outlet.verified_on, outlet.text_allowed, len(outlet.sources)) == (date(2026, 11, 30), False, 1)


@given(st.text(), st.text(string.printable + "\x1b\u2028\u202e'\"\\#"))
def test_no_text_of_a_site_ends_its_line(name: str, note: str) -> None:
    facts = SpecFacts(
        name=name, home="https://a.kr/", language="ko", timezone="UTC", every_minutes=15, kind="media", hosts=("a.kr",),
        source_kind="feed", source_url="https://a.kr/", verified_on=date(2026, 1, 1), head=(note,), zone_note=note,
        pages_note=note, other_sources=(("feed", name, note),), article_id="/(" + note + ")",
    )  # fmt: skip
    text = spec_text(facts)
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    values = tomllib.loads(text)
    assert values["name"] == one_line(name)
    assert values["text_allowed"] is False
    assert len(values["source"]) == 1
    assert values.keys() <= {
        "name", "home", "language", "timezone", "every_minutes", "kind", "hosts", "article_id", "text_allowed",
        "verified_on", "source",
    }  # fmt: skip


def test_a_pattern_with_a_quote_is_kept() -> None:
    assert tomllib.loads(f"x = {quoted(chr(34) + chr(92))}")["x"] == '"\\'
