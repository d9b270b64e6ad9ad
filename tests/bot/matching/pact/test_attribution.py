"""An article's sources are found by how newsrooms name them, in both languages; a name of another use is no source."""

from __future__ import annotations

import pytest

from bot.matching.scan import Scanner
from bot.model import Page
from settings.lexicon import load

BEHIND = "\nThe two sides will work on AI and quantum."


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(load(None))


def sources(scanner: Scanner, text: str) -> tuple[str, ...]:
    return scanner.read(Page("Deal", text)).topics.after


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("Bloomberg", "블룸버그에 따르면 한미 양국은 협상을 재개했다."),
        ("Bloomberg", "블룸버그통신은 24일(현지시간) 미국 정부가 규제를 완화한다고 보도했다."),
        ("Bloomberg", "블룸버그 통신에 의하면 엔비디아가 칩을 판다."),
        ("Bloomberg", "미국 정부가 규제를 푼다고 블룸버그가 소식통을 인용해 전했다."),
        ("Bloomberg", "19일(현지시간) 블룸버그 등 외신에 따르면 정부는 협정을 검토한다."),
        ("Bloomberg", "블룸버그는 이날 관계자를 인용해 이같이 밝혔다."),
        ("Bloomberg", "정부 고위 관계자는 블룸버그와의 인터뷰에서 협정을 연장하겠다고 말했다."),
        ("Bloomberg", "블룸버그발 보도로 시장이 출렁였다."),
        ("Reuters", "로이터통신에 따르면 러트닉 장관은 서울을 찾는다."),
        ("Reuters", "로이터는 소식통을 인용해 협정이 연기됐다고 보도했다."),
        ("Reuters", "로이터 통신 보도에 따르면 미국은 관세를 내린다."),
        ("Reuters", "러트닉 장관은 로이터에 협정이 순조롭다고 말했다."),
        ("Reuters", "러트닉 장관은 로이터와 인터뷰에서 협정이 순조롭다고 밝혔다."),
        ("Reuters", "로이터가 입수한 초안에 따르면 협정은 10년간 유효하다."),
        ("Yonhap", "연합뉴스에 따르면 두 나라는 협정을 맺었다."),
        ("Yonhap", "연합뉴스는 이날 정부가 협정을 검토한다고 보도했다."),
        ("Yonhap", "이 소식은 연합뉴스를 통해 알려졌다."),
        ("Yonhap", "앞서 연합뉴스가 보도한 바와 같이 정부는 협정을 검토한다."),
        ("Wall Street Journal", "월스트리트저널(WSJ)은 22일 미국이 협정을 재검토한다고 보도했다."),
        ("Wall Street Journal", "WSJ에 따르면 미국이 협정을 재검토한다."),
        ("Wall Street Journal", "미 일간 월스트리트저널(WSJ)에 따르면 백악관은 칩 수출을 막는다."),
        ("Financial Times", "영국 파이낸셜타임스(FT)는 양국이 협정을 중단한다고 보도했다."),
        ("Financial Times", "파이낸셜타임스가 23일 전한 바에 따르면 양국은 협정을 중단한다."),
        ("Nikkei", "니혼게이자이신문(닛케이)에 따르면 일본은 협정을 준비한다."),
        ("Nikkei", "닛케이는 일본이 협정을 준비한다고 23일 보도했다."),
        ("Politico", "폴리티코는 익명의 관계자를 인용해 백악관이 이를 검토한다고 전했다."),
        ("Politico", "미 정치전문매체 폴리티코가 보도했다."),
        ("NHK", "NHK에 따르면 다카이치 총리는 협정에 서명한다."),
        ("Kyodo", "교도통신은 이날 양국이 합의했다고 전했다."),
        ("Axios", "미 온라인 매체 악시오스는 백악관 관계자 말을 인용해 이같이 보도했다."),
    ],
)
def test_a_source_that_a_korean_sentence_cites(source: str, sentence: str, scanner: Scanner) -> None:
    assert sources(scanner, sentence + BEHIND) == (source,)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("Bloomberg", "Korea will sign the deal, Bloomberg reported on Monday."),
        ("Bloomberg", "Bloomberg News reported that the White House eases rules."),
        ("Bloomberg", "According to Bloomberg, Nvidia sells chips."),
        ("Bloomberg", "The talks resumed, according to a Bloomberg report."),
        ("Bloomberg", "Citing Bloomberg, the paper said talks resumed."),
        ("Bloomberg", "The White House weighs it, Bloomberg says, citing people familiar with the matter."),
        ("Bloomberg", "Bloomberg first reported the plan."),
        ("Bloomberg", "The plan was first reported by Bloomberg."),
        ("Bloomberg", "Lutnick told Bloomberg Television that the deal is on track."),
        ("Bloomberg", "In an interview with Bloomberg, Lutnick said the deal is on track."),
        ("Bloomberg", "Officials confirmed a Bloomberg report that talks resumed."),
        ("Reuters", "SEOUL, Oct 29 (Reuters) - Korea and the United States signed a deal."),
        ("Reuters", "Two sources told Reuters that talks resumed."),
        ("Reuters", "A draft seen by Reuters shows a ten-year deal."),
        ("Reuters", "The plan, which Reuters was first to report, covers AI."),
        ("Reuters", "The document, reviewed by Reuters, covers AI."),
        ("Reuters", "Reuters reports that the pact is near."),
        ("Yonhap", "Seoul will join, Yonhap News Agency reported, citing officials."),
        ("Yonhap", "The two sides met, according to Yonhap."),
        ("Yonhap", "Yonhap news agency said on Tuesday the two sides met."),
        ("Yonhap", "Citing Yonhap, the Korea Times said the two sides met."),
        ("Yonhap", "South Korea's Yonhap reported the two sides met."),
        ("Wall Street Journal", "The Wall Street Journal reported on Friday that the US reviews the deal."),
        ("Wall Street Journal", "The US reviews the deal, the Wall Street Journal said."),
        ("Wall Street Journal", "The US reviews the deal, people told the Wall Street Journal."),
        ("Wall Street Journal", "The US reviews the deal, according to the WSJ."),
        ("Financial Times", "Britain suspends the deal, the Financial Times reports."),
        ("Financial Times", "The FT, which first reported the pause, cited officials."),
        ("Nikkei", "Tokyo prepares a pact, Nikkei Asia reported."),
        ("Nikkei", "Tokyo prepares a pact, according to the Nikkei newspaper."),
        ("AP", "WASHINGTON (AP) — The White House said the deal stands."),
        ("AP", "Trump told The Associated Press that the deal stands."),
        ("AP", "The Associated Press contributed to this report."),
        ("AFP", "The minister told AFP the deal stands."),
    ],
)
def test_a_source_that_an_english_sentence_cites(source: str, sentence: str, scanner: Scanner) -> None:
    assert sources(scanner, sentence + BEHIND) == (source,)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Yonhap", "(서울=연합뉴스) 홍길동 기자 = 한미 양국은 협정을 맺었다."),
        ("Yonhap", "(워싱턴=연합뉴스) 김동현 특파원 = 백악관은 협정을 발표했다."),
        ("Yonhap", "[서울=연합뉴스] 김아무개 기자 = 양국은 협정을 맺었다."),
        ("Yonhap", "(서울·워싱턴=연합뉴스) 이아무개 기자 = 양국은 협정을 맺었다."),
        ("Yonhap", "SEOUL, Oct. 29 (Yonhap) -- Korea and the United States signed a deal."),
        ("Yonhap", "GYEONGJU, South Korea, Oct. 29 (Yonhap) -- Korea signed a deal."),
        ("Yonhap", "(Yonhap) Korea signed a deal."),
        ("Yonhap", "(세종=연합뉴스) 박아무개·이아무개 기자 = 양국은 협정을 맺었다."),
        ("Yonhap", "연합뉴스 홍길동 기자 = 양국은 협정을 맺었다."),
        ("Yonhap", "By Yonhap\nKorea signed a deal."),
        ("Newsis", "[서울=뉴시스] 홍길동 기자 = 양국은 협정을 맺었다."),
        ("Newsis", "[워싱턴=뉴시스]이윤희 특파원 = 백악관은 협정을 발표했다."),
        ("News1", "(서울=뉴스1) 홍길동 기자 = 양국은 협정을 맺었다."),
        ("Reuters", "WASHINGTON, Oct 29 (Reuters) - The White House said the deal stands."),
        ("Reuters", "SEOUL (Reuters) -- Korea signed a deal."),
        ("AP", "SEOUL, South Korea (AP) — Korea signed a deal."),
        ("AP", "WASHINGTON (AP) - Korea signed a deal."),
        ("AFP", "Seoul (AFP) – Korea signed a deal."),
        ("AFP", "[서울=AFP] 양국은 협정을 맺었다."),
        ("Kyodo", "TOKYO, Oct. 28 (Kyodo) -- Japan signed a deal."),
        ("Kyodo", "TOKYO (Kyodo) -- Japan signed a deal."),
        ("Xinhua", "SEOUL, Oct. 29 (Xinhua) -- Korea signed a deal."),
    ],
)
def test_an_agencys_own_text_is_known_by_byline_dateline_or_ending(source: str, text: str, scanner: Scanner) -> None:
    assert sources(scanner, text) == (source,)


