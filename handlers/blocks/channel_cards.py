"""What a channel gets: its subscriptions, and what is said when they change."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.blocks.blockkit import (
    NAME_MAX_CHARS,
    QUERY_MAX_CHARS,
    Json,
    actions,
    button,
    channel,
    clean,
    code,
    context,
    foreign,
    header,
    rich,
    section,
    text,
    user,
)
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import Message, MessageBuilder
from handlers.cards.subscriptions import ChangeCard, ListCard, SubscriptionLine
from handlers.text.times import clock
from handlers.text.words import has_words

CHANGES = frozenset(
    {
        *("subscribed", "already", "unsubscribed", "unsubscribed_all", "digest_on", "digest_off"),
        *("muted", "unmuted", "quiet_on", "quiet_off", "undone"),
    }
)
LINES_IN_CHANGE = 10


def list_message(card: ListCard, voice: Localizer) -> Message:
    """The subscriptions of a channel, or of all channels, a page at a time."""
    own = bool(card.lines) and all(line.channel.startswith("D") for line in card.lines)
    title = voice.say("list.title_everywhere" if card.everywhere else "home.mine" if own else "list.title")
    sheet = MessageBuilder()
    sheet.body(header("pact:list", title))
    if not card.lines:
        hint = voice.say("list.empty_hint", line=voice.hint("subscribe quantum"))
        sheet.body(rich("pact:list:none", section(text(f"{voice.say('list.empty')} {hint}"))))
    rows = [[*subscription_runs(line, voice, card.everywhere), *_owner(line, voice)] for line in card.lines]
    left = sheet.items("pact:list", rows)
    small = _digest_lines(card, voice)
    if card.pages > 1:
        small.append(voice.say("list.page", page=card.page, pages=card.pages))
    if left:
        small.append(f"+{left}")
    if small:
        sheet.foot(context("pact:list:small", " · ".join(small)))
    if turns := _page_buttons(card, voice):
        sheet.foot(actions("pact:list:turn", turns))
    return sheet.message(title)


def _digest_lines(card: ListCard, voice: Localizer) -> list[str]:
    small = []
    if card.digest_at:
        small.append(voice.say("list.digest", at=clean(card.digest_at, 10)))
    if card.quiet is not None:
        small.append(quiet_line(card.quiet, voice))
    if card.next_digest_at is not None:
        small.append(voice.say("change.next_digest", when=voice.both(card.next_digest_at)))
    return small


def quiet_line(hours: tuple[str, str], voice: Localizer) -> str:
    """A channel's quiet hours with their zone, in short."""
    return voice.say("list.quiet", start=clean(hours[0], 10), end=clean(hours[1], 10), zone=clean(voice.zone, 40))


def _page_buttons(card: ListCard, voice: Localizer) -> list[Json]:
    everywhere = " all" if card.everywhere else ""
    row = []
    if card.page > 1:
        row.append(button("pact:run:previous", voice.say("list.previous_page"), f"list{everywhere} {card.page - 1}"))
    if card.page < card.pages:
        row.append(button("pact:run:next", voice.say("list.next_page"), f"list{everywhere} {card.page + 1}"))
    return row


def subscription_runs(line: SubscriptionLine, voice: Localizer, with_channel: bool = False) -> list[Json]:
    """One subscription: id and query, then how often, how much, since when, in what state."""
    runs = [code(line.id, 20), text(" "), foreign(line.query, QUERY_MAX_CHARS, bold=True)]
    if with_channel:
        runs += [text("  "), channel(line.channel)]
    facts = [cadence(line, voice), *_conditions(line, voice), voice.say("sub.week", n=line.week_count)]
    facts.append(voice.say("sub.created", day=voice.day(voice.local_day(line.created_at))))
    if line.last_post_at is not None:
        facts.append(voice.say("sub.last_post", when=voice.moment(line.last_post_at)))
    if line.state in ("waiting", "away", "ended"):
        facts.append(voice.say(f"sub.{line.state}"))
    return [*runs, text(" — " + " · ".join(facts))]


