"""Renders the home tab: pact dates, stories, subscriptions with their buttons, settings, and a part for admins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from handlers.blocks.blockkit import (
    QUERY_MAX_CHARS,
    Json,
    actions_block,
    bullet_list,
    button,
    channel_run,
    clean,
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
from handlers.blocks.change_card import change_sentence
from handlers.blocks.health import operator_health_lines, reader_health_text
from handlers.blocks.localizer import Localizer, localizer_for
from handlers.blocks.status_card import pact_date_lines
from handlers.blocks.story_line import story_line
from handlers.blocks.subscription_cards import subscription_runs
from handlers.cards.digest import Proof
from handlers.cards.home import HomeAdmin, HomeCard, HomeChange
from handlers.cards.shown import Shown
from handlers.cards.subscriptions import SubscriptionLine
from handlers.text.words import NO_NAMES, Names
from handlers.verbs.mute import MUTE_SPANS
from handlers.views.builder_modal import ZONES
from handlers.views.home_feedback import feedback_blocks
from handlers.views.home_spellings import spelling_blocks
from handlers.views.inputs import options_of, private_ids

MAX_BLOCKS = 95
"""Slack takes 100."""
STORIES_SHOWN, CHANNELS_SHOWN, CHANGES_SHOWN, FAILING_SHOWN = 5, 20, 10, 20
OPEN_BUILDER, TURN, END, MUTE = "pact:home:new", "pact:home:page", "pact:home:end", "pact:home:mute"


def home_view(shown: Shown, names: Names = NO_NAMES, command: str = "/pact") -> Json:
    """Renders the home tab as a view."""
    card = shown.card
    assert isinstance(card, HomeCard)
    localizer = localizer_for(shown.language, card.zone, names, command)
    blocks = [*_facts(card, localizer), *_subscriptions(card, localizer), *_settings(card, localizer)]
    blocks += _sources(card.proof, localizer)
    if card.admin is not None:
        blocks += _admin(card, card.admin, localizer)
    else:
        blocks.append(context_block("pact:home:health", reader_health_text(card.health, card.now, localizer)))
    return {
        "type": "home",
        "private_metadata": private_ids(channel=card.opened_in),
        "blocks": blocks[:MAX_BLOCKS],
    }


def _facts(card: HomeCard, localizer: Localizer) -> Iterator[Json]:
    """Yields the pact's dates, today's stories and the buttons that begin something."""
    yield header_block("pact:home", localizer.text("home.title"))
    lines = pact_date_lines(card.in_force_on, card.next_event, card.now, localizer)
    yield rich_text_block("pact:home:clock", *[paragraph(text_run(line)) for line in lines])
    new = [button(OPEN_BUILDER, localizer.text("home.new"), "new", style="primary")] if card.may_change else []
    starts = (
        *new,
        button("pact:run:status", localizer.text("home.status"), "status"),
        button("pact:run:digest", localizer.text("home.digest"), "digest now"),
        button("pact:run:sources", localizer.text("home.sources"), "sources"),
        button("pact:run:help", localizer.text("home.help"), "help"),
    )
    yield actions_block("pact:home:start", starts)
    yield text_block("pact:home:today:title", localizer.text("home.today"), bold=True)
    today = localizer.local_date(card.now)
    if card.today:
        stories = [story_line(line, localizer, today) for line in card.today[:STORIES_SHOWN]]
        yield rich_text_block("pact:home:today", bullet_list(stories))
    else:
        yield text_block("pact:home:today:none", localizer.text("home.today_none"))


def _subscriptions(card: HomeCard, localizer: Localizer) -> Iterator[Json]:
    """Yields a page of subscriptions, each with its buttons: the person's own, then those of each channel."""
    if not card.subscriptions:
        yield header_block("pact:home:mine:title", localizer.text("home.mine"))
        line = localizer.localized_command("subscribe pact for me")
        none = localizer.text("home.mine_none", line=line) if card.may_change else localizer.text("home.nothing")
        yield text_block("pact:home:mine:none", none)
    channel, heading = None, ""
    for number, subscription in enumerate(card.subscriptions):
        if subscription.channel != channel:
            channel = subscription.channel
            head = "mine" if _is_direct(channel) else "of_channels"
            if head != heading:
                heading = head
                yield header_block(f"pact:home:{head}:{number}", localizer.text(f"home.{head}"))
            place = _channel(subscription.channel, localizer)
            yield rich_text_block(f"pact:home:in:{number}", paragraph(place))
        yield rich_text_block(f"pact:home:sub:{number}", paragraph(*subscription_runs(subscription, localizer)))
        if card.may_change:
            yield actions_block(f"pact:home:do:{number}", _buttons(subscription, localizer))
    turns = [(card.page - 1, "previous"), (card.page + 1, "next")]
    shown = [
        button(f"{TURN}:{name}", localizer.text(f"list.{name}_page"), str(page))
        for page, name in turns
        if 1 <= page <= card.pages
    ]
    if shown:
        yield context_block("pact:home:page", localizer.text("list.page", page=card.page, pages=card.pages))
        yield actions_block("pact:home:turn", shown)


def _is_direct(channel: str) -> bool:
    return channel.startswith("D")


def _channel(channel: str, localizer: Localizer) -> Json:
    """Returns a channel, whose name Slack writes; a direct message has none, and can only be the reader's."""
    return text_run(localizer.text("home.direct"), bold=True) if _is_direct(channel) else channel_run(channel)


