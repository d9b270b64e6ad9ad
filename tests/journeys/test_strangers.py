"""Strangers, guests, people of other channels and forged values: whatever they send changes nothing and shows nothing.

Every attempt goes through the real handlers, answers and store, each way that Slack has: command, mention, button,
direct message. The same ways work for a member, so that no attempt fails for another reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pytest

from bot.store.schema import metadata
from tests.support.journey import Journey, words_of

Way = Literal["command", "mention", "button", "direct", "share"]

CHANGES = (
    "subscribe space",
    "subscribe space for me",
    "구독 우주 as daily",
    "unsubscribe S1",
    "unsubscribe all",
    "unsubscribe all sure",
    "해지 모두 확인",
    "digest daily 07:05",
    "digest off",
    "quiet 21:00-06:00",
    "quiet off",
    "mute outlet hanbit 4h",
    "unmute outlet hanbit",
    "undo 2",
    "settings threads off",
    "설정 권한 모두",
    "lang ko",
    "request list all",
    "test",
)
TABLES = ("subscriptions", "changes", "mutes", "destinations", "deliveries")
CLOCKS = ("digest_due_at", "digest_looked_at")
"""What the clock alone writes, as a minute begins."""
SECRET = "semiconductors"


class Attempts:
    """Sends lines each way, waits for the answer, and counts."""

    def __init__(self, journey: Journey) -> None:
        self.journey = journey
        self.slack = journey.slack
        self.made = 0

    def _seen(self, user: str, channel: str) -> list[Any]:
        """The bot's messages that a person sees in a channel."""
        stored = self.slack.context.find_channel(channel).messages
        users, user_id = self.slack.context.state.users, self.slack.user(user)
        return [message for message in stored if users[message.user].is_bot and message.only_for in (None, user_id)]

    async def answer(self, way: Way, line: str, user: str, channel: str) -> str:
        """Sends a line one way; returns the words of the answer that this person sees."""
        place = self.slack.direct(user) if way == "direct" else channel
        before = len(self._seen(user, place))
        if way == "command":
            assert (await self.slack.command(line, channel, user)).acked
        elif way == "mention":
            await self.slack.mention(line, channel, user)
        elif way == "direct":
            await self.slack.say(line, place, user)
        else:
            action_id = "pact:share" if way == "share" else "pact:run:x"
            assert (await self.slack.press_forged(action_id, line, user, channel)).acked
        await self.journey.see(lambda: len(self._seen(user, place)) > before, f"an answer to {user}: {way} {line}")
        self.made += 1
        return words_of(self._seen(user, place)[-1].public().get("blocks"))

    async def rows(self) -> list[Sequence[Any]]:
        """Everything that a change could write, once every delivery has settled."""
        await self.journey.settled(
            "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM deliveries WHERE state NOT IN ('sent', 'waiting'))"
        )
        found = []
        for table in TABLES:
            columns = ", ".join(each.name for each in metadata.tables[table].columns if each.name not in CLOCKS)
            found.append(await self.journey.rows(f"SELECT {columns} FROM {table} ORDER BY id"))
        return found


async def prepared(journey: Journey) -> Attempts:
    """A shared channel with settings, a private channel of seoyeon alone, a guest and a person of another workspace."""
    slack, state = journey.slack, journey.slack.context.state
    journey.read_only("hanbit")
    slack.add_user("minister", "Minister", team_id=slack.add_team("Embassy"))
    slack.add_user("visitor", "Visitor", guest="channels")
    await slack.share_externally("policy", "minister")
    await slack.invite("policy", by="dana", guest="visitor")
    cabinet = state.channels[slack.add_channel("cabinet", private=True)]
    cabinet.members = [slack.user("seoyeon"), slack.bot_user_id]
    await journey.start()
    for line in ("subscribe quantum", "quiet 22:00-07:00", "mute outlet hanbit 8h", "digest daily 09:00"):
        await journey.ask(line)
    await journey.ask(f"subscribe {SECRET} as daily", channel="cabinet", user="seoyeon")
    await journey.ask("subscribe nuclear for me", user="seoyeon")
    return Attempts(journey)


