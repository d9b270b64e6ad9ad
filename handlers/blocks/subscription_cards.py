"""Renders a channel's subscriptions, and the report of a change to them."""

from __future__ import annotations

from handlers.blocks.blockkit import (
    BUTTON_MAX_CHARS,
    NAME_MAX_CHARS,
    QUERY_MAX_CHARS,
    Json,
    actions_block,
    button,
    channel_run,
    clean,
    code_run,
    context_block,
    foreign_run,
    header_block,
    option,
    paragraph,
    plain_text,
    rich_text_block,
    text_block,
    text_run,
    user_run,
)
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder, RenderedMessage
from handlers.cards.subscriptions import ChangeCard, ListCard, SubscriptionLine
from handlers.text.times import zone_abbreviation
from handlers.text.words import has_key

LINES_IN_CHANGE = 10
EDITED_IN_LIST = 40
_OF_SUBSCRIPTIONS = ("subscribed", "unsubscribed", "unsubscribed_all", "undone", "edited")
"""Changes whose post counts the channel's other subscriptions."""


def list_message(card: ListCard, localizer: Localizer) -> RenderedMessage:
    """Renders one page of the subscriptions of a channel, of all channels, or of a person."""
    title = localizer.text(_title_key(card))
    builder = MessageBuilder()
    builder.add_body(header_block("pact:list", title))
    if not card.lines:
        hint = localizer.text("list.empty_hint", line=localizer.localized_command("subscribe pact"))
        builder.add_body(text_block("pact:list:none", f"{localizer.text('list.empty')} {hint}"))
    items = [[*subscription_runs(line, localizer, card.everywhere), *_owner(line, localizer)] for line in card.lines]
    left_out = builder.add_list("pact:list", items)
    facts = _list_facts(card, localizer)
    if card.missing_page is not None:
        facts.append(localizer.text("list.missing_page", page=card.missing_page))
    if card.pages > 1 or card.missing_page is not None:
        facts.append(localizer.text("list.page", page=card.page, pages=card.pages))
    if left_out:
        facts.append(f"+{left_out}")
    if card.hidden:
        facts.append(localizer.text("list.hidden", n=card.hidden))
    if facts:
        builder.add_footer(context_block("pact:list:small", " · ".join(facts)))
    if buttons := [*_edit_menu(card, localizer), *_page_buttons(card, localizer)]:
        builder.add_footer(actions_block("pact:list:turn", buttons))
    return builder.build(title)


def _edit_menu(card: ListCard, localizer: Localizer) -> list[Json]:
    """Returns a menu that opens the builder with a subscription; none in a channel, where everybody reads it."""
    if localizer.public or not card.lines:
        return []
    named = [(clean(line.id, 20), clean(line.query, QUERY_MAX_CHARS)) for line in card.lines[:EDITED_IN_LIST]]
    return [
        {
            "type": "static_select",
            "action_id": "pact:edit:list",
            "placeholder": plain_text(localizer.text("list.edit"), BUTTON_MAX_CHARS),
            "options": [option(f"{number} {query}", f"edit {number}") for number, query in named],
        }
    ]


def _title_key(card: ListCard) -> str:
    if card.everywhere:
        return "list.title_everywhere"
    return "list.title"


def _list_facts(card: ListCard, localizer: Localizer) -> list[str]:
    facts = []
    if card.digest_at:
        facts.append(_digest_text(card, clean(card.digest_at, 10), localizer))
    if card.quiet is not None:
        facts.append(quiet_hours_text(card.quiet, localizer, card.channel_zone))
    if card.next_digest_at is not None:
        when = localizer.format_both_zones(card.next_digest_at)
        facts.append(localizer.text("change.next_digest", when=when))
    return facts


def _digest_text(card: ListCard, at: str, localizer: Localizer) -> str:
    """Returns when the channel's own digest comes."""
    key, weekday = f"list.digest_{card.digest_cadence}", f"weekday.{card.digest_weekday}"
    named = localizer.text(weekday) if has_key(weekday) else ""
    if card.channel_zone is not None and card.digest_cadence in ("daily", "weekly"):
        at = f"{at} ({clean(card.channel_zone, 40)})"
    return localizer.text(key if has_key(key) else "list.digest", at=at, weekday=named)