def _conditions(line: SubscriptionLine, voice: Localizer) -> list[str]:
    """What narrows it: how many outlets must report, and until when it holds."""
    outlets = [voice.say("sub.min_outlets", n=line.min_outlets)] if line.min_outlets > 1 else []
    return [*outlets, voice.say("sub.until", when=voice.moment(line.ends_at))] if line.ends_at else outlets


def _owner(line: SubscriptionLine, voice: Localizer) -> list[Json]:
    """Whose it is. Told to whoever asks, never in a channel: there every name would be a ping."""
    if voice.public:
        return []
    return [text(" · "), user(line.owner) if line.owner else text(voice.say("sub.operator"))]


def cadence(line: SubscriptionLine, voice: Localizer) -> str:
    """How often: at once, hourly, daily at a time, weekly on a day."""
    at = f"{clean(line.at or '', 10)} {clock_zone(line, voice)}".strip()
    if line.cadence == "weekly":
        short = clean(line.weekday or "mon", 12).lower()[:3]
        key = f"weekday.{short}"
        return voice.say("sub.weekly", weekday=voice.say(key) if has_words(key) else short, at=at)
    if line.cadence in ("instant", "hourly", "daily"):
        return voice.say(f"sub.{line.cadence}", at=at)
    return clean(line.cadence, NAME_MAX_CHARS)


def clock_zone(line: SubscriptionLine, voice: Localizer) -> str:
    """The zone of a subscription's time, in short."""
    return clock(line.created_at, line.zone).split(" ", 1)[1]


def change_message(card: ChangeCard, voice: Localizer) -> Message:
    """A change: what it is, who made it, the whole resulting state, and the line that takes it back."""
    what = card.what if card.what in CHANGES else "other"
    args = {key: clean(str(value), QUERY_MAX_CHARS) for key, value in card.args.items()}
    title = voice.say(f"change.{what}", **args)
    sheet = MessageBuilder()
    sheet.body(rich(f"pact:change:{card.change}", *_change_head(card, title, voice)))
    left = _state(sheet, card.lines, voice)
    if card.quiet is not None:
        sheet.foot(context("pact:change:quiet", quiet_line(card.quiet, voice)))
    if card.next_digest_at is not None:
        sheet.foot(context("pact:change:next", voice.say("change.next_digest", when=voice.both(card.next_digest_at))))
    if left:
        sheet.foot(context("pact:change:more", f"+{left} · {voice.hint('list')}"))
    if card.undo:
        undo = voice.say("change.undo", line=voice.hint(clean(card.undo, QUERY_MAX_CHARS)))
        sheet.foot(context("pact:change:undo", undo))
        sheet.foot(actions("pact:do", [button("pact:undo", voice.say("button.undo"), f"undo {card.change}")]))
    return sheet.message(title)


def _change_head(card: ChangeCard, title: str, voice: Localizer) -> list[Json]:
    by = [text("  "), text(voice.say("change.by") + " "), user(card.user)] if card.user else []
    parts = [section(foreign(title, 500, bold=True), *by)]
    if card.waiting:
        parts.append(section(text(voice.say("change.waiting", line="/invite @pactbot"))))
    if card.until_at is not None:
        parts.append(section(text(voice.say("change.until", when=voice.both(card.until_at)))))
    return parts + [section(voice.note(note)) for note in card.notes[:10]]


def _state(sheet: MessageBuilder, lines: Sequence[SubscriptionLine], voice: Localizer) -> int:
    """The whole resulting state; says how many subscriptions did not fit."""
    if not lines:
        sheet.body(rich("pact:change:state", section(text(voice.say("change.state_nothing")))))
        return 0
    sheet.body(rich("pact:change:state", section(text(voice.say("change.state")))))
    left = sheet.items("pact:change:sub", [subscription_runs(line, voice) for line in lines[:LINES_IN_CHANGE]])
    return left + max(0, len(lines) - LINES_IN_CHANGE)