OF_READERS: tuple[tuple[Way, str, str], ...] = (
    ("command", "subscribe space", "visitor"),
    ("button", "unsubscribe S1", "visitor"),
    ("direct", "구독 우주", "visitor"),
    ("command", "quiet off", "minister"),
    ("mention", "subscribe space for me", "minister"),
    ("button", "undo 2", "minister"),
    ("command", "list all", "minister"),
)
"""Attempts of a guest and of a person of another workspace."""
OF_A_MEMBER: tuple[tuple[Way, str, str], ...] = (
    ("command", "settings who everyone", "dana"),
    ("command", "subscribe space in #cabinet", "dana"),
    ("command", "subscribe space in <#C0ELSEWHERE|other>", "dana"),
    ("button", "unsubscribe S3", "dana"),
    ("button", "edit S3 space", "dana"),
    ("button", "undo 6", "dana"),
    ("button", "sources add https://www.example.org", "dana"),
    ("button", "사전 추가 크래치오스", "dana"),
    ("button", "\U0001f600" * 1000, "dana"),
    ("share", "unsubscribe all sure", "dana"),
    ("share", "list all", "dana"),
)
"""Attempts of a member at what is another channel's, the admins', or nothing at all."""
REFUSALS = {
    "visitor": ("Guests can read here", "게스트는 조회만"),
    "minister": ("People from other workspaces can read here", "Only admins of this workspace"),
    "dana": ("Nothing was", "바뀐 것은 없습니다", "no subscription S3"),
}


async def assert_refused(attempts: Attempts, tries: Sequence[tuple[Way, str, str]]) -> None:
    """Makes each attempt: its person is told why not, reads nothing private, and every row stays as it was."""
    before = await attempts.rows()
    for way, line, user in tries:
        words = await attempts.answer(way, line, user, "policy")
        assert any(part in words for part in REFUSALS[user]), (line, words)
        assert SECRET not in words, line
        assert await attempts.rows() == before, line


async def test_nobody_reaches_more_than_they_may(journey: Journey) -> None:
    """The quick proof over both transports; the others try every line in every way."""
    attempts = await prepared(journey)
    await assert_refused(attempts, OF_READERS)
    await journey.ask("settings who admins", user="seoyeon")
    await assert_refused(attempts, OF_A_MEMBER)
    for user in ("minister", "visitor"):
        assert "quantum" in await attempts.answer("command", "list", user, "policy"), "they read"
    everything = await attempts.answer("command", "list all", "seoyeon", "seoul")
    assert SECRET in everything
    journey.slack.context.find_channel("cabinet").members.remove(journey.slack.user("seoyeon"))
    everything = await attempts.answer("command", "list all", "seoyeon", "seoul")
    assert SECRET not in everything, "an admin who is not in a private channel"
    assert "구독 1개는 표시하지 않습니다" in everything


