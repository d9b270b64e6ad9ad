"""Settings of a channel are changed one at a time, posted there, and undone; a person's own are the person's alone."""

from __future__ import annotations

from typing import Any

import pytest

from bot.answers.channel.settings import KINDS
from bot.deliveries.setting_lines import setting_lines
from bot.store import people
from bot.store.people import Person
from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard
from handlers.cards.settings import SettingLine, SettingsCard
from handlers.cards.shown import Shown
from handlers.cards.subscriptions import ChangeCard
from handlers.cards.texts import Note
from handlers.requests import Asker, Request, Unclear
from handlers.text.words import has_key
from handlers.verbs.parse import parse
from tests.support.bot_harness import TEAM, BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT

CHANGES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("settings threads off", "set_threads_off", {"threads": False}),
    ("settings broadcast on", "set_broadcast_on", {"broadcast": True}),
    ("settings mention @S0ABCDE", "set_mention", {"mention_group": "S0ABCDE"}),
    ("settings empty skip", "set_empty_skip", {"empty_digest": "skip"}),
    ("settings empty clear", "set_empty_clear", {"empty_digest": "clear"}),
    ("settings language ko", "set_language_ko", {"language": "ko"}),
    ("lang ko channel", "set_language_ko", {"language": "ko"}),
    ("settings zone America/New_York", "set_zone", {"timezone": "America/New_York"}),
    ("settings who admins", "set_who_admins", {"configured_by": "admins", "configurers": ()}),
    ("settings who @U0ABCDE", "set_who_list", {"configured_by": "list", "configurers": ("U0ABCDE",)}),
)


def fields(channel: Any, names: dict[str, Any]) -> dict[str, Any]:
    return {name: getattr(channel, name) for name in names}


@pytest.mark.parametrize(("line", "kind", "values"), CHANGES)
async def test_a_setting_is_changed_posted_undone_and_made_again(
    harness: BotHarness, line: str, kind: str, values: dict[str, Any]
) -> None:
    before = await harness.channel()
    asked: dict[str, Any] = {"user": "U3", "standing": "admin"}
    card = await harness.ask(line, **asked)
    assert isinstance(card, ChangeCard)
    assert (card.what, card.undo) == (kind, "undo 1")
    assert card.notes[0].code == "said_in_channel"
    (posted,) = harness.shown(ChangeCard)
    assert (posted.what, posted.user, posted.undo) == (kind, "U3", "undo 1")
    for language in ("ko", "en"):
        assert "…" not in render(Shown(posted, language)).plain
    assert fields(await harness.channel(), values) == values
    assert (await harness.ask(line, **asked)).notes[0].code == "setting_is_so"
    harness.pass_time(seconds=2)
    await harness.ask("undo 1", **asked)
    assert await harness.channel() == before
    harness.pass_time(seconds=2)
    await harness.ask("undo 2", **asked)
    assert fields(await harness.channel(), values) == values


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_change_has_its_sentence(kind: str) -> None:
    assert has_key(f"change.{kind}")


async def test_whoever_names_the_people_is_one_of_them(harness: BotHarness) -> None:
    await harness.ask("settings who @U0ABCDE", user="U2", standing="member")
    assert (await harness.channel()).configurers == ("U0ABCDE", "U2")
    refused = await harness.ask("settings who everyone", user="U9", standing="member")
    assert refused.note.code == "channel_of_list"
    await harness.ask("settings who everyone", user="U2", standing="member")
    assert (await harness.channel()).configured_by == "everyone"


async def test_where_admins_cannot_be_told_nobody_is_locked_out(harness: BotHarness) -> None:
    before = await harness.channel()
    assert (await harness.ask("settings who admins", standing=None)).note.code == "admins_unknown"
    assert await harness.channel() == before


@pytest.mark.parametrize(
    ("line", "nearest", "is_example"),
    [
        ("settings zone seoul", "settings zone Asia/Seoul", False),
        ("settings zone new york", "settings zone America/New_York", False),
        ("settings zone localtime", "settings zone Asia/Seoul", True),
        ("settings zone UTC+9 for me", "settings zone Asia/Seoul for me", False),
        ("settings zone Mars/Base", "settings zone Asia/Seoul", True),
    ],
)
async def test_a_zone_that_there_is_not_changes_nothing(
    harness: BotHarness, line: str, nearest: str, is_example: bool
) -> None:
    before = await harness.channel()
    card = await harness.ask(line)
    assert isinstance(card, ErrorCard)
    assert (card.note.code, card.nearest, card.example) == ("settings_no_zone", nearest, is_example)
    assert await harness.channel() == before


