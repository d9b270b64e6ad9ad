"""Renders a card as a modal: its own form, or the message that the card is elsewhere; and the modal while it loads."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from handlers.blocks.blockkit import Json, context_block, plain_text
from handlers.blocks.localizer import Localizer, localizer_for
from handlers.blocks.message import render
from handlers.cards.answers import HelpCard, WhyCard
from handlers.cards.digest import DigestCard
from handlers.cards.modals import BuilderCard, FeedbackForm, FieldErrorsCard, MuteCard
from handlers.cards.settings import SettingsForm
from handlers.cards.shown import Shown
from handlers.cards.sources import SourcesCard
from handlers.cards.status import StatusCard
from handlers.text.times import SEOUL
from handlers.text.words import NO_NAMES, Names, note_text
from handlers.views.builder_modal import builder_view
from handlers.views.feedback_modal import feedback_view
from handlers.views.inputs import block_id_of, private_ids
from handlers.views.mute_modal import mute_view
from handlers.views.settings_modal import settings_view

LOADING = "불러오는 중입니다… · Loading…"
"""It is shown before anybody is asked for the reader's language."""
TITLE_MAX_CHARS = 24

_RENDERERS: dict[type, Callable[[Any, Localizer], Json]] = {
    BuilderCard: builder_view,
    MuteCard: mute_view,
    SettingsForm: settings_view,
    FeedbackForm: feedback_view,
}
_TITLES: dict[type, str] = {
    WhyCard: "button.why",
    StatusCard: "home.status",
    DigestCard: "home.digest",
    SourcesCard: "home.sources",
    HelpCard: "home.help",
}
"""The titles of messages that stand in a modal; of any other one it is our name."""


def loading_view(external_id: str | None = None) -> Json:
    """Returns the modal that stands until its content is known."""
    view = _frame("pactbot", [context_block("pact:loading", LOADING)])
    return view | ({"external_id": external_id} if external_id else {})


def modal_view(shown: Shown, names: Names = NO_NAMES, command: str = "/pact", channel: str = "") -> Json:
    """Renders a card as a modal that was opened in ``channel``.

    A card that is a message elsewhere stands there as it is; its buttons mean the same channel.
    """
    renderer = _RENDERERS.get(type(shown.card))
    localizer = localizer_for(shown.language, getattr(shown.card, "zone", SEOUL), names, command)
    if renderer is None:
        key = _TITLES.get(type(shown.card))
        view = _frame(localizer.text(key) if key else "pactbot", render(shown, names, command).blocks)
        close = plain_text(localizer.text("modal.close"), TITLE_MAX_CHARS)
        return view | {"close": close, "private_metadata": private_ids(channel=channel)}
    return renderer(shown.card, localizer)


def field_errors(shown: Shown) -> Mapping[str, str]:
    """Returns the sentence of each wrong field under the id of its block, as Slack wants them."""
    assert isinstance(shown.card, FieldErrorsCard)
    card = shown.card
    return {
        block_id_of(name, card.revision if name == "query" else 0): note_text(shown.language, note.code, note.args)
        for name, note in card.errors.items()
    }


def metadata_of(view: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns the ids that a view carries; nothing where they cannot be read."""
    try:
        ids = json.loads(str(view.get("private_metadata") or "{}"))
    except ValueError:
        return {}
    return ids if isinstance(ids, dict) else {}


def _frame(title: str, blocks: list[Json]) -> Json:
    return {"type": "modal", "title": plain_text(title, TITLE_MAX_CHARS), "blocks": blocks}
