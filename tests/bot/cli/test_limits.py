"""The limits of the command line: what is just within is accepted, what is just beyond is refused or cut."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from bot.cli.call import parser_of
from bot.cli.commands import MAX_DAYS
from bot.cli.json_lines import MAX_LINE_BYTES, BadLine, read_lines
from bot.cli.parse_input import MAX_BYTES, input_bytes
from bot.cli.progress_bar import WIDTH, ProgressBar
from bot.cli.sweep_output import MAX_URL_CHARS, error_lines
from bot.cli.sweeper import SweptOutlet
from scrapers.catalogue import load_catalogue
from scrapers.errors import TooBig, Unreachable

URL = "https://www.example.org/"


@pytest.mark.parametrize(("span", "days"), [("1d", 1), (f"{MAX_DAYS}d", MAX_DAYS), ("1w", 7), ("522w", 3_654)])
def test_a_span_of_days_or_weeks_is_accepted(span: str, days: int) -> None:
    assert parser_of("lexicon scout").read(["--since", span]).since == days


@pytest.mark.parametrize("span", ["0d", f"{MAX_DAYS + 1}d", "523w", "0w", "30", "d", "30 d"])
def test_a_span_beyond_the_limits_is_refused(span: str) -> None:
    with pytest.raises(SystemExit):
        parser_of("lexicon scout").read(["--since", span])


@pytest.mark.parametrize(("port", "accepted"), [("0", True), ("65535", True), ("65536", False), ("-1", False)])
def test_a_port_has_16_bits(port: str, accepted: bool) -> None:
    if accepted:
        assert parser_of("sandbox").read([f"--port={port}"]).port == int(port)
        return
    with pytest.raises(SystemExit):
        parser_of("sandbox").read([f"--port={port}"])


def test_a_line_of_the_greatest_size_is_read_and_the_one_after_a_longer_one_too() -> None:
    text = b'{"text": "' + b"x" * (MAX_LINE_BYTES - 12) + b'"}'
    assert len(text) == MAX_LINE_BYTES
    whole, long, after = read_lines(io.BytesIO(text + b"\n" + text + b" x\n" + b'{"id": 3}'))
    assert isinstance(whole, dict)
    assert isinstance(long, BadLine)
    assert str(long) == "the line is longer than 16,777,216 bytes"
    assert after == {"id": 3}


def test_an_input_of_the_greatest_size_is_read_and_a_larger_one_refused(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(b"x" * MAX_BYTES)
    assert len(input_bytes(file, URL)) == MAX_BYTES
    file.write_bytes(b"x" * (MAX_BYTES + 1))
    with pytest.raises(TooBig):
        input_bytes(file, URL)


def test_a_long_address_is_cut_in_an_error() -> None:
    longest = URL + "x" * (MAX_URL_CHARS - len(URL))
    swept = SweptOutlet(load_catalogue().outlets()["asiae"], source_errors=[Unreachable(longest, "no answer")])
    assert list(error_lines(swept)) == [f"asiae: no answer ({longest})"]
    swept.source_errors = [Unreachable(f"{longest}y", "no answer"), Unreachable(URL, "no answer")]
    assert list(error_lines(swept)) == [f"asiae: no answer ({longest}… and 1 more)"]


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_the_progress_bar_fills_with_its_steps() -> None:
    terminal = Terminal()
    progress = ProgressBar(2, terminal)
    progress.step("first")
    half = WIDTH // 2
    assert f"[{'#' * half}{'.' * half}] 1/2 first" in terminal.getvalue()
    progress.step("second")
    assert f"[{'#' * WIDTH}] 2/2 second" in terminal.getvalue()