async def test_a_persons_language_and_zone_reach_answers_and_direct_messages(harness: BotHarness) -> None:
    await harness.ask("subscribe quantum for me", user="U1")
    card = await harness.ask("settings zone America/New_York for me", user="U1")
    assert [note.code for note in card.notes] == ["own_zone", "own_undo"]
    assert card.notes[1].args == {"line": "settings zone auto for me"}
    assert card.zone == "Asia/Seoul", "the answer is still in the zone of the question"
    assert (await harness.ask("list", user="U1")).zone == "America/New_York"
    assert (await harness.ask("list", user="U2")).zone == "Asia/Seoul"
    own = await harness.channel("DU1")
    assert (own.person, own.timezone) == ("U1", "America/New_York")
    assert (await harness.channel("C1")).timezone == "Asia/Seoul"
    await harness.ask("settings zone auto for me", user="U1")
    assert (await harness.ask("list", user="U1")).zone == "Asia/Seoul"


async def test_what_is_taken_back_follows_slack_and_the_workspace_again(harness: BotHarness) -> None:
    await harness.ask("subscribe quantum for me", locale="ko-KR")
    for line in ("lang en", "settings zone America/New_York for me"):
        await harness.ask(line, locale="ko-KR")
    own = await harness.channel("DU1")
    assert (own.language, own.timezone) == ("en", "America/New_York")
    for line in ("lang auto", "settings zone auto for me"):
        await harness.ask(line, locale="ko-KR")
    own = await harness.channel("DU1")
    assert (own.language, own.timezone) == ("ko", "Asia/Seoul")


async def test_a_persons_new_zone_moves_what_the_direct_message_holds_and_repeats_no_digest(
    harness: BotHarness,
) -> None:
    for line in ("subscribe quantum", "quiet 08:00-10:00", "digest daily 08:30"):
        await harness.ask(line, channel="DU1")
    harness.pass_time(minutes=1)
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert harness.cards("DU1") == []
    await harness.ask("settings zone Europe/London for me", channel="C1")
    await harness.digests.enqueue_due()
    await harness.deliver()
    rolled = [card for card in harness.digests_in("DU1") if card.rolled == "quiet"]
    assert len(harness.cards("DU1")) + len(rolled) == 1
    assert [card for card in harness.digests_in("DU1") if not card.rolled] == []


async def test_the_channels_own_times_are_shown_with_the_channels_zone(harness: BotHarness) -> None:
    for line in ("quiet 22:00-07:00", "digest daily 08:30"):
        await harness.ask(line)
    own = render(Shown(await harness.ask("list"), "en")).plain
    assert "Quiet hours 22:00–07:00 (Asia/Seoul)" in own
    assert "Digest daily at 08:30 ·" in own
    await harness.ask("settings zone America/New_York for me")
    plain = render(Shown(await harness.ask("list"), "en")).plain
    assert "Quiet hours 22:00–07:00 (Asia/Seoul)" in plain
    assert "Digest daily at 08:30 (Asia/Seoul)" in plain
    asker = Asker(TEAM, "U1", "C1", False, "en")
    shared = await harness.answers.answer_line("list", asker)
    assert render(shared).plain == own, "what is shared is the channel's"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("digest daily 07:00", "daily at 07:00"),
        ("digest weekly friday 07:00", "Digest Fridays at 07:00"),
        ("digest hourly", "Digest every hour"),
        ("digest shifts", "Digest in two shifts"),
    ],
)
async def test_the_settings_show_the_channels_digest(harness: BotHarness, line: str, words: str) -> None:
    await harness.ask(line)
    assert words in render(Shown(await harness.ask("settings"), "en")).plain


async def test_in_a_direct_message_the_settings_are_the_persons(harness: BotHarness) -> None:
    for line in ("settings who admins", "settings broadcast on", "settings mention @S0ABCDE"):
        assert (await harness.ask(line, channel="DU1", standing="member")).note.code == "settings_of_channels"
    await harness.ask("settings zone Europe/London", channel="DU1")
    async with harness.store.read() as c:
        assert await people.get(c, TEAM, "U1") == Person(TEAM, "U1", None, "Europe/London")
    await harness.ask("settings threads off", channel="DU1")
    own = await harness.channel("DU1")
    assert (own.threads, own.timezone, own.person) == (False, "Europe/London", "U1")
    names = [line.name for line in (await harness.ask("settings", channel="DU1")).lines]
    assert names == ["own_language", "own_zone", "digest", "quiet", "empty", "threads"]


