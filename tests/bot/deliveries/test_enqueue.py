"""Who is owed what: every channel that asked, once, at once or with its digest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.store import destinations, installations, matches, mutes, subscriptions
from bot.store.deliveries import table as deliveries
from bot.store.schema import deliveries as table

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


async def test_several_subscriptions_of_one_channel_make_one_card(world: Any) -> None:
    one, two = await world.subscribe("quantum"), await world.subscribe("universities")
    other = await world.subscribe("quantum", channel="C2")
    await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    await world.deliver()
    (card,) = world.cards()
    assert set(card.subscriptions) == {f"S{one.id}", f"S{two.id}"}
    assert [card.subscriptions for card in world.cards("C2")] == [(f"S{other.id}",)]


async def test_a_subscription_is_owed_nothing_for_what_was_read_before_it(world: Any) -> None:
    item = await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    await world.subscribe("quantum")
    await world.take(item, QUANTUM_TEXT)
    await world.deliver()
    assert world.slack.posts == {}


async def test_a_story_whose_card_was_posted_is_in_no_digest_whoever_asked_later(world: Any) -> None:
    await world.subscribe("quantum")
    daily = await world.subscribe("quantum OR universities", "daily")
    weekly = await world.subscribe("laboratories", "weekly")
    await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    assert await world.untold(daily) == []
    old = world.at - timedelta(hours=25)
    await world.publish("times", QUANTUM, QUANTUM_TEXT + " Two laboratories follow.", at=old)
    assert await world.untold(weekly) == []
    await world.deliver()
    assert (await world.untold(daily), await world.untold(weekly)) == ([], [])
    for _ in range(9):
        world.pass_time(hours=24)
        await world.digests.make_due()
    await world.deliver()
    assert (len(world.cards()), world.digests_in()) == (1, [])


async def test_a_story_told_by_a_daily_digest_is_not_repeated_by_the_weekly_one(world: Any) -> None:
    await world.subscribe("quantum", "weekly")
    await world.subscribe("quantum", "daily")
    await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    for _ in range(9):
        world.pass_time(hours=24)
        await world.digests.make_due()
        await world.deliver()
    assert [digest.stories for digest in world.digests_in()] == [1]


async def test_a_wish_for_more_outlets_is_met_when_they_join_even_by_an_article_that_does_not_match(world: Any) -> None:
    asked = await world.subscribe("universities", min_outlets=2)
    await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    await world.deliver()
    assert world.cards() == []
    await world.publish("times", QUANTUM, "Seoul opened a centre for quantum computing on Monday. It is the first one.")
    await world.deliver()
    (card,) = world.cards()
    assert card.subscriptions == (f"S{asked.id}",)
    assert card.articles_en == 2


async def test_a_wish_for_more_outlets_that_an_old_article_meets_comes_with_the_digest(world: Any) -> None:
    await world.subscribe("universities", min_outlets=2)
    await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    await world.publish("times", QUANTUM, QUANTUM_TEXT + " It is the first.", at=world.at - timedelta(hours=25))
    await world.deliver()
    assert world.cards() == []
    world.pass_time(hours=24)
    await world.digests.make_due()
    await world.deliver()
    assert [digest.stories for digest in world.digests_in()] == [1]


async def test_a_severe_story_alerts_everybody_who_asked_whatever_the_cadence_and_is_in_no_digest(world: Any) -> None:
    await world.subscribe("topic:pact", "weekly")
    await world.subscribe("quantum", "daily", "C2")
    await world.subscribe("shipbuilding", "instant", "C3")
    await world.publish("herald", SIGNED, SIGNED_TEXT)
    await world.deliver()
    assert [card.severity for card in world.cards() + world.cards("C2")] == [1, 1]
    assert world.cards("C3") == []
    for _ in range(9):
        world.pass_time(hours=24)
        await world.digests.make_due()
    await world.deliver()
    assert world.digests_in() + world.digests_in("C2") == []


async def test_a_story_that_becomes_severe_alerts_then_also_where_a_digest_told_it(world: Any) -> None:
    waiting = await world.subscribe("quantum", "weekly")
    await world.subscribe("quantum", "daily", "C2")
    text = "The U.S.-ROK Technology Prosperity Deal, signed last October, covers quantum computing and space."
    item = await world.publish("herald", BACKGROUND, text)
    assert (await world.row(item)).severity == 0
    world.pass_time(hours=24)
    await world.digests.make_due()
    await world.deliver()
    assert (world.cards() + world.cards("C2"), len(world.digests_in("C2"))) == ([], 1)
    assert len(await world.untold(waiting)) == 1
    await world.take(item, SIGNED_TEXT, title=SIGNED, published_at=world.at)
    await world.deliver()
    assert [card.severity for card in world.cards() + world.cards("C2")] == [1, 1]
    await world.take(item, SIGNED_TEXT + " More soon.", title=SIGNED, published_at=world.at)
    await world.deliver()
    assert [len(world.cards()), len(world.cards("C2"))] == [1, 1]


async def test_a_sister_pact_is_owed_to_nobody_who_asked_for_this_one(world: Any) -> None:
    await world.subscribe("topic:pact")
    sister = await world.subscribe("topic:uk", channel="C2")
    await world.publish("herald", UK_TITLE, UK_TEXT)
    await world.publish("herald", SIGNED, SIGNED_TEXT)
    await world.deliver()
    assert [card.headline for card in world.cards()] == [SIGNED]
    assert [(card.headline, card.subscriptions) for card in world.cards("C2")] == [(UK_TITLE, (f"S{sister.id}",))]


async def test_an_article_that_only_a_literal_word_wants_has_its_story_and_card(world: Any) -> None:
    await world.subscribe("zeppelin")
    for key in ("herald", "times"):
        await world.publish(
            key, "A zeppelin over the river", f"A zeppelin flew over the Han river, the {key} saw on Monday."
        )
    await world.edits()
    assert [card.articles_en for card in world.cards()] == [2]


async def test_a_second_language_is_told_in_the_thread_and_edits_the_card(world: Any) -> None:
    await world.subscribe("topic:pact")
    await world.publish("herald", SIGNED, SIGNED_TEXT)
    await world.deliver()
    korean = "한미 기술번영 업무협약(MOU) 체결"
    text = "한국과 미국이 월요일 경주에서 인공지능, 양자, 우주를 아우르는 한미 기술번영 업무협약에 서명했다."
    await world.publish("ilbo", korean, text, language="ko")
    await world.edits()
    (card,) = world.cards()
    assert (card.articles_ko, card.articles_en) == (1, 1)
    (reply,) = world.replies()
    assert (reply.what, reply.headline) == ("second_language", korean)
    (thread,) = world.slack.threads.values()
    assert world.slack.posts["C1"][thread].card is card


async def test_a_muted_story_is_held_and_comes_when_the_mute_ends(world: Any) -> None:
    place = await world.channel()
    await world.subscribe("quantum")
    async with world.store.begin() as c:
        until = world.at + timedelta(hours=4)
        await mutes.add(
            c,
            team="T1",
            destination=place.id,
            kind="outlet",
            target="herald",
            person="U1",
            now=world.at,
            until_at=until,
        )
    await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    await world.deliver()
    assert world.cards() == []
    world.pass_time(hours=4)
    await world.deliver()
    assert len(world.cards()) == 1


async def test_an_outlet_that_is_not_muted_brings_the_held_story(world: Any) -> None:
    await world.subscribe("quantum")
    await world.ask("mute outlet herald 4h")
    await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    await world.deliver()
    assert world.cards() == []
    await world.publish("times", QUANTUM, QUANTUM_TEXT + " So it was said.")
    await world.deliver()
    assert len(world.cards()) == 1


async def test_lifting_one_mute_leaves_what_another_still_holds(world: Any) -> None:
    await world.subscribe("quantum")
    await world.ask("mute outlet herald 4h")
    await world.ask("mute outlet times 4h")
    await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    await world.publish(
        "times", "Zurich buys a quantum computer from Finland", "Zurich bought a quantum computer today."
    )
    await world.ask("unmute outlet times")
    await world.deliver()
    assert [card.outlet for card in world.cards()] == ["Times"]
    world.pass_time(hours=4)
    await world.deliver()
    assert sorted(card.outlet for card in world.cards()) == ["Herald", "Times"]


async def test_a_mute_holds_replies_but_the_card_that_stands_there_still_grows(world: Any) -> None:
    await world.subscribe("quantum")
    await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    await world.deliver()
    await world.ask(f"mute story {world.cards()[0].story} 1d")
    await world.publish("ministry", QUANTUM, QUANTUM_TEXT + " This is official.", language="en")
    await world.edits()
    assert (world.cards()[0].articles_en, world.replies()) == (2, [])
    world.pass_time(hours=24)
    await world.deliver()
    assert [reply.what for reply in world.replies()] == ["official"]


async def test_a_card_that_could_never_be_posted_tells_nothing(world: Any) -> None:
    asked = await world.subscribe("quantum")
    item = await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    row = await world.row(item)
    async with world.store.begin() as c:
        (card,) = await deliveries.of_story(c, row.story)
        await c.execute(table.update().where(table.c.id == card.id).values(state="dead"))
        await matches.untell(c, card.id)
    await world.publish("times", QUANTUM, QUANTUM_TEXT + " So it was said.")
    assert len(await world.untold(asked)) == 1


async def test_what_ended_is_owed_nothing(world: Any) -> None:
    asked = await world.subscribe("quantum", ends_at=world.at + timedelta(hours=1))
    other = await world.subscribe("quantum", channel="C2")
    async with world.store.begin() as c:
        await subscriptions.end(c, "T1", other.id, world.at)
    world.pass_time(hours=2)
    await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    await world.deliver()
    assert world.slack.posts == {}
    assert await world.untold(asked) == []


async def test_two_workspaces_are_owed_their_own_cards(world: Any) -> None:
    await world.subscribe("quantum")
    async with world.store.begin() as c:
        await installations.put(c, "T2", world.at)
        place = await destinations.get_or_add(c, "T2", "C9", language="ko", timezone="Asia/Seoul")
        await subscriptions.add(
            c, team="T2", destination=place.id, owner=None, query="quantum", cadence="instant", at="08:30",
            weekday="mon", timezone="Asia/Seoul", created_at=world.at,
        )  # fmt: skip
    item = await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    await world.deliver()
    assert (len(world.cards()), len(world.cards("C9"))) == (1, 1)
    async with world.store.read() as c:
        owed = await deliveries.of_story(c, (await world.row(item)).story)
    assert {one.team for one in owed} == {"T1", "T2"}
