"""Answer addresses (response_url): five uses in thirty minutes, for one person in one channel."""

from __future__ import annotations

import secrets
from copy import deepcopy
from dataclasses import dataclass

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.blocks_check import check_message_blocks
from handlers.fake_slack.context import LOG_ENTRIES, FakeSlackContext
from handlers.fake_slack.elements_check import IN_ACTIONS, IN_INPUT
from handlers.fake_slack.inputs import live_elements
from handlers.fake_slack.limits import check_blocks_weight, fitting_text
from handlers.fake_slack.models import Json, Message, Team

USES, LIFE_SECONDS = 5, 30 * 60.0
PRESSED_OR_FILLED = IN_ACTIONS | IN_INPUT


@dataclass
class ResponseUrl:
    """One issued response_url."""

    token: str
    team: Team
    channel: str
    user: str
    issued_at: float
    original: Message | None = None
    uses: int = 0


class ResponseUrls:
    """All answer addresses of the workspace, and what arrives at them."""

    def __init__(self, context: FakeSlackContext) -> None:
        self.context = context
        self.addresses: dict[str, ResponseUrl] = {}

    def issue(self, team: Team, channel: str, user: str, original: Message | None = None) -> ResponseUrl:
        """A fresh address; `original` is the message whose button was pressed."""
        address = ResponseUrl(secrets.token_urlsafe(18), team, channel, user, self.context.clock(), original)
        self.addresses[address.token] = address
        if len(self.addresses) > LOG_ENTRIES:
            del self.addresses[next(iter(self.addresses))]
        return address

    def url(self, address: ResponseUrl) -> str:
        """Where the app is to post its answer."""
        return f"{self.context.origin}/actions/{address.team.id}/{address.token}"

    def receive(self, token: str, body: Json) -> None:
        """An answer from outside: counted, checked and shown."""
        address = self.addresses.get(token)
        if address is None or self.context.clock() - address.issued_at > LIFE_SECONDS:
            raise ApiError("expired_url")
        if address.uses >= USES:
            raise ApiError("used_url")
        self.show(address, body)
        address.uses += 1

    def show(self, address: ResponseUrl, body: Json) -> Message | None:
        """Carry the answer out: delete, replace, or say something new."""
        if body.get("delete_original"):
            self._delete(address)
            return None
        text, blocks = self._content(body)
        if body.get("replace_original") and address.original is not None:
            self.context.state.edit(address.original, text, blocks)
            return address.original
        message = self._new(address, body, text, blocks)
        if address.original is None:
            address.original = message
        return self.context.state.put(message)

    def _content(self, body: Json) -> tuple[str, list[Json]]:
        blocks = check_message_blocks(body.get("blocks") or [], self.context.refused_block_types)
        check_blocks_weight(blocks)
        text = str(body.get("text") or "")
        if not text and not blocks and not body.get("attachments"):
            raise ApiError("no_text")
        return fitting_text(text), with_block_ids(self.context, blocks)

    def _new(self, address: ResponseUrl, body: Json, text: str, blocks: list[Json]) -> Message:
        seen_by_all = body.get("response_type") == "in_channel"
        return Message(
            ts=self.context.state.new_ts(),
            channel=address.channel,
            user=address.team.bot_user_id,
            text=text,
            blocks=blocks,
            thread_ts=body.get("thread_ts"),
            bot_id=address.team.bot_id,
            app_id=self.context.state.app_id,
            team_id=address.team.id,
            subtype="bot_message" if seen_by_all else None,
            only_for=None if seen_by_all else address.user,
            origin=address.token,
        )

    def _delete(self, address: ResponseUrl) -> None:
        original = address.original
        if original is not None and original.ts in self.context.state.channels[address.channel].by_ts:
            self.context.state.forget(original)


def with_block_ids(context: FakeSlackContext, blocks: list[Json]) -> list[Json]:
    """The blocks as Slack hands them back: a block_id each, and an action_id on all that can be pressed."""
    named = deepcopy(blocks)
    for block in named:
        block.setdefault("block_id", context.state.new_id("b"))
    for _, element in live_elements(named):
        if element["type"] in PRESSED_OR_FILLED:
            element.setdefault("action_id", context.state.new_id("a"))
    return named
