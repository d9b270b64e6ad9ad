"""The scanner finds everything that an article names, with exact places."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.scan import Scanner
from bot.model import Mention, Page, Rejected

PIECES = st.sampled_from(
    [
        "한미 ",
        "韓·美 ",
        "기술번영 ",
        "협정",
        "AI",
        "양자",
        " 면담",
        "6G와 ",
        "크라치오스",
        "\n",
        ". ",
        "U.S.–ROK ",
        "deal ",
        "👩‍🔬",
        "é",
        "\u0301",
        "많이 본 뉴스\n",
        "ⓒ 금지",
        "@",
        "(",
        "’s ",
        "16GB",
        "Kratios ",
        "블룸버그통신이 보도",
        "작년 10월 경주에서 서명한 문서. ",
        "일본과 나란히 ",
        "a day after Tokyo, its own version ",
    ]
)
TEXT = st.one_of(
    st.text(st.characters(), max_size=80),
    st.text(st.characters(categories=["Cs", "Lo"]), max_size=9),
    st.lists(PIECES, max_size=25).map("".join),
)


@given(TEXT, TEXT, st.one_of(st.none(), st.dates()), st.booleans())
@settings(max_examples=300, deadline=None)
def test_no_text_raises_and_every_quote_is_the_text_at_its_place(
    literal_scanner: Scanner, headline: str, text: str, on: date | None, official: bool
) -> None:
    page = Page(headline, text, None, on, official)
    reading = literal_scanner.read(page)
    every: list[Mention | Rejected] = [*reading.mentions, *reading.rejected]
    for place in every:
        raw = headline if place.field == "headline" else text
        assert 0 <= place.start < place.end <= len(raw)
        assert raw[place.start : place.end] == place.quote
    for mention in reading.mentions:
        raw = headline if mention.field == "headline" else text
        assert mention.context in raw
        assert mention.quote in mention.context
    assert set(reading.topics.sectors) == {m.topic for m in reading.mentions if m.kind == "sector"}
    assert reading.topics.severity in (0, 1)
    assert reading.topics.severity <= reading.topics.pact


def test_one_word_has_both_senses_in_one_article(scanner: Scanner) -> None:
    reading = scanner.read(Page("", "두 장관은 양자 면담을 갖고 양자 기술 협력을 논의했다."))
    meant = [m for m in reading.mentions if m.topic == "quantum"]
    assert [m.quote for m in meant] == ["양자 기술"]
    other = [r for r in reading.rejected if r.topic == "quantum"]
    assert [(r.quote, r.start, r.reason.code) for r in other] == [("양자", 6, "sense.right")]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("AI는 빠르다", "AI"),
        ("6G와 함께", "6G"),
        ("크라치오스에게서의 답", "크라치오스"),
        ("인공지능으로부터의 자유", "인공지능"),
        ("한·미 기술 번영 양해각서를", "기술 번영 양해각서"),
    ],
)
def test_particles_are_no_part_of_the_quote(scanner: Scanner, text: str, quote: str) -> None:
    assert quote in [m.quote for m in scanner.read(Page("", text)).mentions]


def test_the_context_is_the_sentence(scanner: Scanner) -> None:
    reading = scanner.read(Page("", "날씨가 맑다. 정부는 6G에 투자한다. 내일은 비가 온다."))
    assert [m.context for m in reading.mentions] == ["정부는 6G에 투자한다."]


def test_a_surname_counts_only_where_the_full_name_stands(scanner: Scanner) -> None:
    assert scanner.read(Page("", "배 부총리가 말했다.")).topics.officials == ()
    reading = scanner.read(Page('배 부총리 "연말까지"', "배경훈 과기정통부 장관이 말했다."))
    assert reading.topics.officials == ("Bae Kyung-hoon",)
    assert [m.quote for m in reading.mentions if m.kind == "official"] == ["배 부총리", "배경훈"]


def test_page_noise_is_masked(scanner: Scanner) -> None:
    text = "시장은 다리를 놓는다.\n많이 본 뉴스\n조선 3사 수주 랠리\n원전주 급등\n누리호 발사 성공\n"
    reading = scanner.read(Page("", text))
    assert reading.topics.sectors == ()
    hidden = {r.topic: r.reason.args["mask"] for r in reading.rejected if r.reason.code == "mask.hidden"}
    assert hidden == {"shipbuilding": "most-read", "nuclear": "most-read", "space": "most-read"}


def test_addresses_are_never_matched(scanner: Scanner) -> None:
    text = "자세한 내용은 https://example.com/TPD/korea-us/6G/kratsios 와 space@quantum.kr 참조."
    assert scanner.read(Page("", text)).mentions == ()


@pytest.mark.parametrize(
    ("headline", "text", "severity"),
    [
        ("한미 기술번영 양해각서 서명", "두 나라가 서명했다.", 1),
        ("미국, 한미 기술번영협정 중단", "백악관이 밝혔다.", 1),
        ("", "한미 기술번영협정 종료를 통보했다.", 1),
        ("한미 과학기술공동위원회 개최", "기술번영 양해각서 이행을 한미가 점검했다.", 1),
        ("기술번영 워킹그룹, 한미 공동연구 논의", "지난해 10월 서명한 한미 기술번영 양해각서의 후속이다.", 0),
        ("", "Officials met on the U.S.-ROK Technology Prosperity Deal signed in October.", 0),
        ("UK suspends Tech Prosperity Deal", "Britain halted it.", 0),
        ("영국과 기술번영합의 중단…한국은", "한국도 지난 10월 같은 협정에 서명했다.", 0),
    ],
)
def test_the_severity_of_an_article(scanner: Scanner, headline: str, text: str, severity: int) -> None:
    assert scanner.read(Page(headline, text)).topics.severity == severity


def test_an_official_document_about_the_pact_is_urgent(scanner: Scanner) -> None:
    text = "Working group of the U.S.-ROK Technology Prosperity Deal meets on research."
    assert scanner.read(Page("", text, official=True)).topics.severity == 1
    assert scanner.read(Page("", text)).topics.severity == 0


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("협정을 맺는다고 블룸버그통신이 28일(현지시간) 보도했다.", ("Bloomberg",)),
        ("로이터에 따르면 협정은 곧 나온다.", ("Reuters",)),
        ("They will sign on Friday, reports Yonhap", ("Yonhap",)),
        ("SEOUL, Oct 29 (Reuters) - Ministers met.", ("Reuters",)),
        ("Ministers met in Seoul, according to the Financial Times.", ("Financial Times",)),
        ("로이터와 만난 장관은 웃었다.", ()),
        ("The Reuters building was sold.", ()),
    ],
)
def test_source_agencies_are_named(scanner: Scanner, text: str, after: tuple[str, ...]) -> None:
    assert scanner.read(Page("", text)).topics.after == after


@pytest.mark.parametrize(
    ("text", "on", "code"),
    [
        ("Britain's Tech Prosperity Deal is on hold.", None, "pact.sister_only"),
        ("A technology prosperity deal was praised.", None, "pact.no_korea"),
        ("한미 양국은 AI, 양자, 6G 협정에 서명한다.", date(2024, 5, 1), "pact.before_window"),
        ("한미 양국은 AI 협정에 서명한다.", None, "pact.too_few_sectors"),
        ("한미 관세 협정이 AI, 양자, 6G에 영향을 준다.", None, "pact.other_deal"),
        ("날씨가 맑다.", None, "pact.no_trace"),
    ],
)
def test_a_reason_says_why_it_is_not_the_pact(scanner: Scanner, text: str, on: date | None, code: str) -> None:
    reading = scanner.read(Page("", text, None, on))
    assert not reading.topics.pact
    codes = [reason.code for reason in reading.reasons]
    assert code in codes
    assert code == "pact.before_window" or codes[-1].startswith("pact.would")


def test_hits_at_the_end_of_a_long_text_are_found(scanner: Scanner) -> None:
    text = "가나다 " * 200_000 + "\n한미 기술번영 양해각서에 서명했다."
    reading = scanner.read(Page("", text))
    assert reading.topics.pact
    assert reading.mentions[-1].start > 800_000
