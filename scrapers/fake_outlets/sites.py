"""The fictional outlets as data: name, language, kind of source, form of addresses, charset, licence line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SourceKind = Literal["feed", "atom", "sitemap", "listing", "json"]


@dataclass(frozen=True, slots=True)
class Site:
    """One fictional outlet."""

    key: str
    name: str
    language: Literal["ko", "en"]
    kind: Literal["media", "official"]
    source: SourceKind
    source_path: str
    article_path: str
    """With ``{number}``, ``{slug}``, ``{stamp}`` (local time), ``{day}``, ``{year}``, ``{month}`` as placeholders."""
    article_id: str
    """The pattern that finds an article's own id in an address."""
    charset: str = "utf-8"
    """The declared charset. Korean outlets that declare euc-kr write Windows code page 949."""
    timezone: str = "Asia/Seoul"
    licence: str = ""
    keep_params: tuple[str, ...] = ()

    @property
    def codec(self) -> str:
        """The codec that the bytes are encoded with."""
        return "cp949" if self.charset == "euc-kr" else self.charset


SITES: tuple[Site, ...] = (
    Site(
        key="hanbit",
        name="한빛경제",
        language="ko",
        kind="media",
        source="feed",
        source_path="/rss/all.xml",
        article_path="/article/{stamp}{number:05d}",
        article_id=r"/article/(\d{19})",
        licence="<ⓒ 한빛경제(www.hanbit.example) 무단전재 및 재배포, AI 학습 및 활용 금지>",
    ),
    Site(
        key="narae",
        name="나래일보",
        language="ko",
        kind="media",
        source="feed",
        source_path="/rss/newsAll.xml",
        article_path="/news/articleView.html?idxno={number}",
        article_id=r"[?&]idxno=(\d+)",
        charset="euc-kr",
        licence="저작권자 © 나래일보 무단전재 및 재배포 금지",
        keep_params=("idxno",),
    ),
    Site(
        key="saeyeon",
        name="새연뉴스",
        language="ko",
        kind="media",
        source="sitemap",
        source_path="/sitemap/news.xml",
        article_path="/view/SYN{day}{number:09d}",
        article_id=r"/view/(SYN\d{17})",
        licence="<저작권자(c) 새연뉴스, 무단 전재-재배포, AI 학습 및 활용 금지>",
    ),
    Site(
        key="seoul-courier",
        name="The Seoul Courier",
        language="en",
        kind="media",
        source="atom",
        source_path="/feeds/latest.atom",
        article_path="/article/{number:08d}",
        article_id=r"/article/(\d{8})",
        licence="Copyright © The Seoul Courier. Unauthorized reproduction and AI training use prohibited.",
    ),
    Site(
        key="potomac-ledger",
        name="The Potomac Ledger",
        language="en",
        kind="media",
        source="listing",
        source_path="/technology/",
        article_path="/{year}/{month}/{slug}-{number}",
        article_id=r"/\d{4}/\d{2}/[a-z0-9-]+-(\d+)",
        timezone="America/New_York",
        licence="© The Potomac Ledger. All rights reserved.",
    ),
    Site(
        key="pacific-wire",
        name="Pacific Wire",
        language="en",
        kind="media",
        source="json",
        source_path="/api/v1/stories.json",
        article_path="/stories/{slug}-pw{number}",
        article_id=r"-(pw\d+)",
        timezone="UTC",
        licence="(c) Pacific Wire. Republication by subscribers only.",
    ),
    Site(
        key="briefing-room",
        name="Washington Briefing Room",
        language="en",
        kind="official",
        source="feed",
        source_path="/news/feed/",
        article_path="/releases/{year}/{month}/{slug}/",
        article_id=r"/releases/(\d{4}/\d{2}/[a-z0-9-]+)",
        timezone="America/New_York",
    ),
    Site(
        key="policy-seoul",
        name="정책알림마당",
        language="ko",
        kind="official",
        source="listing",
        source_path="/briefing/pressReleaseList.do",
        article_path="/briefing/pressReleaseView.do?newsId={number}",
        article_id=r"[?&]newsId=(\d+)",
        licence="공공누리 출처표시의 조건에 따라 자유이용이 가능합니다.",
        keep_params=("newsId",),
    ),
)
