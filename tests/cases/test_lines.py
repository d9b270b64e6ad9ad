"""Typed lines are understood, or change nothing and are answered with a caret and a line that keeps what was meant."""

from __future__ import annotations

import pytest

from bot.matching.query.nodes import QueryError
from bot.matching.query.options import SubscriptionOptions, parse_line
from bot.matching.query.show import show
from handlers.requests import Ask, Asker, Unclear
from handlers.unwrap import unwrap
from handlers.verbs.digest import Digest
from handlers.verbs.parse import parse
from handlers.verbs.quiet import Quiet
from handlers.verbs.subscribe import Subscribe
from handlers.verbs.why import Why
from settings.lexicon import load

LEXICON = load(None)
ASKER = Asker("T1", "U1", "C1", direct=False)
REFUSED = [
    # the line, what the caret is under, and the line that is offered ("" for none)
    ("구독 양자컴퓨터 매일 아침", "매일 아침", "구독 양자컴퓨터 매일 08:00"),
    ("구독 매일 8시 양자컴퓨터", "매일 8시", ""),
    ("구독 매일 8시", "매일 8시", ""),
    ("subscribe quantum daily at 8", "daily at 8", "subscribe quantum as daily at 08:00"),
    ("subscribe quantum each morning", "each morning", "subscribe quantum as daily at 08:00"),
    ("구독 양자컴퓨터 월요일", "월요일", "구독 양자컴퓨터 매주 월요일"),
    ("구독 양자컴퓨터 저녁 7시 반", "저녁 7시 반", "구독 양자컴퓨터 매일 19:30"),
    ("구독 양자컴퓨터 매일 8", "매일 8", "구독 양자컴퓨터 매일 08:00"),
    ("구독 양자컴퓨터 즉시 매일", "즉시 매일", ""),
    ("구독 양자컴퓨터 매일 월요일", "매일 월요일", ""),
    ("구독 양자컴퓨터 즉시 8시", "즉시 8시", ""),
    ("구독 양자컴퓨터 at 8시 반", "at 8시 반", "구독 양자컴퓨터 매일 8시 반"),
    ("구독 양자컴퓨터 on 월요일", "on 월요일", "구독 양자컴퓨터 매주 월요일"),
    ("구독 양자컴퓨터 08:30", "08:30", "구독 양자컴퓨터 매일 08:30"),
    ("구독 양자컴퓨터 daily", "daily", "구독 양자컴퓨터 매일"),
    ("구독 양자컴퓨터 매일 min 2", "2", "구독 양자컴퓨터 매일 min 2 매체"),
    ("subscribe quantum min 2 as daily", "2", "subscribe quantum min 2 outlets as daily"),
    ("subscribe quantum min 2 papers", "papers", "subscribe quantum min 2 outlets"),
    ("구독 양자컴퓨터 for 3 days", "3 days", "구독 양자컴퓨터 for 3일"),
    ("구독 양자컴퓨터 as every day", "every day", "구독 양자컴퓨터 as 매일"),
    ("subscribe quantum daily 8", "daily 8", "subscribe quantum as daily at 08:00"),
    ("subscribe quantum daily sunday", "daily sunday", ""),
    ("subscribe quantum every day news", "every day", ""),
    ("subscribe quantum monthly", "monthly", ""),
    ("subscribe quantum 9:30pm", "9:30pm", "subscribe quantum as daily at 21:30"),
    ("subscribe quantum as every day", "every day", "subscribe quantum as daily"),
    ("subscribe topic:pact as instant at 08:30", "at 08:30", ""),
    ("subscribe quantum as instant on monday", "on monday", ""),
    ("subscribe quantum as daily on monday", "on monday", ""),
    ("subscribe quantum as hourly on monday", "on monday", ""),
    ("subscribe quantum as instant tz Asia/Seoul", "tz Asia/Seoul", ""),
    ("subscribe quantum at 08:30", "at 08:30", "subscribe quantum as daily at 08:30"),
    ("subscribe quantum on mon at 08:30", "at 08:30", "subscribe quantum on mon as weekly at 08:30"),
    ("subscribe quantum tz Asia/Seoul", "tz Asia/Seoul", "subscribe quantum as daily tz Asia/Seoul"),
    ("subscribe quantum in <#C0OTHER|other> for me", "for me", ""),
    ("subscribe quantum as daily at 9", "9", "subscribe quantum as daily at 09:00"),
    ("subscribe quantum as daily at morning", "morning", "subscribe quantum as daily at 08:00"),
    ("subscribe quantum as daily at 13pm", "13pm", "subscribe quantum as daily at 13:00"),
    ("subscribe quantum as daily at 24:10", "24:10", ""),
    ("subscribe quantum as daily for 3 days", "3 days", "subscribe quantum as daily for 3d"),
    ("subscribe quantum as daily for 400d", "400d", ""),
    ("subscribe quantum as daily in policy", "policy", ""),
    ("subscribe quantum as daily at 08:30 tz localtime", "localtime", ""),
    ("subscribe quantum as daily at 08:30 tz Factory", "Factory", ""),
    ("subscribe quantum as daily tz PST", "PST", "subscribe quantum as daily tz America/Los_Angeles"),
    ("subscribe quantum as daily tz UTC+9", "UTC+9", "subscribe quantum as daily tz Asia/Seoul"),
    ("subscribe quantum as daily tz GMT+09:00", "GMT+09:00", "subscribe quantum as daily tz Asia/Seoul"),
    ("subscribe quantum as daily tz UTC+3", "UTC+3", ""),
    ("subscribe quantum as daily tz 서울", "서울", "subscribe quantum as daily tz Asia/Seoul"),
    ("subscribe quantum as daily tz 서울 at 08:00", "서울", "subscribe quantum as daily tz Asia/Seoul at 08:00"),
    ("subscribe quantum as daily tz America/New York", "America/New York",
     "subscribe quantum as daily tz America/New_York"),
    ("subscribe quantum as daily tz new york at 08:00", "new york",
     "subscribe quantum as daily tz America/New_York at 08:00"),
    ("subscribe quantum as daily tz Asia/Soul", "Asia/Soul", "subscribe quantum as daily tz Asia/Seoul"),
    ("subscribe quantum as daily tz Mars", "Mars", ""),
    ("subscribe <!subteam^S01|@policy-team> as daily", "@policy-team", ""),
    ("subscribe quantum lang:xx", "xx", ""),
    ("subscribe sector:ai,quantum", "ai,quantum", ""),
    ("subscribe ,", "", ""),
    ("mute story ST1 for 3 days", "3 days", "mute story ST1 3d"),
    ("음소거 ST1 3 주", "3 주", "음소거 소식 ST1 3주"),
    ("mute ST1 for ever", "ever", ""),
    ("digest daily 아침", "아침", "digest daily 08:00"),
    ("digest sometimes", "sometimes", ""),
    ("quiet 10pm to morning", "10pm", "quiet 22:00-08:00"),
]  # fmt: skip
SAVED = [
    ("subscribe quantum, 6G", "quantum AND 6G", SubscriptionOptions()),
    ("subscribe quantum,6G", "quantum AND 6G", SubscriptionOptions()),
    ("구독 양자컴퓨터，6G、", "양자컴퓨터 AND 6G", SubscriptionOptions()),
    ("subscribe topic:pact, quantum; 1,000", "topic:pact quantum AND 1,000", SubscriptionOptions()),
    ("subscribe “quantum, 6G”", '"quantum, 6G"', SubscriptionOptions()),
    ("subscribe quantum lang:kr", "quantum lang:ko", SubscriptionOptions()),
    ("subscribe quantum lang:en-US", "quantum lang:en", SubscriptionOptions()),
    ("subscribe quantum lang:jp", "quantum lang:ja", SubscriptionOptions()),
    ("subscribe “research security” as daily at 08:30", '"research security"', SubscriptionOptions("daily", "08:30")),
    ("subscribe\u00a0shipbuilding as daily at 08:30", "shipbuilding", SubscriptionOptions("daily", "08:30")),
    ("subscribe quantum as daily at 08：30", "quantum", SubscriptionOptions("daily", "08:30")),
    ("subscribe quantum as daily at 9:30pm", "quantum", SubscriptionOptions("daily", "21:30")),
    ("subscribe quantum as daily at 8.30 p.m.", "quantum", SubscriptionOptions("daily", "20:30")),
    ("subscribe quantum as daily at 18시", "quantum", SubscriptionOptions("daily", "18:00")),
    ("subscribe quantum as daily at 오후 6:00", "quantum", SubscriptionOptions("daily", "18:00")),
    ("subscribe quantum as daily at 저녁 8시 반", "quantum", SubscriptionOptions("daily", "20:30")),
    ("subscribe quantum as daily at noon", "quantum", SubscriptionOptions("daily", "12:00")),
    ("subscribe quantum as hourly at 00:15", "quantum", SubscriptionOptions("hourly", "00:15")),
    ("subscribe quantum as weekly on mondays", "quantum", SubscriptionOptions("weekly", weekday="monday")),
    ("구독 양자컴퓨터 매일 8시", "양자컴퓨터", SubscriptionOptions("daily", "08:00")),
    ("구독 양자컴퓨터 매일 8시에", "양자컴퓨터", SubscriptionOptions("daily", "08:00")),
    ("구독 양자컴퓨터 매일 오전 8시", "양자컴퓨터", SubscriptionOptions("daily", "08:00")),
    ("구독 양자컴퓨터 매일아침 8시 반", "양자컴퓨터", SubscriptionOptions("daily", "08:30")),
    ("구독 양자컴퓨터 매일 8시 30분", "양자컴퓨터", SubscriptionOptions("daily", "08:30")),
    ("구독 양자컴퓨터 매일 저녁 7시 반", "양자컴퓨터", SubscriptionOptions("daily", "19:30")),
    ("구독 양자컴퓨터 매주 월요일", "양자컴퓨터", SubscriptionOptions("weekly", weekday="monday")),
    ("구독 양자컴퓨터 월요일마다 9시", "양자컴퓨터", SubscriptionOptions("weekly", "09:00", "monday")),
    ("구독 양자컴퓨터 하루에 한 번", "양자컴퓨터", SubscriptionOptions("daily")),
    ("구독 양자컴퓨터 즉시", "양자컴퓨터", SubscriptionOptions("instant")),
    ("구독 양자컴퓨터 -영국 매시간 나에게", "양자컴퓨터 -영국", SubscriptionOptions("hourly", personal=True)),
    ("subscribe quantum daily 8am", "quantum", SubscriptionOptions("daily", "08:00")),
    ("subscribe quantum daily 8.30pm", "quantum", SubscriptionOptions("daily", "20:30")),
    ("subscribe quantum every day", "quantum", SubscriptionOptions("daily")),
    (
        "subscribe quantum every day at 08:30 tz KST",
        "quantum",
        SubscriptionOptions("daily", "08:30", timezone="Asia/Seoul"),
    ),
    ("subscribe quantum every Monday at 9am", "quantum", SubscriptionOptions("weekly", "09:00", "monday")),
    ("subscribe quantum weekly on fridays", "quantum", SubscriptionOptions("weekly", weekday="friday")),
    ("subscribe quantum once a week", "quantum", SubscriptionOptions("weekly")),
    ("subscribe AT&amp;T as daily", "AT&T", SubscriptionOptions("daily")),
    ("subscribe bio as daily\n", "bio", SubscriptionOptions("daily")),
    ("subscribe nuclear in <#C0OTHER|other> as daily", "nuclear", SubscriptionOptions("daily", channel="C0OTHER")),
    ("subscribe <http://naver.com|naver.com> as daily", "naver.com", SubscriptionOptions("daily")),
    ("subscribe outlet:<http://127.40.0.2|127.40.0.2>", "outlet:127.40.0.2", SubscriptionOptions()),
    ("subscribe outlet:<https://www.asiae.co.kr/>", "outlet:asiae.co.kr", SubscriptionOptions()),
    ("subscribe daily", "daily", SubscriptionOptions()),
    ("구독 반도체 OR 매일", "반도체 OR 매일", SubscriptionOptions()),
    ("구독 반도체 -매주", "반도체 -매주", SubscriptionOptions()),
    ('구독 반도체 "즉시"', '반도체 "즉시"', SubscriptionOptions()),
    ("구독 반도체 매일경제", "반도체 AND 매일경제", SubscriptionOptions()),
    ('subscribe "매일 아침" quantum', '"매일 아침" quantum', SubscriptionOptions()),
    ("subscribe quantum morning", "quantum AND morning", SubscriptionOptions()),
    ("subscribe at home in Seoul", "at AND home AND in AND Seoul", SubscriptionOptions()),
]
TIMES: list[tuple[str, Ask]] = [
    ("digest daily 9:30pm", Digest("daily", "21:30")),
    ("digest daily 6:00 pm", Digest("daily", "18:00")),
    ("요약 매일 오후 6시", Digest("daily", "18:00")),
    ("요약 매일 저녁 8시 반", Digest("daily", "20:30")),
    ("digest weekly", Digest("weekly", "08:30", weekday="mon")),
    ("quiet 10pm-7am", Quiet("22:00", "07:00")),
    ("quiet 10 pm to 7 am", Quiet("22:00", "07:00")),
    ("방해금지 오후 10시부터 오전 7시까지", Quiet("22:00", "07:00")),
]


