"""Reports for the tests of the story engine: made of a headline and a text, with what a test names."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from bot.model import Topics
from bot.stories.features.article_features import features_of
from bot.stories.report import Report

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
        "and 6G, with Michael Kratsios signing for the White House, Bloomberg reported."
    ),
)
SIGNED_KO = (
    "한미 기술번영 업무협약 체결…AI·양자·우주 손잡는다",
    "한국과 미국 정부가 29일 경주에서 기술번영 업무협약(MOU)에 서명했다. 크라치오스 실장과 배경훈 부총리가 자리했다.",
)
UK_SIGNED = (
    "Britain and US sign tech prosperity deal in London",
    "The United Kingdom and the United States signed a technology prosperity deal on AI, quantum and nuclear energy.",
)
_numbers = count(1)


def report(words: tuple[str, str], at: datetime = EVENING, language: str = "ko", **more: Any) -> Report:
    """A report with an id of its own; topics and the other fields of Report by their names."""
    made = Report(
        id=next(_numbers),
        headline=words[0],
        language=language,
        outlet=str(more.pop("outlet", f"outlet{next(_numbers)}")),
        published_at=at,
        seen_at=at,
        fingerprint=features_of(*words),
    )
    named = {field.name: more.pop(field.name) for field in fields(Topics) if field.name in more}
    return replace(made, topics=Topics(**named), **more)


def pact_report(words: tuple[str, str], at: datetime = EVENING, language: str = "ko", **more: Any) -> Report:
    """A report about the pact, with an official and sectors."""
    named = {"pact": True, "officials": ("Michael Kratsios",), "sectors": FIELDS} | more
    return report(words, at, language, **named)
