"""Example cards for the tests of the renderers, and a search for elements in rendered blocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from handlers.cards.digest import DigestCard, DigestLine, DigestSection, Proof
from handlers.cards.story import StoryCard
from handlers.cards.subscriptions import SubscriptionLine
from handlers.cards.texts import Lead, Span

AT = datetime(2025, 10, 28, 23, 30, tzinfo=UTC)
NAMES = {"Michael Kratsios": {"ko": "마이클 크라치오스", "en": "Michael Kratsios"}}
SENTENCE = "크라치오스가 경주에서 협약에 서명한다."
STORY = StoryCard(
    story="ST91",
    headline="한미, AI·양자·6G 협약 서명",
    headline_language="ko",
    url="https://www.example.kr/news/1",
    outlet="아시아경제",
    published_at=AT,
    seen_at=AT,
    zone="Asia/Seoul",
    lead=Lead(SENTENCE, (Span(0, 5),)),
    topics=("pact", "telecom", "Michael Kratsios"),
    articles_ko=3,
    articles_en=1,
    articles_other=0,
    first_outlet="Bloomberg",
    first_by_minutes=74,
    official_url=None,
    after=(),
    subscriptions=("S12",),
)
PROOF = Proof(38, 39, 1_204, AT, (("Asia Economy", AT - timedelta(hours=6)),))
LINE = DigestLine("ST91", "US and Korea sign", "en", "https://a.example/1", "Yonhap", AT, 3, ("pact", "ai"))
SUBSCRIPTION = SubscriptionLine(
    *("S12", 'quantum "research security"', "daily", "08:30", None, "Asia/Seoul", "U1", "C1", AT, None, 4, "active")
)


def digest(lines: int) -> DigestCard:
    """Returns a digest of one section with so many lines."""
    sections = (DigestSection("S12", "quantum", (LINE,) * lines),) if lines else ()
    return DigestCard(date(2025, 10, 29), "Asia/Seoul", AT, sections, (("ai", 4), ("quantum", 3)), lines, 1, 1, PROOF)


def elements(value: Any, kind: str) -> list[dict[str, Any]]:
    """Returns every object of a type, anywhere in the blocks."""
    if isinstance(value, list):
        return [element for each in value for element in elements(each, kind)]
    if not isinstance(value, dict):
        return []
    own = [value] if value.get("type") == kind else []
    return own + [element for each in value.values() for element in elements(each, kind)]
