"""Log lines: an event word and its fields, one line each, as text and as JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from settings import logs

log = logging.getLogger("pactbot.test")


@pytest.fixture(autouse=True)
def _restore_root_logger() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level


def test_text_is_an_event_and_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("text", "INFO")
    log.info("scraped", extra={"outlet": "asiae", "new": 3, "seconds": 1.23456, "why": "two words"})
    line = capsys.readouterr().err.strip()
    assert line.endswith('scraped outlet=asiae new=3 seconds=1.235 why="two words"')


def test_bound_fields_are_in_every_line_of_the_block(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("text", "INFO")
    with logs.bound(job="scrape"), logs.bound(team="T1"):
        log.info("inside")
    log.info("outside")
    inside, outside = capsys.readouterr().err.strip().splitlines()
    assert inside.endswith("inside job=scrape team=T1")
    assert outside.endswith("outside")


def test_a_field_cannot_add_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("text", "INFO")
    log.info("title", extra={"headline": "one\n2026 INFO forged"})
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_json_is_one_object_a_line_and_keeps_hangul(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json", "INFO")
    try:
        raise ValueError("크라치오스")
    except ValueError:
        log.exception("failed", extra={"outlet": "asiae"})
    line = capsys.readouterr().err.strip()
    assert "크라치오스" in line
    logged = json.loads(line)
    assert (logged["event"], logged["outlet"], logged["level"]) == ("failed", "asiae", "ERROR")
    assert "ValueError" in logged["traceback"]


def test_libraries_log_warnings_and_errors_alone(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("text", "INFO")
    log.debug("not_logged")
    logging.getLogger("slack_bolt").info("not_logged")
    logging.getLogger("apscheduler.executors").warning("logged")
    assert [line.split()[2] for line in capsys.readouterr().err.strip().splitlines()] == ["logged"]
