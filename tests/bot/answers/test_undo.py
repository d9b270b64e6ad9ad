"""Every kind of change can be taken back, and the taking back can be taken back too."""

from __future__ import annotations

import pytest

from bot.model import Destination
from bot.store import changes, destinations, mutes
from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard
from handlers.cards.shown import Shown
from handlers.cards.subscriptions import ChangeCard
from tests.support.bot_harness import TEAM, BotHarness
from tests.support.journey import words_of
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT

HOUR = 3_600


async def destination(harness: BotHarness) -> Destination:
    async with harness.store.read() as c:
        channel = await destinations.find(c, TEAM, "C1")
    assert channel is not None
    return channel


async def state(harness: BotHarness) -> tuple[object, ...]:
    """Everything that a change can change."""
    channel = await destination(harness)
    async with harness.store.read() as c:
        muted = await mutes.active(c, channel.id, harness.now())
    queries = [subscription.query for subscription in await harness.active_subscriptions()]
    hours = (channel.digest_at, channel.quiet_from, channel.quiet_to)
    return (*hours, sorted(queries), sorted((mute.kind, mute.target, mute.until_at) for mute in muted))


async def is_undone(harness: BotHarness, number: int) -> bool:
    """Whether a change is undone."""
    async with harness.store.read() as c:
        change = await changes.get(c, TEAM, number)
    return change is not None and change.undone_at is not None


@pytest.mark.parametrize(
    "line",
    [
        "subscribe space",
        "unsubscribe S1",
        "unsubscribe all sure",
        "digest daily 07:05",
        "digest off",
        "quiet 21:00-06:00",
        "quiet off",
        "mute outlet times 4h",
        "mute story ST1 3d",
        "unmute outlet herald",
    ],
)
async def test_a_change_is_taken_back_and_made_again(harness: BotHarness, line: str) -> None:
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    for before in ("subscribe quantum", "digest daily 09:00", "quiet 22:00-07:00", "mute outlet herald 8h"):
        await harness.ask(before)
    as_before = await state(harness)
    await harness.ask(line)
    as_after = await state(harness)
    assert as_after != as_before
    await harness.ask("undo 5")
    assert await state(harness) == as_before
    await harness.ask("undo 6")
    assert await state(harness) == as_after
    await harness.ask("undo 7")
    assert await state(harness) == as_before


async def test_all_subscriptions_come_back_and_none_of_them_is_another_one(harness: BotHarness) -> None:
    for line in ("subscribe quantum", "subscribe space", "subscribe ai"):
        await harness.ask(line)

    async def posted(line: str) -> list[str]:
        """What the channel reads of a change, in both languages."""
        await harness.ask(line)
        await harness.deliver()
        card = harness.shown(ChangeCard)[-1]
        return [words_of(render(Shown(card, language)).blocks) for language in ("en", "ko")]

    english, korean = await posted("unsubscribe all sure")
    assert "Unsubscribed from everything: 3 subscriptions ended" in english
    assert "To get back what ended: /pact undo 4 · This channel now gets nothing." in english
    assert "구독 3개를 모두 해지했습니다" in korean
    assert "다시 받으려면: /pact 되돌리기 4" in korean
    english, korean = await posted("undo 4")
    assert "3 subscriptions here: /pact list" in english
    assert "other" not in english
    assert "구독 3개: /pact 목록" in korean
    assert "그 밖의" not in korean


async def test_only_a_change_of_this_channel_can_be_undone_and_only_once(harness: BotHarness) -> None:
    await harness.ask("quiet 22:00-07:00")
    for channel, line, code in (
        ("C2", "undo 1", "no_such_change"),
        ("C1", "undo 999999999", "no_such_change"),
        ("C1", "undo 1", None),
        ("C1", "undo 1", "undone_already"),
    ):
        card = await harness.ask(line, channel=channel)
        assert (card.note.code if isinstance(card, ErrorCard) else None) == code
    await harness.deliver()
    assert [card.what for card in harness.shown(ChangeCard)] == ["quiet_on", "undone"]


async def test_without_a_number_the_persons_own_last_change_is_undone_step_by_step(harness: BotHarness) -> None:
    for line, user in (("subscribe space", "U1"), ("digest daily 09:00", "U1"), ("subscribe ai", "U2")):
        await harness.ask(line, user=user)
    undone = []
    for user in ("U1", "U1", "U1", "U1"):
        await harness.ask("undo", user=user)
        undone.append([number for number in (1, 2, 3) if await is_undone(harness, number)])
    assert undone == [[2], [1, 2], [1, 2, 3], [1, 2, 3]], "the own ones first, then the channel's"


async def test_a_change_that_was_made_again_is_the_last_one_again(harness: BotHarness) -> None:
    await harness.ask("subscribe space")
    await harness.ask("subscribe ai")
    await harness.ask("undo")
    await harness.ask("undo 3")
    as_after = await state(harness)
    await harness.ask("undo")
    assert [subscription.query for subscription in await harness.active_subscriptions()] == ["space"]
    await harness.ask("undo 5")
    assert await state(harness) == as_after


async def test_undo_without_a_number_reaches_a_week_back_and_this_channel_alone(harness: BotHarness) -> None:
    await harness.ask("quiet 22:00-07:00")
    elsewhere = await harness.ask("undo", channel="C2")
    assert isinstance(elsewhere, ErrorCard)
    assert elsewhere.note.code == "nothing_to_undo"
    harness.pass_time(days=7)
    assert not isinstance(await harness.ask("undo"), ErrorCard)
    await harness.ask("quiet 22:00-07:00")
    harness.pass_time(days=7, seconds=1)
    late = await harness.ask("undo")
    assert isinstance(late, ErrorCard)
    assert late.note.code == "nothing_to_undo"


async def test_a_mute_whose_end_has_passed_mutes_nothing_again(harness: BotHarness) -> None:
    await harness.ask("mute outlet herald 1h")
    await harness.ask("unmute outlet herald")
    harness.pass_time(seconds=2 * HOUR)
    await harness.ask("undo 2")
    async with harness.store.read() as c:
        assert await mutes.active(c, (await destination(harness)).id, harness.now()) == ()


async def test_an_undone_mute_is_answered_with_what_it_undid(harness: BotHarness) -> None:
    for line in ("subscribe quantum", "subscribe space", "mute outlet herald 4h"):
        await harness.ask(line)
        harness.pass_time(minutes=1)
    card = await harness.ask("undo")
    assert [note.code for note in card.notes] == ["said_in_channel", "undid_muted"]
    assert "quantum" not in render(Shown(card, "en")).plain, "a mute is none of the subscriptions' business"
    assert "2 subscriptions here: /pact list" in render(Shown(card, "en")).plain
    assert "Herald is no longer muted here." in render(Shown(card, "en")).plain
    assert "음소거를 풀었습니다." in render(Shown(card, "ko")).plain
    posted = harness.shown(ChangeCard)[-1]
    assert "other subscription" not in render(Shown(posted, "en")).plain
    harness.pass_time(minutes=1)
    await harness.ask("unsubscribe S1")
    harness.pass_time(minutes=1)
    assert len((await harness.ask("undo")).lines) == 2, "an undone end of a subscription lists what there is"
