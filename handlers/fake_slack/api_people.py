"""Implements auth.*, users.*, bots.* and team.*: identities and profiles."""

from __future__ import annotations

from handlers.fake_slack.api_conversations import page_of
from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.calls import Call, Method
from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.models import Json


async def auth_test(context: FakeSlackContext, call: Call) -> Json:
    """auth.test"""
    team = call.team
    return {
        "url": f"{context.origin}/",
        "team": team.name,
        "user": context.state.users[team.bot_user_id].name,
        "team_id": team.id,
        "user_id": team.bot_user_id,
        "bot_id": team.bot_id,
        "enterprise_id": team.enterprise_id,
        "is_enterprise_install": False,
    }


async def user_info(context: FakeSlackContext, call: Call) -> Json:
    """users.info"""
    context.need_scope("users:read")
    user = context.state.users.get(call.need("user"))
    if user is None or not context.state.knows(call.team, user):
        raise ApiError("user_not_found")
    is_stranger = {"is_stranger": True} if user.team_id != call.team.id else {}
    return {"user": user.public(context.clock(), call.flag("include_locale")) | is_stranger}


async def user_list(context: FakeSlackContext, call: Call) -> Json:
    """users.list"""
    context.need_scope("users:read")
    everyone = [user for user in context.state.users.values() if user.team_id == call.team.id]
    page, cursor = page_of(everyone, call)
    members = [user.public(context.clock(), call.flag("include_locale")) for user in page]
    return {"members": members, "cache_ts": int(context.clock()), "response_metadata": {"next_cursor": cursor}}


async def bot_info(context: FakeSlackContext, call: Call) -> Json:
    """bots.info"""
    context.need_scope("users:read")
    bot_id = str(call.args.get("bot") or call.team.bot_id)
    if bot_id != call.team.bot_id:
        raise ApiError("bot_not_found")
    bot = {"id": bot_id, "deleted": False, "name": "pactbot", "user_id": call.team.bot_user_id}
    return {"bot": bot | {"app_id": context.state.app_id, "icons": {}}}


async def team_info(context: FakeSlackContext, call: Call) -> Json:
    """team.info"""
    context.need_scope("team:read")
    team = call.team
    fields: Json = {"id": team.id, "name": team.name, "domain": team.domain, "icon": {}}
    if team.enterprise_id:
        fields["enterprise_id"] = team.enterprise_id
    return {"team": fields}


async def list_user_groups(context: FakeSlackContext, call: Call) -> Json:
    """usergroups.list"""
    context.need_scope("usergroups:read")
    groups = [group for group in context.state.user_groups.values() if group["team_id"] == call.team.id]
    if call.flag("include_users"):
        return {"usergroups": groups}
    return {"usergroups": [{key: value for key, value in group.items() if key != "users"} for group in groups]}


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "users.info": user_info,
    "users.list": user_list,
    "bots.info": bot_info,
    "team.info": team_info,
    "usergroups.list": list_user_groups,
}
