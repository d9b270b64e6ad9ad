"""The options behind a query: schedules, numbers, channels; a schedule without ``as`` is offered, not searched for."""

from __future__ import annotations

import pytest

from bot.matching.query.nodes import QueryError
from bot.matching.query.options import SubscriptionOptions, parse_line
from bot.matching.query.parse_query import parse
from bot.matching.query.show import show
from handlers.text.words import LANGUAGES
from handlers.verbs.pages import page_of
from handlers.verbs.registry import all_verbs
from settings.lexicon import load

LEXICON = load(None)


@pytest.mark.parametrize(
    ("line", "place", "meant"),
    [
        ("quantum daily", (8, 5), "as daily"),
        ("quantum 08:30", (8, 5), "as daily at 08:30"),
        ("quantum hourly for me", (8, 6), "as hourly"),
    ],
)
def test_a_bare_schedule_is_offered_as_one(line: str, place: tuple[int, int], meant: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_line(line, LEXICON)
    assert (caught.value.position, caught.value.length) == place
    assert caught.value.suggestion == meant
    mended = line[: place[0]] + meant + line[sum(place) :]
    assert parse_line(mended, LEXICON)[1].cadence == meant.split()[1]


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("quantum daily 08:30", "quantum as daily at 08:30"),
        ("반도체 매일 08:30", "반도체 as daily at 08:30"),
        ("(반도체 | quantum) 매주 월요일 9:15", "(반도체 | quantum) as weekly on monday at 09:15"),
        ("협정 매주 월 09:00", "pact as weekly on monday at 09:00"),
        ("협정 매주 일에 9시 30분", "pact as weekly on sunday at 09:30"),
        ("pact weekly fri 09:00", "pact as weekly on friday at 09:00"),
        ("quantum weekly friday 09:00", "quantum as weekly on friday at 09:00"),
        ("반도체 as 매일 08:30", "반도체 as daily at 08:30"),
        ("quantum on monday weekly", "quantum as weekly on monday"),
        ("quantum as daily at 8.30pm", "quantum as daily at 20:30"),
        ("quantum as daily 8 pm KST", "quantum as daily at 20:00 tz Asia/Seoul"),
        ("quantum as 매일 저녁 8시 반 for me", "quantum as daily at 20:30 for me"),
        ("quantum as weekly 월요일 오전 9시", "quantum as weekly on monday at 09:00"),
        ("quantum as daily at 정오", "quantum as daily at 12:00"),
        ("quantum as typed as daily", "quantum as daily as typed"),
        ("quantum as 그대로", "quantum as typed"),
        ("quantum 그대로", "quantum as typed"),
        ("quantum 그대로 매일 08:30", "quantum as typed as daily at 08:30"),
        ("quantum 그대로 for 3d", "quantum as typed for 3d"),
    ],
)
def test_a_schedule_needs_no_keywords_where_it_can_be_nothing_else(line: str, meant: str) -> None:
    assert parse_line(line, LEXICON) == parse_line(meant, LEXICON)


