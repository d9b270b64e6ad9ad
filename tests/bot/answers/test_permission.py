"""Members change channels; guests and people of other workspaces read; nobody reaches into a channel from outside."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.answers.permission import channel_refusal, refusal_of
from bot.model import ConfiguredBy, Destination
from bot.store import channel_settings, destinations
from handlers.cards.answers import ErrorCard
from handlers.cards.settings import SettingsCard
from handlers.cards.subscriptions import ChangeCard
from handlers.requests import Ask, Asker, Home, Request, Share, Standing
from handlers.verbs.parse import parse
from tests.support.bot_harness import TEAM, BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT

CHANGES = (
    "subscribe space",
    "subscribe nonsense(",
    "subscribe space in #C2",
    "subscribe space for me",
    "unsubscribe S1",
    "unsubscribe S99",
    "unsubscribe all",
    "unsubscribe all sure",
    "digest daily 07:05",
    "digest off",
    "quiet 21:00-06:00",
    "quiet off",
    "mute outlet times 4h",
    "mute story ST1 3d",
    "unmute outlet herald",
    "undo 1",
    "undo 99",
    "settings threads off",
    "settings zone nowhere",
    "settings language ko for me",
    "settings who everyone",
    "lang ko",
    "lang ko channel",
    "request list all",
)
READS = ("list", "settings", "lang", "status", "digest now", "why ST1", "help", "why ST1 receipt")


async def rows(harness: BotHarness) -> list[object]:
    """Everything that a change could write."""
    tables = ("subscriptions", "changes", "mutes", "destinations", "deliveries")
    async with harness.store.read() as c:
        return [list((await c.execute(text(f"SELECT * FROM {table} ORDER BY id"))).all()) for table in tables]


@pytest.mark.parametrize(
    ("standing", "code"),
    [("outsider", "outsiders_read"), ("guest", "guests_read"), ("unreachable", "standing_unknown")],
)
@pytest.mark.parametrize("channel", ["C1", "DU1"])
async def test_who_is_no_member_changes_nothing_and_gets_one_answer_whatever_is_asked(
    harness: BotHarness, standing: Standing, code: str, channel: str
) -> None:
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    for line in ("subscribe quantum", "mute outlet herald 8h"):
        await harness.ask(line, channel=channel)
    await harness.deliver()
    before = await rows(harness)
    for line in CHANGES:
        card = await harness.ask(line, channel=channel, standing=standing)
        assert isinstance(card, ErrorCard), line
        assert card.note.code == code, line
    assert await rows(harness) == before
    for line in READS:
        card = await harness.ask(line, channel=channel, standing=standing)
        assert getattr(getattr(card, "note", None), "code", "") != code, line


@pytest.mark.parametrize("standing", [None, "member"])
@pytest.mark.parametrize("line", CHANGES)
def test_a_member_and_a_person_of_whom_nothing_may_be_asked_are_not_refused(
    standing: Standing | None, line: str
) -> None:
    ask, _ = parse(line, Asker(TEAM, "U1", "C1", False))
    assert refusal_of(ask, standing) is None


@pytest.mark.parametrize("ask", [Share("status"), Home()])
def test_sharing_posts_in_the_channel_and_the_home_tab_does_not(ask: Ask) -> None:
    assert (refusal_of(ask, "guest") is not None) == isinstance(ask, Share)


async def test_a_line_of_a_direct_message_between_people_belongs_to_the_bots_own(harness: BotHarness) -> None:
    card = await harness.ask("subscribe quantum", channel="D0PEOPLE", unsure_direct=True)
    assert [note.code for note in card.notes][:2] == ["said_in_direct", "moved_to_direct"]
    async with harness.store.read() as c:
        assert [(each.slack_id, each.person) for each in await destinations.all_of_team(c, TEAM)] == [("DU1", "U1")]
    listed = await harness.ask("list", channel="D0PEOPLE", unsure_direct=True)
    assert [line.query for line in listed.lines] == ["quantum"]
    harness.pass_time(seconds=2)
    at_home = await harness.ask("unsubscribe S1", channel="DU1", unsure_direct=True)
    assert [note.code for note in at_home.notes] == ["said_here"]


async def test_without_an_own_direct_message_a_change_is_refused_and_a_question_answered(harness: BotHarness) -> None:
    harness.direct_opens = False
    refused = await harness.ask("subscribe quantum", channel="D0PEOPLE", unsure_direct=True)
    assert refused.note.code == "no_direct"
    assert (await harness.ask("list", channel="D0PEOPLE", unsure_direct=True)).lines == ()
    async with harness.store.read() as c:
        assert await destinations.all_of_team(c, TEAM) == ()


async def test_only_a_member_of_the_other_channel_subscribes_it(harness: BotHarness) -> None:
    harness.channels = {("U1", True): {"C0SECRET"}, ("U1", False): {"C0OPEN"}}
    for channel, asked_in in (("C0SECRET", "C1"), ("C0OPEN", "C1"), ("C0HERE", "C0HERE")):
        said = "said_in_channel" if channel == asked_in else "said_elsewhere"
        assert (await harness.ask(f"subscribe quantum in #{channel}", asked_in)).notes[0].code == said
        assert len(await harness.active_subscriptions(channel)) == 1
    for user, channel in (("U1", "C0ELSE"), ("U2", "C0SECRET"), ("U2", "C0OPEN")):
        refused = await harness.ask(f"subscribe space in #{channel}", user=user)
        assert (refused.note.code, refused.note.args) == ("not_your_channel", {"channel": channel})
    assert await harness.active_subscriptions("C0ELSE") == []


@pytest.mark.parametrize(
    ("channels", "seen"),
    [
        ({(None, False): {"C0OPEN"}, ("U2", True): {"C0SECRET"}}, {"here", "open", "secret"}),
        ({(None, False): {"C0OPEN"}}, {"here", "open"}),
        ({(None, False): {"C0OPEN"}, (None, True): {"C0SECRET"}}, {"here", "open"}),
        ({}, {"here"}),
    ],
)
async def test_the_list_of_all_shows_an_admin_what_a_member_may_see_and_counts_the_rest(
    harness: BotHarness, channels: dict[tuple[str | None, bool], set[str]], seen: set[str]
) -> None:
    for word, channel in (("here", "C1"), ("open", "C0OPEN"), ("secret", "C0SECRET")):
        await harness.subscribe(word, "daily", channel=channel)
    await harness.ask("subscribe quantum for me", user="U1")
    harness.channels = channels
    card = await harness.ask("list all", user="U2", standing="admin")
    assert {line.query for line in card.lines} == seen
    assert card.hidden == 3 - len(seen)


@pytest.mark.parametrize(
    ("standing", "code", "may_ask"),
    [
        ("member", "admins_only", True),
        ("guest", "admins_only", False),
        ("outsider", "admins_only", False),
        ("unreachable", "standing_unknown", False),
        (None, "admins_unknown", False),
    ],
)
async def test_the_list_of_all_is_the_admins_alone_and_a_member_may_ask_one(
    harness: BotHarness, standing: Standing | None, code: str, may_ask: bool
) -> None:
    await harness.subscribe("secret", "daily", channel="C0SECRET")
    for line in ("list all", "목록 모두 2"):
        card = await harness.ask(line, standing=standing)
        assert isinstance(card, ErrorCard)
        assert card.note.code == code
        assert card.ask_admins == (f"request {line}" if may_ask else None)


PEOPLE: tuple[tuple[str, Standing | None], ...] = (
    ("U1", "member"), ("U2", "member"), ("U3", "admin"), ("U1", None), ("U3", None), ("U4", "guest"),
)  # fmt: skip
"""Who asks; U1 is on the list."""
SETTING_LINES = ("quiet 22:00-07:00", "subscribe quantum as daily", "settings threads off", "lang ko channel", "undo 1")


@pytest.mark.parametrize(
    ("decided", "allowed", "code"),
    [
        ("everyone", (True, True, True, True, True, False), ""),
        ("admins", (False, False, True, False, False, False), "channel_of_admins"),
        ("list", (True, False, True, True, False, False), "channel_of_list"),
    ],
)
async def test_a_channel_decides_who_may_change_its_settings(
    harness: BotHarness, decided: ConfiguredBy, allowed: tuple[bool, ...], code: str
) -> None:
    channel = await harness.channel()
    async with harness.store.begin() as c:
        await channel_settings.save(c, channel, replace(channel, configured_by=decided, configurers=("U1",)))
    for (user, standing), may in zip(PEOPLE, allowed, strict=True):
        for line in SETTING_LINES:
            before = await rows(harness)
            card = await harness.ask(line, user=user, standing=standing)
            if may:
                assert getattr(getattr(card, "note", None), "code", "") not in ("admins_only", "channel_of_list"), line
            else:
                assert isinstance(card, ErrorCard), (user, standing, line)
                refusals = {code, "guests_read", *(["admins_unknown"] if standing is None else [])}
                assert card.note.code in refusals
                assert (card.ask_admins is not None) == (standing == "member")
                assert await rows(harness) == before
        assert isinstance(await harness.ask("settings", user=user, standing=standing), SettingsCard)


async def test_what_a_channel_decides_holds_also_for_a_line_from_elsewhere(harness: BotHarness) -> None:
    other, here = await harness.channel("C0OTHER"), await harness.channel("C1")
    harness.channels = {("U2", False): {"C0OTHER", "C1"}}
    async with harness.store.begin() as c:
        await channel_settings.save(c, other, replace(other, configured_by="admins"))
    refused = await harness.ask("subscribe quantum in #C0OTHER", user="U2", standing="member")
    assert refused.note.code == "channel_of_admins"
    assert await harness.active_subscriptions("C0OTHER") == []
    async with harness.store.begin() as c:
        await channel_settings.save(c, other, other)
        await channel_settings.save(c, here, replace(here, configured_by="admins"))
    await harness.ask("subscribe space for me", user="U2", standing="member")
    assert len(await harness.active_subscriptions("DU2")) == 1, "what is the person's own is no setting of the channel"
    assert (await harness.ask("quiet off", user="U2", standing="member")).note.code == "channel_of_admins"


async def test_what_concerns_the_person_alone_works_in_a_closed_channel(harness: BotHarness) -> None:
    await harness.subscribe("nuclear")
    await harness.ask("settings who admins", user="U3", standing="admin")
    lines = (
        *("subscribe space for me", "subscribe quantum for me as daily", "구독 양자컴퓨터 나에게 매일 08:30"),
        *("구독 반도체 매일 08:30 나에게", "mute S3 3d", "unmute S3", "음소거 S3 3일", "undo 8", "unsubscribe S3"),
        *("해지 S4", "settings zone UTC for me", "설정 시간대 UTC 나에게", "lang ko", "언어 자동"),
    )
    for line in lines:
        card = await harness.ask(line, user="U2", standing="member")
        assert not isinstance(card, ErrorCard), (line, card)
    own = await harness.active_subscriptions("DU2")
    assert [(each.query, each.cadence) for each in own] == [("space", "instant"), ("반도체", "daily")]
    for line in ("mute S1 3d", "unsubscribe S1", "undo 1", "subscribe quantum", "구독 양자컴퓨터 매일 08:30"):
        refused = await harness.ask(line, user="U2", standing="member")
        assert (refused.note.code, refused.ask_admins) == ("channel_of_admins", f"request {line}")
    for line in ("mute S2 3d", "unsubscribe S2", "undo 2"):
        assert (await harness.ask(line, user="U4", standing="member")).note.code == "channel_of_admins"
    assert await harness.active_subscriptions("DU2") == own


async def test_a_persons_own_subscription_is_edited_from_a_closed_channel(harness: BotHarness) -> None:
    await harness.ask("subscribe space for me", user="U2", standing="member")
    await harness.ask("subscribe quantum", user="U3", standing="admin")
    await harness.ask("settings who admins", user="U3", standing="admin")
    await harness.ask("edit S1 space as weekly", user="U2", standing="member")
    assert [each.cadence for each in await harness.active_subscriptions("DU2")] == ["weekly"]
    refused = await harness.ask("edit S2 quantum as weekly", user="U2", standing="member")
    assert (refused.note.code, refused.ask_admins) == ("channel_of_admins", "request edit S2 quantum as weekly")
    assert (await harness.ask("edit S1 space", user="U4", standing="member")).note.code == "channel_of_admins"
    assert [each.cadence for each in await harness.active_subscriptions()] == ["instant"]


async def test_a_state_of_the_workspaces_is_set_and_undone_in_a_closed_channel(harness: BotHarness) -> None:
    await harness.ask("settings who admins", user="U3", standing="admin")
    for line in ("commitments space done", "undo 2", "undo 3", "undo"):
        card = await harness.ask(line, user="U2", standing="member")
        assert not isinstance(card, ErrorCard), line
    assert (await harness.ask("undo 1", user="U2", standing="member")).note.code == "channel_of_admins"
    assert (await harness.ask("commitments space done", user="U4", standing="guest")).note.code == "guests_read"
    assert (await harness.channel()).configured_by == "admins"


async def test_nobody_opens_a_closed_channel_by_undoing(harness: BotHarness) -> None:
    await harness.ask("settings who admins", user="U3", standing="admin")
    before = await rows(harness)
    for line in ("undo 1", "settings who everyone", "settings who @U0EVIL"):
        card = await harness.ask(line, user="U2", standing="member")
        assert card.note.code == "channel_of_admins"
    assert await rows(harness) == before
    await harness.ask("undo 1", user="U3", standing="admin")
    assert (await harness.channel()).configured_by == "everyone"


def test_a_direct_message_is_its_persons_and_a_channel_its_workspaces() -> None:
    channel = Destination(1, "T1", "C1", None, "en", "UTC", "active", None, None, None, None)
    asker = Asker("T1", "U1", "C1", False, standing="admin")
    assert channel_refusal(channel, asker) is None
    assert channel_refusal(replace(channel, person="U1"), asker) is None
    assert channel_refusal(replace(channel, person="U2"), asker) == "channel_of_another"
    assert channel_refusal(replace(channel, team="T2"), asker) == "channel_of_another"


@pytest.mark.parametrize(
    "line", ["unsubscribe all sure", "undo 1", "list all", "quiet 22:00-07:00", "what", "digest off"]
)
async def test_a_shared_line_that_changes_something_or_is_one_persons_is_not_run(
    harness: BotHarness, line: str
) -> None:
    await harness.ask("subscribe quantum")
    before = await rows(harness)
    asker = Asker(TEAM, "U1", "C1", False)
    request = Request("r-share", asker, Share(line), line)
    assert await harness.answers.remember(request)
    shown = await harness.answers.answer(request)
    assert shown is not None
    assert isinstance(shown.card, ErrorCard)
    posted = await harness.answers.answer_line(line, asker)
    assert isinstance(posted.card, ErrorCard)
    assert {shown.card.note.code, posted.card.note.code} == {"not_shareable"}
    assert await rows(harness) == before


async def test_a_number_of_another_channel_is_unknown_here(harness: BotHarness) -> None:
    await harness.ask("subscribe quantum")
    await harness.ask("subscribe space for me")
    before = await rows(harness)
    for line in ("unsubscribe S1", "undo 1", "unsubscribe all sure"):
        assert isinstance(await harness.ask(line, channel="C2", user="U1"), ErrorCard), line
    for line in ("unsubscribe S1", "unsubscribe S2", "undo 1", "undo 2", "unsubscribe all sure"):
        for channel, user in (("C2", "U2"), ("DU2", "U2")):
            card = await harness.ask(line, channel=channel, user=user)
            assert isinstance(card, ErrorCard), (line, channel)
    assert await rows(harness) == before
    harness.pass_time(seconds=2)
    mine = await harness.ask("undo 2", channel="DU1")
    assert isinstance(mine, ChangeCard)