def quiet_hours_text(hours: tuple[str, str], localizer: Localizer, zone: str | None = None) -> str:
    """Returns a channel's quiet hours with their zone: the reader's, or another one."""
    start, end = (clean(time, 10) for time in hours)
    return localizer.text("list.quiet", start=start, end=end, zone=clean(zone or localizer.zone, 40))


def _page_buttons(card: ListCard, localizer: Localizer) -> list[Json]:
    command = "list all" if card.everywhere else "list"
    buttons = []
    if card.page > 1:
        label = localizer.text("list.previous_page")
        buttons.append(button("pact:run:previous", label, f"{command} {card.page - 1}"))
    if card.page < card.pages:
        label = localizer.text("list.next_page")
        buttons.append(button("pact:run:next", label, f"{command} {card.page + 1}"))
    return buttons


def subscription_runs(line: SubscriptionLine, localizer: Localizer, with_channel: bool = False) -> list[Json]:
    """Renders one subscription: id, query, cadence, conditions, recent count, age, last post and state."""
    runs = [code_run(line.id, 20), text_run(" "), foreign_run(line.query, QUERY_MAX_CHARS, bold=True)]
    if with_channel:
        runs += [text_run("  "), channel_run(line.channel)]
    facts = [cadence_text(line, localizer), *_conditions(line, localizer)]
    facts += _count_and_age(line, localizer)
    if line.last_post_at is not None:
        facts.append(localizer.text("sub.last_post", when=localizer.format_datetime(line.last_post_at)))
    if line.state in ("waiting", "away", "ended"):
        facts.append(localizer.text(f"sub.{line.state}"))
    if line.muted_until is not None:
        facts.append(localizer.text("sub.muted", when=localizer.format_datetime(line.muted_until)))
    return [*runs, text_run(" — " + " · ".join(facts))]


def _count_and_age(line: SubscriptionLine, localizer: Localizer) -> list[str]:
    """Returns the number of recent stories and the first day; a young subscription's number counts from that day."""
    created_on = localizer.format_date(localizer.local_date(line.created_at))
    if line.is_new:
        return [localizer.text("sub.since_created", n=line.week_count, day=created_on)]
    return [localizer.text("sub.week", n=line.week_count), localizer.text("sub.created", day=created_on)]


def _conditions(line: SubscriptionLine, localizer: Localizer) -> list[str]:
    """Returns the least number of outlets and the end of a subscription, where it has them."""
    conditions = []
    if line.min_outlets > 1:
        conditions.append(localizer.text("sub.min_outlets", n=line.min_outlets))
    if line.ends_at:
        conditions.append(localizer.text("sub.until", when=localizer.format_datetime(line.ends_at)))
    return conditions


def _owner(line: SubscriptionLine, localizer: Localizer) -> list[Json]:
    """Returns the owner of a subscription; nothing in a channel, where every mention notifies."""
    if localizer.public:
        return []
    return [text_run(" · "), user_run(line.owner) if line.owner else text_run(localizer.text("sub.operator"))]


def cadence_text(line: SubscriptionLine, localizer: Localizer) -> str:
    """Returns a subscription's cadence: at once, hourly, daily at a time, weekly on a day."""
    zone = zone_abbreviation(line.zone, line.created_at)
    at = f"{clean(line.at or '', 10)} {zone}".strip()
    if line.cadence == "weekly":
        weekday = clean(line.weekday or "mon", 12).lower()[:3]
        key = f"weekday.{weekday}"
        return localizer.text("sub.weekly", weekday=localizer.text(key) if has_key(key) else weekday, at=at)
    if line.cadence in ("instant", "hourly", "daily"):
        return localizer.text(f"sub.{line.cadence}", at=at)
    return clean(line.cadence, NAME_MAX_CHARS)


def change_message(card: ChangeCard, localizer: Localizer) -> RenderedMessage:
    """Renders a change: its kind and author in one line, the line that undoes it, and where the rest is listed.

    The answer to the person who made it (``in_full``) shows the whole resulting state instead.
    """
    title = _change_title(card, localizer)
    builder = MessageBuilder()
    builder.add_body(rich_text_block(f"pact:change:{card.change}", *_change_parts(card, title, localizer)))
    small = []
    if card.undo:
        small.append(localizer.text("change.undo", line=_undo_line(card.undo, localizer)))
    if card.in_full:
        small += _add_state(builder, card, localizer)
    elif card.lines:
        small += _others(card, localizer)
    else:
        small.append(localizer.text(_state_key(card, nothing=True)))
    if small:
        builder.add_footer(context_block("pact:change:small", " · ".join(small)))
    if card.undo:
        undo_button = button("pact:undo", localizer.text("button.undo"), f"undo {card.change}")
        builder.add_footer(actions_block("pact:do", [undo_button]))
    return builder.build(title)