async def shown(harness: BotHarness, line: str, **facts: Any) -> Shown:
    """Returns the answer with its language."""
    ask, asker = parse(line, Asker(TEAM, "U1", "C1", False, **facts))
    request = Request(f"r{line}{facts}", asker, ask, line)
    assert await harness.answers.remember(request)
    answer = await harness.answers.answer(request)
    assert answer is not None
    return answer


async def test_the_language_of_an_answer_is_the_persons_then_the_channels_then_the_workspaces(
    harness: BotHarness,
) -> None:
    assert (await shown(harness, "list")).language == "en", "the workspace's"
    await harness.ask("lang ko channel")
    assert (await shown(harness, "list 1")).language == "ko", "the channel's"
    assert (await shown(harness, "list", locale="en-US")).language == "en", "what Slack says of the person"
    answer = await shown(harness, "lang ko", locale="en-US")
    assert (answer.language, answer.changed) == ("ko", True)
    assert (await shown(harness, "status", locale="en-US")).language == "ko", "what the person chose"
    assert (await shown(harness, "settings language auto for me", locale="en-US")).language == "en"
    assert (await shown(harness, "list 2", locale="en-US")).language == "en"


async def test_lang_says_what_counts(harness: BotHarness) -> None:
    assert [note.code for note in (await harness.ask("lang")).notes] == [
        "lang_own_none", "lang_channel_en", "lang_change",
    ]  # fmt: skip
    await harness.ask("lang ko")
    assert [note.code for note in (await harness.ask("lang", channel="DU1")).notes] == ["lang_own_ko", "lang_change"]


async def test_lang_offers_the_language_that_the_person_does_not_read_now(harness: BotHarness) -> None:
    english, korean = await harness.ask("lang"), await harness.ask("언어")
    assert (english.notes[-1].args["line"], korean.notes[-1].args["line"]) == ("lang ko", "lang en")


@pytest.mark.parametrize("direct", [False, True])
async def test_every_line_of_the_settings_can_be_typed_as_it_stands(harness: BotHarness, direct: bool) -> None:
    person = Person(TEAM, "U1")
    changed = ("settings threads off", "settings broadcast on", "quiet 22:00-07:00", "digest daily 07:00")
    for typed in (*changed, "settings empty clear", "settings who @U0ABCDE"):
        await harness.ask(typed, standing="member")
    for channel in (None, await harness.channel("C2"), await harness.channel("C1")):
        lines = setting_lines(channel, person, "en", "Asia/Seoul", direct=direct)
        for line in lines:
            assert has_key(f"settings.name.{line.name}")
            assert has_key(line.value.code)
            ask, _ = parse(line.line, Asker(TEAM, "U1", "C1", direct))
            assert isinstance(ask, Unclear) == (line.line == "settings mention @group")
            assert isinstance(ask, Unclear) or ask.changes_channel


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_the_settings_are_rendered_whole(harness: BotHarness, language: str) -> None:
    await harness.ask("settings who @U0ABCDE", standing="member")
    await harness.ask("settings mention @S0ABCDE", standing="member")
    card = await harness.ask("settings")
    assert isinstance(card, SettingsCard)
    message = render(Shown(card, language))
    assert "<@U0ABCDE> <@U1>" in message.plain
    assert "<!subteam^S0ABCDE>" in message.plain
    assert message.plain.count("/pact") == len(card.lines)


@pytest.mark.parametrize(("people", "more"), [(10, ""), (11, " +1")])
def test_ten_people_are_named_and_the_rest_counted(people: int, more: str) -> None:
    line = SettingLine("who", Note("setting.who_list"), "settings who everyone", tuple(f"U0{n}" for n in range(people)))
    plain = render(Shown(SettingsCard((line,), "UTC"), "en")).plain
    assert plain.count("<@U0") == 10
    assert f"<@U09>{more}  /pact" in plain


async def test_a_new_zone_moves_what_quiet_hours_hold_and_repeats_no_digest(harness: BotHarness) -> None:
    """Quiet hours from 8 to 10 in Seoul hold a card at 9; in London it is midnight, so the card comes at once."""
    await harness.subscribe("quantum")
    await harness.ask("quiet 08:00-10:00")
    await harness.ask("digest daily 08:30")
    harness.pass_time(minutes=1)
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert (harness.cards(), harness.digests_in()) == ([], [])
    await harness.ask("settings zone Europe/London")
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert len(harness.cards()) + sum(card.rolled == "quiet" for card in harness.digests_in()) == 1
    assert [card for card in harness.digests_in() if not card.rolled] == []