@pytest.mark.parametrize("user", ["minister", "visitor"])
@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_strangers_and_guests_change_nothing(journey: Journey, user: str) -> None:
    attempts = await prepared(journey)
    before = await attempts.rows()
    ways: list[Way] = ["command", "mention", "button"]
    if user == "visitor":
        ways.append("direct")  # a person of another workspace has no direct message with the app
    for way in ways:
        for line in CHANGES:
            words = await attempts.answer(way, line, user, "policy")
            assert "Nothing was changed" in words or "바뀐 것은 없습니다" in words, (way, line, words)
            assert await attempts.rows() == before, (way, line)
    for line in ("list", "unsubscribe all sure"):
        await attempts.answer("share", line, user, "policy")
    for way in ways:
        words = await attempts.answer(way, "list all", user, "policy")
        assert SECRET not in words, way
        assert "nuclear" not in words, way
    assert await attempts.rows() == before
    assert attempts.made == len(ways) * (len(CHANGES) + 1) + 2


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_a_person_of_another_channel_reaches_nothing_there(journey: Journey) -> None:
    attempts = await prepared(journey)
    journey.slack.context.find_channel("policy").members.remove(journey.slack.user("junho"))
    before = await attempts.rows()
    (secret,) = await journey.rows(f"SELECT id FROM subscriptions WHERE query = '{SECRET}'")
    (change,) = await journey.rows("SELECT id FROM changes ORDER BY id DESC LIMIT 1 OFFSET 1")
    own = (await journey.rows("SELECT MAX(id) FROM changes"))[0][0]
    cabinet = journey.slack.channel("cabinet")
    lines = (
        f"unsubscribe S{secret[0]}",
        f"undo {change[0]}",
        f"undo {own}",
        "unsubscribe S1",
        "undo 2",
        "subscribe space in #cabinet",
        f"subscribe space in <#{cabinet}|cabinet>",
        "subscribe space in <#C0ELSEWHERE|other>",
        "mute story ST99 3d",
        "unsubscribe S999",
        "undo 999",
    )
    ways: tuple[Way, ...] = ("command", "mention", "button", "direct")
    for way in ways:
        for line in lines:
            words = await attempts.answer(way, line, "junho", "seoul")
            assert "반영했" not in words, (way, line, words)
            assert await attempts.rows() == before, (way, line)
        for line in ("list all", "list", "status"):
            words = await attempts.answer(way, line, "junho", "seoul")
            assert SECRET not in words, (way, line)
            assert "nuclear" not in words, (way, line)
    assert attempts.made == len(ways) * (len(lines) + 3)


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_a_forged_share_button_runs_no_change(journey: Journey) -> None:
    attempts = await prepared(journey)
    before = await attempts.rows()
    for line in ("unsubscribe all sure", "undo 2", "list all", "unsubscribe S3", "subscribe space", "quiet off"):
        words = await attempts.answer("share", line, "dana", "policy")
        assert "Nothing was posted" in words, (line, words)
        assert await attempts.rows() == before, line


@pytest.mark.parametrize("way", ["command", "mention", "button", "direct"])
@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_the_same_ways_work_for_a_member(journey: Journey, way: Way) -> None:
    attempts = await prepared(journey)
    before = await attempts.rows()
    await attempts.answer(way, "subscribe space", "dana", "policy")
    await journey.settled("SELECT id FROM subscriptions WHERE query = 'space'")
    assert await attempts.rows() != before
    assert SECRET in await attempts.answer("command", "list all", "seoyeon", "policy")


@pytest.mark.parametrize("transport", ["socket"])
async def test_a_member_subscribes_another_channel_that_is_picked_from_slacks_list(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    await journey.ask("subscribe nuclear in #seoul as daily")
    await journey.post("Subscribed S2", channel="seoul")
    assert "nuclear" in await journey.ask("list all", channel="washington", user="seoyeon")


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_a_direct_message_between_people_is_not_the_bots(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    for people in (("dana", "junho"), ("dana", "junho", "seoyeon")):
        between = journey.slack.direct_between(*people)
        await journey.ask(f"subscribe {'space' if len(people) == 2 else 'nuclear'}", channel=between)
    rows = await journey.rows(
        "SELECT query, slack_id, person FROM subscriptions JOIN destinations ON destinations.id = destination "
        "WHERE subscriptions.id > 1"
    )
    own, dana = journey.slack.direct("dana"), journey.slack.user("dana")
    assert sorted(rows) == [("nuclear", own, dana), ("space", own, dana)]
    assert len(journey.posts(own)) == 2


@pytest.mark.parametrize("transport", ["http"])
async def test_a_private_channel_keeps_its_subscriptions_when_it_is_shared(journey: Journey) -> None:
    journey.slack.add_channel("cabinet", private=True)
    journey.slack.add_user("minister", "Minister", team_id=journey.slack.add_team("Embassy"))
    journey.read_only("hanbit")
    await journey.start()
    await journey.ask("subscribe quantum", channel="cabinet")
    old = journey.slack.channel("cabinet")
    await journey.slack.share_externally("cabinet", "minister")
    await journey.settled(f"SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM destinations WHERE slack_id = '{old}')")
    assert "quantum" in await journey.ask("list", channel="cabinet")
    assert await journey.rows("SELECT COUNT(*) FROM destinations") == [(2,)]
