"""Examples of what is posted: story cards in every state, replies in their threads, digests, roll-ups."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.cards.digest import DigestCard, DigestSection, Proof
from handlers.cards.story import MergedCard, ReplyCard, StoryCard, UnreadDocument
from handlers.cards.texts import Note
from handlers.cards.unfurl import UnfurlCard
from handlers.gallery.example import Example, Group
from handlers.gallery.sample_data import (
    ALSO,
    ENGLISH_LINE,
    ENGLISH_STORY,
    GROUP,
    HEAT,
    KOREAN_LINE,
    KOREAN_STORY,
    MISSING_LINE,
    NOW,
    PARTIAL_LINE,
    PROOF,
    SEOUL,
    SEOYEON,
    SISTER_LEAD,
    SITE,
    TODAY,
    ago,
    lead,
)
from handlers.text.words import localized

SEVERE = replace(KOREAN_STORY, severity=1, also=ALSO, also_more=4, mention_group=GROUP)


def sample_of(language: str) -> StoryCard:
    """The alert of ``test``, in a language."""
    headline, outlet, sentence, term = (
        localized(language, f"sample.{key}") for key in ("headline", "outlet", "sentence", "term")
    )
    return replace(
        KOREAN_STORY, headline=headline, headline_language=language, outlet=outlet, lead=lead(sentence, term),
        topics=("pact", "quantum"), official_url=None, first_outlet=None, first_by_minutes=None, articles_ko=1,
        articles_en=1,
    )  # fmt: skip


FLASH = replace(
    KOREAN_STORY, headline="[속보] 한미, 기술번영 업무협약 이행계획 서명",
    bare_headline="한미, 기술번영 업무협약 이행계획 서명", lead=None, flash=True,
    articles_ko=1, articles_en=0, first_outlet=None, first_by_minutes=None, official_url=None,
)  # fmt: skip
SISTER = replace(
    ENGLISH_STORY, headline="Britain and US extend talks on reactors under their tech prosperity deal", sister="uk",
    lead=SISTER_LEAD, topics=("uk", "nuclear"), after=(),
)  # fmt: skip
UNREAD = replace(
    KOREAN_STORY, headline="한-미 기술번영 업무협약(MOU) 이행계획 서명", outlet="정책알림마당", lead=None,
    official_url=None,
    unread=UnreadDocument(f"{SITE}briefing/2", by_summary=True, attachments=(("이행계획.hwpx", f"{SITE}down/1"),)),
)  # fmt: skip

CARDS = Group(
    "Story cards",
    "소식 카드",
    (
        Example("A Korean headline", "한국어 제목", KOREAN_STORY),
        Example("An English headline", "영어 제목", ENGLISH_STORY),
        Example("Major news, with other articles", "주요 소식과 다른 기사", SEVERE),
        Example("A flash", "속보", FLASH),
        Example("Corrected", "정정된 기사", replace(KOREAN_STORY, corrected=True)),
        Example("Its page is gone", "삭제된 기사", replace(ENGLISH_STORY, gone=True, published_at=None)),
        Example("A sister pact", "자매 협정", SISTER),
        Example("Muted", "음소거한 소식", replace(KOREAN_STORY, muted_until=NOW + timedelta(days=3))),
        Example("Partly read", "일부만 읽은 기사", replace(ENGLISH_STORY, partial=True)),
        Example("A document without its text", "본문이 없는 발표", UNREAD),
        Example("Merged with an older card", "먼저 올린 카드와 합침", MergedCard("ST92", ENGLISH_STORY.headline, SITE)),
        Example("Shared by somebody", "공유한 카드", KOREAN_STORY, shared_by=SEOYEON),
        Example("A sample", "예시", sample_of, sample=True),
        Example(
            "Another outlet corrected its article",
            "다른 매체가 정정한 기사",
            replace(ENGLISH_STORY, also=(replace(ALSO[0], mark="corrected"), *ALSO[1:])),
        ),
        Example("Perhaps a repeat", "다시 올린 것일 수 있는 카드", KOREAN_STORY, repeat=True),
    ),
)
REPLY_KINDS = ("official", "official_listed", "second_language", "milestone", "correction", "gone")
REPLY_TITLES = {
    "official": ("The official text", "공식 발표문"),
    "official_listed": ("An official document is announced", "본문을 읽지 못한 공식 발표"),
    "second_language": ("The other language joins", "다른 언어로도 보도"),
    "milestone": ("A new step", "새로운 단계"),
    "correction": ("A correction", "정정"),
    "gone": ("A page is gone", "기사 삭제"),
}
REPLIES = Group(
    "Replies in a card's thread",
    "카드 스레드의 답글",
    (
        *(
            Example(
                *REPLY_TITLES[what],
                ReplyCard("ST91", what, KOREAN_STORY.headline, "한빛경제", SITE, ago(hours=1), SEOUL),
            )
            for what in REPLY_KINDS
        ),
        Example(
            "Major news in the other language",
            "다른 언어로 보도된 주요 소식",
            ReplyCard(
                "ST91", "second_language", KOREAN_STORY.headline, "한빛경제", SITE, ago(hours=1), SEOUL, raised=True
            ),
        ),
    ),
)

SECTIONS = (
    DigestSection("S12", "topic:pact OR topic:officials", (KOREAN_LINE, ENGLISH_LINE)),
    DigestSection("S14", 'quantum "research security"', (PARTIAL_LINE, MISSING_LINE)),
)
COUNTS = (("telecom", 2), ("quantum", 1), ("space", 1))
DIGEST = DigestCard(TODAY, SEOUL, ago(days=1), SECTIONS, COUNTS, 4, 1, 2, PROOF, alerted=3, spikes=HEAT[:1], doubtful=1)
EMPTY = DigestCard(TODAY, SEOUL, ago(days=1), (), (), 0, 1, 1, Proof(39, 39, 1_180, ago(minutes=1), ()))
PREVIEW_SECTIONS = (
    SECTIONS[0],
    DigestSection("S14", "quantum", (PARTIAL_LINE,), "earlier"),
)
SECOND_SHIFT = replace(
    DIGEST, sections=(SECTIONS[0], DigestSection(None, "", (PARTIAL_LINE,), "changed")), changed=1, unchanged=3,
    spikes=(), doubtful=0, pages=1,
)  # fmt: skip
CORRECTED_SINCE = replace(
    DIGEST, sections=(DigestSection(None, "", (replace(PARTIAL_LINE, corrected=True),), "corrected"),), stories=0,
    corrected=1, counts=(), spikes=(), doubtful=0, alerted=0, pages=1,
)  # fmt: skip
DOUBTFUL = replace(
    DIGEST, sections=(DigestSection(None, "", (ENGLISH_LINE,), "doubtful"),), stories=1, counts=(), pages=1
)
NOW_NOTES = (
    Note("digest_now_covers", {"subscriptions": "S12, S14"}),
    Note("digest_now_at_once", {"subscriptions": "S12"}),
)

DIGESTS = Group(
    "Digests",
    "요약",
    (
        Example("A daily digest", "매일 요약", DIGEST),
        Example("Nothing new", "새 소식 없음", EMPTY),
        Example("Nothing beyond the cards", "카드 말고는 새 소식 없음", replace(EMPTY, alerted=2, proof=PROOF)),
        Example(
            "A second shift beyond the cards",
            "카드 말고는 그대로인 두 번째 요약",
            replace(EMPTY, alerted=1, unchanged=3),
        ),
        Example("Nothing since the first shift", "앞 요약 이후 새 소식 없음", replace(EMPTY, unchanged=3)),
        Example("The second shift", "두 번째 요약", SECOND_SHIFT),
        Example("Corrected after it was posted", "알린 뒤 정정된 소식", CORRECTED_SINCE),
        Example("Late", "늦은 요약", replace(DIGEST, late=True, sections=SECTIONS[:1], pages=1)),
        Example(
            "After quiet hours", "방해금지 시간 뒤", replace(DIGEST, rolled="quiet", counts=(), alerted=0, pages=1)
        ),
        Example(
            "After a return", "다시 게시할 수 있게 된 뒤", replace(DIGEST, rolled="back", counts=(), alerted=0, pages=1)
        ),
        Example(
            "In the thread", "스레드의 둘째 쪽", replace(DIGEST, page=2, counts=(), alerted=0, spikes=(), doubtful=0)
        ),
        Example("A burst", "한꺼번에 온 소식", replace(DIGEST, rolled="burst", counts=(), alerted=0, pages=1)),
        Example("Perhaps not arrived", "도착하지 않았을 수 있는 소식", DOUBTFUL),
        Example(
            "Now, for one person",
            "한 사람에게 지금",
            replace(
                DIGEST, sections=PREVIEW_SECTIONS, line="digest now", earlier=1, later=6, doubtful=0, notes=NOW_NOTES
            ),
            share="digest now",
        ),
    ),
)
UNFURLS = Group(
    "Below a link in somebody's message",
    "다른 사람이 올린 링크 아래",
    (
        Example(
            "Two known articles",
            "알려진 기사 두 건",
            UnfurlCard(((KOREAN_LINE.url, KOREAN_LINE), (ENGLISH_LINE.url, ENGLISH_LINE)), SEOUL, TODAY),
            kind="unfurl",
        ),
    ),
)
GROUPS = (CARDS, REPLIES, DIGESTS, UNFURLS)
