"""Shows an answer where it was asked: home tab, modal, response_url, direct message, thread, ephemeral message."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from handlers.blocks.blockkit import actions_block, button, context_block
from handlers.blocks.message import with_block, with_keyboard_note
from handlers.blocks.message_builder import RenderedMessage
from handlers.cards.answers import NoticeCard
from handlers.cards.file import FileToSend
from handlers.cards.home import HomeCard
from handlers.cards.modals import ModalCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.cards.unfurl import UnfurlCard
from handlers.client import DEADLINE_SECONDS
from handlers.error_mapping import NOT_CONNECTED, as_post_error
from handlers.errors import MessageRejected, MissingScope, NotUnderstood, OutcomeUnknown, PostError
from handlers.post import Poster
from handlers.requests import Home, Request, ViewRef
from handlers.text.words import localized
from handlers.views.asks import Unfurl, ViewAsk
from handlers.views.modal import loading_view

log = logging.getLogger("pactbot.slack")


MODALS_MAX = 2_000


class Responder:
    """Shows answers at most once, without retries."""

    def __init__(self, poster_of: Callable[[str], Poster]) -> None:
        """``poster_of`` returns the client of a workspace."""
        self._poster_of = poster_of
        self._newest: dict[str, str] = {}
        """The last request of each open modal, by the modal's id."""

    def _poster(self, request: Request) -> Poster:
        return self._poster_of(request.asker.team)

    async def show(self, shown: Shown, request: Request) -> None:
        """Shows an answer; raises PostError when Slack did not accept it.

        A change that the home tab asked for without a modal is shown by the tab itself, which is published again.

        After response_url another way is tried only when response_url certainly did not show the answer.
        """
        if shown.files:
            shown = await self._with_files_sent(shown, request)
        if isinstance(shown.card, HomeCard):
            await self._poster(request).publish_home(request.asker.user, shown)
            return
        if isinstance(request.ask, Unfurl):
            if isinstance(shown.card, UnfurlCard):
                await self._poster(request).unfurl(request.ask.unfurl_id, request.ask.source, shown)
            return
        if isinstance(request.ask, Home) or (shown.changed and request.view is not None and request.view.is_home):
            return
        if request.view is not None and await self._shown_in_modal(shown, request):
            return
        message = (
            self._without_modal(shown, request) if isinstance(shown.card, ModalCard) else self._message(shown, request)
        )
        if not await self._shown_by_response_url(message, request):
            await self._post(message, request)

    async def replace(self, shown: Shown, request: Request) -> None:
        """Shows a newer answer in place of the first one, where Slack lets us; raises PostError.

        Behind a button of a message that everybody sees it is a second answer, and a modal that shows another one by
        now is left alone.
        """
        if request.view is not None:
            if not request.view.is_home and self._newest.get(request.view.id, request.id) == request.id:
                await self._poster(request).update_modal(replace(request.view, hash=None), shown, request.asker.channel)
        elif request.response_url is not None:
            message, client = self._message(shown, request), self._poster(request).client
            await send_to_response_url(client, request.response_url, message, replace_original=request.replaceable)

    def _message(self, shown: Shown, request: Request) -> RenderedMessage:
        message = self._poster(request).message(shown)
        if request.typed:
            return with_keyboard_note(message, shown.language, request.typed, request.line)
        return message

    async def _with_files_sent(self, shown: Shown, request: Request) -> Shown:
        """Sends the files in order; returns the answer, or one that says why one was not sent and what to do."""
        sent: list[str] = []
        try:
            for file in shown.files:
                await self._poster(request).send_file(request.asker.user, file)
                sent.append(file.name)
        except MissingScope:
            return replace(shown, card=NoticeCard((Note("file_not_allowed"),)))
        except PostError as error:
            log.warning("file not sent error=%s", error.code)
            return replace(shown, card=NoticeCard((unsent_note(error, shown.files, sent, request.line),)))
        return shown

    async def with_modal(self, request: Request) -> Request:
        """Opens a modal that says that it is loading, where the request asks for one; the answer then replaces it.

        A modal that cannot be opened leaves the request as it is: its answer is shown as a message.
        """
        if request.trigger_id is None:
            self._note_newest(request)
            return request
        on_top = request.view is not None and not request.view.is_home
        try:
            view = await self._poster(request).open_modal(request.trigger_id, loading_view(), on_top=on_top)
        except PostError as error:
            log.warning("modal not opened error=%s", error.code)
            return replace(request, trigger_id=None, view=None)
        return replace(request, trigger_id=None, view=view)

    def _without_modal(self, shown: Shown, request: Request) -> RenderedMessage:
        """Renders the message in place of a modal that was not opened: a typed line gets the button that opens it."""
        if isinstance(request.ask, ViewAsk) or not request.line:
            return self._poster(request).message(replace(shown, card=NoticeCard((Note("modal_not_opened"),))))
        message = self._poster(request).message(replace(shown, card=NoticeCard((Note("modal_by_button"),))))
        opening = button("pact:run", localized(shown.language, "modal.open"), request.line)
        return with_block(message, actions_block("pact:do", [opening]))

    def _note_newest(self, request: Request) -> None:
        if request.view is not None:
            if len(self._newest) >= MODALS_MAX:
                self._newest.clear()
            self._newest[request.view.id] = request.id

    async def _shown_in_modal(self, shown: Shown, request: Request) -> bool:
        """Returns whether a modal shows the answer. A change whose modal was closed is told elsewhere.

        Of two questions in one modal, as when a field changes twice, the later one is answered: the answer to the
        earlier one is dropped, or replaced although the modal has changed meanwhile.
        """
        view = request.view
        assert view is not None
        if view.is_home:
            return False
        if self._newest.get(view.id, request.id) != request.id and not request.ask.changes_channel:
            return True
        try:
            await self._update_modal(view, shown, request)
        except PostError as error:
            log.info("modal not updated error=%s", error.code)
            return not request.ask.changes_channel
        return True

    async def _update_modal(self, view: ViewRef, shown: Shown, request: Request) -> None:
        try:
            await self._poster(request).update_modal(view, shown, request.asker.channel)
        except NotUnderstood as error:
            if error.code != "hash_conflict":
                raise
            await self._poster(request).update_modal(replace(view, hash=None), shown, request.asker.channel)

    async def show_wait_notice(self, request: Request, language: str) -> bool:
        """Says that the answer takes a moment; returns whether Slack accepted the notice."""
        if request.response_url is None or request.view is not None:
            return False
        text = localized(language, "error.later")
        notice = RenderedMessage(text, [context_block("pact:later", text)], text)
        try:
            await send_to_response_url(
                self._poster(request).client, request.response_url, notice, replace_original=request.replace_original
            )
        except PostError as error:
            log.info("wait notice not shown error=%s", error.code)
            return False
        return True

    async def _shown_by_response_url(self, message: RenderedMessage, request: Request) -> bool:
        """Returns whether response_url showed the message, or may have shown it."""
        if request.response_url is None:
            return False
        try:
            await send_to_response_url(
                self._poster(request).client, request.response_url, message, replace_original=request.replace_original
            )
        except PostError as error:
            log.warning("respond failed error=%s", error.code)
            return isinstance(error, OutcomeUnknown) and error.code != NOT_CONNECTED
        return True

    async def _post(self, message: RenderedMessage, request: Request) -> None:
        asker, poster = request.asker, self._poster(request)
        if not asker.channel:
            asker = replace(asker, channel=await poster.open_direct(asker.user), direct=True)
        if asker.direct:
            await poster.post_answer(asker.channel, message, thread_ts=request.thread_ts)
        else:
            await poster.post_ephemeral(asker.channel, asker.user, message, thread_ts=request.thread_ts)


