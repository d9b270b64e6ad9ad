"""Severity reads the clause: only a fact of the day that happens to the pact is urgent, and the reason says why not."""

import time

import pytest

from bot.matching.scan import Scanner
from bot.model import Page

LEAD = "The two governments issued a statement about the U.S.-Korea Technology Prosperity Deal."


def _severity(scanner: Scanner, headline: str, text: str = LEAD) -> tuple[int, str, str]:
    reading = scanner.read(Page(headline, text))
    reason = next(reason for reason in reading.reasons if reason.code.startswith("severity."))
    return reading.topics.severity, reason.code, str(reason.args.get("term", ""))


@pytest.mark.parametrize(
    ("headline", "code", "term"),
    [
        ("U.S. ends Korea tech deal", "severity.suspend", "ends"),
        ("U.S. and Korea ink tech deal", "severity.sign", "ink"),
        ("U.S. and Korea revive frozen tech deal", "severity.resume", "revive"),
        ("U.S. serves notice on Korea tech deal", "severity.notice", "serves notice"),
        ("미국, 한미 기술번영 협정서 손 뗐다", "severity.suspend", "손 뗐"),
    ],
)
def test_a_fact_is_urgent(scanner: Scanner, headline: str, code: str, term: str) -> None:
    assert _severity(scanner, headline) == (1, code, term)


@pytest.mark.parametrize(
    ("headline", "mood"),
    [
        ("White House denies it ends Korea tech deal", "denied"),
        ("한미 기술번영 협정 파기 안 한다…중단은 사실무근", "denied"),
        ("Senator urges U.S. to end Korea tech deal", "asked"),
        ('시민단체 "한미 기술번영 협정 파기해야"', "asked"),
        ("U.S. may end Korea tech deal", "possible"),
        ("한미 기술번영 협정 파기 가능성", "possible"),
        ("Ha, who signed Korea tech deal, retires", "past"),
        ("한미 기술번영 협정 서명 1년", "past"),
    ],
)
def test_what_is_no_fact_says_why(scanner: Scanner, headline: str, mood: str) -> None:
    severity, code, _ = _severity(scanner, headline)
    assert (severity, code) == (0, f"severity.{mood}")


@pytest.mark.parametrize(
    "headline",
    [
        "U.S. ends talks on Korea tech deal",
        "Panel under Korea tech deal suspended",
        "KAIST, MIT sign quantum accord",
        "한미 기술번영 협정 드라마 제작 중단",
        "한미 기술번영 바이오 분과만 보류",
    ],
)
def test_an_event_of_something_else_is_not_urgent(scanner: Scanner, headline: str) -> None:
    assert _severity(scanner, headline)[:2] == (0, "severity.none")


@pytest.mark.parametrize("unit", ["ends Korea tech deal ", "기술번영 협정 중단 ", "put deal ", "a to ends, "])
def test_a_headline_without_end_costs_little(scanner: Scanner, unit: str) -> None:
    page = Page(unit * 20_000, LEAD)
    without = Page("", unit * 20_000)
    before = time.process_time()
    scanner.read(without)
    between = time.process_time()
    scanner.read(page)
    assert time.process_time() - between < 5 * (between - before) + 1