def _undo_line(line: str, localizer: Localizer) -> str:
    return localizer.localized_command(clean(line, QUERY_MAX_CHARS))


def _change_title(card: ChangeCard, localizer: Localizer) -> str:
    """Returns what changed; an undone change is named with what it was."""
    args = {key: clean(str(value), QUERY_MAX_CHARS) for key, value in card.args.items()}
    ending = f"_{localizer.language}"  # of an argument that stands in both languages
    args |= {key.removesuffix(ending): value for key, value in args.items() if key.endswith(ending)}
    if has_key(weekday := f"weekday.{args.get('weekday', '')}"):
        args["weekday"] = localizer.text(weekday)
    kind = card.what if has_key(f"change.{card.what}") else "other"
    title = localizer.text(f"change.{kind}", **args)
    undone = f"change.{card.args.get('undone_what', '')}"
    if card.what == "undone" and has_key(undone):
        title += f" ({localizer.text(undone, **args)})"
    return title


def _others(card: ChangeCard, localizer: Localizer) -> list[str]:
    """Returns how many other subscriptions there are, and the line that lists them; nothing where there is none."""
    others = sum(line.id != card.args.get("id") for line in card.lines)
    if not others or card.what not in _OF_SUBSCRIPTIONS:
        return []
    return [localizer.text("change.others", n=others, line=localizer.localized_command("list"))]


def _change_parts(card: ChangeCard, title: str, localizer: Localizer) -> list[Json]:
    title_runs = [foreign_run(title, 500, bold=True)]
    for number, fact_runs in enumerate(_change_facts(card, localizer)):
        title_runs += [text_run(" · " if number else " — "), *fact_runs]
    if card.user:
        title_runs += [text_run("  "), text_run(localizer.text("change.by") + " "), user_run(card.user)]
    parts = [paragraph(*title_runs)]
    if card.waiting:
        parts.append(paragraph(text_run(localizer.text("change.waiting", line="/invite @pactbot"))))
    return parts + [paragraph(localizer.note_run(note)) for note in card.notes[:10]]


def _change_facts(card: ChangeCard, localizer: Localizer) -> list[list[Json]]:
    """Returns when the new or edited subscription posts, and its conditions; the next digest; the end of a mute."""
    facts: list[list[Json]] = []
    own = next((line for line in card.lines if line.id == card.args.get("id")), None)
    if own is not None and card.what in ("subscribed", "edited"):
        facts += [[text_run(fact)] for fact in (cadence_text(own, localizer), *_conditions(own, localizer))]
    if card.next_digest_at is not None and card.what.startswith("digest"):
        when = localizer.format_both_zones(card.next_digest_at)
        facts.append([text_run(localizer.text("change.next_digest", when=when))])
    if card.until_at is not None:
        facts.append(localizer.date_runs("change.until", card.until_at))
    return facts


def _add_state(builder: MessageBuilder, card: ChangeCard, localizer: Localizer) -> list[str]:
    """Adds the whole resulting state; returns what stands in small letters below it."""
    if not card.lines:
        builder.add_body(text_block("pact:change:state", localizer.text(_state_key(card, nothing=True))))
    else:
        builder.add_body(text_block("pact:change:state", localizer.text(_state_key(card))))
    items = [subscription_runs(line, localizer) for line in card.lines[:LINES_IN_CHANGE]]
    left_out = builder.add_list("pact:change:sub", items) + max(0, len(card.lines) - LINES_IN_CHANGE)
    small = [quiet_hours_text(card.quiet, localizer)] if card.quiet is not None else []
    if card.next_digest_at is not None and not card.what.startswith("digest"):
        small.append(localizer.text("change.next_digest", when=localizer.format_both_zones(card.next_digest_at)))
    return [*small, f"+{left_out} · {localizer.localized_command('list')}"] if left_out else small


def _state_key(card: ChangeCard, *, nothing: bool = False) -> str:
    return f"change.state{'_nothing' if nothing else ''}{'_personal' if card.personal else ''}"