def test_a_joint_byline_names_both_agencies(scanner: Scanner) -> None:
    assert sources(scanner, "(서울 AFP=연합뉴스) 양국은 협정을 맺었다.") == ("AFP", "Yonhap")


@pytest.mark.parametrize(
    "sentence",
    [
        "블룸버그 터미널을 쓰는 은행이 늘었다.",
        "로이터재단은 보고서를 냈다.",
        "연합뉴스 사옥 앞에서 행사가 열렸다.",
        "뉴욕타임스 건물이 팔렸다.",
        "닛케이 지수가 올랐다.",
        "닛케이225지수는 3% 하락했다고 밝혔다.",
        "블룸버그 전 뉴욕시장이 협정을 지지했다.",
        "사진=연합뉴스",
        "[사진=연합뉴스]",
        "(사진=연합뉴스)",
        "연합뉴스 제공",
        "AP/연합뉴스",
        "(출처: 로이터 연합뉴스)",
        "로이터=연합뉴스",
        "Michael Bloomberg met the president.",
        "Bloomberg terminals are costly.",
        "Photo by Reuters",
        "Bloomberg L.P. signed a contract.",
        "The Nikkei rose 3 percent.",
        "The Nikkei index said little.",
        "The AP exam is hard.",
        "CNN hired a new anchor.",
        "Axios raised money.",
        "Bloomberg Philanthropies gave money.",
        "The New York Times Company signed a deal with Amazon.",
        "AP·연합뉴스",
        "Reuters/Yonhap",
        "REUTERS/Kim Hong-Ji",
        "Samsung was sued by the New York Times.",
        "The paper is owned by Nikkei.",
        "Photo by AFP",
        "뉴욕타임스에 대한 소송을 제기했다고 밝혔다.",
        "그래픽=뉴시스",
        "[그래픽=연합뉴스]",
        "트럼프 대통령을 면담한 이틀 뒤. [로이터=연합뉴스]",
        "(AP=연합뉴스)",
        "File photo (Yonhap)",
        "Photos [Reuters]",
    ],
)
def test_a_name_of_another_use_is_no_source(sentence: str, scanner: Scanner) -> None:
    assert sources(scanner, sentence + BEHIND) == ()


def test_an_agencys_own_name_is_no_source_of_its_article(scanner: Scanner) -> None:
    text = "SEOUL, Oct. 29 (Yonhap) -- Korea will sign the deal, Bloomberg reported."
    for hosts, after in (
        ((), ("Yonhap", "Bloomberg")),
        (("en.yna.co.kr",), ("Bloomberg",)),
        (("yna.co.kr", "other.example"), ("Bloomberg",)),
        (("notyna.co.kr",), ("Yonhap", "Bloomberg")),
    ):
        assert scanner.read(Page("Deal", text, hosts=hosts)).topics.after == after


def test_an_agency_closes_an_article_only_behind_eighty_characters(scanner: Scanner) -> None:
    for ending in ("(Yonhap)", "/연합뉴스", "<연합뉴스>", "(연합뉴스)", "연합뉴스", "Yonhap"):
        assert sources(scanner, f"{'양' * 78}. {ending}") == ("Yonhap",)
    assert sources(scanner, f"{'양' * 77}. 연합뉴스") == ()
    for credit in ("[YONHAP]", "[연합뉴스]", "/ AP"):
        assert sources(scanner, f"{'양' * 78}. {credit}") == (), "a caption closes the article"