@pytest.mark.parametrize(
    ("line", "code", "meant"),
    [
        ("quantum as daily 아침", "option.bad_time", "quantum as daily 08:00"),
        ("quantum as daily at 13pm", "option.bad_time", "quantum as daily at 13:00"),
        ("quantum as daily at 8", "option.bad_time", "quantum as daily at 08:00"),
        ("quantum as daily 08:30 서울", "option.bad_zone", "quantum as daily 08:30 Asia/Seoul"),
        ("quantum as daily at 20:30 for 3 days", "option.bad_duration", "quantum as daily at 20:30 for 3d"),
    ],
)
def test_what_leaves_a_choice_is_offered_and_the_offer_is_understood(line: str, code: str, meant: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_line(line, LEXICON)
    error = caught.value
    assert error.code == code
    assert line[: error.position] + str(error.suggestion) + line[error.position + error.length :] == meant
    parse_line(meant, LEXICON)


@pytest.mark.parametrize("line", ["매일", "반도체 매일 뉴스", "quantum daily sun", "매일 OR 매주 반도체"])
def test_a_cadence_elsewhere_is_a_word_of_the_query(line: str) -> None:
    assert parse_line(line, LEXICON) == (parse(line, LEXICON), SubscriptionOptions())


@pytest.mark.parametrize("line", ["daily", '"Korea JoongAng Daily"', "quantum as daily at 08:30", "매일경제"])
def test_a_word_of_the_query_stays_a_word(line: str) -> None:
    parse_line(line, LEXICON)


@pytest.mark.parametrize(
    ("line", "token", "code"),
    [
        ("quantum min ² outlets", "²", "option.bad_number"),
        ("quantum min 0 outlets", "0", "option.bad_number"),
        ("quantum min 51 outlets", "51", "option.bad_number"),
        ("quantum min 0000051 outlets", "0000051", "option.bad_number"),
        ("quantum min 00000999999999999999999 outlets", "00000999999999999999999", "option.bad_number"),
        ("quantum at ²:30", "²:30", "option.bad_time"),
        ("quantum at ٠٨:٣٠", "٠٨:٣٠", "option.bad_time"),
        ("quantum for 367d", "367d", "option.bad_duration"),
    ],
)
def test_a_number_has_few_ascii_digits_and_stays_in_bounds(line: str, token: str, code: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_line(line, LEXICON)
    error = caught.value
    assert (line[error.position : error.position + error.length], error.code) == (token, code)


@pytest.mark.parametrize("count", [1, 50])
def test_the_least_number_of_outlets_is_from_1_to_50(count: int) -> None:
    assert parse_line(f"quantum min {count} outlets", LEXICON)[1].min_outlets == count


@pytest.mark.parametrize(
    ("typed", "channel"),
    [("<#C0777|policy>", "C0777"), ("#C0777", "C0777"), ("#G12AB", "G12AB"), ("#policy", "#policy")],
)
def test_a_channel_is_known_by_its_id_with_and_without_slacks_brackets(typed: str, channel: str) -> None:
    assert parse_line(f"quantum in {typed}", LEXICON)[1].channel == channel


@pytest.mark.parametrize("word", ["협약", "협정", "한미협약", "pact"])
def test_every_name_of_the_pact_is_the_pact(word: str) -> None:
    assert show(parse_line(word, LEXICON)[0]) == "pact"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_and_option_of_the_help_is_understood(language: str) -> None:
    page = page_of(next(verb for verb in all_verbs() if verb.name == "subscribe"), language)
    for words, _ in page.options:
        for each in words.removeprefix("as ").split("|"):
            option = f"as {each}" if words.startswith("as ") else each
            needs = "as weekly " if words.startswith(("on ", "at ", "tz ")) else ""
            line = (
                f"quantum {needs}{option}".replace("#channel", "#C123").replace("#채널", "#C123").removesuffix("나에게")
            )
            query, options = parse_line(line, LEXICON)
            assert show(query) == "quantum"
            assert options != SubscriptionOptions() or words == "나에게"


@pytest.mark.parametrize(
    ("line", "token", "code", "suggestion"),
    [
        ("quantum on fryday", "fryday", "option.bad_weekday", "friday"),
        ("quantum weekly on munday", "munday", "option.bad_weekday", "monday"),
        ("quantum weekly thirsday 09:00", "thirsday", "option.bad_weekday", "thursday"),
        ("양자기술 매주 금요이 09:00", "금요이", "option.bad_weekday", "금요일"),
        ("양자기술 on 월료일", "월료일", "option.bad_weekday", "월요일"),
        ("quantum for 3x", "3x", "option.bad_duration", "3d"),
        ("quantum for 20 moons", "20", "option.bad_duration", "20d"),
        ("quantum for three days", "three days", "option.bad_duration", "3d"),
        ("quantum for a week", "a week", "option.bad_duration", "1w"),
        ("양자기술 for 두 주", "두 주", "option.bad_duration", "2주"),
        ("양자기술 for 3개", "3개", "option.bad_duration", "3d"),
        ("quantum min twoo outlets", "twoo", "option.bad_number", "2"),
        ("quantum min to outlest", "to", "option.bad_number", "2"),
        ("quantum as daily at nine", "nine", "option.bad_time", "09:00"),
        ("quantum at nine as daily", "nine", "option.bad_time", "09:00"),
    ],
)
def test_a_mistyped_value_of_an_option_is_no_word_of_the_query(
    line: str, token: str, code: str, suggestion: str
) -> None:
    with pytest.raises(QueryError) as caught:
        parse_line(line, LEXICON)
    error = caught.value
    assert (line[error.position :][: error.length], error.code, error.suggestion) == (token, code, suggestion)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("quantum min two outlets", "quantum min 2 outlets"),
        ("양자기술 min 두 매체", "양자기술 min 2 outlets"),
        ("양자기술 min 2곳 매일 08:30", "양자기술 as daily at 08:30 min 2 outlets"),
        ("양자기술 금욜마다", "양자기술 as weekly on friday"),
        ("양자기술 매주 수욜 09:00", "양자기술 as weekly on wednesday at 09:00"),
        ("quantum as weekly on thurs", "quantum as weekly on thursday"),
    ],
)
def test_a_number_or_a_weekday_may_be_a_word(line: str, meant: str) -> None:
    assert parse_line(line, LEXICON) == parse_line(meant, LEXICON)


@pytest.mark.parametrize(
    "line",
    [
        *('quantum "for 3x"', '"on" fryday', "standards for 6G", "plans for 2030", "patents for 3GPP"),
        *("quantum on mars", "bet on money", "bids AND for 3x", "min Kim", "spotlight on quantum"),
    ],
)
def test_words_that_only_look_like_options_are_searched_for(line: str) -> None:
    query, options = parse_line(line, LEXICON)
    assert (query, options) == (parse(line, LEXICON), SubscriptionOptions())
