"""Adds the people of the sandbox that the default team lacks, and the operators' channel."""

from __future__ import annotations

from handlers.fake_slack.server import FakeSlack

CHANNEL, OPERATORS_CHANNEL = "policy", "ops"
PARTNER_WORKSPACE = "Embassy"
GUEST, PARTNER, GROUP = "mina", "alex", "desk"


async def add_people(slack: FakeSlack) -> None:
    """Adds a guest and a person of another workspace to #policy, where they read and change nothing, and a group."""
    slack.add_channel(OPERATORS_CHANNEL)
    guest = slack.add_user(GUEST, "이민아", "ko-KR", "Asia/Seoul", guest="channel")
    slack.context.find_channel(CHANNEL).members.append(guest)
    slack.direct(guest)
    embassy = slack.add_team(PARTNER_WORKSPACE)
    partner = slack.add_user(PARTNER, "Alex Kim", "en-US", "America/New_York", team_id=embassy)
    await slack.share_externally(CHANNEL, partner)
    members = [slack.user(name) for name in ("seoyeon", "dana", "junho")]
    slack.context.state.add_user_group(slack.team_id, GROUP, "Policy desk", members)
