"""outlet add: each refusal is one line with its cure, and nothing is overwritten by accident."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scrapers.spec import read_spec
from tests.support.command_line import Call
from tests.support.example_sites import (
    Content,
    Serve,
    empty_feed,
    json_feed,
    links_by_script,
    refused,
    robots_closed,
    robots_fail,
    script_only,
    wordpress,
)


@pytest.mark.parametrize(
    ("content", "problem", "cure"),
    [
        (refused, "HTTP 403", "it refuses bots"),
        (robots_closed, "robots.txt forbids it", "ask the owner"),
        (script_only, "names no feed and no sitemap", "write the spec by hand"),
        (links_by_script, "links are scripts", "write the spec by hand"),
        (empty_feed, "/feed holds no entry", "give the address of its news page"),
        (robots_fail, "robots.txt answered 500", "try again"),
    ],
)
def test_a_site_that_cannot_be_read_is_one_line(
    call: Call, serve: Serve, folder: Path, content: Content, problem: str, cure: str
) -> None:
    site = serve(content)
    done = call("outlet", "add", site.base, "--yes")
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert done.err.startswith("pactbot outlet add: ")
    assert problem in done.err
    assert cure in done.err
    assert list(folder.iterdir()) == []
    assert len(site.asked) <= 6


OWN_SPEC = """name = "Own"
home = "https://own.example/"
language = "en"
timezone = "UTC"
[[source]]
kind = "feed"
url = "https://feeds.example.net/own.xml"
"""


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ftp://example.org/"], 2, ["is no http address"]),
        (["https://"], 2, ["is no http address"]),
        (["https://user:secret@example.org/"], 1, ["carries a password", "give it without"]),
        (["http://10.0.0.1/"], 1, ["10.0.0.1 is not a public address", "PACT_TRUSTED_ADDRESSES"]),
        (["localhost"], 1, ["is a local name", "PACT_TRUSTED_ADDRESSES"]),
        (["http://example.org:8080/"], 1, ["port 8080 is not allowed", "PACT_TRUSTED_ADDRESSES"]),
        (["https://www.yna.co.kr/view/AKR1"], 1, ["is read already, by yna in the built-in set", "--replace"]),
        (["m.yna.co.kr"], 1, ["is read already, by yna"]),
        (["https://www.asiatoday.co.kr/"], 1, ["is listed already and off (its terms forbid automated tools)"]),
        (["example.org", "--key", "yna"], 1, ["there is an outlet yna already, in the built-in set", "--replace"]),
        (["example.org", "--key", "Yna!"], 2, ["'Yna!' is no key", "a-z, 0-9 and -"]),
        (["example.org", "--key", "own"], 1, ["there is an outlet own already, in ", "own.toml"]),
        (["https://own.example/news"], 1, ["by own in ", "own.toml"]),
        (["https://feeds.example.net/own.xml"], 1, ["by own in "]),
        (["example.org", "--folder", "nowhere"], 2, ["there is no folder nowhere", "mkdir -p nowhere"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_refusal_is_one_line_with_its_cure(
    call: Call, folder: Path, arguments: list[str], code: int, words: list[str]
) -> None:
    (folder / "own.toml").write_text(OWN_SPEC, "utf-8")
    done = call("outlet", "add", *arguments, "--yes")
    assert (done.code, done.out, done.err.count("\n")) == (code, "", 1)
    assert done.err.startswith("pactbot outlet add: ")
    for word in words:
        assert word in done.err
    assert "secret" not in done.err
    assert [file.name for file in folder.iterdir()] == ["own.toml"]


def test_without_a_folder_the_cure_is_the_setting(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PACT_OUTLETS", raising=False)
    done = call("outlet", "add", "example.org", "--yes")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("pactbot outlet add: PACT_OUTLETS names no folder: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_refused_before_any_request(call: Call, folder: Path) -> None:
    folder.chmod(0o500)
    done = call("outlet", "add", "http://10.0.0.1/", "--yes")
    folder.chmod(0o700)
    assert (done.code, "cannot be written" in done.err) == (2, True)


def test_a_person_is_asked_and_no_is_no(call: Call, serve: Serve, folder: Path) -> None:
    site = serve(json_feed)
    for answer in ("", "n\n", "nonsense\n"):
        done = call("outlet", "add", site.base, "--key", "added", stdin=answer)
        assert (done.code, list(folder.iterdir())) == (1, [])
        assert f"Write {folder / 'added.toml'}? [y/N] " in done.err
        assert "nothing was written; --yes writes without asking\n" in done.err
        assert done.out.startswith("# Proposed from ")
    assert call("outlet", "add", site.base, "--key", "added", stdin="y\n").code == 0
    assert [file.name for file in folder.iterdir()] == ["added.toml"]


def test_an_outlet_is_replaced_on_purpose_alone(call: Call, serve: Serve, folder: Path) -> None:
    site = serve(json_feed)
    file = folder / "own.toml"
    file.write_text(OWN_SPEC, "utf-8")
    asked = call("outlet", "add", site.base, "--key", "own", "--replace", stdin="n\n")
    assert f"Replace the outlet in use, and write {file}? [y/N] " in asked.err
    assert file.read_text("utf-8") == OWN_SPEC
    replaced = call("outlet", "add", site.base, "--key", "own", "--replace", "--name", "Mine", "--yes")
    assert replaced.code == 0
    assert f"Replaced {file}. " in replaced.out
    assert read_spec("own.toml", file.read_bytes()).name == "Mine"
    built_in = call("outlet", "add", site.base, "--key", "yna", "--replace", "--yes")
    assert f"Written to {folder / 'yna.toml'}" in built_in.out


def test_a_folder_that_the_settings_do_not_name_is_said(call: Call, serve: Serve, folder: Path, tmp_path: Path) -> None:
    site = serve(json_feed)
    other = tmp_path / "other"
    other.mkdir()
    done = call("outlet", "add", site.base, "--folder", str(other), "--key", "added", "--yes")
    assert f"Add {other} to PACT_OUTLETS and restart the bot" in done.out
    assert (other / "added.toml").is_file()
    assert list(folder.iterdir()) == []


def test_the_first_outlet_may_be_added_to_an_empty_folder_or_beside_a_faulty_file(
    call: Call, serve: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACT_BUILTIN_OUTLETS", "off")
    site = serve(json_feed)
    assert call("outlet", "add", site.base, "--key", "first", "--yes").code == 0
    (folder / "faulty.toml").write_text("x", "utf-8")
    again = call("outlet", "add", site.base, "--yes")
    assert "is read already, by first in " in again.err
    assert call("outlet", "add", serve(wordpress).base, "--key", "another-port", "--yes").code == 0
    assert call("outlet", "add", site.base, "--key", "faulty", "--yes").code == 1, "its file is there"
    assert call("outlet", "add", site.base, "--key", "second", "--yes").code == 0


def test_three_sitemaps_are_enough(call: Call, serve: Serve, folder: Path) -> None:
    robots = "".join(f"Sitemap: /map/{n}.xml\n" for n in range(9))
    site = serve(lambda base: {**script_only(base), "/robots.txt": (200, "text/plain", robots)})
    assert call("outlet", "add", site.base, "--yes").code == 1
    assert [path for path in site.asked if path.startswith("/map/")] == ["/map/0.xml", "/map/1.xml", "/map/2.xml"]


def test_a_site_that_asks_for_a_pause_gets_it(call: Call, serve: Serve, folder: Path) -> None:
    site = serve(lambda _base: {"/": (429, "text/plain", "slow down")})
    done = call("outlet", "add", site.base, "--yes")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "HTTP 429" in done.err
    assert "it asks for a pause; try again in " in done.err
    assert site.asked == ["/robots.txt", "/"]
