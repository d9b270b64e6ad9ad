"""A story is enqueued once for every channel with a match: as a card at once, or with the digest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.store import destinations, installations, matches, mutes, subscriptions
from bot.store.deliveries import table as deliveries
from bot.store.schema import deliveries as table
from handlers.cards.story import ReplyCard
from tests.support.bot_harness import BotHarness

QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = (
    "Seoul opened a centre for quantum computing on Monday, and researchers from three universities moved in. "
    "The science ministry said that the machines would be shared with companies from next year."
)
SIGNED = "Korea and the United States sign Technology Prosperity Deal"
SIGNED_TEXT = (
    "South Korea and the United States signed the U.S.-ROK Technology Prosperity Deal in Gyeongju on Monday. "
    "It covers artificial intelligence, quantum computing and space, the science ministry said."
)
BACKGROUND = "What is in the Korea-U.S. Technology Prosperity Deal, signed last October"
UK_TITLE = "Britain and the United States sign their Technology Prosperity Deal"
UK_TEXT = (
    "The United Kingdom and the United States signed the U.S.-UK Technology Prosperity Deal in London on Monday. "
    "It covers artificial intelligence and nuclear energy, the British government said."
)


async def test_several_subscriptions_of_one_channel_make_one_card(harness: BotHarness) -> None:
    first, second = await harness.subscribe("quantum"), await harness.subscribe("universities")
    other = await harness.subscribe("quantum", channel="C2")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    (card,) = harness.cards()
    assert set(card.subscriptions) == {f"S{first.id}", f"S{second.id}"}
    assert [card.subscriptions for card in harness.cards("C2")] == [(f"S{other.id}",)]


async def test_a_subscription_gets_nothing_that_was_read_before_it_began(harness: BotHarness) -> None:
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.subscribe("quantum")
    await harness.take(item, QUANTUM_TEXT)
    await harness.deliver()
    assert harness.slack.posts == {}


async def test_a_story_whose_card_was_posted_is_in_no_digest_of_any_later_match(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    daily = await harness.subscribe("quantum OR universities", "daily")
    weekly = await harness.subscribe("laboratories", "weekly")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    assert await harness.untold(daily) == []
    old = harness.at - timedelta(hours=25)
    await harness.publish("times", QUANTUM, QUANTUM_TEXT + " Two laboratories follow.", at=old)
    assert await harness.untold(weekly) == []
    await harness.deliver()
    assert (await harness.untold(daily), await harness.untold(weekly)) == ([], [])
    for _ in range(9):
        harness.pass_time(hours=24)
        await harness.digests.enqueue_due()
    await harness.deliver()
    assert (len(harness.cards()), harness.digests_in()) == (1, [])


async def test_a_story_in_a_daily_digest_is_not_repeated_in_the_weekly_one(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "weekly")
    await harness.subscribe("quantum", "daily")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    for _ in range(9):
        harness.pass_time(hours=24)
        await harness.digests.enqueue_due()
        await harness.deliver()
    assert [digest.stories for digest in harness.digests_in()] == [1]


async def test_min_outlets_is_reached_by_an_article_that_does_not_match_itself(
    harness: BotHarness,
) -> None:
    subscription = await harness.subscribe("universities", min_outlets=2)
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert harness.cards() == []
    await harness.publish("times", QUANTUM, "Seoul opened a centre for quantum computing on Monday. It is new.")
    await harness.deliver()
    (card,) = harness.cards()
    assert card.subscriptions == (f"S{subscription.id}",)
    assert card.articles_en == 2


async def test_min_outlets_that_an_old_article_reaches_brings_the_story_into_the_digest(harness: BotHarness) -> None:
    await harness.subscribe("universities", min_outlets=2)
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.publish("times", QUANTUM, QUANTUM_TEXT + " It is the first.", at=harness.at - timedelta(hours=25))
    await harness.deliver()
    assert harness.cards() == []
    harness.pass_time(hours=24)
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert [digest.stories for digest in harness.digests_in()] == [1]


async def test_a_severe_story_alerts_every_cadence_at_once_and_is_in_no_digest(
    harness: BotHarness,
) -> None:
    await harness.subscribe("topic:pact", "weekly")
    await harness.subscribe("quantum", "daily", "C2")
    await harness.subscribe("shipbuilding", "instant", "C3")
    await harness.publish("herald", SIGNED, SIGNED_TEXT)
    await harness.deliver()
    assert [card.severity for card in harness.cards() + harness.cards("C2")] == [1, 1]
    assert harness.cards("C3") == []
    for _ in range(9):
        harness.pass_time(hours=24)
        await harness.digests.enqueue_due()
    await harness.deliver()
    assert harness.digests_in() + harness.digests_in("C2") == []


async def test_a_story_that_becomes_severe_alerts_even_after_a_digest_showed_it(harness: BotHarness) -> None:
    waiting = await harness.subscribe("quantum", "weekly")
    await harness.subscribe("quantum", "daily", "C2")
    text = "The U.S.-ROK Technology Prosperity Deal, signed last October, covers quantum computing and space."
    item = await harness.publish("herald", BACKGROUND, text)
    assert (await harness.row(item)).topics.severity == 0
    harness.pass_time(hours=24)
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert (harness.cards() + harness.cards("C2"), len(harness.digests_in("C2"))) == ([], 1)
    assert len(await harness.untold(waiting)) == 1
    await harness.take(item, SIGNED_TEXT, title=SIGNED, published_at=harness.at)
    await harness.deliver()
    assert [card.severity for card in harness.cards() + harness.cards("C2")] == [1, 1]
    await harness.take(item, SIGNED_TEXT + " More soon.", title=SIGNED, published_at=harness.at)
    await harness.deliver()
    assert [len(harness.cards()), len(harness.cards("C2"))] == [1, 1]


async def test_a_sister_pact_does_not_match_a_subscription_to_the_pact(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact")
    sister = await harness.subscribe("topic:uk", channel="C2")
    await harness.publish("herald", UK_TITLE, UK_TEXT)
    await harness.publish("herald", SIGNED, SIGNED_TEXT)
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [SIGNED]
    assert [(card.headline, card.subscriptions) for card in harness.cards("C2")] == [(UK_TITLE, (f"S{sister.id}",))]


async def test_an_article_that_only_a_literal_matches_gets_its_story_and_card(harness: BotHarness) -> None:
    await harness.subscribe("zeppelin")
    for key in ("herald", "times"):
        await harness.publish(
            key, "A zeppelin over the river", f"A zeppelin flew over the Han river, the {key} saw on Monday."
        )
    await harness.edits()
    assert [card.articles_en for card in harness.cards()] == [2]


async def test_a_second_language_adds_a_reply_and_edits_the_card(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact")
    await harness.publish("herald", SIGNED, SIGNED_TEXT)
    await harness.deliver()
    korean = "한미 기술번영 업무협약(MOU) 체결"
    text = "한국과 미국이 월요일 경주에서 인공지능, 양자, 우주를 아우르는 한미 기술번영 업무협약에 서명했다."
    await harness.publish("ilbo", korean, text, language="ko")
    await harness.edits()
    (card,) = harness.cards()
    assert (card.articles_ko, card.articles_en) == (1, 1)
    (reply,) = harness.replies()
    assert (reply.what, reply.headline) == ("second_language", korean)
    (thread,) = harness.slack.threads.values()
    assert harness.slack.posts["C1"][thread].card is card


KOREAN = "한미 기술번영 업무협약(MOU) 체결"
KOREAN_TEXT = "한국과 미국이 월요일 경주에서 인공지능, 양자, 우주를 아우르는 한미 기술번영 업무협약에 서명했다."


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_channel_that_wants_no_threads_has_its_card_edited_alone(harness: BotHarness, when: str) -> None:
    await harness.subscribe("topic:pact")
    await harness.publish("herald", SIGNED, SIGNED_TEXT)
    await harness.deliver()
    if when == "before":
        await harness.ask("settings threads off")
    await harness.publish("ilbo", KOREAN, KOREAN_TEXT, language="ko")
    if when == "after":
        await harness.ask("settings threads off")
    await harness.edits()
    (card,) = harness.cards()
    assert (card.articles_ko, card.articles_en) == (1, 1)
    assert harness.replies() == []


@pytest.mark.parametrize("wanted", [False, True])
async def test_a_reply_is_broadcast_only_where_the_channel_asked_for_it(harness: BotHarness, wanted: bool) -> None:
    await harness.subscribe("topic:pact")
    if wanted:
        await harness.ask("settings broadcast on")
    await harness.publish("herald", SIGNED, SIGNED_TEXT)
    await harness.deliver()
    await harness.publish("ilbo", KOREAN, KOREAN_TEXT, language="ko")
    await harness.edits()
    shown = list(harness.slack.posts["C1"].values())
    assert [each.broadcast for each in shown if isinstance(each.card, ReplyCard)] == [wanted]
    assert not any(each.broadcast for each in shown if not isinstance(each.card, ReplyCard))


async def test_a_muted_story_is_held_until_the_mute_ends(harness: BotHarness) -> None:
    channel = await harness.channel()
    await harness.subscribe("quantum")
    async with harness.store.begin() as c:
        until = harness.at + timedelta(hours=4)
        await mutes.add(
            c,
            team="T1",
            destination=channel.id,
            kind="outlet",
            target="herald",
            person="U1",
            now=harness.at,
            until_at=until,
        )
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert harness.cards() == []
    harness.pass_time(hours=4)
    await harness.deliver()
    assert len(harness.cards()) == 1


async def test_an_article_of_an_outlet_that_is_not_muted_releases_the_held_story(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    await harness.ask("mute outlet herald 4h")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert harness.cards() == []
    await harness.publish("times", QUANTUM, QUANTUM_TEXT + " So it was said.")
    await harness.deliver()
    assert len(harness.cards()) == 1


async def test_ending_one_mute_leaves_what_another_holds(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    await harness.ask("mute outlet herald 4h")
    await harness.ask("mute outlet times 4h")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.publish(
        "times", "Zurich buys a quantum computer from Finland", "Zurich bought a quantum computer today."
    )
    await harness.ask("unmute outlet times")
    await harness.deliver()
    assert [card.outlet for card in harness.cards()] == ["Times"]
    harness.pass_time(hours=4)
    await harness.deliver()
    assert sorted(card.outlet for card in harness.cards()) == ["Herald", "Times"]


async def test_a_mute_holds_replies_but_not_edits_of_the_posted_card(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    await harness.ask(f"mute story {harness.cards()[0].story} 1d")
    await harness.publish("ministry", QUANTUM, QUANTUM_TEXT + " This is official.", language="en")
    await harness.edits()
    assert (harness.cards()[0].articles_en, harness.replies()) == (2, [])
    harness.pass_time(hours=24)
    await harness.deliver()
    assert [reply.what for reply in harness.replies()] == ["official"]


async def test_a_dead_card_leaves_its_matches_untold(harness: BotHarness) -> None:
    subscription = await harness.subscribe("quantum")
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    row = await harness.row(item)
    async with harness.store.begin() as c:
        (card,) = await deliveries.of_story(c, row.story)
        await c.execute(table.update().where(table.c.id == card.id).values(state="dead"))
        await matches.mark_untold(c, card.id)
    await harness.publish("times", QUANTUM, QUANTUM_TEXT + " So it was said.")
    assert len(await harness.untold(subscription)) == 1


async def test_an_ended_subscription_gets_nothing(harness: BotHarness) -> None:
    subscription = await harness.subscribe("quantum", ends_at=harness.at + timedelta(hours=1))
    other = await harness.subscribe("quantum", channel="C2")
    async with harness.store.begin() as c:
        await subscriptions.end(c, "T1", other.id, harness.at)
    harness.pass_time(hours=2)
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert harness.slack.posts == {}
    assert await harness.untold(subscription) == []


async def test_each_workspace_gets_its_own_card(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    async with harness.store.begin() as c:
        await installations.put(c, "T2", harness.at)
        destination = await destinations.get_or_add(c, "T2", "C9", language="ko", timezone="Asia/Seoul")
        await subscriptions.add(
            c, team="T2", destination=destination.id, owner=None, query="quantum", cadence="instant", at="08:30",
            weekday="mon", timezone="Asia/Seoul", created_at=harness.at,
        )  # fmt: skip
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert (len(harness.cards()), len(harness.cards("C9"))) == (1, 1)
    async with harness.store.read() as c:
        enqueued = await deliveries.of_story(c, (await harness.row(item)).story)
    assert {delivery.team for delivery in enqueued} == {"T1", "T2"}
