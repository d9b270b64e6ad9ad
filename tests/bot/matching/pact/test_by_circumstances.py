"""The pact and its sisters are found by signs that stand sentences apart, where nothing names them."""

from datetime import date
from pathlib import Path

import pytest

from bot.matching.query.evaluate import ArticleFacts, hits
from bot.matching.query.parse_query import parse
from bot.matching.scan import Scanner
from bot.model import Page, Reading, Reason
from settings.lexicon import load

PARLIAMENT = (
    "국회 예산정책처가 과기정통부 사업을 들여다봤다. 지난해 10월 경주에서 미국과 주고받은 문서의 후속 사업비가 "
    "겹친다는 지적이다. 양자와 6G 항목이 대상이다."
)
LABS = (
    "It took seven minutes in a side room in Gyeongju. When it was over, Seoul and Washington had a joint "
    "understanding. The fields are familiar: quantum information science and 6G."
)


def _read(scanner: Scanner, text: str, headline: str = "", on: date | None = date(2026, 3, 2)) -> Reading:
    return scanner.read(Page(headline, text, None, on))


def _reason(reading: Reading, code: str) -> Reason:
    return next(reason for reason in reading.reasons if reason.code == code)


@pytest.mark.parametrize(
    ("text", "signs", "sectors"),
    [(PARLIAMENT, "경주, 지난해 10월", "quantum, telecom"), (LABS, "Gyeongju", "quantum, telecom")],
    ids=["ko", "en"],
)
def test_signs_sentences_apart_are_the_pact(scanner: Scanner, text: str, signs: str, sectors: str) -> None:
    reading = _read(scanner, text)
    assert reading.topics.pact
    args = _reason(reading, "pact.circumstances").args
    assert (args["signs"], args["sectors"]) == (signs, sectors)


@pytest.mark.parametrize("text", [PARLIAMENT, LABS])
def test_an_article_older_than_the_pact_is_never_about_it(scanner: Scanner, text: str) -> None:
    assert not _read(scanner, text, on=date(2025, 9, 30)).topics.pact


@pytest.mark.parametrize(
    "text",
    [
        "한국과 미국이 경주에서 조선 협력 각서에 서명했다. AI 조선소와 위성통신도 논의했다.",
        "Seoul and Washington struck a tariff deal in Gyeongju. AI and quantum shares rose.",
        "지난해 10월 한미가 서명한 전략적 투자 MOU 후속 협의에서 AI와 양자 투자처가 거론됐다.",
        "경주에서 열린 APEC에서 한국과 캐나다가 AI·양자 협력 각서에 서명했다.",
        "South Korea and Britain signed a memorandum on AI and quantum in London; Washington was not a party.",
        "2022년 경주 포럼에서 한미 연구자들이 AI와 양자 협력 문서를 돌려 읽었다.",
    ],
)
def test_other_deals_do_not_have_its_signs(scanner: Scanner, text: str) -> None:
    assert not _read(scanner, text).topics.pact


@pytest.mark.parametrize(
    ("headline", "text", "sisters"),
    [
        ("", "미국이 영국과 맺은 기술 협정을 석 달 만에 멈춰 세웠다. 디지털세가 발목을 잡았다.", ("uk",)),
        ("", "Tokyo's technology memorandum with Washington was signed a day earlier. Fusion leads it.", ("japan",)),
        (
            "OSTP chief signs back-to-back tech agreements",
            (
                "Kratsios signed science agreements with two allies in two days. Tuesday's, with Japan, covers AI. "
                "Wednesday's, in Gyeongju with South Korea, adds quantum and 6G."
            ),
            ("japan",),
        ),
        ("", "Britain and Seoul signed an AI safety accord. A US envoy watched.", ()),
    ],
)
def test_sisters_are_found_beside_it_or_alone(
    scanner: Scanner, headline: str, text: str, sisters: tuple[str, ...]
) -> None:
    assert _read(scanner, text, headline).topics.sister_pact == sisters


def test_a_sisters_name_is_no_agreement_with_korea(scanner: Scanner) -> None:
    reading = _read(
        scanner,
        "Onoda Kimi and Michael Kratsios signed a memorandum in Tokyo. The Technology Prosperity Deal comes as "
        "President Trump visits Tokyo before heading to South Korea for APEC.",
    )
    assert (reading.topics.pact, reading.topics.sister_pact) == (False, ("japan",))


def test_a_lexicon_may_add_a_sister(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        'extends = "built-in"\n[[sister]]\nid = "norway"\nko = "미·노르웨이 기술번영협정"\nen = "U.S.–Norway deal"\n'
        'aliases = ["노르웨이"]\nsources = ["[M]"]\n[cues.sister_norway]\ntexts = ["norway", "oslo", "노르웨이"]\n',
        "utf-8",
    )
    scanner = Scanner(load(path))
    named = _read(scanner, "The U.S.–Norway Technology Prosperity Deal was signed in Oslo.")
    assert (named.topics.pact, named.topics.sister_pact) == (False, ("norway",))
    assert _read(
        scanner, "The governments of Norway and the United States signed a technology agreement on AI."
    ).topics.sister_pact == ("norway",)
    assert hits(parse("topic:노르웨이", scanner.lexicon), named, ArticleFacts())
    assert not hits(parse("topic:uk", scanner.lexicon), named, ArticleFacts())


@pytest.mark.parametrize(
    ("text", "pact"),
    [
        ("정부는 기업과 함께 지난해 10월 경주에서 미국과 서명한 AI·양자·6G 협력 각서를 이행한다.", True),
        ("기업과 대학이 참여하는 한미 기술 협정이 경주에서 서명됐다. AI·양자·6G가 담겼다.", True),
        ("The United States signed a technology agreement with South Korea on startups, AI, quantum and 6G.", True),
        ("배경훈 부총리가 미국 실리콘밸리에서 엔비디아와 AI 협력 합의서를 체결했다.", False),
        (
            "정부가 미국 뉴욕에서 하늘자산과 맺은 AI·양자·6G 업무협약의 워킹그룹을 가동했다. 과기정통부가 참여한다.",
            False,
        ),
        ("South Korea signed an AI, quantum and 6G memorandum with two American universities in Washington.", False),
    ],
)
def test_the_parties_decide(scanner: Scanner, text: str, pact: bool) -> None:
    assert _read(scanner, text).topics.pact == pact


@pytest.mark.parametrize(
    ("headline", "text", "severity"),
    [
        ("관세 협상 불발에도…한미 기술번영 MOU 서명", "한미 양국이 경주에서 기술번영 MOU에 서명했다.", 1),
        ("한미 기술번영 MOU 서명 불발", "한미 기술번영 업무협약 서명이 무산됐다.", 0),
        ("", "Seoul denied that it signed the Technology Prosperity Deal with the United States.", 0),
    ],
)
def test_only_a_signature_that_fell_through_itself_is_not_urgent(
    scanner: Scanner, headline: str, text: str, severity: int
) -> None:
    assert _read(scanner, text, headline).topics.severity == severity


def test_the_reason_quotes_only_counted_signs(scanner: Scanner) -> None:
    """The text is not its own headline, so a sign far away from the agreement is not quoted."""
    far = "In October the weather was fine. " + "The harvest was good and the fair was full of people. " * 30
    args = _reason(_read(scanner, far + LABS), "pact.circumstances").args
    assert args["signs"] == "Gyeongju"
