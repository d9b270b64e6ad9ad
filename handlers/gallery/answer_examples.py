"""Examples of answers that one person sees: why, help, errors, choices, confirmations, notices, status."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.cards.answers import ConfirmCard, ErrorCard, HelpCard, NoticeCard, SenseCard, WhyCard, WhyStage
from handlers.cards.choice import Choice, ChoiceCard
from handlers.cards.debug import DebugCard
from handlers.cards.heat import HeatCard, HeatRow
from handlers.cards.status import Health, PactDate, StatusCard
from handlers.cards.texts import Note
from handlers.gallery.example import Example, Group
from handlers.gallery.sample_data import (
    CHANNEL,
    DAILY,
    DANA,
    ENGLISH_LINE,
    HEAT,
    INSTANT,
    KOREAN_LEAD,
    KOREAN_LINE,
    KOREAN_STORY,
    NEW_YORK,
    NOW,
    PROOF,
    SENSES,
    SEOUL,
    SEOYEON,
    SITE,
    TODAY,
    WEEKLY,
    ago,
)
from handlers.verbs.feedback import REASONS
from handlers.verbs.registry import all_verbs

HEAT_OF_WEEK = HeatCard(
    SEOUL, NOW, 7, 1, tuple(TODAY - timedelta(days=6 - day) for day in range(7)),
    tuple(HeatRow(row, row.by_day) for row in HEAT),
)  # fmt: skip
HEAT_AFTER_OUTAGE = replace(
    HEAT_OF_WEEK,
    rows=tuple(HeatRow(row.heat, (None, None, *row.cells[2:4], None, *row.cells[5:])) for row in HEAT_OF_WEEK.rows),
    unread_on=tuple(HEAT_OF_WEEK.begins[day] for day in (0, 1, 4)),
    chart_hint=True,
)
HEAT_OF_MONTHS = HeatCard(
    SEOUL, NOW, 90, 14, (TODAY - timedelta(days=89), *(TODAY - timedelta(days=14 * n - 1) for n in range(6, 0, -1))),
    (
        HeatRow(replace(HEAT[0], usual=24.5, verdict="usual"), (2, 5, 3, 0, 6, 4, 6)),
        HeatRow(replace(HEAT[1], usual=61.0, verdict="lull"), (1, 0, 4, 0, 2, 9, 11)),
    ),
    has_chart=True,
    note=Note("heat_sent", {"name": "pactbot-heat-20260827-20261124.csv, pactbot-heat-20260827-20261124.png"}),
)  # fmt: skip
PLACED = Note("placed_joined", {"evidence": "head, people"})
WHY_POSTED = WhyCard(
    "ST91",
    KOREAN_STORY.headline,
    KOREAN_STORY.url,
    SEOUL,
    (
        WhyStage("fetched", True, (Note("page_read", {"outlet": "한빛경제"}),), at=ago(minutes=11)),
        WhyStage("duplicate", True, (Note("no_duplicate"),)),
        WhyStage("matched", True, (Note("names", {"topics": "pact, quantum"}),), (KOREAN_LEAD,)),
        WhyStage("story", True, (Note("in_story_of_it", {"story": "ST91"}),)),
        WhyStage("subscription", True, (Note("wanted_by", {"subscriptions": "S12"}),)),
        WhyStage("muted", True, (Note("not_muted_now"),)),
        WhyStage("queued", True, (Note("queued_as_card"),), at=ago(minutes=11)),
        WhyStage("posted", True, (Note("attempts", {"n": "1"}),), at=ago(minutes=11)),
    ),
    (Note("would_mute", {"line": "mute story ST91 for 3d"}),),
)
WHY_NOT = WhyCard(
    f"{SITE}news/7",
    "한·베트남 외교장관 양자 회담",
    f"{SITE}news/7",
    SEOUL,
    (
        WhyStage("fetched", True, (Note("page_read", {"outlet": "나래일보"}),), at=ago(hours=2)),
        WhyStage("duplicate", True, (Note("no_duplicate"),)),
        WhyStage("matched", False, (Note("names_nothing"),)),
        WhyStage("story", None, ()),
        WhyStage("subscription", None, ()),
        WhyStage("muted", None, ()),
        WhyStage("queued", None, ()),
        WhyStage("posted", None, ()),
    ),
    (Note("would_subscribe", {"line": 'subscribe "양자 회담"'}),),
)
SPELLING_ADDED = (
    Note("lexicon_added", {"spelling": "크래치오스", "topics": "Michael Kratsios"}),
    Note("lexicon_soon"),
    Note("lexicon_missed", {"n": "7"}),
    Note("lexicon_missed_story", {"story": "ST91", "headline": KOREAN_LINE.headline, "outlet": KOREAN_LINE.outlet}),
    Note("lexicon_missed_article", {"headline": "크래치오스 실장 방한", "outlet": KOREAN_LINE.outlet}),
    Note("lexicon_missed_more", {"n": "4"}),
    Note("own_undo", {"line": "lexicon remove 크래치오스"}),
)
WHY = Group(
    "Why",
    "왜",
    (
        Example("Why it was posted", "게시된 이유", WHY_POSTED, share="why ST91"),
        Example("Why it was not", "게시되지 않은 이유", WHY_NOT),
        Example(
            "Nothing known",
            "알 수 없는 주소",
            WhyCard(
                "https://unknown.example/1",
                None,
                None,
                SEOUL,
                (WhyStage("fetched", False, (Note("not_an_outlet", {"host": "unknown.example"}),)),),
                (Note("add_outlet", {"line": "sources add https://unknown.example"}),),
            ),
        ),
    ),
)

ERRORS = Group(
    "Errors",
    "오류",
    (
        Example(
            "A word that is wrong",
            "잘못된 낱말",
            ErrorCard("mute story 91x for 3d", 11, 3, Note("story_wanted"), "mute story ST91 for 3d"),
        ),
        Example("An unknown command", "모르는 명령어", ErrorCard("statsu", 0, 6, Note("verb_unknown"), "status")),
        Example(
            "With an example",
            "예시가 있는 오류",
            ErrorCard("digest", None, 0, Note("digest_when"), "digest daily 08:30", example=True),
        ),
        Example("An internal error", "내부 오류", ErrorCard("status", None, 0, Note("internal"), reference="7f3a9c")),
        Example(
            "Only admins can do it",
            "관리자만 할 수 있음",
            ErrorCard("settings who admins", None, 0, Note("admins_only"), ask_admins="request settings who admins"),
        ),
    ),
)

HELP = Group(
    "Help",
    "도움말",
    (
        Example("All commands", "모든 명령어", HelpCard(None, "/pact")),
        Example("After an unknown word", "모르는 낱말 뒤", HelpCard(None, "/pact", "status")),
        *(Example(verb.name, verb.korean, HelpCard(verb.name, "/pact")) for verb in all_verbs()),
    ),
)

COMMITTEE = {"ko": "공동위원회 2차 회의", "en": "second meeting of the Joint Committee"}
STATUS = StatusCard(
    NOW, SEOUL, 7, None, TODAY - timedelta(days=391), 180,
    PactDate(TODAY + timedelta(days=30), COMMITTEE, SITE),
    PactDate(TODAY - timedelta(days=80), {"ko": "이행계획 서명", "en": "action plan signed"}, SITE),
    HEAT, (KOREAN_LINE, ENGLISH_LINE), PROOF,
    Health(2, ago(minutes=1), 0, ago(minutes=11), ago(minutes=1)), (INSTANT, DAILY, WEEKLY), NOW + timedelta(hours=1),
)  # fmt: skip
QUERIED = StatusCard(
    NOW, NEW_YORK, 30, "quantum", TODAY - timedelta(days=391), 180, None, None, HEAT[:1], (),
    PROOF, Health(0, None, 1, None, None), (), None,
)  # fmt: skip
NOT_RELEVANT = ChoiceCard(
    Note("feedback_why", {"story": "ST91"}),
    tuple(Choice(Note(f"feedback.{reason}"), f"feedback ST91 {reason}") for reason in REASONS),
)
DEBUG_FACTS = (
    Note("debug.ids", {"team": "T0DESK", "place": CHANNEL, "user": DANA}),
    Note("debug.member"),
    Note("debug.last_post", {"when": ago(minutes=11).isoformat()}),
    Note("debug.scopes", {"scopes": "commands, chat:write"}),
    Note("debug.missing_scopes", {"scopes": "files:write"}),
)
ANSWERS = Group(
    "Other answers",
    "그 밖의 답",
    (
        Example("Status", "상태", STATUS, share="status"),
        Example("The heat map of a week", "한 주의 열지도", HEAT_OF_WEEK, share="heat week"),
        Example("A heat map with days that were not read", "읽지 못한 날이 있는 열지도", HEAT_AFTER_OUTAGE),
        Example("The heat map of 90 days", "90일의 열지도", HEAT_OF_MONTHS, share="heat 90d"),
        Example("Status of a query", "검색어의 상태", QUERIED),
        Example(
            "Which sense is meant",
            "뜻 고르기",
            lambda language: SenseCard(
                "양자", tuple((sense, f"subscribe {query}") for sense, query in SENSES[language])
            ),
        ),
        Example(
            "A confirmation", "확인", ConfirmCard(Note("unsubscribe_all_sure", {"n": "3"}), "unsubscribe all sure")
        ),
        Example("Greeting", "인사", NoticeCard((Note("hello"),))),
        Example(
            "Greeting of a channel with subscriptions",
            "구독이 있는 채널의 인사",
            NoticeCard((Note("hello_subscribed"),)),
        ),
        Example("An added spelling", "추가된 표기", NoticeCard(SPELLING_ADDED)),
        Example(
            "A receipt",
            "발송 기록",
            NoticeCard(
                (
                    Note("receipt", {"subject": "ST91"}, bold=True),
                    Note("receipt_queued", {"queued": ago(minutes=12).isoformat()}),
                    Note("receipt_posted", {"posted": ago(minutes=11).isoformat()}),
                )
            ),
        ),
        Example(
            "An outlet fails (operators)",
            "매체 장애(운영자)",
            NoticeCard(
                (Note("outlet_failing", {"outlet": "새연뉴스", "since": ago(hours=6).isoformat(), "why": "503"}),)
            ),
        ),
        Example("Why it is not relevant", "관련 없는 이유", NOT_RELEVANT),
        Example(
            "Where to share it",
            "공유할 채널",
            ChoiceCard(Note("share_where", {"story": "ST91"}), channel_line="share ST91 in"),
        ),
        Example("Debug", "진단", DebugCard(DEBUG_FACTS, STATUS.health, NOW, SEOUL)),
        Example(
            "A request to admins",
            "관리자에게 신청",
            NoticeCard((Note("request_of"),), user=DANA, run="settings who everyone"),
        ),
        Example(
            "A request that an admin settled",
            "관리자가 처리한 신청",
            NoticeCard(
                (Note("request_of"),),
                user=DANA,
                was_run="settings who everyone",
                settled_by=SEOYEON,
                settled_at=NOW,
            ),
        ),
        Example(
            "The answer to who asked",
            "요청한 사람에게 알림",
            NoticeCard((Note("request_done"),), user=DANA, was_run="settings who everyone"),
        ),
    ),
)
GROUPS = (ANSWERS, WHY, ERRORS, HELP)
