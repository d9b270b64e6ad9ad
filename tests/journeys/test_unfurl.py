"""A link to a known article shows its story below the message; any other link, and a refused scope, show nothing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from handlers.manifest import manifest
from scrapers.fake_outlets.demo import load_demo
from tests.support.journey import Journey, words_of

STEPS = {step.article.slug: step for step in load_demo()}


def attachments(journey: Journey, ts: str) -> Any:
    """What stands below a message."""
    message = journey.slack.context.find_channel("washington").by_ts[ts]
    return message.attachments


async def test_a_link_to_a_known_article_shows_its_story(journey: Journey) -> None:
    slack = journey.slack
    host = urlsplit(journey.fake_outlets.base("hanbit")).hostname or ""
    slack.context.adopt_manifest(manifest(unfurl_domains=[host]))
    await journey.start()
    url = journey.fake_outlets.publish(STEPS["plan-signed-hanbit"].outlet, STEPS["plan-signed-hanbit"].article)
    await journey.card("이행계획 서명")
    said = await slack.say(f"read this: {url}", "washington", "dana")
    shown = words_of(await journey.see(lambda: attachments(journey, said.ts), "the story below the link"))
    assert all(part in shown for part in ("이행계획 서명", "한빛경제", "ST1", "Why?"))
    assert journey.posts("washington") == [], "nothing is posted"
    await slack.click("pact:why", user="dana", channel="washington", ts=said.ts)
    answer = await journey.see(
        lambda: [m for m in slack.messages("washington", viewer="dana") if "Why" in words_of(m)], "the reason"
    )
    assert "이행계획 서명" in words_of(answer)

    unknown = await slack.say(
        f"{journey.fake_outlets.base('hanbit')}/article/2020010100000000001", "washington", "dana"
    )
    slack.context.scopes.discard("links:write")
    refused = await slack.say(f"again {url}", "washington", "dana")
    await journey.see(lambda: [c for c in slack.refused_calls if c.method == "chat.unfurl"], "the refused call")
    assert not attachments(journey, unknown.ts)
    assert not attachments(journey, refused.ts)
