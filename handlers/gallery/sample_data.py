"""People, stories and subscriptions that several examples show. All articles are fictional."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from handlers.cards.digest import DigestLine, Proof
from handlers.cards.story import OtherArticle, StoryCard
from handlers.cards.subscriptions import SubscriptionLine
from handlers.cards.texts import Lead, Span
from handlers.cards.topic_heat import TopicHeat

NOW = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
TODAY = date(2026, 11, 24)
"""The day in Seoul."""
SEOUL, NEW_YORK = "Asia/Seoul", "America/New_York"
NAMES = {
    "Michael Kratsios": {"ko": "마이클 크라치오스", "en": "Michael Kratsios"},
    "Bae Kyung-hoon": {"ko": "배경훈", "en": "Bae Kyung-hoon"},
}
SEOYEON, DANA, CHANNEL, GROUP = "U0SEOYEON", "U0DANA", "C0POLICY", "S0DESK"
SITE = "https://www.example.com/"


def lead(text: str, bold: str) -> Lead:
    """A sentence with its match in bold."""
    start = text.index(bold)
    return Lead(text, (Span(start, start + len(bold)),))


KOREAN_LEAD = lead(
    "두 나라는 양자컴퓨터 부품 시험 시설을 함께 쓰고, 6G 표준을 놓고 분기마다 실무 협의를 연다.", "양자컴퓨터"
)
ENGLISH_LEAD = lead("The two sides will share a test facility for quantum computing components.", "quantum computing")
SISTER_LEAD = Lead("Britain and the United States still differ on who certifies new reactors first.", (), "uk")


def ago(**span: float) -> datetime:
    """The instant so long before the gallery's present."""
    return NOW - timedelta(**span)


KOREAN_STORY = StoryCard(
    story="ST91",
    headline="한미 기술번영 업무협약 이행계획 서명…양자·6G 공동연구 첫발",
    headline_language="ko",
    url=f"{SITE}article/2026112300001",
    outlet="한빛경제",
    published_at=ago(minutes=12),
    seen_at=ago(minutes=11),
    zone=SEOUL,
    lead=KOREAN_LEAD,
    topics=("pact", "quantum", "telecom", "Michael Kratsios"),
    articles_ko=3,
    articles_en=2,
    articles_other=0,
    first_outlet="한빛경제",
    first_by_minutes=25,
    official_url=f"{SITE}briefing/1",
    after=(),
    subscriptions=("S12",),
)
ENGLISH_STORY = StoryCard(
    story="ST92",
    headline="Busan port chosen for first 6G trial under U.S.-South Korea technology prosperity deal",
    headline_language="en",
    url=f"{SITE}stories/6g-trial",
    outlet="Pacific Wire",
    published_at=ago(hours=2),
    seen_at=ago(hours=2),
    zone=SEOUL,
    lead=ENGLISH_LEAD,
    topics=("pact", "telecom"),
    articles_ko=0,
    articles_en=1,
    articles_other=0,
    first_outlet=None,
    first_by_minutes=None,
    official_url=None,
    after=("Bloomberg",),
    subscriptions=("S12", "S14"),
)
ALSO = (
    OtherArticle("Korea, US sign first action plan under Technology Prosperity Deal", f"{SITE}2", "The Seoul Courier"),
    OtherArticle("한·미 기술번영 MOU 이행계획 체결", f"{SITE}3", "나래일보", "corrected"),
    OtherArticle("한미 이행계획 서명 임박", f"{SITE}4", "새연뉴스", "gone"),
)

KOREAN_LINE = DigestLine(
    "ST91",
    KOREAN_STORY.headline,
    "ko",
    KOREAN_STORY.url,
    "한빛경제",
    ago(minutes=12),
    5,
    ("pact", "quantum", "telecom"),
    lead=KOREAN_STORY.lead,
)
ENGLISH_LINE = DigestLine(
    "ST92", ENGLISH_STORY.headline, "en", ENGLISH_STORY.url, "Pacific Wire", ago(hours=2), 1, ("pact", "telecom")
)
PARTIAL_LINE = DigestLine(
    "ST93",
    "달 궤도선 자료, 사흘 안에 상대국에도 공개",
    "ko",
    f"{SITE}5",
    "나래일보",
    ago(hours=5),
    1,
    ("pact", "space"),
    partial=True,
)
MISSING_LINE = DigestLine(
    "ST94",
    "Joint Committee of the U.S.-ROK Technology Prosperity Deal Holds Its First Meeting",
    *("en", f"{SITE}6", "Washington Briefing Room", None, 1, ("pact",)),
    text_missing=True,
)

SENSES = {
    "en": (
        ("quantum technology", "sector:quantum"),
        ("bilateral talks", '"양자 회담" OR "양자 면담"'),
        ("these characters in any sense", '"양자"'),
    ),
    "ko": (
        ("양자 기술", "sector:quantum"),
        ("두 나라 사이의 회담·면담", '"양자 회담" OR "양자 면담"'),
        ("뜻을 가리지 않고 이 글자", '"양자"'),
    ),
}
"""What 양자 may mean, with the query of each sense, by language."""
PROOF = Proof(38, 39, 1_204, ago(minutes=2), (("새연뉴스", ago(hours=6)),), (("The Potomac Ledger", ago(days=3)),))
HEAT = (
    TopicHeat("quantum", 6, (0, 1, 0, 1, 1, 1, 2), 2.1, 17, "spike"),
    TopicHeat("ai", 4, (1, 0, 1, 0, 1, 1, 0), 4.4, 35, "usual"),
    TopicHeat("space", 1, (0, 0, 1, 0, 0, 0, 0), 0.0, 2, "too_few"),
)

INSTANT = SubscriptionLine(
    *("S12", "topic:pact OR topic:officials", "instant", None, None, SEOUL, SEOYEON, CHANNEL),
    *(ago(days=40), ago(minutes=11), 7, "active"),
)
DAILY = SubscriptionLine(
    *("S14", 'quantum "research security" -Britain', "daily", "08:30", None, SEOUL, DANA, CHANNEL),
    *(ago(days=3), None, 2, "active", 2, NOW + timedelta(days=3), True),
)
WEEKLY = SubscriptionLine(
    *("S15", "양자컴퓨터 OR 6G", "weekly", "18:00", "fri", NEW_YORK, None, CHANNEL),
    *(ago(days=90), ago(days=4), 1, "waiting"),
)
