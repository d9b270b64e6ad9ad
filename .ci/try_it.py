"""Runs the README's "Try it" in a clone: it checks for a page within a minute, exit code 0 and no file left behind.

Standard library only: it runs with whatever python3 the machine has. Usage: try_it.py CLONE COMMAND
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from threading import Thread

PAGE_WITHIN_SECONDS = 60
END_WITHIN_SECONDS = 15
INSTALL_WITHIN_SECONDS = 900


def main(clone: str, command: str) -> int:
    install, _, start = command.rpartition("&&")
    subprocess.run(["bash", "-c", install], cwd=clone, check=True, timeout=INSTALL_WITHIN_SECONDS)
    before = files_of(clone)
    # A port of our own: the default one may be in use where this runs.
    started_at = time.monotonic()
    sandbox = subprocess.Popen(
        ["bash", "-c", f"exec {start.strip()} --port {free_port()}"],
        cwd=clone,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    output: list[str] = []
    Thread(target=collect, args=(sandbox, output), daemon=True).start()
    try:
        address = wait_for_page(sandbox, output)
        print(f"the page is served at {address} after {time.monotonic() - started_at:.1f} s")
        os.killpg(sandbox.pid, signal.SIGINT)
        code = sandbox.wait(END_WITHIN_SECONDS)
    except (TimeoutError, subprocess.TimeoutExpired) as error:
        print("".join(output)[-4_000:], f"\n{error}", sep="")
        return 1
    finally:
        if sandbox.poll() is None:
            os.killpg(sandbox.pid, signal.SIGKILL)
    left = files_of(clone) - before
    print(f"ended with {code}, left behind: {', '.join(sorted(left)) or 'nothing'}")
    return 1 if code or left else 0


def collect(sandbox: subprocess.Popen[str], output: list[str]) -> None:
    assert sandbox.stdout
    output.extend(iter(sandbox.stdout.readline, ""))


def wait_for_page(sandbox: subprocess.Popen[str], output: list[str]) -> str:
    """The printed address, once it answers; loopback is never asked through a proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + PAGE_WITHIN_SECONDS
    while time.monotonic() < until and sandbox.poll() is None:
        printed = re.search(r"http://(?:127\.0\.0\.1|localhost):\d+\S*", "".join(output))
        if printed:
            try:
                with opener.open(printed[0], timeout=5) as answer:
                    if b"<html" in answer.read().lower():
                        return printed[0]
            except OSError:
                pass
        time.sleep(0.2)
    raise TimeoutError(f"no page within {PAGE_WITHIN_SECONDS} s; exit code so far: {sandbox.poll()}")


def files_of(clone: str) -> set[str]:
    return {str(path.relative_to(clone)) for path in Path(clone).iterdir()}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
