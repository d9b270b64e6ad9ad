"""feed and read of a folder: a line a file, totals, and exit 1 only where a file broke the parser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.command_line import Call

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests/scrapers/outlets"
FEED = FIXTURES / "asiae/2025-10-29.feed.xml"
PAGE = FIXTURES / "asiae/2025-10-29.html"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a feed, a page in a folder of its own, an empty file, one without permission and a hidden one."""
    folder = tmp_path / "suite"
    (folder / "pages").mkdir(parents=True)
    (folder / "a.xml").write_bytes(FEED.read_bytes())
    (folder / "pages/쪽.html").write_bytes(PAGE.read_bytes())
    (folder / "z.xml").write_bytes(b"")
    (folder / ".hidden").write_bytes(b"x")
    (folder / "broken-link.xml").symlink_to(folder / "nothing")
    return folder


def test_a_folder_of_feeds_is_a_line_a_file(call: Call, folder: Path) -> None:
    done = call("feed", str(folder))
    feed, empty, page = done.lines
    alone = call("feed", "--url", "https://folder.example/a.xml", str(FEED)).lines
    assert (done.code, [line["file"] for line in done.lines]) == (0, ["a.xml", "z.xml", "pages/쪽.html"])
    assert feed["entries"] == len(alone) > 0
    assert feed["dated"] == sum(line["published_at"] is not None for line in alone)
    assert feed["newest_at"] == max(line["published_at"] for line in alone if line["published_at"])
    assert (empty["error"], page["error"]) == ("is empty", "is a web page, not a feed")
    assert "3 files: 1 read, " in done.err
    assert f"{len(alone)} entries, {feed['dated']} dated; 2 refused; slowest " in done.err
    assert done.err.count("\n") == 1


def test_a_folder_of_pages_is_a_line_a_file(call: Call, folder: Path) -> None:
    done = call("read", "--url", "https://www.asiae.co.kr/", str(folder / "pages"))
    (line,) = done.lines
    (alone,) = call("read", "--url", "https://www.asiae.co.kr/", str(PAGE)).lines
    assert (done.code, line["title"], line["published_at"]) == (0, alone["title"], alone["published_at"])
    assert line["characters"] == sum(map(len, alone["paragraphs"]))
    assert line["suspect"] is None


def test_a_file_that_breaks_the_parser_is_exit_1_and_the_others_are_read(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cli.read_folder.DEADLINE_SECONDS", 0.0)
    done = call("feed", str(folder))
    assert (done.code, len(done.lines)) == (1, 3)
    assert all(line["broke"] for line in done.lines)
    assert "; 0 refused; 3 broke the parser; " in done.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_without_permission_is_refused(call: Call, folder: Path) -> None:
    (folder / "a.xml").chmod(0)
    first = call("feed", str(folder)).lines[0]
    assert "Permission denied" in first["error"]


def test_a_folder_without_files_and_a_document_without_address_are_one_line(call: Call, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    empty = call("read", str(tmp_path / "empty"))
    assert (empty.code, empty.out, empty.err.count("\n")) == (2, "", 1)
    assert "holds no file" in empty.err
    for command, file in (("feed", FEED), ("read", PAGE)):
        done = call(command, str(file))
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"pactbot {command}: --url is missing")
