"""Renders the question for how long a story is muted, and reads the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.blocks.blockkit import HEADLINE_MAX_CHARS, Json, foreign_run, paragraph, plain_text, rich_text_block
from handlers.blocks.localizer import Localizer
from handlers.cards.modals import MuteCard
from handlers.verbs.mute import MUTE_MAX_SECONDS, MUTE_SPANS
from handlers.views.asks import SaveMute
from handlers.views.inputs import input_block, private_ids, select

CALLBACK_ID = "pact:mute_story"
DEFAULT_SECONDS = 3 * 86_400
_TITLE_MAX_CHARS = 24


def mute_view(card: MuteCard, localizer: Localizer) -> Json:
    """Renders the modal."""
    spans = [(localizer.text(f"mute_modal.{unit}", n=count), str(seconds)) for unit, count, seconds in MUTE_SPANS]
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "title": plain_text(localizer.text("mute_modal.title"), _TITLE_MAX_CHARS),
        "submit": plain_text(localizer.text("mute_modal.submit"), _TITLE_MAX_CHARS),
        "close": plain_text(localizer.text("modal.cancel"), _TITLE_MAX_CHARS),
        "private_metadata": private_ids(channel=card.opened_in, story=card.story),
        "blocks": [
            rich_text_block("pact:story", paragraph(foreign_run(card.headline, HEADLINE_MAX_CHARS, bold=True))),
            input_block("for", localizer.text("mute_modal.for"), select(spans, str(DEFAULT_SECONDS))),
        ],
    }


def ask_from(values: Mapping[str, str], ids: Mapping[str, Any]) -> SaveMute | None:
    """Reads the submitted modal; None for one with a story or a time that it cannot have."""
    story, seconds = str(ids.get("story") or ""), values.get("for", "")
    if not (story.isdecimal() and seconds.isdecimal() and len(story) < 10 and 0 < int(seconds) <= MUTE_MAX_SECONDS):
        return None
    return SaveMute(int(story), int(seconds))
