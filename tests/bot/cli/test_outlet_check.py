"""outlet check: a spec is a line with what it describes, or one with its fault and cure; a page is read by it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_line import Call

ROOT = Path(__file__).parents[3]
SPEC = ROOT / "scrapers/outlets/asiae.toml"
PAGE = ROOT / "tests/scrapers/outlets/asiae/2025-10-29.html"


def test_a_usable_spec_is_described(call: Call, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(SPEC.read_text("utf-8"), "utf-8")
    done = call("outlet", "check", str(own))
    assert (done.code, done.err) == (0, "")
    (line,) = done.lines
    assert (line["key"], line["replaces_built_in"], line["enabled"]) == ("own", False, True)
    assert {"kind", "url"} == set(line["sources"][0])
    assert line["needs"] == []
    (of_built_in,) = call("outlet", "check", str(SPEC)).lines
    assert (of_built_in["key"], of_built_in["replaces_built_in"]) == ("asiae", True)


def test_a_page_is_read_by_the_spec(call: Call, tmp_path: Path) -> None:
    done = call("outlet", "check", str(SPEC), "--page", str(PAGE))
    expected = json.loads(PAGE.with_name("2025-10-29.article.json").read_text("utf-8"))
    assert (done.code, done.err) == (0, "")
    assert done.lines[1]["paragraphs"] == expected["paragraphs"]
    empty = tmp_path / "empty.html"
    empty.write_text("<html><body><p>x</p></body></html>", "utf-8")
    failed = call("outlet", "check", str(SPEC), "--page", str(empty))
    assert failed.code == 1
    assert failed.err.startswith("pactbot outlet check: the page has ")
    assert failed.err.endswith("; mend [[page]] in asiae.toml\n")


def test_a_page_whose_text_is_in_its_attachment_is_fine(call: Call) -> None:
    spec = Path(__file__).parents[3] / "scrapers/outlets/msit.toml"
    page = Path(__file__).parents[2] / "scrapers/outlets/msit/2026-02-26.html"
    done = call("outlet", "check", str(spec), "--page", str(page))
    assert done.code == 0
    assert done.err.startswith(
        "pactbot outlet check: the page has hardly any text: the bot reads that of its attachment: "
    )


def test_a_pages_own_address_counts(call: Call) -> None:
    """The article's id and its links are read from the address that the page came from."""
    address = "https://www.asiae.co.kr/article/2025102915310093872"
    done = call("outlet", "check", str(SPEC), "--page", str(PAGE), "--url", address)
    assert (done.code, done.lines[1]["url"]) == (0, address)
    assert call("outlet", "check", str(SPEC), "--page", str(PAGE)).lines[1]["url"] == "https://www.asiae.co.kr/"


def test_pages_that_the_spec_forbids_are_not_read(call: Call, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = 'name = "Own"\nhome = "https://own.example/"\nlanguage = "en"\ntimezone = "UTC"\npages = false\n'
    own.write_text(text + '[[source]]\nkind = "feed"\nurl = "https://own.example/rss"\n', "utf-8")
    done = call("outlet", "check", str(own), "--page", str(PAGE))
    assert (done.code, len(done.lines)) == (1, 1)
    assert "pages = false" in done.err


@pytest.mark.parametrize(
    ("text", "code", "problem"),
    [
        ("homme = 1\n", 1, "own.toml:1: homme: no such key"),
        ("x\n", 1, "line 1"),
        (None, 2, "own.toml: there is no such file; give the path"),
    ],
)
def test_a_bad_or_missing_spec_is_one_line(
    call: Call, tmp_path: Path, text: str | None, code: int, problem: str
) -> None:
    own = tmp_path / "own.toml"
    if text is not None:
        own.write_text(text, "utf-8")
    done = call("outlet", "check", str(own))
    assert (done.code, done.out, done.err.count("\n")) == (code, "", 1)
    assert problem in done.err


def test_a_group_alone_says_its_commands(call: Call) -> None:
    done = call("outlet")
    assert (done.code, done.err) == (2, "pactbot outlet: say which: add or check; see pactbot outlet --help\n")
    wrong = call("outlet", "chek")
    assert wrong.err == "pactbot outlet: unknown command chek; did you mean check?; see pactbot outlet --help\n"
    assert "outlet check" in call("outlet", "--help").out
