"""Renders the settings of a channel or a direct message as a form, and reads what was filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handlers.blocks.blockkit import Json, context_block, plain_text
from handlers.blocks.localizer import Localizer
from handlers.cards.settings import SettingsForm
from handlers.text.words import LANGUAGES
from handlers.views.asks import SaveSettings
from handlers.views.builder_modal import WEEKDAYS, ZONES
from handlers.views.inputs import checkboxes, input_block, people_select, private_ids, select, time_input

CALLBACK_ID = "pact:settings"
DIGESTS = ("off", "daily", "shifts", "weekly", "hourly")
EMPTY = ("usual", "clear", "skip")
WHO = ("everyone", "admins", "list")
MENTION_OFF = "off"
MENU_MAX_OPTIONS = 100
_TITLE_MAX_CHARS = 24


def settings_view(card: SettingsForm, localizer: Localizer) -> Json:
    """Renders the form. A direct message has neither members nor replies in a channel."""
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "title": plain_text(localizer.text("settings_form.title"), _TITLE_MAX_CHARS),
        "submit": plain_text(localizer.text("modal.save"), _TITLE_MAX_CHARS),
        "close": plain_text(localizer.text("modal.cancel"), _TITLE_MAX_CHARS),
        "private_metadata": private_ids(channel=card.opened_in),
        "blocks": [
            *_of_channel(card, localizer),
            *_times(card, localizer),
            *_posts(card, localizer),
            *(_who(card, localizer) if not card.direct else ()),
            context_block("pact:settings:small", localizer.text("settings_form.small")),
        ],
    }


def _field(name: str, element: Json, localizer: Localizer, *, optional: bool = False, hint: str = "") -> Json:
    return input_block(name, localizer.text(f"settings_form.{name}"), element, optional=optional, hint=hint)


def _of_channel(card: SettingsForm, localizer: Localizer) -> Iterator[Json]:
    if card.direct:
        return
    languages = [(localizer.text(f"language.{name}"), name) for name in LANGUAGES]
    yield _field("language", select(languages, card.language), localizer)
    zones = [(zone, zone) for zone in dict.fromkeys((card.timezone, *ZONES)) if zone]
    yield _field("zone", select(zones, card.timezone), localizer)


def _times(card: SettingsForm, localizer: Localizer) -> Iterator[Json]:
    digests = [(localizer.text(f"settings_form.digest_{name}"), name) for name in DIGESTS]
    yield _field("digest", select(digests, card.digest), localizer)
    yield _field("at", time_input(card.digest_at), localizer, optional=True)
    days = [(localizer.text(f"weekday.{day}"), day) for day in WEEKDAYS]
    yield _field("weekday", select(days, card.weekday), localizer, optional=True)
    empty = [(localizer.text(f"settings_form.empty_{name}"), name) for name in EMPTY]
    yield _field("empty", select(empty, card.empty), localizer)
    hint = localizer.text("settings_form.quiet_hint")
    yield _field("quiet_from", time_input(card.quiet_from), localizer, optional=True)
    yield _field("quiet_to", time_input(card.quiet_to), localizer, optional=True, hint=hint)


def _posts(card: SettingsForm, localizer: Localizer) -> Iterator[Json]:
    names = ("threads",) if card.direct else ("threads", "broadcast")
    boxes = [(localizer.text(f"settings_form.box_{name}"), name) for name in names]
    ticked = [name for name, is_on in (("threads", card.threads), ("broadcast", card.broadcast)) if is_on]
    yield _field("posts", checkboxes(boxes, ticked), localizer, optional=True)
    if not card.direct:
        hint = localizer.text(f"settings_form.mention_{'hint' if card.groups is not None else 'scope'}")
        yield _field("mention", _groups(card, localizer), localizer, hint=hint)


def _groups(card: SettingsForm, localizer: Localizer) -> Json:
    """Returns the menu of user groups: none, the one that is set, and the others, as many as a menu holds."""
    others = [(label, group) for label, group in card.groups or () if group != card.mention]
    now = next((label for label, group in card.groups or () if group == card.mention), "")
    present = [(now or localizer.text("settings_form.mention_now"), card.mention)] if card.mention else []
    choices = [(localizer.text("settings_form.mention_off"), MENTION_OFF), *present, *others]
    return select(choices[:MENU_MAX_OPTIONS], card.mention or MENTION_OFF)


def _who(card: SettingsForm, localizer: Localizer) -> Iterator[Json]:
    who = [(localizer.text(f"settings_form.who_{name}"), name) for name in WHO]
    yield _field("who", select(who, card.who), localizer)
    yield _field("people", people_select(card.people), localizer, optional=True)


def ask_from(values: Mapping[str, str]) -> SaveSettings:
    """Reads the submitted form; "" stands for a field that is empty or absent."""
    ticked = values.get("posts", "").split(",")
    return SaveSettings(
        language=values.get("language", ""),
        timezone=values.get("zone", ""),
        digest=values.get("digest", ""),
        digest_at=values.get("at", ""),
        weekday=values.get("weekday", ""),
        empty=values.get("empty", ""),
        quiet_from=values.get("quiet_from", ""),
        quiet_to=values.get("quiet_to", ""),
        threads="threads" in ticked,
        broadcast="broadcast" in ticked,
        who=values.get("who", ""),
        people=values.get("people", ""),
        mention=values.get("mention", ""),
    )
