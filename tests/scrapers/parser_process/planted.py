"""What a parser can do to its process: planted functions for the tests of the child."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping


def _double(text: str) -> str:
    return text * 2


def _crash() -> None:
    os._exit(42)


def _raise() -> None:
    raise RuntimeError("a parser's own bug")


def _loop() -> None:
    while True:
        time.sleep(0)


def _sleep() -> None:
    time.sleep(60)


def _eat(size: int) -> int:
    return len(bytearray(size))


def _smuggle() -> object:
    return os.system


def _print() -> str:
    print("a stray line on standard output", flush=True)
    return "said"


def _chatter() -> str:
    sys.stderr.write("a library that warns\n" * 20_000)
    return "done"


def _environment() -> list[str]:
    return sorted(os.environ)


FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "double": _double,
    "crash": _crash,
    "raise": _raise,
    "loop": _loop,
    "sleep": _sleep,
    "eat": _eat,
    "smuggle": _smuggle,
    "print": _print,
    "chatter": _chatter,
    "environment": _environment,
}
