"""Examples of changes of a channel, lists of subscriptions, and settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.cards.settings import SettingLine, SettingsCard
from handlers.cards.subscriptions import ChangeCard, ListCard
from handlers.cards.texts import Note
from handlers.gallery.example import Example, Group
from handlers.gallery.sample_data import DAILY, DANA, GROUP, INSTANT, NOW, SEOUL, SEOYEON, WEEKLY

SUBSCRIBED = ChangeCard(
    *(41, "subscribed", {"id": "S14", "query": DAILY.query}, DANA, (INSTANT, DAILY, WEEKLY), "unsubscribe S14", SEOUL),
    next_digest_at=NOW + timedelta(hours=1),
    notes=(Note("week_count", {"n": "2"}),),
)
CHANGED = replace(SUBSCRIBED, notes=(), next_digest_at=None, undo="undo 41")
KINDS: tuple[tuple[str, dict[str, str], str, str], ...] = (
    ("unsubscribed", {"id": "S15", "query": WEEKLY.query}, "Unsubscribed", "구독 해지"),
    ("unsubscribed_all", {"count": "3"}, "Unsubscribed from everything", "모두 해지"),
    ("edited", {"id": "S14", "query": DAILY.query}, "A subscription was edited", "구독 수정"),
    ("digest_on", {"at": "08:30"}, "A daily digest", "매일 요약"),
    ("digest_shifts", {"at": "08:30"}, "Two shifts", "하루 두 번 요약"),
    ("digest_weekly", {"weekday": "mon", "at": "08:30"}, "A weekly digest", "매주 요약"),
    ("digest_hourly", {}, "An hourly digest", "매시간 요약"),
    ("digest_off", {}, "No digest", "요약 끔"),
    ("unmuted", {"target": "ST91"}, "Unmuted", "음소거 해제"),
    ("quiet_on", {"start": "22:00", "end": "07:00", "zone": SEOUL}, "Quiet hours", "방해금지 시간"),
    ("quiet_off", {}, "No quiet hours", "방해금지 시간 끔"),
    ("merged", {"other": "ST92", "story": "ST91"}, "Two stories merged", "소식 병합"),
    ("split", {"n": "2", "story": "ST91", "other": "ST95"}, "A story split", "소식 분리"),
    ("set_threads_off", {}, "No updates in threads", "스레드 알림 끔"),
    ("set_who_admins", {}, "Only admins can change it", "관리자만 변경"),
)
MUTED = replace(
    SUBSCRIBED, what="muted", args={"target": "ST91"}, lines=(), undo="unmute ST91", until_at=NOW + timedelta(days=3),
    next_digest_at=None, notes=(),
)  # fmt: skip
UNDONE = replace(MUTED, what="undone", args={"undone": "40", "undone_what": "digest_off"}, undo=None, until_at=None)
DIGEST_AGAIN = replace(
    UNDONE,
    in_full=True,
    notes=(Note("said_in_channel"),),
    settings=(SettingLine("digest", Note("setting.daily", {"at": "08:30"}), "digest off"),),
)


def _answer(card: ChangeCard) -> ChangeCard:
    """Returns the answer to the person who made a change."""
    return replace(card, in_full=True, notes=(Note("said_in_channel"), *card.notes))


CHANGES = Group(
    "Changes of a channel",
    "채널 변경",
    (
        Example("Subscribed, as the channel sees it", "구독: 채널에 보이는 글", SUBSCRIBED),
        Example("Subscribed, as the person sees it", "구독: 본인에게 보이는 글", _answer(SUBSCRIBED)),
        Example(
            "Muted, as the person sees it", "음소거: 본인에게 보이는 글", _answer(replace(MUTED, lines=(INSTANT,)))
        ),
        Example("Waiting for an invitation", "초대 대기", replace(SUBSCRIBED, waiting=True, notes=())),
        Example(
            "Waiting for an invitation to another channel",
            "다른 채널 초대 대기",
            replace(SUBSCRIBED, waiting=True, notes=(), elsewhere="C0777777777"),
        ),
        Example("For one person", "개인 구독", replace(_answer(SUBSCRIBED), personal=True)),
        Example("Muted", "음소거", MUTED),
        Example("Undone", "되돌림", UNDONE),
        Example("Undone, as the person sees it", "되돌림: 본인에게 보이는 글", DIGEST_AGAIN),
        *(Example(english, korean, replace(CHANGED, what=what, args=args)) for what, args, english, korean in KINDS),
    ),
)

LIST = ListCard((INSTANT, DAILY, WEEKLY), 1, 2, SEOUL, False, "08:30", NOW + timedelta(hours=1), ("22:00", "07:00"))
SETTING_LINES = (
    SettingLine("language", Note("language.ko"), "settings language en"),
    SettingLine("zone", Note("setting.value", {"value": SEOUL}), "settings zone America/New_York"),
    SettingLine("digest", Note("setting.daily", {"at": "08:30"}), "digest off"),
    SettingLine("quiet", Note("setting.hours", {"start": "22:00", "end": "07:00"}), "quiet off"),
    SettingLine("empty", Note("setting.empty_clear"), "settings empty skip"),
    SettingLine("threads", Note("setting.on"), "settings threads off"),
    SettingLine("broadcast", Note("setting.off"), "settings broadcast on"),
    SettingLine("mention", Note("setting.major"), "settings mention off", group=GROUP),
    SettingLine("who", Note("setting.who_list"), "settings who everyone", people=(SEOYEON, DANA)),
)
LISTS = Group(
    "Lists and settings",
    "목록과 설정",
    (
        Example("A channel's subscriptions", "채널의 구독", LIST, share="list"),
        Example("All channels", "모든 채널", replace(LIST, everywhere=True, hidden=2, quiet=None)),
        Example(
            "No subscription",
            "구독 없음",
            ListCard((), 1, 1, SEOUL, False, None, None, missing_page=3),
        ),
        Example("Shifts", "하루 두 번 요약", replace(LIST, digest_cadence="shifts", pages=1)),
        Example("A weekly digest", "매주 요약", replace(LIST, digest_cadence="weekly", pages=1)),
        Example("A channel's settings", "채널 설정", SettingsCard(SETTING_LINES, SEOUL)),
        Example(
            "A person's settings",
            "개인 설정",
            SettingsCard(
                (
                    SettingLine("own_language", Note("language.en"), "lang ko"),
                    SettingLine("own_zone", Note("setting.not_chosen"), "settings zone Asia/Seoul for me"),
                ),
                SEOUL,
                direct=True,
            ),
        ),
    ),
)
GROUPS = (CHANGES, LISTS)
