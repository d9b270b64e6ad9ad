"""JSON lines in and out: bytes are UTF-8, order is kept, a bad line is answered in its place."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from bot.errors import CannotStart

MAX_LINE_BYTES = 16 * 1024 * 1024


class BadLine(Exception):
    """a line cannot be used; ``id`` is what it says of itself"""

    def __init__(self, problem: str, line_id: object = None) -> None:
        self.id = line_id
        super().__init__(problem)


@contextmanager
def source(file: Path | None) -> Iterator[BinaryIO]:
    """The bytes of a file, or of standard input."""
    if file is None:
        yield sys.stdin.buffer if sys.stdin is not None else io.BytesIO()
        return
    try:
        opened = file.open("rb")
    except OSError as error:
        raise CannotStart(f"{file}: {error.strerror or error}", exit_code=2) from None
    with opened:
        yield opened


def read_lines(stream: BinaryIO) -> Iterator[dict[str, Any] | BadLine]:
    """Every line that is not blank, as an object or as what is wrong with it."""
    first = True
    while raw := stream.readline(MAX_LINE_BYTES + 1):
        if len(raw) > MAX_LINE_BYTES and not raw.endswith(b"\n"):
            _skip_line(stream)
            yield BadLine(f"the line is longer than {MAX_LINE_BYTES:,} bytes")
        elif text := raw.removeprefix(b"\xef\xbb\xbf" if first else b"").strip():
            yield _read_line(text)
        first = False


def _skip_line(stream: BinaryIO) -> None:
    while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
        pass


def _read_line(raw: bytes) -> dict[str, Any] | BadLine:
    try:
        line = json.loads(raw.decode("utf-8"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        return BadLine(f"is not UTF-8: byte {error.start + 1}")
    except json.JSONDecodeError as error:
        return BadLine(f"is no JSON: {error.msg} at column {error.colno}")
    except (ValueError, RecursionError):
        return BadLine("is no JSON that can be read: nested too deep, or a number too long")
    return line if isinstance(line, dict) else BadLine('is no JSON object, as {"id": "1", "text": "…"}')


def _no_number(name: str) -> NoReturn:
    """Python reads NaN and Infinity, which JSON does not know."""
    raise json.JSONDecodeError(f"{name} is no number", name, 0)


def write_line(answer: Mapping[str, Any]) -> None:
    """One answer, at once: whoever reads us may be waiting for it."""
    line = json.dumps(answer, ensure_ascii=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair: JSON can escape it, UTF-8 cannot hold it
        line = json.dumps(answer)
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def write_bad(problem: BadLine) -> None:
    """The answer to a line that cannot be used."""
    write_line({"id": problem.id, "error": str(problem)})


def visible(text: str) -> str:
    """Outside text on a terminal: nothing in it may move the cursor or change colours."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
