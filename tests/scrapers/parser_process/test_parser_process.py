"""The parser process may crash, hang or run out of memory; its watchdog replaces it and the bot goes on."""

from __future__ import annotations

import asyncio
import os
import pickle
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from scrapers.errors import NotUnderstood, TooBig, Unreachable
from scrapers.parser_process.parent import ParserProcess

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _is_up(pid: int | None) -> bool:
    return Path(f"/proc/{pid}").exists()


def _libraries(pid: int | None) -> str:
    return Path(f"/proc/{pid}/maps").read_text()


@pytest.fixture
async def planted(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ParserProcess]:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    process = ParserProcess(module="planted", deadline_seconds=2, memory_bytes=256 * 1024 * 1024)
    yield process
    await process.close()


async def test_it_starts_on_first_use_and_is_used_again(planted: ParserProcess) -> None:
    assert planted.pid is None
    assert await planted.run("double", "가", about="u") == "가가"
    first = planted.pid
    assert await planted.run("double", "x" * 1_000_000, about="u") == "x" * 2_000_000
    assert planted.pid == first != os.getpid()


async def test_it_ends_with_close_and_starts_again_on_use(planted: ParserProcess) -> None:
    await planted.run("double", "a", about="u")
    pid = planted.pid
    assert pid is not None
    await planted.close()
    assert planted.pid is None
    assert not _is_up(pid)
    assert await planted.run("double", "a", about="u") == "aa"


@pytest.mark.parametrize("name", ["crash", "raise"])
async def test_a_crash_fails_one_document(planted: ParserProcess, name: str) -> None:
    for _ in range(3):
        with pytest.raises(NotUnderstood, match="broke the parser") as caught:
            await planted.run(name, about="https://news.example/1")
        assert caught.value.url == "https://news.example/1"
        assert await planted.run("double", "a", about="u") == "aa"


async def test_the_watchdog_kills_a_parser_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    child = ParserProcess(module="planted", deadline_seconds=0.5)
    for name in ("loop", "sleep"):
        with pytest.raises(TooBig, match=r"longer than 0\.5 s"):
            await child.run(name, about="u")
    assert await child.run("double", "a", about="u") == "aa"
    await child.close()


async def test_each_document_has_its_own_cpu_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit here is two seconds: a clock that ran on would end the child in the eighth document."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    child = ParserProcess(module="planted", deadline_seconds=1)
    await child.start()
    monkeypatch.setattr(child, "_deadline_seconds", 60.0)  # a busy machine must not end it either
    pid = child.pid
    for _ in range(8):
        assert await child.run("burn", 0.3, about="u") == "burnt"
    for _ in range(1_000):
        await child.run("double", "a", about="u")
    assert child.pid == pid
    await child.close()


async def test_the_child_ends_itself_at_its_cpu_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parent's watchdog is late here: the limit of the child is one second and one."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    child = ParserProcess(module="planted", deadline_seconds=1)
    await child.start()
    monkeypatch.setattr(child, "_deadline_seconds", 30.0)
    with pytest.raises(NotUnderstood, match="broke the parser"):
        await child.run("burn", 20.0, about="u")
    await child.close()


async def test_a_child_that_cannot_start_is_unreachable() -> None:
    child = ParserProcess(module="no_such_module")
    with pytest.raises(Unreachable, match=r"could not be started: .*no_such_module"):
        await child.run("double", "a", about="u")
    assert child.pid is None


async def test_memory_is_limited(planted: ParserProcess) -> None:
    assert await planted.run("use memory", 1_000_000, about="u") == 1_000_000
    with pytest.raises(TooBig, match="memory"):
        await planted.run("use memory", 1_000_000_000, about="u")
    assert await planted.run("double", "a", about="u") == "aa"


async def test_a_document_may_take_ninety_six_mebibytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    process = ParserProcess(module="planted")
    assert await process.run("use memory", 95 * 1024 * 1024, about="u")
    with pytest.raises(TooBig, match="memory"):
        await process.run("use memory", 97 * 1024 * 1024, about="u")
    await process.close()


async def test_an_answer_may_have_thirty_two_mebibytes(planted: ParserProcess) -> None:
    half = 16 * 1024 * 1024
    assert len(await planted.run("double", "x" * (half - 100), about="u")) == 2 * half - 200
    with pytest.raises(NotUnderstood, match="broke the parser"):
        await planted.run("double", "x" * half, about="u")


async def test_the_child_is_replaced_after_two_thousand_tasks(planted: ParserProcess) -> None:
    await planted.run("double", "a", about="u")
    first = planted.pid
    for _ in range(1_999):
        await planted.run("double", "a", about="u")
    assert planted.pid == first
    await planted.run("double", "a", about="u")
    assert planted.pid != first