@pytest.mark.parametrize(("typed", "marked", "offered"), REFUSED, ids=[line for line, _, _ in REFUSED])
def test_a_line_is_refused_with_a_caret(typed: str, marked: str, offered: str) -> None:
    line = unwrap(typed)
    ask, asker = parse(line, ASKER)
    if isinstance(ask, Unclear):
        position, length, nearest = ask.position, ask.length, None if ask.example else ask.nearest
    else:
        assert isinstance(ask, Subscribe)
        with pytest.raises(QueryError) as caught:
            parse_line(ask.rest.text, LEXICON, asker.language or "en")
        error = caught.value
        position, length = ask.rest.offset + error.position, error.length
        nearest = (
            line[:position] + error.suggestion + line[position + length :]
            if error.suggestion and not error.example
            else None
        )
    assert (line[position : position + length], nearest or "") == (marked, offered)


@pytest.mark.parametrize(("typed", "query", "options"), SAVED, ids=[line for line, _, _ in SAVED])
def test_a_line_is_understood(typed: str, query: str, options: SubscriptionOptions) -> None:
    ask, _ = parse(unwrap(typed), ASKER)
    assert isinstance(ask, Subscribe)
    understood, read = parse_line(ask.rest.text, LEXICON)
    assert (show(understood).replace("@", ""), read) == (query, options)


@pytest.mark.parametrize(("typed", "ask"), TIMES, ids=[line for line, _ in TIMES])
def test_a_time_in_words_has_one_meaning(typed: str, ask: Ask) -> None:
    assert parse(typed, ASKER)[0] == ask


def test_an_address_that_slack_has_escaped_is_whole() -> None:
    ask, _ = parse(unwrap("why <https://view.asiae.co.kr/1?a=1&amp;b=2|view.asiae.co.kr>"), ASKER)
    assert ask == Why("https://view.asiae.co.kr/1?a=1&b=2")
