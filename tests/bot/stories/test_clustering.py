"""Reports of one event share a story: articles of our own in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Topics
from bot.stories.clustering import decide, group
from bot.stories.periods import period
from bot.stories.report_index import ReportIndex
from bot.stories.same_event import Report, link
from bot.stories.similarity import fingerprint
from bot.stories.story_changes import leading, material_changes

EVENING = datetime(2025, 10, 28, 22, 57, tzinfo=UTC)
FIELDS = ("ai", "quantum", "space", "telecom")

PREVIEW_KO = (
    "한미, 정상회담 계기에 첨단기술 협정 서명 예정",
    (
        "한국과 미국이 인공지능과 양자컴퓨터, 우주, 6G를 아우르는 기술 협정에 서명할 예정이라고 블룸버그가 전했다. "
        "백악관에서는 마이클 크라치오스 과학기술정책실장이 서명자로 나선다."
    ),
)
PREVIEW_EN = (
    "US set to sign technology deal with South Korea covering AI and 6G",
    (
        "The United States plans to sign an agreement with Seoul on artificial intelligence, quantum computing, space "
        "and 6G, with Michael Kratsios signing for the White House, an official said."
    ),
)
SIGNED_KO = (
    "한미 기술번영 업무협약 체결…AI·양자·우주 손잡는다",
    "한국과 미국 정부가 29일 경주에서 기술번영 업무협약(MOU)에 서명했다. 크라치오스 실장과 배경훈 부총리가 자리했다.",
)
WORKING_GROUP_KO = (
    "한미 기술번영 워킹그룹 출범…배경훈·크라치오스 뉴델리서 합의",
    "배경훈 부총리와 마이클 크라치오스 실장이 인도에서 만나 지난해 체결한 업무협약을 이행할 워킹그룹을 꾸리기로 했다.",
)
VISIT_EN = (
    "Kratsios visits Seoul, meets science minister",
    "Michael Kratsios arrived in Seoul and met Science Minister Bae Kyung-hoon on the pact signed in October.",
)
UK_SIGNED = (
    "Britain and US sign tech prosperity deal in London",
    "The United Kingdom and the United States signed a technology prosperity deal on AI, quantum and nuclear energy.",
)

Make = Callable[..., Report]


@pytest.fixture
def make() -> Make:
    numbers = iter(range(1, 10_000))

    def made(words: tuple[str, str], at: datetime = EVENING, language: str = "ko", **more: object) -> Report:
        report = Report(
            id=next(numbers),
            headline=words[0],
            language=language,
            outlet="hanbit",
            published_at=at,
            seen_at=at,
            fingerprint=fingerprint(*words),
        )
        named = {field.name: more.pop(field.name) for field in fields(Topics) if field.name in more}
        return replace(report, topics=Topics(**named), **more)  # type: ignore[arg-type]

    return made


def pact(make: Make, words: tuple[str, str], at: datetime = EVENING, language: str = "ko", **more: object) -> Report:
    people = more.pop("officials", ("Michael Kratsios",))
    return make(words, at, language, pact=True, officials=people, sectors=more.pop("sectors", FIELDS), **more)


def test_the_evening_preview_in_both_languages_is_one_story(make: Make) -> None:
    korean = pact(make, PREVIEW_KO)
    english = pact(make, PREVIEW_EN, EVENING + timedelta(hours=2), "en")
    found = decide(english, [(korean, 91)], now=EVENING + timedelta(hours=3))
    assert found.story == 91
    assert found.reason.code == "same_event"
    assert found.reason.args["outlet"] == "hanbit"


def test_the_signing_of_the_next_day_is_another_event_than_its_preview(make: Make) -> None:
    signed = pact(make, SIGNED_KO, EVENING + timedelta(hours=12))
    assert decide(signed, [(pact(make, PREVIEW_KO), 91)], now=EVENING + timedelta(hours=13)).story is None


def test_signatories_that_the_press_disagrees_about_do_not_split_a_story(make: Make) -> None:
    first = pact(make, SIGNED_KO, officials=("Michael Kratsios", "Bae Kyung-hoon"))
    other = ("하정우 수석, 美와 기술번영 MOU 서명", "하정우 수석이 29일 워싱턴에서 기술번영 MOU에 서명했다고 알려졌다.")
    second = pact(make, other, EVENING + timedelta(hours=5), officials=("Ha Jung-woo",))
    found = link(first, second)
    assert found is not None
    assert found.rule == "same_event"


def test_a_working_group_months_later_and_a_visit_are_stories_of_their_own(make: Make) -> None:
    signed = pact(make, SIGNED_KO)
    later = datetime(2026, 2, 21, 1, tzinfo=UTC)
    launched = pact(make, WORKING_GROUP_KO, later, officials=("Bae Kyung-hoon", "Michael Kratsios"))
    visit = pact(make, VISIT_EN, later - timedelta(hours=20), "en", officials=("Michael Kratsios", "Bae Kyung-hoon"))
    labels = group([visit, launched, signed])
    assert len(set(labels.values())) == 3


def test_a_sister_pact_never_joins_the_korean_one_however_alike(make: Make) -> None:
    korean = pact(make, ("US and Korea sign tech prosperity deal in Gyeongju", UK_SIGNED[1]), language="en")
    british = make(UK_SIGNED, EVENING, "en", sister_pact=("uk",), sectors=FIELDS, officials=("Michael Kratsios",))
    same_words = make(UK_SIGNED, EVENING, "en", pact=True, sectors=FIELDS)
    assert link(korean, british) is None
    assert link(same_words, british) is None
    assert link(korean, same_words) is not None


def test_the_same_article_joins_whatever_its_words_and_age(make: Make) -> None:
    first = make(("한 줄 제목", "첫 글"), EVENING, identities=("wire:AKR20251029000100001", "url:https://a.example/1"))
    copy = make(("다른 제목", "다른 글"), EVENING + timedelta(days=20), identities=("wire:AKR20251029000100001",))
    assert decide(copy, [(first, 7)], now=EVENING + timedelta(days=20)).reason.code == "same_article"
    hashed = make(("가", "나"), EVENING, content_hash="00ff")
    assert decide(replace(hashed, id="copy", headline="다"), [(hashed, 8)], now=EVENING).story == 8


def test_an_edited_headline_joins_inside_the_window_only(make: Make) -> None:
    first = make(("국산 양자컴퓨터 50큐비트 시연 성공", "표준연이 시연했다."), sectors=("quantum",))
    flash = ("[속보] 국산 양자컴퓨터, 50큐비트 시연에 성공", "")
    soon = make(flash, EVENING + timedelta(hours=3), sectors=("quantum",))
    late = make(flash, EVENING + timedelta(hours=60), sectors=("quantum",))
    assert decide(soon, [(first, 3)], now=soon.seen_at).reason.code == "same_headline"
    assert decide(late, [(first, 3)], now=late.seen_at).story is None


def test_headlines_with_different_figures_are_not_linked(make: Make) -> None:
    one = make(("6G 표준 특허 1분기 120건 출원", ""), sectors=("telecom",))
    two = make(("6G 표준 특허 2분기 340건 출원", ""), sectors=("telecom",))
    assert link(one, two) is None


def test_sector_news_of_one_day_stays_apart(make: Make) -> None:
    chip = make(
        ("반도체 수출 석 달 연속 늘어", "산업부가 집계한 지난달 반도체 수출액이 늘었다."), sectors=("semiconductors",)
    )
    plant = make(
        ("새 파운드리 공장 착공식 열려", "평택에서 파운드리 공장이 첫 삽을 떴다."), sectors=("semiconductors",)
    )
    english = make(
        ("Chip exports rise for third month", "Chip exports rose."), language="en", sectors=("semiconductors",)
    )
    assert len(set(group([chip, plant, english]).values())) == 3


def test_a_visit_outside_the_pact_joins_across_languages_by_people_and_place(make: Make) -> None:
    korean = make(
        ("헬버그 차관 방한…김진아 차관과 면담", "제이컵 헬버그 미 국무부 차관이 서울을 찾아 김진아 2차관을 만났다."),
        officials=("Jacob Helberg", "Kim Jina"),
    )
    english = make(
        ("Helberg visits Seoul for economic security talks", "Jacob Helberg met Kim Jina in Seoul."),
        EVENING + timedelta(hours=4),
        "en",
        officials=("Kim Jina", "Jacob Helberg"),
    )
    elsewhere = make(("Helberg visits Tokyo", "Jacob Helberg arrived."), EVENING, "en", officials=("Jacob Helberg",))
    labels = group([english, elsewhere, korean])
    assert labels[english.id] == labels[korean.id] != labels[elsewhere.id]


def test_a_story_does_not_grow_on_from_day_to_day(make: Make) -> None:
    days = [pact(make, SIGNED_KO, EVENING + timedelta(hours=40 * at)) for at in range(6)]
    labels = [group(days)[report.id] for report in days]
    assert labels[0] == labels[1] == labels[2]
    assert labels[5] != labels[0]


def test_a_pile_is_clustered_the_same_way_in_any_order(make: Make) -> None:
    pile = [pact(make, PREVIEW_KO), pact(make, PREVIEW_EN, EVENING + timedelta(hours=1), "en"), make(UK_SIGNED)]
    assert group(pile) == group(pile[::-1]) == group([pile[1], pile[2], pile[0]])


def test_forgetting_bounds_what_an_index_holds(make: Make) -> None:
    index: ReportIndex[int] = ReportIndex()
    for at in range(200):
        index.add(make((f"사건 {at} 소식 전해져 {at * 7}", "글"), EVENING + timedelta(hours=at)), at)
    index.forget_before(EVENING + timedelta(hours=150))
    assert len(index) == 50
    old = make(("사건 20 소식 전해져 140", "글"), EVENING + timedelta(hours=20))
    kept = make(("사건 160 소식 전해져 1120", "글"), EVENING + timedelta(hours=161))
    assert index.find(old).story is None
    assert index.find(kept).story == 160
    index.forget_before(EVENING + timedelta(days=30))
    assert len(index) == 0
    assert index.find(kept).story is None


def test_a_changed_report_replaces_its_older_self(make: Make) -> None:
    index: ReportIndex[int] = ReportIndex()
    flash = make(("[속보] 한미 업무협약 체결", ""), flash=True)
    index.add(flash, 5)
    index.add(replace(flash, headline="한미 업무협약 체결…AI 협력 넓힌다", flash=False), 6)
    assert len(index) == 1
    assert index.find(make(("한미 업무협약 체결…AI 협력 넓힌다", ""))).story == 6
    index.forget_before(EVENING + timedelta(days=9))
    assert len(index) == 0


def test_an_official_text_leads_and_a_flash_gives_way(make: Make) -> None:
    flash = make(("[속보] 한미 MOU 체결", ""), flash=True)
    full = make(SIGNED_KO, EVENING + timedelta(minutes=20))
    opinion = make(("[사설] 기술동맹", ""), EVENING - timedelta(hours=1), kind="opinion")
    official = make(UK_SIGNED, EVENING + timedelta(hours=9), kind="official")
    assert leading([flash]) is flash
    assert leading([flash, full]) is full
    assert leading([opinion, full]) is full
    assert leading([full, flash, official, opinion]) is official


def test_material_changes_are_an_official_text_a_second_language_a_milestone_and_a_correction(make: Make) -> None:
    preview = pact(make, PREVIEW_KO)
    english = pact(make, PREVIEW_EN, language="en")
    signed = pact(make, SIGNED_KO, severity=1)
    official = pact(make, PREVIEW_EN, language="en", kind="official")
    corrected = replace(preview, headline="[정정] " + preview.headline)
    assert material_changes([], [preview]) == []
    assert material_changes([], [replace(preview, kind="official", topics=Topics(True, severity=1))]) == []
    assert material_changes([], [corrected]) == ["correction"]
    assert material_changes([preview], [preview, replace(preview, id="other")]) == []
    assert material_changes([preview], [preview, english]) == ["second_language"]
    assert material_changes([preview, english], [preview, english, official]) == ["official"]
    assert material_changes([preview], [preview, signed]) == ["milestone"]
    assert material_changes([preview], [corrected]) == ["correction"]
    assert material_changes([corrected], [corrected]) == []


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2026-02-21", datetime(2026, 2, 21, 12, tzinfo=UTC), datetime(2026, 2, 21, 12, tzinfo=UTC)),
        ("2026-02", datetime(2026, 2, 1, 12, tzinfo=UTC), datetime(2026, 2, 28, 12, tzinfo=UTC)),
        ("2025", datetime(2025, 1, 1, 12, tzinfo=UTC), datetime(2025, 12, 31, 12, tzinfo=UTC)),
        ("2026-02-21T09:50:44+09:00", datetime(2026, 2, 21, 0, 50, 44, tzinfo=UTC), None),
        ("2026-02-21T09:50:44", datetime(2026, 2, 21, 9, 50, 44, tzinfo=UTC), None),
    ],
)
def test_a_written_date_is_a_period(written: str, first: datetime, last: datetime | None) -> None:
    assert period(written) == (first, last or first)


@pytest.mark.parametrize(
    "written", [None, "", "yesterday", "2026-13-40", "2026-02-30", "-", "9" * 40, "0-0-0", "2026-1-2-3"]
)
def test_a_date_that_cannot_be_read_is_any_time(written: str | None) -> None:
    first, last = period(written)
    assert (first.year, last.year) == (1, 9999)


def test_an_undated_report_finds_its_story_by_words(make: Make) -> None:
    first = make(SIGNED_KO, sectors=("ai",))
    start, end = period(None)
    undated = make(SIGNED_KO, start, published_until=end, sectors=("ai",))
    labels = group([undated, first])
    assert labels[undated.id] == str(first.id)


def test_a_suspension_is_one_story_in_both_languages_and_the_restart_another(make: Make) -> None:
    day = datetime(2025, 12, 16, 3, tzinfo=UTC)
    uk: dict[str, object] = {"sister_pact": ("uk",), "sectors": ("ai", "nuclear")}
    english = make(
        ("US suspends tech prosperity deal with Britain", "Washington put the deal on hold over a digital tax."),
        day,
        "en",
        **uk,
    )
    korean = make(("미국, 영국과 맺은 기술번영 합의 이행 중단", "디지털세 이견으로 합의가 멈췄다."), day, **uk)
    restart = make(
        ("US-UK tech deal talks resume with nuclear projects", "Officials returned to the paused deal."),
        day + timedelta(hours=30),
        "en",
        **uk,
    )
    labels = group([restart, korean, english])
    assert labels[english.id] == labels[korean.id] != labels[restart.id]


@pytest.mark.parametrize(
    ("size", "links", "stories"),
    [(2, 1, 1), (3, 1, 2), (3, 2, 2), (3, 3, 1)],
)
def test_two_large_stories_join_by_three_links_and_a_small_one_by_any(
    make: Make, size: int, links: int, stories: int
) -> None:
    """The last report of the first story also shares a name with some reports of the second."""

    def report(number: int, *identities: str) -> Report:
        return replace(
            make((f"{'abcdefg'[number] * 9}", ""), EVENING + timedelta(minutes=number)),
            fingerprint=(),
            identities=identities,
        )

    first = [report(number, "one") for number in range(size - 1)]
    second = [report(number, "two", f"name {number}") for number in range(3, 6)]
    bridge = report(6, "one", *(f"name {number}" for number in range(3, 3 + links)))
    labels = group([*first, *second, bridge])
    assert len(set(labels.values())) == stories


@pytest.mark.parametrize(("own", "is_found"), [(11, True), (12, False)])
def test_reports_without_topics_are_found_by_their_twelve_smallest_hashes(make: Make, own: int, is_found: bool) -> None:
    """The smallest hashes of the first report are its own; those that the second one shares follow."""
    shared = tuple(range(3000, 3010))
    first = replace(make(("abc abc", "")), fingerprint=(*range(2000, 2000 + own), *shared))
    second = replace(make(("xyz xyz", "")), fingerprint=(*shared, *range(4000, 4010)))
    assert link(first, second) is not None
    assert (decide(second, [(first, 1)], now=EVENING).story is not None) == is_found


@pytest.mark.parametrize(("hours", "linked"), [(48, True), (48.1, False)])
def test_reports_of_one_event_are_at_most_two_days_apart(make: Make, hours: float, linked: bool) -> None:
    first, second = pact(make, SIGNED_KO), pact(make, SIGNED_KO, EVENING + timedelta(hours=hours))
    assert (link(first, second) is not None) == linked


@pytest.mark.parametrize(("hours", "story"), [(96, 1), (96.1, None)])
def test_a_report_joins_a_story_up_to_four_days_after_its_first_report(
    make: Make, hours: float, story: int | None
) -> None:
    told = [(pact(make, SIGNED_KO, EVENING + timedelta(hours=at)), 1) for at in (0, 48.1)]
    late = pact(make, SIGNED_KO, EVENING + timedelta(hours=hours))
    assert decide(late, told, now=late.seen_at).story == story


def test_a_lone_report_joins_when_a_later_report_links_it_to_the_story(make: Make) -> None:
    first = make(
        ("양자컴퓨터 시험시설 문 연다", "극저온 장비를 갖춘 양자컴퓨터 시험시설이 선다."), sectors=("quantum",)
    )
    other = make(("대전 연구단지에 새 건물 착공", "국산 장비 스무 대가 들어갈 새 건물."), sectors=("quantum",))
    bridge = make(
        (
            "양자컴퓨터 시험시설, 대전 연구단지에 새 건물 착공",
            "대전 연구단지에 국산 장비 스무 대가 들어갈 양자컴퓨터 시험시설이 선다.",
        ),
        EVENING + timedelta(hours=3),
        sectors=("quantum",),
    )
    assert link(first, other) is None
    labels = group([first, other, bridge])
    assert len(set(labels.values())) == 1


@given(
    st.lists(
        st.tuples(
            st.text(max_size=40),
            st.sampled_from(["", "pact", "uk"]),
            st.integers(0, 500),
            st.sets(st.sampled_from(FIELDS), max_size=3),
        ),
        max_size=25,
    )
)
def test_any_generated_pile_is_clustered_the_same_way_in_any_order(rows: list[tuple[str, str, int, set[str]]]) -> None:
    pile = [
        Report(
            id=at,
            headline=headline,
            language="ko" if at % 2 else "en",
            outlet="any",
            published_at=EVENING + timedelta(hours=hours),
            seen_at=EVENING,
            topics=Topics(lane == "pact", ("uk",) if lane == "uk" else (), sectors=tuple(sorted(fields))),
            fingerprint=fingerprint(headline, headline),
        )
        for at, (headline, lane, hours, fields) in enumerate(rows)
    ]
    labels = group(pile)
    assert labels == group(pile[::-1])
    assert set(labels) == {report.id for report in pile}
