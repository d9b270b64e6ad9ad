"""Adds the default team, its people and its channels."""

from __future__ import annotations

import secrets

from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.models import User

PEOPLE = (
    ("seoyeon", "김서연", "ko-KR", "Asia/Seoul", True),
    ("dana", "Dana Miller", "en-US", "America/New_York", False),
    ("junho", "박준호", "ko-KR", "Asia/Seoul", False),
)
CHANNELS = (("policy", True), ("seoul", True), ("washington", False), ("general", False))


def add_defaults(context: FakeSlackContext) -> str:
    """Adds the default team, people and channels; returns the team's id."""
    state = context.state
    team = state.add_team("Policy desk", "policy-desk", f"xoxb-{secrets.token_hex(12)}")
    for name, real_name, locale, zone, is_admin in PEOPLE:
        state.add_user(User(state.new_id("U"), team.id, name, real_name, locale, zone, is_admin=is_admin))
    people = [user.id for user in state.users.values() if not user.is_bot]
    for name, with_bot in CHANNELS:
        state.add_channel(team.id, name, False, [*people, *([team.bot_user_id] if with_bot else [])])
    for person in people:
        state.direct(person)
    return team.id
