"""Renders the subscription builder, and reads its fields: query, cadence, time, zone, and the channel or the person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from handlers.blocks.blockkit import (
    Json,
    actions_block,
    button,
    button_value,
    channel_run,
    context_block,
    paragraph,
    plain_text,
    rich_text_block,
    text_block,
    text_run,
)
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder
from handlers.blocks.story_line import story_line
from handlers.cards.modals import BuilderCard, BuilderPreview
from handlers.text.words import note_text
from handlers.views.asks import BuilderFields
from handlers.views.inputs import channel_select, input_block, private_ids, select, text_input, time_input

CALLBACK_ID = "pact:builder"
CHOOSE = "pact:choose"
"""The action of a button that puts another query into the builder; a number follows."""
CADENCES = ("instant", "hourly", "daily", "weekly")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = (
    *("Asia/Seoul", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "UTC"),
    *("Europe/London", "Europe/Paris", "Europe/Berlin", "Europe/Brussels", "Asia/Tokyo", "Asia/Singapore"),
    *("Asia/Hong_Kong", "Asia/Shanghai", "Australia/Sydney"),
)
MIN_OUTLETS = (1, 2, 3, 5)
KEEP, LASTS_DAYS = "keep", (1, 3, 7, 14, 30, 90)
"""The choices of how long a subscription lasts; ``keep`` leaves its end as it is."""
CHOICES_SHOWN, HITS_SHOWN = 5, 4
_REVISION = re.compile(r"pact:in:query:([0-9]{1,6})")
_TITLE_MAX_CHARS = 24
Fields = TypeVar("Fields", bound=BuilderFields)


def builder_view(card: BuilderCard, localizer: Localizer) -> Json:
    """Renders the builder. Fields without a use for the cadence are left out."""
    title = "builder.title_edit" if card.subscription is not None else "builder.title_new"
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "title": plain_text(localizer.text(title, id=f"S{card.subscription}"), _TITLE_MAX_CHARS),
        "submit": plain_text(localizer.text("modal.save"), _TITLE_MAX_CHARS),
        "close": plain_text(localizer.text("modal.cancel"), _TITLE_MAX_CHARS),
        "private_metadata": private_ids(channel=card.opened_in, subscription=card.subscription),
        "blocks": [
            _query_block(card, localizer),
            *_preview_blocks(card, localizer),
            *_schedule_blocks(card, localizer),
            *_destination_blocks(card, localizer),
        ],
    }


def _query_block(card: BuilderCard, localizer: Localizer) -> Json:
    element = text_input(card.query, live=True, placeholder=localizer.text("builder.query_example"))
    hint = localizer.text("builder.query_hint")
    return input_block("query", localizer.text("builder.query"), element, revision=card.revision, hint=hint)


def _preview_blocks(card: BuilderCard, localizer: Localizer) -> list[Json]:
    """Returns what is to be said about the query, the queries to choose from, and what the query would have found."""
    builder = MessageBuilder()
    for number, note in enumerate(card.notes):
        builder.add_body(rich_text_block(f"pact:note:{number}", paragraph(*localizer.note_runs(note))))
    for number, (label, query) in enumerate(card.choices[:CHOICES_SHOWN]):
        if value := button_value(query):
            choice = _choice(number, label, value, localizer)
            builder.add_body(actions_block(f"pact:choice:{number}", [choice]))
    if card.preview is not None:
        _add_preview(builder, card.preview, localizer)
    preview = button("pact:live:preview", localizer.text("builder.preview"), "preview")
    builder.add_body(actions_block("pact:preview:do", [preview]))
    return builder.blocks


def _choice(number: int, label: str, query: str, localizer: Localizer) -> Json:
    return button(f"{CHOOSE}:{number}", localizer.typed_query(note_text(localizer.language, label, {})), query)


def _add_preview(builder: MessageBuilder, preview: BuilderPreview, localizer: Localizer) -> None:
    builder.add_body(text_block("pact:preview:count", localizer.text("builder.count", n=preview.week), bold=True))
    lines = [story_line(line, localizer, preview.on) for line in preview.hits[:HITS_SHOWN]]
    builder.add_list("pact:preview:hits", lines)


def _schedule_blocks(card: BuilderCard, localizer: Localizer) -> list[Json]:
    cadences = [(localizer.text(f"builder.cadence_{name}"), name) for name in CADENCES]
    blocks = [input_block("cadence", localizer.text("builder.cadence"), select(cadences, card.cadence, live=True))]
    if card.cadence == "weekly":
        days = [(localizer.text(f"weekday.{day}"), day) for day in WEEKDAYS]
        blocks.append(input_block("weekday", localizer.text("builder.weekday"), select(days, card.weekday)))
    if card.cadence in ("daily", "weekly"):
        blocks.append(input_block("at", localizer.text("builder.at"), time_input(card.at)))
        zones = [(zone, zone) for zone in dict.fromkeys((card.timezone, *ZONES)) if zone]
        blocks.append(input_block("zone", localizer.text("builder.zone"), select(zones, card.timezone)))
    counts = sorted({*MIN_OUTLETS, card.min_outlets})
    outlets = [(localizer.text("builder.min_outlets_n", n=count), str(count)) for count in counts]
    element = select(outlets, str(card.min_outlets))
    blocks.append(input_block("min", localizer.text("builder.min_outlets"), element, optional=True))
    return [*blocks, input_block("lasts", localizer.text("builder.lasts"), _lasts(card, localizer), optional=True)]


def _lasts(card: BuilderCard, localizer: Localizer) -> Json:
    """Returns the menu of how long it lasts, the present end first."""
    until = localizer.text("sub.until", when=localizer.format_datetime(card.ends_at)) if card.ends_at else ""
    choices = [(until or localizer.text("builder.lasts_on"), KEEP)]
    choices += [(localizer.text("builder.lasts_days", n=days), f"{days}d") for days in LASTS_DAYS]
    return select(choices, card.lasts or KEEP)


def _destination_blocks(card: BuilderCard, localizer: Localizer) -> list[Json]:
    """Returns where the stories go. A subscription that is edited stays where it is."""
    if card.subscription is not None:
        if card.for_me:
            return [context_block("pact:where", localizer.text("builder.stays_direct"))]
        stays = [text_run(localizer.text("builder.stays_in") + " "), channel_run(card.channel)]
        return [rich_text_block("pact:where", paragraph(*stays))]
    wheres = [(localizer.text(f"builder.where_{name}"), name) for name in ("channel", "me")]
    element = select(wheres, "me" if card.for_me else "channel", kind="radio_buttons", live=True)
    blocks = [input_block("where", localizer.text("builder.where"), element)]
    if not card.for_me:
        channel = channel_select(card.channel)
        hint = localizer.text("builder.channel_hint")
        blocks.append(input_block("channel", localizer.text("builder.channel"), channel, hint=hint))
    return blocks


def fields_from(
    kind: type[Fields], view: Mapping[str, Any], values: Mapping[str, str], ids: Mapping[str, Any]
) -> Fields:
    """Reads the builder's fields from a view; what is no number counts as not given."""
    subscription, outlets = str(ids.get("subscription") or ""), values.get("min", "")
    lasts = values.get("lasts", "")
    return kind(
        query=values.get("query", ""),
        cadence=values.get("cadence", ""),
        at=values.get("at", ""),
        weekday=values.get("weekday", ""),
        timezone=values.get("zone", ""),
        min_outlets=int(outlets) if outlets.isdecimal() and len(outlets) < 4 else 1,
        for_me=values.get("where") == "me",
        channel=values.get("channel", ""),
        subscription=int(subscription) if subscription.isdecimal() and len(subscription) < 10 else None,
        revision=_revision_of(view),
        lasts=lasts if lasts in {f"{days}d" for days in LASTS_DAYS} else "",
    )


def with_choice(fields: Fields, query: str) -> Fields:
    """Puts another query in; its field gets a new name, so that Slack shows it instead of what was typed."""
    return replace(fields, query=query, revision=fields.revision + 1)


def _revision_of(view: Mapping[str, Any]) -> int:
    blocks = (block for block in view.get("blocks") or () if isinstance(block, dict))
    matches = (_REVISION.fullmatch(str(block.get("block_id"))) for block in blocks)
    return next((int(match[1]) for match in matches if match), 0)
