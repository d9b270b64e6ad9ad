"""Renders the settings of a channel: a line for each, with its value and the command that changes it."""

from __future__ import annotations

from handlers.blocks.blockkit import (
    NAME_MAX_CHARS,
    QUERY_MAX_CHARS,
    Json,
    actions_block,
    button,
    clean,
    code_run,
    context_block,
    header_block,
    text_run,
    user_group_run,
    user_run,
)
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder, RenderedMessage
from handlers.cards.settings import SettingLine, SettingsCard
from handlers.text.words import has_key

PEOPLE_SHOWN = 10


def settings_message(card: SettingsCard, localizer: Localizer) -> RenderedMessage:
    """Renders all settings."""
    title = localizer.text("settings.title_direct" if card.direct else "settings.title")
    builder = MessageBuilder()
    builder.add_body(header_block("pact:settings", title))
    builder.add_list("pact:settings", [setting_runs(line, localizer) for line in card.lines])
    builder.add_footer(context_block("pact:settings:small", localizer.text("settings.undo")))
    if card.may_change:
        form = button("pact:run:form", localizer.text("button.settings_form"), "settings form")
        builder.add_footer(actions_block("pact:settings:do", [form]))
    return builder.build(title)


def setting_runs(line: SettingLine, localizer: Localizer) -> list[Json]:
    """Returns a setting's name and value, and the line that changes it."""
    key = f"settings.name.{line.name}"
    name = localizer.text(key) if has_key(key) else clean(line.name, NAME_MAX_CHARS)
    mentioned = _mentions(line, localizer)
    value = [] if line.group and mentioned else [localizer.note_run(line.value)]
    runs = [text_run(f"{name}: ", bold=True), *value, *mentioned]
    return [*runs, text_run("  "), code_run(localizer.localized_command(clean(line.line, QUERY_MAX_CHARS)))]


def _mentions(line: SettingLine, localizer: Localizer) -> list[Json]:
    """Returns the group or the people of a value; in a channel only their number, because a mention notifies."""
    if localizer.public:
        return [text_run(f" {len(line.people)}")] if line.people else []
    group = [user_group_run(line.group)] if line.group else []
    people = [run for person in line.people[:PEOPLE_SHOWN] for run in (text_run(" "), user_run(person))]
    more = len(line.people) - PEOPLE_SHOWN
    return [*group, *people, *([text_run(f" +{more}")] if more > 0 else [])]
