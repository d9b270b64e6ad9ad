"""A card as Slack's blocks: pure, in the reader's language, inside the house limits, whatever strings it holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers.blocks.answer_cards import (
    confirm_message,
    error_message,
    help_message,
    notice_message,
    sense_message,
    why_message,
)
from handlers.blocks.blockkit import Json, actions, button, carried, context, rich, section, text, user
from handlers.blocks.channel_cards import change_message, list_message
from handlers.blocks.digest_card import digest_message
from handlers.blocks.localizer import Localizer, voice_for
from handlers.blocks.message_builder import MAX_BLOCKS, MAX_CHARS, Message, as_plain, weigh
from handlers.blocks.status_card import home_message, status_message
from handlers.blocks.story_card import reply_message, story_message
from handlers.cards.answers import ConfirmCard, ErrorCard, HelpCard, NoticeCard, SenseCard, WhyCard
from handlers.cards.digest import DigestCard
from handlers.cards.shown import Shown
from handlers.cards.status import HomeCard, StatusCard
from handlers.cards.story import ReplyCard, StoryCard
from handlers.cards.subscriptions import ChangeCard, ListCard
from handlers.text.times import SEOUL
from handlers.text.words import NO_NAMES, Names

_MESSAGES: dict[type, Callable[[Any, Localizer], Message]] = {
    StoryCard: story_message,
    ReplyCard: reply_message,
    DigestCard: digest_message,
    StatusCard: status_message,
    ListCard: list_message,
    ChangeCard: change_message,
    WhyCard: why_message,
    HelpCard: help_message,
    ErrorCard: error_message,
    SenseCard: sense_message,
    ConfirmCard: confirm_message,
    NoticeCard: notice_message,
    HomeCard: home_message,
}


def render(shown: Shown, names: Names = NO_NAMES, command: str = "/pact") -> Message:
    """The message of a card: text for notifications, blocks, and a plain form for when the blocks are refused."""
    voice = voice_for(shown.language, getattr(shown.card, "zone", SEOUL), names, command, bool(shown.shared_by))
    message = _MESSAGES[type(shown.card)](shown.card, voice)
    if shown.repeat:
        message = with_block(message, context("pact:repeat", voice.say("delivery.repeat")))
    if shown.shared_by:
        by = section(text(f"{voice.say('share.by')} "), user(shown.shared_by))
        message = with_block(message, rich("pact:shared", by))
    if line := carried(shown.share):
        return with_block(message, actions("pact:answer", [button("pact:share", voice.say("button.share"), line)]))
    return message


def render_home(shown: Shown, names: Names = NO_NAMES, command: str = "/pact") -> Json:
    """The home tab as a view."""
    return {"type": "home", "blocks": render(shown, names, command).blocks}


def said_so(message: Message, language: str, typed: str, meant: str) -> Message:
    """The message with a line above it: what was typed in the keyboard's other mode, and how it was understood."""
    line = voice_for(language, SEOUL).say("error.keyboard", typed=typed, meant=meant)
    return Message(message.text, [context("pact:keyboard", line), *message.blocks][:MAX_BLOCKS], message.plain)


def with_block(message: Message, block: Json) -> Message:
    """The message with one more block at its foot, if there is room."""
    if len(message.blocks) >= MAX_BLOCKS or weigh(block) + sum(map(weigh, message.blocks)) > MAX_CHARS:
        return message
    blocks = [*message.blocks, block]
    return Message(message.text, blocks, as_plain(blocks) or message.plain)
