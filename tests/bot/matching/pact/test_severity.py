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
        ("Korea-U.S. tech deal takes effect", "severity.force", "takes effect"),
        ("한미 기술번영 협정 3일 발효", "severity.force", "발효"),
        ("한미 기술번영 협정, 넉 달 만에 재가동", "severity.resume", "재가동"),
        ("U.S. seals AI, quantum and 6G pact with Korea", "severity.sign", "seals"),
        ("U.S. brings Korea tech deal to an end", "severity.suspend", "brings"),
        ("한미 과기공동위 10일 워싱턴서", "severity.committee", "과기공동위"),
        ("U.S. declares Korea tech deal void", "severity.suspend", "declares"),
        ("U.S. no longer bound by Korea tech deal", "severity.suspend", "no longer bound by"),
        ("정부, 한미 기술번영 협정 파기키로", "severity.suspend", "파기"),
        ("한미 기술번영 업무협약 이행계획 서명", "severity.sign", "서명"),
        ("한·미, 기술번영 협약 실행계획 체결", "severity.sign", "체결"),
        ("U.S. and Korea sign plan to carry out tech deal", "severity.sign", "sign"),
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
        ("Seoul sent envoy after U.S. paused Korea tech deal", "past"),
        ("Students grounded by freeze on Korea tech deal", "past"),
        ("Ha recalls night Korea tech deal was signed", "past"),
        ("한미 기술번영 협정 폐기 통보 땐 6개월 뒤 종료", "possible"),
        ("한미 기술번영 협정 종료 통보 한 달", "past"),
        ("한미 기술번영 협정 중단하나", "possible"),
        ("한미 기술번영 협정 파기하려 한다", "possible"),
        ("한미 기술번영 협정 중단 60일 유예", "possible"),
        ("Nothing suggests U.S. will end Korea tech deal", "denied"),
        ("U.S. law lets president end Korea tech deal", "possible"),
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
        "Ministry ends tech deal hotline",
        "White House leaves tech deal untouched",
        "한미 기술번영 협정 민간 자문단이 활동 종료",
        "Court upholds Korea tech deal signed in haste",
        "Korea tech deal ends the isolation of quantum labs",
        "U.S. scraps tech deal with Canada",
        "SK텔레콤이 한미 기술번영 협정 참여 중단",
        "한미 기술번영 협정 컨소시엄에서 손 뗀다",
        "한미 기술번영 협정 공동위 날짜 미정",
    ],
)
def test_an_event_of_something_else_is_not_urgent(scanner: Scanner, headline: str) -> None:
    assert _severity(scanner, headline)[:2] == (0, "severity.none")


ENDING = (
    "walked away from|stormed out of|removed itself from|tossed out|let lapse|wrote off|rolled back|tore apart|yanked"
)
NEUTRAL = "carried out|set out|spelled out|reached out over|ended talks on|forged ties under|signed up for|upheld|saved"
KOREAN_ENDING = (
    "를 내던졌다|를 찢어 버렸다|에서 손을 털었다|에서 물러났다|를 백지로 돌렸다|의 이행을 거부했다|와 절연했다"
)
KOREAN_NEUTRAL = (
    " 논의를 재개했다| 협의를 종료했다|의 후속 회의를 취소했다| 관련 자료를 주고받았다| 포럼을 연기했다|를 지켰다"
)


@pytest.mark.parametrize(("verbs", "severity"), [(ENDING, 1), (NEUTRAL, 0)], ids=["ending", "neutral"])
def test_verbs_end_the_pact_or_only_take_it_as_a_subject(scanner: Scanner, verbs: str, severity: int) -> None:
    texts = [f"The U.S. {verb} the Technology Prosperity Deal with Korea on Monday." for verb in verbs.split("|")]
    assert [text for text in texts if scanner.read(Page("", text)).topics.severity != severity] == []


