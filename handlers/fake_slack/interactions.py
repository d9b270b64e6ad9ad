"""What people do with blocks: press, choose, fill in and send off modals, use shortcuts."""

from __future__ import annotations

from typing import Any, Literal

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.api_views import prepared
from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.event_dispatch import EventDispatch, Outcome
from handlers.fake_slack.inputs import chosen, filled_values, find_element, live_elements, starting_values
from handlers.fake_slack.models import Channel, Json, Message, User, View
from handlers.fake_slack.payloads import action_part, channel_label, message_part, team_part
from handlers.fake_slack.response_urls import ResponseUrls

Where = Literal["message", "home", "modal"]


class Interactions:
    """Everything a person does with the app's blocks."""

    def __init__(self, context: FakeSlackContext, courier: EventDispatch, answers: ResponseUrls) -> None:
        self.context = context
        self.courier = courier
        self.answers = answers
        self.modal_errors: dict[str, Json] = {}

    def _frame(self, kind: str, user: User) -> Json:
        team = self.context.team_of(user)
        return {
            "type": kind,
            **team_part(team, user),
            "token": self.context.verification_token,
            "api_app_id": self.context.state.app_id,
            "trigger_id": self.context.triggers.issue(user.id, self.context.clock()),
        }

    def message_with(self, channel: Channel, user: User, action_id: str) -> Message:
        """The newest message this person sees in the channel that has such an element."""
        for message in reversed(channel.messages):
            seen = message.only_for in (None, user.id)
            if seen and any(element.get("action_id") == action_id for _, element in live_elements(message.blocks)):
                return message
        raise LookupError(f"no message in {channel.name} has {action_id!r}")

    def _seen(self, channel: Channel, user: User, ts: str) -> Message:
        message = channel.by_ts.get(ts)
        if message is not None and message.only_for in (None, user.id):
            return message
        raise LookupError(f"{user.name} sees no message {ts} in {channel.name}")

    async def press_in_message(
        self, who: str, where: str, ts: str | None, action_id: str, value: Any = None, block_id: str | None = None
    ) -> Outcome:
        """Press a button or choose in a message (the newest that has it, unless `ts` says which)."""
        user, channel = self.context.person(who), self.context.place(where)
        message = self._seen(channel, user, ts) if ts else self.message_with(channel, user, action_id)
        block, element = find_element(message.blocks, action_id, block_id, value)
        address = self.answers.issue(self.context.team_of(user), channel.id, user.id, original=message)
        values = starting_values(message.blocks)
        payload = self._frame("block_actions", user) | message_part(channel, message)
        payload |= self._action(block, element, value, values) | {"response_url": self.answers.url(address)}
        return await self.courier.send("interactive", payload)

    async def press_in_view(
        self, who: str, where: Where, action_id: str, value: Any = None, block_id: str | None = None
    ) -> Outcome:
        """Press a button or choose in one's home tab or top modal."""
        user = self.context.person(who)
        view = self.context.state.homes.get(user.id) if where == "home" else self.top_modal(user)
        if view is None:
            raise LookupError(f"{user.name} has no {where} open")
        block, element = find_element(view.body["blocks"], action_id, block_id, value)
        payload = self._frame("block_actions", user) | self._action(block, element, value, view.values)
        view.values = payload["state"]["values"]
        shown = view.public(self.context.state.app_id, self.context.team_of(user).bot_id)
        payload |= {"container": {"type": "view", "view_id": view.id}, "view": shown}
        return await self.courier.send("interactive", payload)

    def _action(self, block: Json, element: Json, value: Any, values: Json) -> Json:
        choice: Json = {}
        if element["type"] not in ("button", "workflow_button"):
            choice = chosen(element, value)
            if element["type"] != "overflow":
                values.setdefault(block["block_id"], {})[element.get("action_id", "")] = choice
        action = action_part(block, element, choice, self.context.state.new_ts())
        return {"state": {"values": values}, "actions": [action]}

    def top_modal(self, user: User) -> View | None:
        """The modal in front of this person."""
        stack = self.context.state.modals.get(user.id, [])
        return stack[-1] if stack else None

    async def submit(self, who: str, given: Json) -> Outcome:
        """Fill in the modal in front (fields by action_id or block_id) and send it off."""
        user = self.context.person(who)
        view = self.top_modal(user)
        if view is None:
            raise LookupError(f"{user.name} has no modal open")
        view.values = filled_values(view.body["blocks"], view.values, given)
        shown = view.public(self.context.state.app_id, self.context.team_of(user).bot_id)
        payload = self._frame("view_submission", user) | {"view": shown, "response_urls": []}
        outcome = await self.courier.send("interactive", payload)
        self.modal_errors.pop(user.id, None)
        if outcome.acked:
            self._after_submission(user, view, outcome.payload)
        return outcome

    def _after_submission(self, user: User, view: View, answer: Json) -> None:
        action, state = answer.get("response_action"), self.context.state
        if action == "errors":
            known = {block.get("block_id") for block in view.body["blocks"]}
            errors = answer.get("errors") or {}
            if not errors or not set(errors) <= known:
                raise ApiError("invalid_arguments", "[ERROR] errors must name block_ids of inputs")
            self.modal_errors[user.id] = errors
            state.changed(f"modal {user.id}")
        elif action in ("update", "push"):
            body = prepared(self.context, answer.get("view"), "modal")
            team = self.context.team_of(user)
            fresh = state.update_modal(view, body) if action == "update" else state.push_modal(team, user.id, body)
            fresh.values = starting_values(body["blocks"])
        else:
            state.close_modal(user.id, everything=action == "clear")

    async def close_modal(self, who: str) -> Outcome | None:
        """Close the modal in front; the app hears of it when it asked to."""
        user = self.context.person(who)
        view = self.top_modal(user)
        if view is None:
            return None
        self.context.state.close_modal(user.id)
        self.modal_errors.pop(user.id, None)
        if not view.body.get("notify_on_close"):
            return None
        shown = view.public(self.context.state.app_id, self.context.team_of(user).bot_id)
        return await self.courier.send(
            "interactive", self._frame("view_closed", user) | {"view": shown, "is_cleared": False}
        )

    async def shortcut(self, who: str, where: str, ts: str, callback_id: str) -> Outcome:
        """Use a message shortcut."""
        user, channel = self.context.person(who), self.context.place(where)
        message = self._seen(channel, user, ts)
        address = self.answers.issue(self.context.team_of(user), channel.id, user.id)
        payload = self._frame("message_action", user) | {
            "callback_id": callback_id,
            "channel": {"id": channel.id, "name": channel_label(channel)},
            "message": message.public(with_metadata=True),
            "message_ts": message.ts,
            "action_ts": self.context.state.new_ts(),
            "response_url": self.answers.url(address),
        }
        return await self.courier.send("interactive", payload)
