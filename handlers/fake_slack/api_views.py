"""views.*: modals on a person's stack and the home tab."""

from __future__ import annotations

from handlers.fake_slack.blocks_check import check_view
from handlers.fake_slack.calls import Call, Method
from handlers.fake_slack.context import Office
from handlers.fake_slack.inputs import starting_values
from handlers.fake_slack.models import Json, View
from handlers.fake_slack.refusals import Refused
from handlers.fake_slack.response_urls import with_block_ids


def prepared(office: Office, view: object, kind: str) -> Json:
    """A checked view with a block_id on every block."""
    body = check_view(view, kind, office.refused_block_types)
    return {**body, "blocks": with_block_ids(office, body["blocks"])}


def _answer(office: Office, call: Call, view: View) -> Json:
    return {"view": view.public(office.state.app_id, call.team.bot_id)}


def _fresh_values(view: View) -> View:
    view.values = starting_values(view.body["blocks"])
    return view


async def open_view(office: Office, call: Call) -> Json:
    """views.open: a modal for whoever the trigger belongs to."""
    body = prepared(office, call.args.get("view"), "modal")
    user = office.triggers.redeem(call.need("trigger_id"), office.clock())
    office.state.close_modal(user, everything=True)
    return _answer(office, call, _fresh_values(office.state.push_modal(call.team, user, body)))


async def push_view(office: Office, call: Call) -> Json:
    """views.push: one more modal on the stack (three at most)."""
    body = prepared(office, call.args.get("view"), "modal")
    user = office.triggers.redeem(call.need("trigger_id"), office.clock())
    return _answer(office, call, _fresh_values(office.state.push_modal(call.team, user, body)))


def _find(office: Office, call: Call) -> View:
    view_id, external_id = call.args.get("view_id"), call.args.get("external_id")
    if not view_id and not external_id:
        raise Refused("invalid_arguments", "[ERROR] missing required field: view_id")
    for view in [*office.state.open_views(), *office.state.homes.values()]:
        mine = view.team_id == call.team.id
        if mine and (view.id == view_id or (external_id and view.body.get("external_id") == external_id)):
            return view
    raise Refused("not_found")


async def update_view(office: Office, call: Call) -> Json:
    """views.update: by view_id or external_id, guarded by hash when one is given."""
    view = _find(office, call)
    if call.args.get("hash") and call.args["hash"] != view.hash:
        raise Refused("hash_conflict")
    kind = view.body["type"]
    body = prepared(office, call.args.get("view"), kind)
    if kind == "home":
        return _answer(office, call, office.state.show_home(call.team, view.user, body))
    return _answer(office, call, _fresh_values(office.state.update_modal(view, body)))


async def publish_view(office: Office, call: Call) -> Json:
    """views.publish: someone's home tab."""
    user = office.state.users.get(call.need("user_id"))
    if user is None or user.team_id != call.team.id:
        raise Refused("user_not_found")
    body = prepared(office, call.args.get("view"), "home")
    old = office.state.homes.get(user.id)
    if call.args.get("hash") and old is not None and call.args["hash"] != old.hash:
        raise Refused("hash_conflict")
    return _answer(office, call, office.state.show_home(call.team, user.id, body))


METHODS: dict[str, Method] = {
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish_view,
}