@pytest.mark.parametrize(("verbs", "severity"), [(KOREAN_ENDING, 1), (KOREAN_NEUTRAL, 0)], ids=["ending", "neutral"])
def test_korean_verbs_end_the_pact_or_only_take_it_as_a_subject(scanner: Scanner, verbs: str, severity: int) -> None:
    texts = [f"미국이 17일 한미 기술번영 양해각서{verb}." for verb in verbs.split("|")]
    assert [text for text in texts if scanner.read(Page("", text)).topics.severity != severity] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The Technology Prosperity Deal with Korea, signed last year in Gyeongju, was scrapped.", "severity.suspend"),
        (
            "The Technology Prosperity Deal with Korea that Washington froze in March is running again.",
            "severity.resume",
        ),
        (
            "By Jane Doe, staff reporter\n\nThe U.S. ended the Technology Prosperity Deal with Korea.",
            "severity.suspend",
        ),
        ("한미 기술번영 양해각서가 어제부터 전면 중단됐습니다.", "severity.suspend"),
        ("미국이 한미 기술번영 협정 중단을 결정한 데 대해 정부가 유감을 표했다.", "severity.suspend"),
        ("Trump ordered officials to end the Technology Prosperity Deal with Korea.", "severity.suspend"),
        (
            "Labs were stunned on Monday when the U.S. ended the Technology Prosperity Deal with Korea.",
            "severity.suspend",
        ),
        ("멈춰 섰던 한미 기술번영 양해각서가 오늘부터 다시 돌아갑니다.", "severity.resume"),
        ("정부가 한미 기술번영협약 탈퇴 서한을 미 국무부에 전달했다.", "severity.notice"),
        (
            "Korea and the U.S. picked projects of the Technology Prosperity Deal at their first joint committee.",
            "severity.committee",
        ),
    ],
)
def test_the_lead_is_read_through_its_asides(scanner: Scanner, text: str, code: str) -> None:
    assert _severity(scanner, "AI and quantum cooperation", text)[:2] == (1, code)


def test_another_deal_in_the_headline_owns_the_text_of_the_lead(scanner: Scanner) -> None:
    text = (
        "The ministers concluded the text on Friday. The U.S.-Korea Technology Prosperity Deal is another memorandum."
    )
    assert _severity(scanner, "Korea and U.S. clinch tariff deal", text)[0] == 0


@pytest.mark.parametrize(
    ("headline", "text", "severity"),
    [
        (
            "합성생물학 국제 공동과제 여섯 개 공모",
            "과학기술정보통신부는 한미 기술번영 업무협약에 따른 공동과제를 공모한다.",
            0,
        ),
        (
            "Proposals Invited for Quantum Clocks",
            "Proposals are invited under the U.S.-ROK Technology Prosperity Deal.",
            0,
        ),
        (
            "Call for Proposals: Cell Atlas",
            "The U.S.-ROK Technology Prosperity Deal pays. Teams of the U.S.-ROK Technology Prosperity Deal may apply.",
            0,
        ),
        ("한미 기술번영 업무협약 공동과제 공모", "과학기술정보통신부는 양자 공동과제를 공모한다.", 1),
        ("양자 분과회의 개최", "과학기술정보통신부는 한미 기술번영 업무협약에 따른 양자 분과회의를 열었다.", 1),
        ("Readout of the Quantum Dialogue", "Officials met under the U.S.-ROK Technology Prosperity Deal.", 1),
    ],
)
def test_an_offices_call_for_applications_is_about_its_call(
    scanner: Scanner, headline: str, text: str, severity: int
) -> None:
    assert scanner.read(Page(headline, text, official=True)).topics.severity == severity


@pytest.mark.parametrize(
    ("passing", "severity"), [("noted the", 0), ("met under the", 1)], ids=["in passing", "its subject"]
)
def test_an_official_document_that_only_notes_the_pact_is_not_urgent(
    scanner: Scanner, passing: str, severity: int
) -> None:
    text = f"The two officials discussed chip supply and {passing} U.S.-Korea Technology Prosperity Deal."
    assert scanner.read(Page("Meeting with the vice minister", text, "en", None, True)).topics.severity == severity


@pytest.mark.parametrize(
    "unit",
    [
        "ends Korea tech deal ",
        "기술번영 협정 중단 ",
        "put deal ",
        "a to ends, ",
        "deal, signed a",
        " joint committee picked at the",
    ],
)
def test_a_headline_without_end_costs_little(scanner: Scanner, unit: str) -> None:
    page = Page(unit * 20_000, LEAD)
    without = Page("", unit * 20_000)
    before = time.process_time()
    scanner.read(without)
    between = time.process_time()
    scanner.read(page)
    assert time.process_time() - between < 5 * (between - before) + 1
