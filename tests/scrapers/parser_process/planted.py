"""Functions that crash, hang, use memory or print, for the tests of the parser process."""

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


def _use_memory(size: int) -> int:
    return len(bytearray(size))


def _return_function() -> object:
    return os.system


def _print() -> str:
    print("a stray line on standard output", flush=True)
    return "said"


def _write_much() -> str:
    sys.stderr.write("a library that warns\n" * 20_000)
    return "done"


def _environment() -> list[str]:
    return sorted(os.environ)


def _burn(seconds: float) -> str:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return "burnt"


def _wait_for(path: str) -> str:
    """Return when the file exists: a document whose end the test decides."""
    while not os.path.exists(path):
        time.sleep(0.005)
    return path


FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "double": _double,
    "crash": _crash,
    "raise": _raise,
    "loop": _loop,
    "sleep": _sleep,
    "use memory": _use_memory,
    "return function": _return_function,
    "print": _print,
    "write much": _write_much,
    "environment": _environment,
    "burn": _burn,
    "wait for": _wait_for,
}
