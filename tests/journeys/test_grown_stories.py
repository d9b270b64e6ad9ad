"""A card and its thread show what became of its story, over both transports.

One bot reads one story at six outlets: who was first, what else reports it, what is corrected, a page that vanishes, a
mute that ends by itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scrapers.fake_outlets.demo import load_demo
from tests.support.journey import Journey, elements_of, words_of

STEPS = {(step.article.slug, step.correction): step for step in load_demo()}
READY = "한미 기술번영 업무협약 이행계획 나왔다…양자·6G 공동연구 첫발"
READY_LEAD = "한국과 미국이 기술번영 업무협약(MOU)의 첫 이행계획을 내놓았다. 인공지능(AI)과 양자기술, 6G 과제가 담겼다."
LATER = ("plan-full-saeyeon", "plan-signed-narae", "plan-flash-saeyeon", "plan-signed-wire", "plan-release")
MINUTE = datetime.now(UTC).replace(second=0, microsecond=0)
"""Outlets give times to the minute."""
MINUTE -= timedelta(minutes=MINUTE.minute % 20 == 0)  # neither this nor twenty minutes earlier is a midnight


def publish(journey: Journey, slug: str, at: datetime | None = None) -> str:
    """Publishes one of the demo's articles; its address."""
    step = STEPS[slug, False]
    url: str = journey.fake_outlets.publish(step.outlet, step.article, at)
    return url


async def whole_card(journey: Journey, *parts: str, without: str = "\0") -> dict[str, Any]:
    """Waits until a card says all of this, and not that."""

    def shown() -> Any:
        cards = [(card, words_of(card)) for card in journey.cards()]
        return next((c for c, words in cards if all(part in words for part in parts) and without not in words), None)

    card: dict[str, Any] = await journey.see(shown, f"a card with {parts} and without {without}")
    return card


async def reply(journey: Journey, card: dict[str, Any], *parts: str) -> dict[str, Any]:
    """Waits for a message in a card's thread that says all of this."""

    def said() -> Any:
        return next((r for r in journey.replies(card) if all(part in words_of(r) for part in parts)), None)

    found: dict[str, Any] = await journey.see(said, f"a reply with {parts}")
    return found


async def first_by_twenty_minutes(journey: Journey, group: str) -> dict[str, Any]:
    """The first outlet is named with its lead; major news calls the group, and its thread is shown in the channel."""
    signed = STEPS["plan-signed-hanbit", False].article
    _, *rest = signed.paragraphs
    ready = replace(signed, headline=READY, paragraphs=(READY_LEAD, *rest))
    journey.fake_outlets.publish("hanbit", ready, MINUTE - timedelta(minutes=20))
    first = await journey.card("이행계획 나왔다")
    assert group_of(first) == [], "no signature in its headline or first sentence"
    publish(journey, "plan-signed-courier", MINUTE)
    card = await whole_card(journey, "MAJOR NEWS", "한빛경제 first by 20 min", "1 English", "1 Korean")
    assert card["ts"] == first["ts"]
    assert {"type": "usergroup", "usergroup_id": group} in card["blocks"][1]["elements"][0]["elements"]
    step = await reply(journey, card, "Now reported in the other language too")
    assert step["subtype"] == "thread_broadcast"
    assert group in str(step["blocks"]), "the article made it major news"
    return card


async def first_of_a_day(journey: Journey) -> None:
    """A time that is a day alone is no claim."""
    midnight = MINUTE.astimezone(ZoneInfo("Asia/Seoul")).replace(hour=0, minute=0)
    publish(journey, "visit-hanbit", midnight)
    publish(journey, "visit-courier", MINUTE)
    card = await whole_card(journey, "Kratsios visits Seoul", "1 English", "1 Korean")
    assert "first by" not in words_of(card)
    assert group_of(card) == [], "no major news"


def group_of(card: dict[str, Any]) -> list[str]:
    """The user groups that a card calls."""
    elements = [e for block in card["blocks"] for part in block.get("elements", ()) for e in part.get("elements", ())]
    return [element["usergroup_id"] for element in elements if element["type"] == "usergroup"]


async def also_in_seven_articles(journey: Journey) -> dict[str, Any]:
    """Five other articles are listed, and a button shows the rest."""
    for slug in LATER:
        publish(journey, slug)
    card = await whole_card(journey, "3 English", "4 Korean", "Official text found")
    headlines = [READY, *(STEPS[slug, False].article.headline for slug in ("plan-signed-courier", *LATER))]
    assert sum(f"\n{headline}\n" in words_of(card["blocks"]) for headline in headlines) == 1 + 5
    (more,) = [each for each in elements_of(card["blocks"]) if each["action_id"] == "pact:run:also"]
    assert more["text"]["text"] == "1 more"
    await journey.slack.click("pact:run:also", user="dana", channel="policy", ts=card["ts"])

    def whole_story() -> Any:
        seen = journey.slack.messages("policy", viewer="dana")
        return next((words_of(each) for each in seen if "In the order of publication" in words_of(each)), None)

    words = await journey.see(whole_story, "the whole story")
    assert all(headline in words for headline in headlines)
    return card


async def corrected_and_removed(journey: Journey, card: dict[str, Any]) -> None:
    """A correction and a vanished page are told with the outlet's name, on the card and in its thread.

    Before the headline, which is another outlet's, neither is marked.
    """
    journey.fake_outlets.correct("narae", STEPS["plan-signed-narae", True].article)
    corrected = await whole_card(journey, "나래일보 corrected its article: ", "나래일보: [CORRECTED] ")
    assert corrected["ts"] == card["ts"]
    assert "[CORRECTED]" not in words_of(corrected).split("Also in")[0]
    await reply(journey, card, "나래일보 corrected its article: ", "나래일보")
    journey.fake_outlets.withdraw("saeyeon", "plan-flash-saeyeon")
    await journey.end_waits_for_pages()
    await journey.read_again("saeyeon")
    assert (await whole_card(journey, "나래일보 corrected its article: ", " removed its article: "))["ts"] == card["ts"]
    await reply(journey, card, " removed its article: ", "[속보]")


async def muted_until_it_ends(journey: Journey, card: dict[str, Any]) -> None:
    """A mute is shown while it lasts, and ends by itself."""
    await journey.ask("mute ST1 4h")
    muted = await whole_card(journey, "MAJOR NEWS", "muted until")
    assert muted["ts"] == card["ts"]
    await journey.pass_time(hours=4)
    await whole_card(journey, "MAJOR NEWS", without="muted until")


async def test_a_card_shows_what_became_of_its_story(journey: Journey) -> None:
    journey.read_only("hanbit", "seoul-courier", "pacific-wire", "narae", "saeyeon", "briefing-room")
    state = journey.slack.context.state
    group = state.add_user_group(journey.slack.team_id, "desk", "Desk", [journey.slack.user("dana")])["id"]
    await journey.start()
    for line in ("settings mention @desk", "settings broadcast on"):
        await journey.ask(line)
    await first_by_twenty_minutes(journey, group)
    await first_of_a_day(journey)
    card = await also_in_seven_articles(journey)
    status = await journey.ask("status")
    assert "······█    2   AI\n······▄    1   " in status, "all sectors are drawn on one scale"
    assert "\n — instant · 2 since " in status
    await corrected_and_removed(journey, card)
    await muted_until_it_ends(journey, card)
    journey.assert_nothing_twice()
