"""Headlines and addresses that Slack could take for markup reach a reader as they were written, and ping nobody."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from handlers.cards.shown import Shown
from handlers.client import make_client
from handlers.fake_slack import FakeSlack
from handlers.post import Poster
from tests.support.example_cards import STORY, elements

HEADLINES = [
    ("left | right", "left | right"),
    ("*bold* _it_ `code` ~x~", "*bold* _it_ `code` ~x~"),
    ("\u202eright to left\u202c and \u2066isolated", "right to left and isolated"),
    (":tada: signed", ":tada: signed"),
    ("<!channel> <@U0EVIL> <http://evil.example|click>", "<!channel> <@U0EVIL> <http://evil.example|click>"),
    ("اتفاق التكنولوجيا הסכם", "اتفاق التكنولوجيا הסכם"),
    ("word " * 96, None),
]
ADDRESSES = [
    ("https://www.example.kr/(1)", "https://www.example.kr/(1)"),
    ("https://www.example.kr/a|b", "https://www.example.kr/a%7Cb"),
    ("https://www.example.kr/기사/1", "https://www.example.kr/%EA%B8%B0%EC%82%AC/1"),
    ("https://www.example.kr/a%7Cb", "https://www.example.kr/a%7Cb"),
    ("https://www.example.kr/" + "a" * 1_450, "https://www.example.kr/" + "a" * 1_450),
]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as running:
        yield running


@pytest.fixture
async def poster(slack: FakeSlack) -> AsyncIterator[Poster]:
    opened = Poster(make_client(slack.api_url, slack.bot_token))
    yield opened
    await opened.close()


@pytest.mark.parametrize(("headline", "shown"), HEADLINES)
async def test_a_headline_is_shown_as_it_was_written(
    slack: FakeSlack, poster: Poster, headline: str, shown: str | None
) -> None:
    await poster.post(slack.channel("policy"), Shown(replace(STORY, headline=headline), "en"), key="k")
    (message,) = slack.messages("policy")
    assert slack.refused_calls == []
    assert len(message["text"]) <= 300
    assert not re.search("<[!@#]", message["text"])
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", str(message))
    link, *_ = elements(message["blocks"], "link")
    assert shown is None or link["text"] == shown


@pytest.mark.parametrize(("address", "linked"), ADDRESSES)
async def test_an_address_is_linked_in_a_form_that_slack_reads_as_one(
    slack: FakeSlack, poster: Poster, address: str, linked: str
) -> None:
    await poster.post(slack.channel("policy"), Shown(replace(STORY, url=address), "en"), key="k")
    (message,) = slack.messages("policy")
    assert slack.refused_calls == []
    assert len(message["text"]) <= 300
    link, *_ = elements(message["blocks"], "link")
    assert link["url"] == linked
    assert all("|" not in button["url"] for button in elements(message["blocks"], "button") if "url" in button)
