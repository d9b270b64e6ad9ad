"""Examples of the home tab and of modals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers.cards.home import HomeAdmin, HomeCard, HomeChange, HomeChannel, HomeFeedback, HomeForm, HomeReason
from handlers.cards.modals import BuilderCard, BuilderPreview, FeedbackForm, MuteCard
from handlers.cards.settings import SettingsForm
from handlers.cards.status import Health, PactDate
from handlers.cards.texts import Note
from handlers.gallery.answer_examples import STATUS, WHY_POSTED
from handlers.gallery.example import Example, Group
from handlers.gallery.sample_data import (
    CHANNEL,
    DAILY,
    DANA,
    ENGLISH_LINE,
    GROUP,
    INSTANT,
    KOREAN_LINE,
    NOW,
    PROOF,
    SENSES,
    SEOUL,
    SITE,
    TODAY,
    ago,
)
from handlers.views.modal import loading_view

HOME = HomeCard(
    NOW, SEOUL, PROOF, Health(2, ago(minutes=1), 0, ago(minutes=11), ago(minutes=1)), (INSTANT, DAILY),
    (KOREAN_LINE, ENGLISH_LINE),
    PactDate(TODAY, {"ko": "공동위원회 2차 회의", "en": "second meeting of the Joint Committee"}, SITE),
    STATUS.in_force_on,
)  # fmt: skip
SPELLING = Note(
    "alias_official",
    {
        "spelling": "크래치오스", "topics": "Michael Kratsios", "articles": "3", "outlets": "2",
        "example": "크래치오스 실장 방한", "toml": "",
    },
)  # fmt: skip
ADMIN_HOME = replace(
    HOME,
    subscriptions=(replace(INSTANT, muted_until=ago(days=-3)), DAILY),
    page=2,
    pages=3,
    own_language="ko",
    own_zone=SEOUL,
    admin=HomeAdmin(
        (HomeChannel(CHANNEL, 4, "active"), HomeChannel("C0777777777", 1, "waiting")),
        2,
        (HomeChange("unsubscribed", {"id": "S9", "query": "6G"}, DANA, CHANNEL, ago(hours=2), undone=True),),
        (SPELLING,),
        HomeFeedback(
            (("passing", 3), ("other-pact", 1)),
            (
                HomeReason("ST91", KOREAN_LINE.headline, DANA, "passing", "연혁에만 나옵니다", ago(hours=3)),
                HomeReason("ST88", ENGLISH_LINE.headline, DANA, "other-pact", "", ago(days=2)),
            ),
            (HomeForm("양자", "quantum", 3),),
        ),
        ("크라시오스",),
    ),
)
BUILDER = BuilderCard(
    'quantum "research security" -Britain', "weekly", "08:30", "mon", SEOUL, 2, False, CHANNEL, CHANNEL, None, 0, SEOUL,
    BuilderPreview(2, (KOREAN_LINE, ENGLISH_LINE), TODAY),
)  # fmt: skip


def asking(language: str) -> BuilderCard:
    """The builder that asks which sense is meant, in a language."""
    notes = (Note("builder_sense", {"term": "양자"}),)
    return replace(BUILDER, query="양자", preview=None, notes=notes, choices=SENSES[language])


SETTINGS = SettingsForm(
    "ko", SEOUL, "weekly", "08:30", "mon", "clear", "22:00", "07:00", True, False, "list", (DANA,), CHANNEL,
    SEOUL, mention=GROUP, groups=(("@desk · Policy desk", GROUP), ("@seoul · 서울 데스크", "S0777777777")),
)  # fmt: skip

NOT_RELEVANT = FeedbackForm(91, KOREAN_LINE.headline, CHANNEL, SEOUL)


def loading(_language: str) -> dict[str, Any]:
    """The modal that stands until its content is known."""
    return loading_view()


VIEWS = Group(
    "Home tab and modals",
    "홈 탭과 창",
    (
        Example("The home tab", "홈 탭", HOME, kind="home"),
        Example(
            "An empty home tab", "빈 홈 탭", replace(HOME, subscriptions=(), today=(), next_event=None), kind="home"
        ),
        Example("An admin's home tab", "관리자의 홈 탭", ADMIN_HOME, kind="home"),
        Example("A new subscription", "새 구독", BUILDER, kind="modal"),
        Example("Which sense is meant", "뜻 고르기", asking, kind="modal"),
        Example(
            "An edited subscription", "구독 수정", replace(BUILDER, subscription=14, cadence="instant"), kind="modal"
        ),
        Example("The settings of a channel", "채널 설정", SETTINGS, kind="modal"),
        Example("Why a story is not relevant", "관련 없는 이유", NOT_RELEVANT, kind="modal"),
        Example("How long to mute", "음소거 기간", MuteCard(91, KOREAN_LINE.headline, CHANNEL, SEOUL), kind="modal"),
        Example("Why, in a modal", "창으로 보는 왜", WHY_POSTED, kind="modal"),
        Example("Loading", "불러오는 중", loading, kind="view"),
    ),
)
GROUPS = (VIEWS,)