def _buttons(line: SubscriptionLine, localizer: Localizer) -> list[Json]:
    """Returns edit, mute and end of a subscription; ending asks first."""
    number = clean(line.id, 20).removeprefix("S") or "0"
    spans = [
        option(localizer.text(f"mute.{unit}", n=count), f"{number} {seconds}") for unit, count, seconds in MUTE_SPANS
    ]
    if line.muted_until is not None:
        spans.append(option(localizer.text("home.unmute"), f"{number} 0"))
    mute = {
        "type": "static_select",
        "action_id": MUTE,
        "placeholder": plain_text(localizer.text("button.mute"), 75),
        "options": spans,
    }
    query = localizer.typed_query(line.query)
    ending = {
        "title": plain_text(localizer.text("home.end_title", id=clean(line.id, 20)), 100),
        "text": plain_text(localizer.text("home.end_text", query=clean(query, QUERY_MAX_CHARS)), 300),
        "confirm": plain_text(localizer.text("home.end"), 30),
        "deny": plain_text(localizer.text("modal.cancel"), 30),
        "style": "danger",
    }
    return [
        button("pact:edit", localizer.text("home.edit"), f"edit {clean(line.id, 20)}"),
        mute,
        button(END, localizer.text("home.end"), number) | {"confirm": ending},
    ]


def _settings(card: HomeCard, localizer: Localizer) -> Iterator[Json]:
    """Yields the person's language and zone; a choice is a line that could as well be typed."""
    languages = [(localizer.text(f"home.language_{name}"), f"lang {name}") for name in ("auto", "ko", "en")]
    named = [zone for zone in dict.fromkeys((card.own_zone, *ZONES)) if zone]
    zones = [(localizer.text("home.zone_auto"), "settings zone auto for me")]
    zones += [(zone, f"settings zone {zone} for me") for zone in named]
    yield text_block("pact:home:own:title", localizer.text("home.own"), bold=True)
    yield actions_block(
        "pact:home:own",
        [
            _menu("pact:set:language", languages, f"lang {card.own_language or 'auto'}"),
            _menu("pact:set:zone", zones, f"settings zone {card.own_zone or 'auto'} for me"),
        ],
    )


def _menu(action_id: str, options: list[tuple[str, str]], chosen: str) -> Json:
    shown = options_of(options)
    initial = next((each for each in shown if each["value"] == chosen), None)
    element: Json = {"type": "static_select", "action_id": action_id, "options": shown}
    return element | ({"initial_option": initial} if initial else {})


def _sources(proof: Proof, localizer: Localizer) -> Iterator[Json]:
    yield context_block("pact:home:proof", localizer.format_proof(proof))


def _admin(card: HomeCard, admin: HomeAdmin, localizer: Localizer) -> Iterator[Json]:
    """Yields every channel, the failing outlets, the audit trail, proposed spellings and feedback."""
    yield header_block("pact:home:admin", localizer.text("home.admin"))
    for number, line in enumerate(operator_health_lines(card.health, card.now, localizer)):
        yield context_block(f"pact:home:health:{number}", line)
    yield text_block("pact:home:channels:title", localizer.text("home.channels"), bold=True)
    channels = [
        [
            channel_run(each.channel),
            text_run(" — " + localizer.text("home.channel_counts", n=each.subscriptions)),
            *([text_run(" · " + localizer.text(f"sub.{each.state}"))] if each.state in ("waiting", "away") else []),
        ]
        for each in admin.channels[:CHANNELS_SHOWN]
    ]
    if channels:
        yield rich_text_block("pact:home:channels", bullet_list(channels))
    left_out = max(0, len(admin.channels) - CHANNELS_SHOWN)
    more = [f"+{left_out} · {localizer.localized_command('list all')}"] if left_out else []
    more += [localizer.text("home.channels_hidden", n=admin.hidden)] if admin.hidden else []
    if more:
        yield context_block("pact:home:channels:more", *more)
    yield text_block("pact:home:failing:title", localizer.text("home.failing"), bold=True)
    yield _failing(card, localizer)
    yield text_block("pact:home:audit:title", localizer.text("home.audit"), bold=True)
    changes = [_change(each, card.now, localizer) for each in admin.changes[:CHANGES_SHOWN]]
    none = text_block("pact:home:audit", localizer.text("home.audit_none"))
    yield rich_text_block("pact:home:audit", bullet_list(changes)) if changes else none
    yield from spelling_blocks(admin, localizer)
    yield from feedback_blocks(admin.feedback, card.now, localizer)


def _failing(card: HomeCard, localizer: Localizer) -> Json:
    names = [
        [foreign_run(name, 80), text_run(" — " + _failing_since(since_at, card.now, localizer))]
        for name, since_at in card.proof.failing[:FAILING_SHOWN]
    ]
    none = text_block("pact:home:failing", localizer.text("home.failing_none"))
    return rich_text_block("pact:home:failing", bullet_list(names)) if names else none


def _failing_since(since_at: datetime, now: datetime, localizer: Localizer) -> str:
    return localizer.text("sources.failing_since", when=localizer.format_recent(since_at, now))


def _change(change: HomeChange, now: datetime, localizer: Localizer) -> list[Json]:
    """Returns one line of the audit trail: when, what, who, where."""
    runs = [text_run(f"{localizer.format_recent(change.at, now)} ")]
    runs += [_channel(change.channel, localizer), text_run(" ")] if change.channel else []
    runs += [foreign_run(change_sentence(change.what, change.args, localizer), 300)]
    runs += [text_run(" · "), user_run(change.user)] if change.user else []
    return [*runs, *([text_run(" · " + localizer.text("home.undone"))] if change.undone else [])]
