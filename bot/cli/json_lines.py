"""Reads and writes JSON lines: UTF-8 bytes, order kept, a bad line answered in its place."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from bot.errors import CannotStart

MAX_LINE_BYTES = 16 * 1024 * 1024
_SURROGATE = re.compile("[\ud800-\udfff]")


class BadLine(Exception):
    """a line cannot be used; ``id`` is the id that it gives itself"""

    def __init__(self, problem: str, line_id: object = None) -> None:
        self.id = line_id
        super().__init__(problem)


@contextmanager
def open_input(file: Path | None) -> Iterator[BinaryIO]:
    """Opens a file, or standard input. Raises CannotStart for a file that cannot be opened."""
    if file is None:
        yield sys.stdin.buffer if sys.stdin is not None else io.BytesIO()
        return
    try:
        stream = file.open("rb")
    except OSError as error:
        raise CannotStart(f"{file}: cannot be read: {error.strerror or error}", exit_code=2) from None
    with stream:
        yield stream


def answer_lines(file: Path | None, answer: Callable[[dict[str, Any]], Mapping[str, Any]]) -> int:
    """Answers every line as it comes; 1 when a line could not be used."""
    failed = False
    with open_input(file) as stream:
        for line in read_lines(stream):
            if isinstance(line, BadLine):
                failed = True
                write_bad(line)
            else:
                answered = answer(without_surrogates(line))
                failed = failed or "error" in answered
                write_line(answered)
    return int(failed)


def read_lines(stream: BinaryIO) -> Iterator[dict[str, Any] | BadLine]:
    """Yields every line that is not blank, as an object or as the BadLine that says what is wrong with it."""
    is_first = True
    while raw := stream.readline(MAX_LINE_BYTES + 1):
        if len(raw) > MAX_LINE_BYTES and not raw.endswith(b"\n"):
            _skip_line(stream)
            yield BadLine(f"the line is longer than {MAX_LINE_BYTES:,} bytes")
        elif text := raw.removeprefix(b"\xef\xbb\xbf" if is_first else b"").strip():
            yield _read_line(text)
        is_first = False


def _skip_line(stream: BinaryIO) -> None:
    while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
        pass


def _read_line(raw: bytes) -> dict[str, Any] | BadLine:
    try:
        line = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        return BadLine(f"is not UTF-8: byte {error.start + 1}")
    except json.JSONDecodeError as error:
        return BadLine(f"is no JSON: {error.msg} at column {error.colno}")
    except (ValueError, RecursionError):
        return BadLine("is no JSON that can be read: nested too deep, or a number too long")
    return line if isinstance(line, dict) else BadLine('is no JSON object, as {"id": "1", "text": "…"}')


def _refuse_constant(name: str) -> NoReturn:
    """Refuses NaN and Infinity, which Python reads and JSON does not have."""
    raise json.JSONDecodeError(f"{name} is no number", name, 0)


def without_surrogates(line: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the line with U+FFFD for half a surrogate pair in its texts, which keep their length."""
    texts = {name: line[name] for name in ("headline", "text") if isinstance(line.get(name), str)}
    return {**line, **{name: _SURROGATE.sub("\ufffd", text) for name, text in texts.items()}}


def write_line(answer: Mapping[str, Any]) -> None:
    """Writes one answer and flushes it, because a script may wait for it."""
    line = json.dumps(answer, ensure_ascii=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair: JSON can escape it, UTF-8 cannot hold it
        line = json.dumps(answer)
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def write_bad(error: BadLine) -> None:
    """Writes the answer to a line that cannot be used."""
    write_line({"id": error.id, "error": str(error)})


def visible(text: str) -> str:
    """Returns outside text for a terminal: a character that could move the cursor or change colours is a blank."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def counted(count: int, noun: str) -> str:
    """Returns ``1 outlet`` or ``2 outlets``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