async def test_a_result_of_another_type_is_refused(planted: ParserProcess) -> None:
    with pytest.raises(NotUnderstood, match="of a type that no parser returns"):
        await planted.run("return function", about="u")


async def test_a_print_to_standard_output_is_no_answer(planted: ParserProcess) -> None:
    assert await planted.run("print", about="u") == "said"


async def test_much_output_on_standard_error_does_not_block(planted: ParserProcess) -> None:
    assert await planted.run("write much", about="u") == "done"


async def test_the_last_line_of_stderr_is_logged(planted: ParserProcess, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(NotUnderstood):
        await planted.run("raise", about="u")
    (record,) = (record for record in caplog.records if record.message == "parser_died")
    assert vars(record)["why"] == "RuntimeError: a parser's own bug"


async def test_its_environment_holds_no_secret(planted: ParserProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    assert "SLACK_BOT_TOKEN" not in await planted.run("environment", about="u")


async def test_a_cancelled_call_ends_the_process(planted: ParserProcess) -> None:
    await planted.run("double", "a", about="u")
    first = planted.pid
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(planted.run("sleep", about="u"), 0.2)
    assert planted.pid is None
    assert not _is_up(first)
    assert await planted.run("double", "a", about="u") == "aa"


async def test_calls_run_one_after_another(planted: ParserProcess) -> None:
    answers = await asyncio.gather(*(planted.run("double", str(n), about="u") for n in range(20)))
    assert answers == [f"{n}{n}" for n in range(20)]


async def test_parsing_does_not_block_the_event_loop(child: ParserProcess) -> None:
    page = b"<div>" * 100 + b"<p>x</p>" * 50_000
    task = asyncio.create_task(child.run("parse_page", page, "https://a.example/1", None, NOW, None, about="u"))
    loop = asyncio.get_running_loop()
    slowest, last = 0.0, loop.time()
    while not task.done():
        await asyncio.sleep(0.005)
        slowest, last = max(slowest, loop.time() - last), loop.time()
    await task
    assert slowest < 0.5


async def test_errors_of_a_parser_reach_the_caller(child: ParserProcess) -> None:
    with pytest.raises(TooBig, match="nested") as caught:
        await child.run("parse_page", b"<div>" * 200_000, "https://a.example/1", None, NOW, None, about="u")
    assert caught.value.url == "https://a.example/1"
    with pytest.raises(NotUnderstood, match="no web page"):
        await child.run("parse_page", b"x", "https://a.example/1", None, NOW, None, about="u")
    verdict = await child.run(
        "robots_verdict", "User-agent: *\nDisallow: /x", "pactbot", "https://a.example/x", about="u"
    )
    assert verdict == (False, None)


async def test_a_robots_txt_of_twenty_thousand_rules_is_read(child: ParserProcess) -> None:
    rules = "User-agent: *\n" + "".join(f"Disallow: /{n}*x*y$\n" for n in range(20_000))
    for path, allowed in (("/7axbxcy", False), ("/7axbxcyz", True), ("/free", True)):
        url = f"https://a.example{path}"
        assert (await child.run("robots_verdict", rules, "pactbot", url, about=url))[0] == allowed


async def test_long_robots_txts_do_not_fill_the_memory(child: ParserProcess) -> None:
    for number in range(12):
        rules = f"User-agent: *\n# {number}\n" + "".join(f"Disallow: /{n}*x\n" for n in range(20_000))
        assert await child.run("robots_verdict", rules, "pactbot", "https://a.example/free", about="u") == (True, None)


async def test_it_imports_no_library_of_the_bot(child: ParserProcess) -> None:
    await child.run("parse_page", b"<p>x</p>", "https://a.example/1", None, NOW, None, about="u")
    maps = _libraries(child.pid)
    assert "lexbor" in maps
    assert "pydantic_core" not in maps
    assert "sqlalchemy" not in maps
    assert "aiohttp" not in maps


def test_an_answer_holds_plain_values_alone() -> None:
    from scrapers.parser_process.parent import read_answer

    assert read_answer(pickle.dumps(("ok", (1, "a", NOW)))) == ("ok", (1, "a", NOW))
    with pytest.raises(pickle.UnpicklingError):
        read_answer(pickle.dumps(("ok", os.system)))


async def test_an_end_that_is_cut_off_leaves_no_child_and_no_open_pipe(planted: ParserProcess) -> None:
    files = psutil.Process().num_fds()
    await planted.run("double", "a", about="u")
    (child,) = psutil.Process().children()
    hanging = asyncio.create_task(planted.run("wait for", "/nonexistent", about="u"))
    await asyncio.sleep(0.05)
    for _ in range(2):  # the second time while the end of the child is awaited
        hanging.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await hanging
    assert psutil.Process().num_fds() == files
    assert not child.is_running()
    assert await planted.run("double", "a", about="u") == "aa"
