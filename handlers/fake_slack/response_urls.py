"""Issues response_urls, each for five uses in thirty minutes by one person in one channel, and shows the answers."""

from __future__ import annotations

import secrets
from copy import deepcopy
from dataclasses import dataclass

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.attachments_check import check_attachments
from handlers.fake_slack.blocks_check import check_message_blocks
from handlers.fake_slack.context import LOG_ENTRIES, FakeSlackContext
from handlers.fake_slack.elements_check import IN_ACTIONS, IN_INPUT
from handlers.fake_slack.inputs import interactive_elements
from handlers.fake_slack.limits import check_blocks_length, truncated_text
from handlers.fake_slack.models import Json, Message, Team

USES_MAX, LIFETIME_SECONDS = 5, 30 * 60.0
INTERACTIVE = IN_ACTIONS | IN_INPUT


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
    """All response_urls of the fake Slack."""

    def __init__(self, context: FakeSlackContext) -> None:
        self.context = context
        self.addresses: dict[str, ResponseUrl] = {}

    def issue(self, team: Team, channel: str, user: str, original: Message | None = None) -> ResponseUrl:
        """Issues a response_url; `original` is the message whose button was pressed."""
        response_url = ResponseUrl(secrets.token_urlsafe(18), team, channel, user, self.context.clock(), original)
        self.addresses[response_url.token] = response_url
        if len(self.addresses) > LOG_ENTRIES:
            del self.addresses[next(iter(self.addresses))]
        return response_url

    def url(self, response_url: ResponseUrl) -> str:
        """Returns the URL that the app posts its answer to."""
        return f"{self.context.origin}/actions/{response_url.team.id}/{response_url.token}"

    def receive(self, token: str, body: Json) -> None:
        """Checks, shows and counts an answer of the app."""
        response_url = self.addresses.get(token)
        if response_url is None or self.context.clock() - response_url.issued_at > LIFETIME_SECONDS:
            raise ApiError("expired_url")
        if response_url.uses >= USES_MAX:
            raise ApiError("used_url")
        self.show(response_url, body)
        response_url.uses += 1

    def show(self, response_url: ResponseUrl, body: Json) -> Message | None:
        """Carries an answer out: deletes, replaces, or posts a message."""
        if body.get("delete_original"):
            self._delete(response_url)
            return None
        text, blocks, attachments = self._content(body)
        if body.get("replace_original") and response_url.original is not None:
            self.context.state.edit_message(response_url.original, text, blocks, attachments)
            return response_url.original
        message = self._new(response_url, body, text, blocks)
        message.attachments = attachments
        if response_url.original is None:
            response_url.original = message
        return self.context.state.add_message(message)

    def _content(self, body: Json) -> tuple[str, list[Json], list[Json]]:
        """Returns text, blocks and attachments; raises ApiError when one of them breaks a rule."""
        blocks = check_message_blocks(body.get("blocks") or [], self.context.refused_block_types)
        attachments = check_attachments(body.get("attachments"), self.context.refused_block_types)
        check_blocks_length([*blocks, *(block for each in attachments for block in each.get("blocks", []))])
        text = str(body.get("text") or "")
        if not text and not blocks and not attachments:
            raise ApiError("no_text")
        shown = [with_ids_in_attachment(self.context, each) for each in attachments]
        return truncated_text(text), with_block_ids(self.context, blocks), shown

    def _new(self, response_url: ResponseUrl, body: Json, text: str, blocks: list[Json]) -> Message:
        is_public = body.get("response_type") == "in_channel"
        return Message(
            ts=self.context.state.new_ts(),
            channel=response_url.channel,
            user=response_url.team.bot_user_id,
            text=text,
            blocks=blocks,
            thread_ts=body.get("thread_ts"),
            bot_id=response_url.team.bot_id,
            app_id=self.context.state.app_id,
            team_id=response_url.team.id,
            subtype="bot_message" if is_public else None,
            only_for=None if is_public else response_url.user,
            origin=response_url.token,
        )

    def _delete(self, response_url: ResponseUrl) -> None:
        original = response_url.original
        if original is not None and original.ts in self.context.state.channels[response_url.channel].by_ts:
            self.context.state.delete_message(original)


def with_ids_in_attachment(context: FakeSlackContext, attachment: Json) -> Json:
    """Returns an attachment whose blocks have ids."""
    blocks = attachment.get("blocks")
    return attachment | {"blocks": with_block_ids(context, blocks)} if blocks else attachment


def with_block_ids(context: FakeSlackContext, blocks: list[Json]) -> list[Json]:
    """Returns the blocks as Slack returns them, with a block_id each and an action_id on every interactive element."""
    copies = deepcopy(blocks)
    for block in copies:
        block.setdefault("block_id", context.state.new_id("b"))
    for _, element in interactive_elements(copies):
        if element["type"] in INTERACTIVE:
            element.setdefault("action_id", context.state.new_id("a"))
    return copies
