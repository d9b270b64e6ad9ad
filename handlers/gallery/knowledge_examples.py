"""Examples of what the desk knows: a story's articles, an official, the timeline, the pact's clauses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.cards.commitments import CommitmentLine, CommitmentsCard
from handlers.cards.person import OfficeLine, OfficialLine, OfficialsCard, PersonCard, QuoteLine, ReportLine
from handlers.cards.preview import PreviewCard, PreviewLine
from handlers.cards.search import SearchCard, SearchLine
from handlers.cards.sources import SourceLine, SourcesCard
from handlers.cards.story_articles import ArticleLine, StoryArticlesCard
from handlers.cards.story_board import BoardLine, StoryBoardCard
from handlers.cards.texts import Note
from handlers.cards.timeline import TimelineCard, TimelineEntry
from handlers.gallery.example import Example, Group
from handlers.gallery.sample_data import DANA, KOREAN_STORY, NOW, SEOUL, SITE, TODAY, ago, lead

ARTICLES = (
    ArticleLine(KOREAN_STORY.headline, f"{SITE}1", "한빛경제", "ko", ago(minutes=40), False, ago(minutes=39)),
    ArticleLine(
        "Korea, US sign first action plan under Technology Prosperity Deal",
        *(f"{SITE}2", "The Seoul Courier", "en", ago(minutes=15), False, ago(minutes=14)),
        (Note("article_after", {"sources": "Bloomberg"}), Note("article_partial")),
    ),
    ArticleLine(
        "한-미 기술번영 업무협약(MOU) 이행계획 서명",
        *(f"{SITE}3", "정책알림마당", "ko", ago(hours=12), True, ago(minutes=9)),
        (Note("article_official"),),
    ),
)  # fmt: skip
DIFFER = Note("story_differ_day", {"values": "23일 (3), Nov. 24 (1)"})
STORY = StoryArticlesCard(
    "ST91", KOREAN_STORY.headline, f"{SITE}1", SEOUL,
    (
        Note("story_counts_two", {"n": "5", "outlets": "5", "ko": "3", "en": "2"}),
        Note("story_first_by", {"outlet": "한빛경제", "minutes": "25"}),
        Note("story_official", {"outlet": "정책알림마당"}),
        DIFFER,
    ),
    (("quantum", 4), ("telecom", 3)), (("Michael Kratsios", 4),), ARTICLES, 1, 1, 2,
)  # fmt: skip

MILESTONE = TimelineEntry(
    TODAY - timedelta(days=390), "signature",
    {"ko": "경주에서 업무협약 서명", "en": "the memorandum was signed in Gyeongju"}, (SITE,),
)  # fmt: skip
COMING = TimelineEntry(
    TODAY + timedelta(days=30), "coming",
    {"ko": "공동위원회 2차 회의", "en": "second meeting of the Joint Committee"}, (SITE,),
    until=TODAY + timedelta(days=60), uncertain=True, note={"ko": "날짜 미정", "en": "no day is known yet"},
)  # fmt: skip
TOLD = TimelineEntry(TODAY, "story", {"ko": KOREAN_STORY.headline}, ("한빛경제",), story="ST91", url=KOREAN_STORY.url)
TIMELINE = TimelineCard(SEOUL, None, None, (MILESTONE, TOLD, COMING), 12, "timeline", 1, 2)
CLAUSES = CommitmentsCard(
    SEOUL,
    COMING,
    (
        CommitmentLine(
            "quantum-testbeds",
            {"ko": "양자 시험시설을 함께 쓴다", "en": "share quantum test facilities"},
            {"ko": "과학기술정보통신부·백악관 과학기술정책실", "en": "MSIT and OSTP"},
            *(False, (SITE,), TOLD, "underway", DANA, ago(days=2)),
        ),
        CommitmentLine(
            "space-data",
            {"ko": "우주 자료를 나눈다", "en": "share space data"},
            {"ko": "우주항공청·항공우주국", "en": "KASA and NASA"},
            *(True, (SITE,), None, None),
        ),
    ),
    "commitments",
)
KRATSIOS = {"ko": "마이클 크라치오스", "en": "Michael Kratsios"}
DIRECTOR = OfficeLine(
    {"ko": "백악관 과학기술정책실장", "en": "Director of the White House Office of Science and Technology Policy"},
    "2025-03", None,
)  # fmt: skip
REPORT = ReportLine(KOREAN_STORY.headline, f"{SITE}1", "한빛경제", "ko", ago(hours=3), False, ago(hours=3), "ST91", 4)
PERSON = PersonCard(
    SEOUL, KRATSIOS, (DIRECTOR,), ("크라치오스", "Kratsios"),
    (QuoteLine(lead("“협약의 문장을 일정표로 바꾼 것”이라고 크라치오스 실장은 말했다.", "크라치오스"), REPORT),),
    (REPORT,), "who kratsios", 1, 2,
)  # fmt: skip
HEADLINE = lead(KOREAN_STORY.headline, "양자")
SEARCH = SearchCard(
    SEOUL,
    "양자컴퓨터 6G",
    90,
    14,
    True,
    None,
    (SearchLine(REPORT, HEADLINE, None, ()),),
    "search 양자컴퓨터 6G",
    page=1,
    pages=2,
)
PREVIEW = PreviewCard(
    SEOUL, '양자 -"양자 면담"', 14, 12,
    (
        PreviewLine(HEADLINE, f"{SITE}1", "한빛경제", ago(hours=3), "ST91", 4),
        PreviewLine(
            lead("Korea, US sign first action plan", "Korea"), f"{SITE}2", "The Seoul Courier", ago(hours=4), "ST88",
            sentence=lead("The two sides will share test sites for quantum computers.", "quantum computers"),
        ),
    ),
    (
        PreviewLine(
            lead("한·베트남 외교장관 양자 회담", "양자"), f"{SITE}4", "나래일보", ago(hours=5), "ST87",
            why=Note("sense.right", {"word": "회담", "quote": "양자"}),
        ),
        PreviewLine(
            lead("양자기술 실무 협의", "양자기술"), f"{SITE}5", "나래일보", ago(hours=6), "ST86",
            why=Note("miss_excluded", {"part": '-"양자 면담"', "quote": "양자 면담"}),
        ),
    ),
    3, (Note("any_of_instead", {"few": "2", "many": "14"}),), '미리보기 양자 -"양자 면담" 14d',
    (("subscribe_this", '구독 양자 -"양자 면담"'), ("any_of_these", "미리보기 양자 또는 6G 14d")), 1, 2,
)  # fmt: skip
NOTHING_FOUND = SearchCard(
    SEOUL, "quantom", 90, 0, False, ago(days=30), (), "search quantom", (), (("quantum", "search quantum"),)
)
OUTLETS = SourcesCard(
    (
        SourceLine("새연뉴스", "saeyeon", "failing", since_at=ago(hours=6), why="HTTP 503", code="status"),
        SourceLine("The Potomac Ledger", "potomac-ledger", "frozen", ago(minutes=3), 0.4, 3.5, ago(days=3)),
        SourceLine("한빛경제", "hanbit", "ok", ago(minutes=2), 0.3, 41.0, refused_by=("hanbit.example",), hub="active"),
        SourceLine("Pacific Wire", "pacific-wire", "partly", ago(minutes=1), 0.2, 22.0),
        SourceLine("나래일보", "narae", "new"),
        SourceLine("정책알림마당", "policy-seoul", "off", why="robots.txt"),
    ),
    1, 2, 37, 39, 4, NOW, SEOUL,
)  # fmt: skip
BOARD = StoryBoardCard(
    SEOUL, 7, 41, 12, True, 9,
    (("한빛경제", 4, 8), ("Pacific Wire", 3, 6), ("새연뉴스", 2, 7)), 1,
    (BoardLine("ST91", KOREAN_STORY.headline, f"{SITE}1", 5, (DIFFER,)),), 6, 30, 5,
    (BoardLine("ST95", "연구소 외국인 방문 심사, 하루로 줄인다", f"{SITE}8", 3),),
    (BoardLine("ST92", "Test bench for quantum chips opens", f"{SITE}2", 2),),
)  # fmt: skip
KNOWLEDGE = Group(
    "The desk's knowledge",
    "쌓인 지식",
    (
        Example("A story's articles", "한 소식의 기사", STORY, share="story ST91"),
        Example("An official", "인물", PERSON),
        Example("An official without reports", "기사가 없는 인물", replace(PERSON, quotes=(), appearances=(), pages=1)),
        Example(
            "All officials",
            "모든 인물",
            OfficialsCard(
                (
                    OfficialLine(KRATSIOS, DIRECTOR, "kratsios"),
                    OfficialLine({"ko": "배경훈", "en": "Bae Kyung-hoon"}, None, "bae"),
                )
            ),
        ),
        Example("The timeline", "연표", TIMELINE),
        Example("The clauses", "이행 조항", CLAUSES),
        Example("The stories of a week", "한 주의 소식 비교", BOARD),
        Example("A search", "검색", SEARCH),
        Example("Nothing found", "검색 결과 없음", NOTHING_FOUND),
        Example("Outlets", "출처", OUTLETS),
        Example("A preview", "미리보기", PREVIEW, share="preview 양자 14d"),
    ),
)
GROUPS = (KNOWLEDGE,)
