"""Renders any card as a Slack message: pure, in the reader's language, inside our limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from handlers.blocks.answer_cards import (
    confirm_message,
    error_message,
    help_message,
    notice_message,
    sense_message,
    why_message,
)
from handlers.blocks.blockkit import (
    Json,
    actions_block,
    button,
    button_value,
    context_block,
    paragraph,
    rich_text_block,
    text_run,
    user_run,
)
from handlers.blocks.change_card import change_message
from handlers.blocks.choice_card import choice_message
from handlers.blocks.commitments_card import commitments_message
from handlers.blocks.debug_card import debug_message
from handlers.blocks.digest_card import digest_message
from handlers.blocks.fallback_text import fallback_text
from handlers.blocks.heat_card import heat_message
from handlers.blocks.localizer import Localizer, localizer_for
from handlers.blocks.message_builder import MAX_BLOCKS, MAX_CHARS, RenderedMessage, json_chars
from handlers.blocks.person_card import officials_message, person_message
from handlers.blocks.preview_card import preview_message
from handlers.blocks.search_card import search_message
from handlers.blocks.settings_card import settings_message
from handlers.blocks.sources_card import sources_message
from handlers.blocks.status_card import status_message
from handlers.blocks.story_articles import story_articles_message
from handlers.blocks.story_board_card import story_board_message
from handlers.blocks.story_card import merged_message, reply_message, story_message
from handlers.blocks.subscription_cards import list_message
from handlers.blocks.timeline_card import timeline_message
from handlers.cards.answers import ConfirmCard, ErrorCard, HelpCard, NoticeCard, SenseCard, WhyCard
from handlers.cards.choice import ChoiceCard
from handlers.cards.commitments import CommitmentsCard
from handlers.cards.debug import DebugCard
from handlers.cards.digest import DigestCard
from handlers.cards.heat import HeatCard
from handlers.cards.person import OfficialsCard, PersonCard
from handlers.cards.preview import PreviewCard
from handlers.cards.search import SearchCard
from handlers.cards.settings import SettingsCard
from handlers.cards.shown import Shown
from handlers.cards.sources import SourcesCard
from handlers.cards.status import StatusCard
from handlers.cards.story import MergedCard, ReplyCard, StoryCard
from handlers.cards.story_articles import StoryArticlesCard
from handlers.cards.story_board import StoryBoardCard
from handlers.cards.subscriptions import ChangeCard, ListCard
from handlers.cards.timeline import TimelineCard
from handlers.text.times import SEOUL
from handlers.text.words import NO_NAMES, Names

_RENDERERS: dict[type, Callable[[Any, Localizer], RenderedMessage]] = {
    StoryCard: story_message,
    ReplyCard: reply_message,
    MergedCard: merged_message,
    StoryArticlesCard: story_articles_message,
    SearchCard: search_message,
    TimelineCard: timeline_message,
    StoryBoardCard: story_board_message,
    PersonCard: person_message,
    OfficialsCard: officials_message,
    PreviewCard: preview_message,
    CommitmentsCard: commitments_message,
    DigestCard: digest_message,
    StatusCard: status_message,
    HeatCard: heat_message,
    ListCard: list_message,
    ChangeCard: change_message,
    WhyCard: why_message,
    HelpCard: help_message,
    ErrorCard: error_message,
    SenseCard: sense_message,
    ChoiceCard: choice_message,
    ConfirmCard: confirm_message,
    NoticeCard: notice_message,
    SettingsCard: settings_message,
    DebugCard: debug_message,
    SourcesCard: sources_message,
}


def render(shown: Shown, names: Names = NO_NAMES, command: str = "/pact") -> RenderedMessage:
    """Renders a card, with its notice of a possible repeat, who shared it, and its Share button."""
    zone = getattr(shown.card, "zone", SEOUL)
    localizer = localizer_for(shown.language, zone, names, command, public=bool(shown.shared_by))
    localizer = replace(localizer, direct=shown.direct)
    message = _RENDERERS[type(shown.card)](shown.card, localizer)
    if shown.sample:
        message = _as_sample(message, localizer)
    if shown.repeat:
        message = with_block(message, context_block("pact:repeat", localizer.text("delivery.repeat")))
    if shown.shared_by:
        shared_by = paragraph(text_run(f"{localizer.text('share.by')} "), user_run(shown.shared_by))
        block = rich_text_block("pact:shared", shared_by)
        message = with_block(replace(message, text=f"{message.text} · {fallback_text([block])}"), block)
    if value := button_value(shown.share):
        share = button("pact:share", localizer.text("button.share"), value)
        message = with_block(message, actions_block("pact:answer", [share]))
    return message


def _as_sample(message: RenderedMessage, localizer: Localizer) -> RenderedMessage:
    """Says above a card and in its text that it is a sample."""
    mark = context_block("pact:sample", localizer.text("sample.mark", command=localizer.command))
    blocks = [mark, *message.blocks][:MAX_BLOCKS]
    word = f"{localizer.text('sample.word')}: "
    text = message.text if message.text.startswith(word) else f"{word}{message.text}"
    return RenderedMessage(text, blocks, fallback_text(blocks) or message.plain)


def with_keyboard_note(message: RenderedMessage, language: str, typed: str, meant: str) -> RenderedMessage:
    """Puts a line above a message: the line typed in the other keyboard mode, and how it was understood."""
    note = localizer_for(language, SEOUL).text("error.keyboard", typed=typed, meant=meant)
    blocks = [context_block("pact:keyboard", note), *message.blocks]
    return RenderedMessage(message.text, blocks[:MAX_BLOCKS], message.plain)


def with_block(message: RenderedMessage, block: Json) -> RenderedMessage:
    """Adds a block at the end of a message, when there is room for it."""
    chars = json_chars(block) + sum(map(json_chars, message.blocks))
    if len(message.blocks) >= MAX_BLOCKS or chars > MAX_CHARS:
        return message
    blocks = [*message.blocks, block]
    return RenderedMessage(message.text, blocks, fallback_text(blocks) or message.plain)
