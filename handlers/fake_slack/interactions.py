"""Presses buttons, chooses options, submits modals and uses shortcuts, as people do."""

from __future__ import annotations

from typing import Any, Literal

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.api_views import checked_view
from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.elements_check import check_option
from handlers.fake_slack.event_dispatch import EventDispatch, Outcome
from handlers.fake_slack.inputs import (
    choice_state,
    filled_values,
    find_element,
    initial_values,
    interactive_elements,
    kept_values,
    options_of,
    sends_actions,
)
from handlers.fake_slack.models import Channel, Json, Message, User, View
from handlers.fake_slack.payloads import action_part, channel_label, message_part, team_part
from handlers.fake_slack.required_inputs import refused_inputs
from handlers.fake_slack.response_urls import ResponseUrls

Surface = Literal["message", "home", "modal"]
OPTIONS_MAX = 100


class Interactions:
    """The things that a person does with the app's blocks."""

    def __init__(self, context: FakeSlackContext, dispatch: EventDispatch, response_urls: ResponseUrls) -> None:
        self.context = context
        self.dispatch = dispatch
        self.response_urls = response_urls
        self.modal_errors: dict[str, Json] = {}
        self._suggested: dict[tuple[str, str], list[Json]] = {}
        """The options that the app offered last, by person and action_id."""

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
            if any(element.get("action_id") == action_id for _, element in interactive_elements(message.all_blocks())):
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
        block, element = find_element(message.all_blocks(), action_id, block_id, value)
        attachment = next((each for each in message.attachments if block in each.get("blocks", [])), None)
        response_url = self.response_urls.issue(self.context.team_of(user), channel.id, user.id, original=message)
        values = initial_values(message.all_blocks())
        payload = self._frame("block_actions", user) | message_part(channel, message, attachment)
        payload |= {"actions": [self._action(user, block, element, value, values)], "state": {"values": values}}
        payload |= {"response_url": self.response_urls.url(response_url)}
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
        self,
        user_name: str,
        surface: Surface,
        action_id: str,
        value: Any = None,
        block_id: str | None = None,
        values: Json | None = None,
    ) -> Outcome:
        """Presses or chooses an element of the home tab or the top modal; ``values`` is what its fields hold."""
        user = self.context.find_user(user_name)
        view = self._open_view(user, surface)
        block, element = find_element(view.body["blocks"], action_id, block_id, value)
        if not sends_actions(block):
            raise LookupError(f"{action_id!r} is in an input without dispatch_action, which sends nothing by itself")
        view.values = filled_values(view.body["blocks"], view.values, values or {}, self._offered(user))
        payload = self._frame("block_actions", user)
        payload |= {"actions": [self._action(user, block, element, value, view.values)]}
        return await self.dispatch.send("interactive", payload | self._view_part(user, view))

    def _open_view(self, user: User, surface: Surface) -> View:
        view = self.context.state.homes.get(user.id) if surface == "home" else self.top_modal(user)
        if view is None:
            raise LookupError(f"{user.name} has no {surface} open")
        return view

    def _view_part(self, user: User, view: View) -> Json:
        public_view = view.public(self.context.state.app_id, self.context.team_of(user).bot_id)
        return {"container": {"type": "view", "view_id": view.id}, "view": public_view}

    def _offered(self, user: User) -> list[Json]:
        return [option for (person, _), options in self._suggested.items() if person == user.id for option in options]

    def _action(self, user: User, block: Json, element: Json, value: Any, values: Json) -> Json:
        """Returns the one entry of `actions`, and notes the choice in ``values``."""
        choice: Json = {}
        if element["type"] not in ("button", "workflow_button"):
            choice = choice_state(element, value, self._offered(user))
            if element["type"] != "overflow":
                values.setdefault(block["block_id"], {})[element.get("action_id", "")] = choice
        return action_part(block, element, choice, self.context.state.new_ts())

    async def suggestions(
        self,
        user_name: str,
        surface: Surface,
        action_id: str,
        typed: str,
        channel_name: str = "",
        ts: str = "",
    ) -> list[Json]:
        """Types into an external select; returns the options that the app offers, none if it does not answer."""
        user = self.context.find_user(user_name)
        if surface == "message":
            channel = self.context.find_channel(channel_name)
            message = self._visible_message(channel, user, ts)
            blocks, part = message.all_blocks(), message_part(channel, message)
        else:
            view = self._open_view(user, surface)
            blocks, part = view.body["blocks"], self._view_part(user, view)
        block, _ = find_element(blocks, action_id, None, None)
        fields = {"action_id": action_id, "block_id": block.get("block_id", ""), "value": typed}
        outcome = await self.dispatch.send("interactive", self._frame("block_suggestion", user) | part | fields)
        options = options_of(outcome.payload) if outcome.acked else []
        for index, option in enumerate(options[:OPTIONS_MAX]):
            check_option(option, f"/options/{index}")
        self._suggested[user.id, action_id] = options[:OPTIONS_MAX]
        return options[:OPTIONS_MAX]

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
        view.values = filled_values(view.body["blocks"], view.values, given, self._offered(user))
        if refused := refused_inputs(view.body["blocks"], view.values):
            raise ValueError(f"Slack would not submit this: {refused}")
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
            block_ids = {block.get("block_id") for block in view.body["blocks"] if block["type"] == "input"}
            errors = answer.get("errors") or {}
            if not errors or not set(errors) <= block_ids:
                raise ApiError("invalid_arguments", "[ERROR] errors must name block_ids of inputs")
            self.modal_errors[user.id] = errors
            state.changed(f"modal {user.id}")
        elif action in ("update", "push"):
            body = checked_view(self.context, answer.get("view"), "modal")
            team = self.context.team_of(user)
            shown_view = state.update_modal(view, body) if action == "update" else state.push_modal(team, user.id, body)
            shown_view.values = kept_values(body["blocks"], view.values if action == "update" else {})
        else:
            state.close_modal(user.id, everything=action == "clear")

    async def close_modal(self, user_name: str, everything: bool = False) -> Outcome | None:
        """Closes the top modal, or the whole stack; the app is notified when the view asks for it."""
        user = self.context.find_user(user_name)
        view = self.top_modal(user)
        if view is None:
            return None
        cleared = everything or bool(view.body.get("clear_on_close"))
        self.context.state.close_modal(user.id, everything=cleared)
        self.modal_errors.pop(user.id, None)
        if not view.body.get("notify_on_close"):
            return None
        public_view = view.public(self.context.state.app_id, self.context.team_of(user).bot_id)
        return await self.dispatch.send(
            "interactive", self._frame("view_closed", user) | {"view": public_view, "is_cleared": cleared}
        )

    async def global_shortcut(self, user_name: str, callback_id: str) -> Outcome:
        """Uses a global shortcut, which knows no channel."""
        user = self.context.find_user(user_name)
        fields = {"callback_id": callback_id, "action_ts": self.context.state.new_ts()}
        return await self.dispatch.send("interactive", self._frame("shortcut", user) | fields)

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