async def send_to_response_url(
    client: AsyncWebClient, response_url: str, message: RenderedMessage, *, replace_original: bool
) -> None:
    """Sends an ephemeral message to a response_url, in place of the original on request. Raises PostError.

    It uses the posting client's session and proxy, because Slack's own helper would retry and so answer twice.
    """
    body: dict[str, Any] = {
        "response_type": "ephemeral",
        "replace_original": replace_original,
        "text": message.text,
        "blocks": message.blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    webhook = AsyncWebhookClient(
        url=response_url, session=client.session, proxy=client.proxy, retry_handlers=[], logger=client.logger
    )
    webhook.proxy = client.proxy
    with as_post_error():
        async with asyncio.timeout(DEADLINE_SECONDS):
            response = await webhook.send_dict(body)
    if response.status_code >= 500:
        raise OutcomeUnknown(f"http_{response.status_code}")
    if response.status_code >= 400 or '"ok":false' in response.body.replace(" ", ""):
        raise MessageRejected(response.body[:80] or f"http_{response.status_code}")


NO_DIRECT_MESSAGE = frozenset(
    ("user_not_found", "user_not_visible", "user_is_restricted", "user_is_ultra_restricted", "cannot_dm_bot")
)
"""Slack lets the bot write nothing to this person, as to many of another workspace: asking again does not help."""


def unsent_note(error: PostError, files: Sequence[FileToSend], sent: Sequence[str], line: str) -> Note:
    """Returns the note on a file that was not sent, or may not have been; files before it were, and come again."""
    is_unknown = isinstance(error, OutcomeUnknown) and error.code != NOT_CONNECTED
    code = "file_unknown" if is_unknown else "file_not_sent"
    if error.code in NO_DIRECT_MESSAGE and not sent:
        return Note("file_never")
    if not sent:
        return Note(code, {"line": line})
    return Note(f"{code}_part", {"line": line, "sent": ", ".join(sent), "name": files[len(sent)].name})
