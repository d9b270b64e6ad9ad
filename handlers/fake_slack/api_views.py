"""Implements views.*: modals on a person's stack and the home tab."""

from __future__ import annotations

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.calls import Call, Method
from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.inputs import kept_values
from handlers.fake_slack.models import Json, View
from handlers.fake_slack.response_urls import with_block_ids
from handlers.fake_slack.view_check import check_view


def checked_view(context: FakeSlackContext, view: object, kind: str) -> Json:
    """Checks a view and puts a block_id on every block."""
    body = check_view(view, kind, context.refused_block_types)
    return {**body, "blocks": with_block_ids(context, body["blocks"])}


def _check_external_id(context: FakeSlackContext, call: Call, body: Json, but: View | None = None) -> None:
    """Raises `duplicate_external_id` where another view of the workspace has this id of the app's."""
    external_id = body.get("external_id")
    for view in [*context.state.open_views(), *context.state.homes.values()]:
        is_other = view is not but and view.team_id == call.team.id
        if external_id and is_other and view.body.get("external_id") == external_id:
            raise ApiError("duplicate_external_id")


def _answer(context: FakeSlackContext, call: Call, view: View) -> Json:
    return {"view": view.public(context.state.app_id, call.team.bot_id)}


def _with_values(view: View, before: Json | None = None) -> View:
    view.values = kept_values(view.body["blocks"], before or {})
    return view


async def open_view(context: FakeSlackContext, call: Call) -> Json:
    """views.open: opens a modal for the person of the trigger."""
    body = checked_view(context, call.args.get("view"), "modal")
    _check_external_id(context, call, body)
    user = context.triggers.redeem(call.need("trigger_id"), context.clock())
    context.state.close_modal(user, everything=True)
    return _answer(context, call, _with_values(context.state.push_modal(call.team, user, body)))


async def push_view(context: FakeSlackContext, call: Call) -> Json:
    """views.push: opens another modal on the stack (three at most)."""
    body = checked_view(context, call.args.get("view"), "modal")
    _check_external_id(context, call, body)
    user = context.triggers.redeem(call.need("trigger_id"), context.clock())
    return _answer(context, call, _with_values(context.state.push_modal(call.team, user, body)))


def _find(context: FakeSlackContext, call: Call) -> View:
    view_id, external_id = call.args.get("view_id"), call.args.get("external_id")
    if not view_id and not external_id:
        raise ApiError("invalid_arguments", "[ERROR] missing required field: view_id")
    for view in [*context.state.open_views(), *context.state.homes.values()]:
        is_own_team = view.team_id == call.team.id
        if is_own_team and (view.id == view_id or (external_id and view.body.get("external_id") == external_id)):
            return view
    raise ApiError("not_found")


async def update_view(context: FakeSlackContext, call: Call) -> Json:
    """views.update: by view_id or external_id, guarded by hash when one is given."""
    view = _find(context, call)
    if call.args.get("hash") and call.args["hash"] != view.hash:
        raise ApiError("hash_conflict")
    kind = view.body["type"]
    body = checked_view(context, call.args.get("view"), kind)
    _check_external_id(context, call, body, view)
    if kind == "home":
        return _answer(context, call, _with_values(context.state.show_home(call.team, view.user, body), view.values))
    return _answer(context, call, _with_values(context.state.update_modal(view, body), view.values))


async def publish_view(context: FakeSlackContext, call: Call) -> Json:
    """views.publish: publishes a person's home tab."""
    user = context.state.users.get(call.need("user_id"))
    if user is None or user.team_id != call.team.id:
        raise ApiError("user_not_found")
    body = checked_view(context, call.args.get("view"), "home")
    published = context.state.homes.get(user.id)
    _check_external_id(context, call, body, published)
    if call.args.get("hash") and published is not None and call.args["hash"] != published.hash:
        raise ApiError("hash_conflict")
    before = published.values if published is not None else {}
    return _answer(context, call, _with_values(context.state.show_home(call.team, user.id, body), before))


METHODS: dict[str, Method] = {
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish_view,
}
