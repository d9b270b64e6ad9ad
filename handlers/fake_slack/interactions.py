"""Presses buttons, chooses options, submits modals and uses shortcuts, as people do."""

from __future__ import annotations

from typing import Any, Literal

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.api_views import checked_view
from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.event_dispatch import EventDispatch, Outcome
from handlers.fake_slack.inputs import choice_state, filled_values, find_element, initial_values, interactive_elements
from handlers.fake_slack.models import Channel, Json, Message, User, View
from handlers.fake_slack.payloads import action_part, channel_label, message_part, team_part
from handlers.fake_slack.response_urls import ResponseUrls

Surface = Literal["message", "home", "modal"]


class Interactions:
    """The things that a person does with the app's blocks."""

    def __init__(self, context: FakeSlackContext, dispatch: EventDispatch, response_urls: ResponseUrls) -> None:
        self.context = context
        self.dispatch = dispatch
        self.response_urls = response_urls
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
        """Returns the newest message with an element of this action_id that a person sees in a channel."""
        for message in reversed(channel.messages):
            if message.only_for not in (None, user.id):
                continue
            if any(element.get("action_id") == action_id for _, element in interactive_elements(message.blocks)):
                return message
        raise LookupError(f"no message in {channel.name} has {action_id!r}")

    def _visible_message(self, channel: Channel, user: User, ts: str) -> Message:
        message = channel.by_ts.get(ts)
        if message is not None and message.only_for in (None, user.id):
            return message
        raise LookupError(f"{user.name} sees no message {ts} in {channel.name}")

    async def press_in_message(
        self,
        user_name: str,
        channel_name: str,
        ts: str | None,
        action_id: str,
        value: Any = None,
        block_id: str | None = None,
    ) -> Outcome:
        """Presses or chooses an element of a message: of the newest that has it, unless `ts` names another."""
        user, channel = self.context.find_user(user_name), self.context.find_channel(channel_name)
        message = self._visible_message(channel, user, ts) if ts else self.message_with(channel, user, action_id)
        block, element = find_element(message.blocks, action_id, block_id, value)
        response_url = self.response_urls.issue(self.context.team_of(user), channel.id, user.id, original=message)
        values = initial_values(message.blocks)
        payload = self._frame("block_actions", user) | message_part(channel, message)
        payload |= self._action(block, element, value, values) | {"response_url": self.response_urls.url(response_url)}
        return await self.dispatch.send("interactive", payload)

    async def press_forged(self, user_name: str, channel_name: str, action_id: str, value: str) -> Outcome:
        """Sends the press of a button that no message has, as a modified client might."""
        user, channel = self.context.find_user(user_name), self.context.find_channel(channel_name)
        response_url = self.response_urls.issue(self.context.team_of(user), channel.id, user.id)
        part = {"channel": {"id": channel.id, "name": channel_label(channel)}, "container": {"channel_id": channel.id}}
        action = {"type": "button", "action_id": action_id, "block_id": "pact:forged", "value": value}
        payload = self._frame("block_actions", user) | part | {"actions": [action]}
        payload |= {"response_url": self.response_urls.url(response_url)}
        return await self.dispatch.send("interactive", payload)

    async def press_in_view(
        self, user_name: str, surface: Surface, action_id: str, value: Any = None, block_id: str | None = None
    ) -> Outcome:
        """Presses or chooses an element of the home tab or the top modal."""
        user = self.context.find_user(user_name)
        view = self.context.state.homes.get(user.id) if surface == "home" else self.top_modal(user)
        if view is None:
            raise LookupError(f"{user.name} has no {surface} open")
        block, element = find_element(view.body["blocks"], action_id, block_id, value)
        payload = self._frame("block_actions", user) | self._action(block, element, value, view.values)
        view.values = payload["state"]["values"]
        public_view = view.public(self.context.state.app_id, self.context.team_of(user).bot_id)
        payload |= {"container": {"type": "view", "view_id": view.id}, "view": public_view}
        return await self.dispatch.send("interactive", payload)

    def _action(self, block: Json, element: Json, value: Any, values: Json) -> Json:
        choice: Json = {}
        if element["type"] not in ("button", "workflow_button"):
            choice = choice_state(element, value)
            if element["type"] != "overflow":
                values.setdefault(block["block_id"], {})[element.get("action_id", "")] = choice
        action = action_part(block, element, choice, self.context.state.new_ts())
        return {"state": {"values": values}, "actions": [action]}

    def top_modal(self, user: User) -> View | None:
        """Returns a person's top modal."""
        stack = self.context.state.modals.get(user.id, [])
        return stack[-1] if stack else None

    async def submit(self, user_name: str, given: Json) -> Outcome:
        """Fills in the top modal (fields by action_id or block_id) and submits it."""
        user = self.context.find_user(user_name)
        view = self.top_modal(user)
        if view is None:
            raise LookupError(f"{user.name} has no modal open")
        view.values = filled_values(view.body["blocks"], view.values, given)
        public_view = view.public(self.context.state.app_id, self.context.team_of(user).bot_id)
        payload = self._frame("view_submission", user) | {"view": public_view, "response_urls": []}
        outcome = await self.dispatch.send("interactive", payload)
        self.modal_errors.pop(user.id, None)
        if outcome.acked:
            self._after_submission(user, view, outcome.payload)
        return outcome

    def _after_submission(self, user: User, view: View, answer: Json) -> None:
        action, state = answer.get("response_action"), self.context.state
        if action == "errors":
            block_ids = {block.get("block_id") for block in view.body["blocks"]}
            errors = answer.get("errors") or {}
            if not errors or not set(errors) <= block_ids:
                raise ApiError("invalid_arguments", "[ERROR] errors must name block_ids of inputs")
            self.modal_errors[user.id] = errors
            state.changed(f"modal {user.id}")
        elif action in ("update", "push"):
            body = checked_view(self.context, answer.get("view"), "modal")
            team = self.context.team_of(user)
            shown_view = state.update_modal(view, body) if action == "update" else state.push_modal(team, user.id, body)
            shown_view.values = initial_values(body["blocks"])
        else:
            state.close_modal(user.id, everything=action == "clear")

    async def close_modal(self, user_name: str) -> Outcome | None:
        """Closes the top modal; the app is notified when the view asks for it."""
        user = self.context.find_user(user_name)
        view = self.top_modal(user)
        if view is None:
            return None
        self.context.state.close_modal(user.id)
        self.modal_errors.pop(user.id, None)
        if not view.body.get("notify_on_close"):
            return None
        public_view = view.public(self.context.state.app_id, self.context.team_of(user).bot_id)
        return await self.dispatch.send(
            "interactive", self._frame("view_closed", user) | {"view": public_view, "is_cleared": False}
        )

    async def shortcut(self, user_name: str, channel_name: str, ts: str, callback_id: str) -> Outcome:
        """Uses a message shortcut."""
        user, channel = self.context.find_user(user_name), self.context.find_channel(channel_name)
        message = self._visible_message(channel, user, ts)
        response_url = self.response_urls.issue(self.context.team_of(user), channel.id, user.id)
        payload = self._frame("message_action", user) | {
            "callback_id": callback_id,
            "channel": {"id": channel.id, "name": channel_label(channel)},
            "message": message.public(with_metadata=True),
            "message_ts": message.ts,
            "action_ts": self.context.state.new_ts(),
            "response_url": self.response_urls.url(response_url),
        }
        return await self.dispatch.send("interactive", payload)
