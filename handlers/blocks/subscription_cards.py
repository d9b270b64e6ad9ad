"""Renders a channel's subscriptions."""

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
    plain_text,
    text_block,
    text_run,
    user_run,
)
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder, RenderedMessage
from handlers.cards.subscriptions import ListCard, SubscriptionLine
from handlers.text.times import zone_abbreviation
from handlers.text.words import has_key

EDITED_IN_LIST = 40


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
    if card.pages > 1:
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
    """Returns a menu that opens the builder with a subscription, for a reader who may change something."""
    if localizer.public or not card.may_edit or not card.lines:
        return []
    named = [
        (clean(line.id, 20), clean(localizer.typed_query(line.query), QUERY_MAX_CHARS))
        for line in card.lines[:EDITED_IN_LIST]
    ]
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
    if card.last_digest is not None:
        facts.append(localizer.note_run(card.last_digest)["text"])
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
    query = foreign_run(localizer.typed_query(line.query), QUERY_MAX_CHARS, bold=True)
    runs = [code_run(line.id, 20), text_run(" "), query]
    if with_channel:
        runs += [text_run("  "), channel_run(line.channel)]
    facts = [cadence_text(line, localizer), *conditions(line, localizer)]
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


def conditions(line: SubscriptionLine, localizer: Localizer) -> list[str]:
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
