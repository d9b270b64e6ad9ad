"""A card's menus work over both transports: not relevant, split, share, receipt."""

from __future__ import annotations

from typing import Any

from scrapers.fake_outlets.demo import load_demo
from tests.support.journey import Journey, elements_of, words_of

BY_SLUG = {step.article.slug: step for step in load_demo()}


def publish(journey: Journey, slug: str) -> str:
    """Publishes one of the demo's articles; its address."""
    url: str = journey.fake_outlets.publish(BY_SLUG[slug].outlet, BY_SLUG[slug].article)
    return url


async def choose(journey: Journey, action_id: str, value: Any, shown: str, user: str = "dana", **where: Any) -> Any:
    """Makes a choice in a menu; the answer that its reader alone sees."""
    await journey.slack.click(action_id, user=user, channel="policy", value=value, **where)

    def answered() -> Any:
        seen = journey.slack.messages("policy", viewer=user)
        return next((message for message in reversed(seen) if shown in words_of(message)), None)

    return await journey.see(answered, shown)


async def test_what_a_cards_menus_do(journey: Journey) -> None:
    await journey.start()
    publish(journey, "plan-signed-hanbit")
    await journey.card("이행계획 서명")
    url = publish(journey, "plan-signed-courier")
    card = await journey.card("1 English", "1 Korean", "Also in", url)
    (more,) = [each for each in elements_of(card["blocks"]) if each["type"] == "overflow"]
    assert [option["value"] for option in more["options"]] == [
        "feedback ST1",
        "story ST1",
        "why ST1 receipt",
        "share ST1",
    ]
    await journey.slack.click("pact:more", user="dana", channel="policy", value="feedback ST1", ts=card["ts"])
    await journey.see(lambda: "Why is it not relevant?" in words_of(journey.slack.modal("dana")), "the form")
    said = {"pact:in:reason": "passing", "pact:in:remark": "one <line>" + "x" * 490}
    await journey.slack.submit("dana", said)
    await journey.see(lambda: "“Only a passing mention”" in words_of(journey.slack.modal("dana")), "thanks")
    assert await journey.rows("SELECT story, what, remark FROM feedback") == [(1, "passing", said["pact:in:remark"])]
    await choose(journey, "pact:more", "why ST1 receipt", "Receipt of ST1", ts=card["ts"])
    asked = await choose(journey, "pact:more", "share ST1", "Where should I post ST1?", ts=card["ts"])
    await choose(journey, "pact:into", journey.slack.channel("seoul"), "Shared in", ts=asked["ts"])
    (shared,) = journey.slack.messages("seoul")
    assert all(part in words_of(shared) for part in ("Also in", "1 English", "shared by")), "the card, not its list"
    listed = await choose(journey, "pact:more", "story ST1", "In the order of publication", ts=card["ts"])
    await choose(journey, "pact:run:split", f"split ST1 {url}", "Done", ts=listed["ts"])
    await journey.post("1 article of ST1 is now ST2 in every channel of this workspace")
    journey.assert_nothing_twice()
