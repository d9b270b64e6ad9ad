"""The pool parses in two children; a document that hangs holds one of them, and no other outlet waits for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextvars import ContextVar
from pathlib import Path

import pytest

from scrapers.errors import NotUnderstood, TooBig, Unreachable
from scrapers.parser_process.pool import PARSERS, SOFT_LIMIT_SECONDS, ParserPool

FOREVER = "/nonexistent"


@pytest.fixture
async def pool(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ParserPool]:
    """A pool whose soft limit passes at once, or after the seconds of a parameter, and whose deadline never comes."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    soft_limit_seconds = getattr(request, "param", 0.05)
    pool = ParserPool(module="planted", soft_limit_seconds=soft_limit_seconds, deadline_seconds=60)
    yield pool
    await pool.close()


def test_there_are_two_parsers_and_a_second() -> None:
    assert (PARSERS, SOFT_LIMIT_SECONDS) == (2, 1.0)


async def test_results_and_errors_reach_the_caller(pool: ParserPool) -> None:
    assert await pool.run("double", "a", about="u", outlet="a") == "aa"
    with pytest.raises(NotUnderstood, match="broke the parser") as caught:
        await pool.run("crash", about="https://a.example/", outlet="a")
    assert caught.value.url == "https://a.example/"
    assert await pool.run("double", "b", about="u", outlet="a") == "bb"


async def test_no_outlet_waits_for_three_that_hang(pool: ParserPool) -> None:
    hanging = [
        asyncio.create_task(pool.run("wait for", FOREVER, about="u", outlet=outlet))
        for outlet in ("x", "y", "z")
        for _ in range(4)
    ]
    await asyncio.sleep(0)
    for number in range(5):
        assert await pool.run("double", str(number), about="u", outlet=f"honest {number}") == f"{number}{number}"
    assert not any(task.done() for task in hanging)
    for task in hanging:
        task.cancel()
    await asyncio.gather(*hanging, return_exceptions=True)
    assert await pool.run("double", "a", about="u", outlet="x") == "aa"


@pytest.mark.parametrize("pool", [60.0], indirect=True, ids=["none gives way"])
async def test_a_small_document_goes_before_large_ones_of_unknown_outlets(pool: ParserPool) -> None:
    ended: list[str] = []

    async def run(outlet: str, text: str) -> None:
        await pool.run("double", text, about="u", outlet=outlet)
        ended.append(outlet)

    large = "x" * 2_000_000
    tasks = [asyncio.create_task(run(f"unknown {number}", large)) for number in range(8)]
    tasks.append(asyncio.create_task(run("honest", "a")))
    await asyncio.gather(*tasks)
    assert ended.index("honest") < 7  # two had begun; by turns it would be the last but one or the last


async def test_what_is_logged_of_a_document_names_its_own_job(
    pool: ParserPool, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[tuple[str, str]] = []

    class Noting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append((job.get(), vars(record)["url"]))

    job: ContextVar[str] = ContextVar("job")

    async def crash(name: str) -> None:
        job.set(name)
        with pytest.raises(NotUnderstood):
            await pool.run("crash", about=name, outlet=name)

    noting = Noting()
    logging.getLogger("scrapers.parser_process.parent").addHandler(noting)
    await asyncio.gather(*(crash(name) for name in "abcd"))
    logging.getLogger("scrapers.parser_process.parent").removeHandler(noting)
    assert sorted(seen) == [(name, name) for name in "abcd"]


async def test_a_document_that_gave_way_is_parsed_later(pool: ParserPool, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("x", "y")]
    tasks = [asyncio.create_task(pool.run("wait for", str(file), about="u", outlet=file.name)) for file in files]
    await pool.run("double", "a", about="u", outlet="honest")
    for file in files:
        file.touch()
    assert await asyncio.gather(*tasks) == [str(file) for file in files]


async def test_a_cancelled_document_frees_its_parser(pool: ParserPool) -> None:
    for outlet in ("x", "y", "z"):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(pool.run("wait for", FOREVER, about="u", outlet=outlet), 0.2)
    assert await pool.run("double", "a", about="u", outlet="x") == "aa"


async def test_the_deadline_holds_in_the_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    pool = ParserPool(module="planted", soft_limit_seconds=0.05, deadline_seconds=0.3)
    outlets = ("x", "y", "z")
    outcomes = await asyncio.gather(
        *(pool.run("sleep", about="u", outlet=outlet) for outlet in outlets), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [TooBig, TooBig, TooBig]
    await pool.close()


async def test_close_fails_what_waits(pool: ParserPool) -> None:
    tasks = [asyncio.create_task(pool.run("wait for", FOREVER, about="u", outlet=outlet)) for outlet in ("x", "y", "x")]
    await asyncio.sleep(0.1)
    await pool.close()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Unreachable] * 3
    assert await pool.run("double", "a", about="u", outlet="x") == "aa"
