"""The User-Agent names the bot, its version, and the operator's contact."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest

from scrapers.http.fetch import Client
from scrapers.http.user_agent import user_agent

Site = Any
"""The site of conftest.py."""


async def _no_turn(_host: str) -> None:
    return None


def test_a_program_that_is_not_installed_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    assert user_agent() == "pactbot (news monitor; honours robots.txt)"
    assert user_agent("a@b.org") == "pactbot (news monitor; honours robots.txt; +a@b.org)"


@pytest.mark.parametrize(
    ("contact", "own", "sent"),
    [
        ("https://b.org/bot", None, r"pactbot/[\d.]+ \(news monitor; honours robots.txt; \+https://b.org/bot\)"),
        (None, "Mozilla/5.0 (compatible; pactbot)", r"Mozilla/5.0 \(compatible; pactbot\)"),
        ("a@b.org", "pactbot/2", r"pactbot/2 \(\+a@b.org\)"),
        ("a@b.org", "pactbot/2 (mail a@b.org)", r"pactbot/2 \(mail a@b.org\)"),
    ],
)
async def test_outlets_learn_who_asks(site: Site, contact: str | None, own: str | None, sent: str) -> None:
    site.answer("/", "page")
    client = Client(_no_turn, trusted=[site.address], agent=user_agent(contact, own))
    await client.get(site.url("/"))
    await client.close()
    assert re.fullmatch(sent, site.requests[0].headers["User-Agent"])
