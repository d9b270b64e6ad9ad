"""Two workspaces over one database: nothing that one of them wrote is shown to the other, or changed by it.

People of ours send every verb's examples, every button that the other workspace's messages carry, and every modal,
shortcut and thread line, with the ids of all rows of the other one. New verbs, asks, tables and action ids are tried by
themselves, because all come from registries.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, replace
from itertools import cycle, product
from typing import Any, get_args, get_type_hints

import pytest

from bot.answers.registry import answer_functions
from bot.store import destinations
from bot.store.deliveries import table as deliveries
from handlers.actions import LINE_ACTIONS, OPEN, SHARE, request_from_action
from handlers.cards.debug import DebugCard
from handlers.cards.home import HomeAdmin, HomeCard
from handlers.cards.shown import Shown
from handlers.cards.status import Health, StatusCard
from handlers.gallery.gallery import gallery
from handlers.home_actions import HOME_ACTIONS, request_from_home
from handlers.requests import Asker, Home, Request, Share, Standing
from handlers.slack_facts import Identity
from handlers.submissions import LIVE_ACTIONS, request_from_live_field, request_from_submission
from handlers.text.words import LANGUAGES
from handlers.verbs.pages import page_of
from handlers.verbs.parse import parse
from handlers.verbs.registry import all_verbs
from handlers.views.asks import VIEW_ASKS, ViewAsk
from tests.support.bot_harness import BotHarness
from tests.support.two_workspaces import (
    ADMIN,
    CABINET,
    CHANNEL,
    MODALS,
    NAMES,
    OURS,
    PERSON,
    SPELLING,
    THEIRS,
    WORDS,
    TwoWorkspaces,
    elements_in,
    filled_in,
    leaked,
    made_of,
    rows_of,
)

Rows = Mapping[str, list[dict[str, Any]]]
IDENTITY = Identity(OURS, "U0BOT", "B0BOT")
HOME = {"id": "V1", "type": "home", "private_metadata": ""}
BUILDER = {"id": "V2", "callback_id": "pact:builder", "private_metadata": json.dumps({"channel": "C1"})}
FIELDS = re.compile(r"^pact:in(:|$)")
"""Fields of a modal and menus of channels, which are read when the modal is submitted."""
EXAMPLES = [line for verb in all_verbs() for language in LANGUAGES for line in page_of(verb, language).examples]


@pytest.fixture
async def both(harness: BotHarness) -> TwoWorkspaces:
    made = TwoWorkspaces(harness)
    await made.fill()
    return made


def ids(rows: Rows, table: str, column: str = "id") -> list[str]:
    """What the other workspace's rows have in a column, in order."""
    values = {row[column] for row in rows[table] if row[column] is not None}
    assert values, f"the other workspace has no {table}.{column}"
    return [str(value) for value in sorted(values)]


def numbered_lines(rows: Rows) -> Iterator[str]:
    """Yields every verb's examples with the other workspace's numbers, and every verb with each kind of number."""
    parts, changes = ids(rows, "story_parts", "story"), ids(rows, "changes")
    for line in EXAMPLES:
        for subscription in ids(rows, "subscriptions") if "S12" in line else ["12"]:
            for story in [*parts, "1"] if re.search(r"\bST\d", line) else ["1"]:
                aimed = re.sub(r"\bS12\b", f"S{subscription}", re.sub(r"\bST(?:91|12)\b", f"ST{story}", line))
                for change in changes if re.search(r"\b7\b", line) else ["7"]:
                    yield re.sub(r"\b7\b", change, aimed).replace("ST15", "ST2")
    numbered = [row["id"] for table in ("deliveries", "mutes", "feedback", "story_links") for row in rows[table][-1:]]
    for verb in all_verbs():
        yield verb.name
        yield from (f"{verb.name} S{number}" for number in ids(rows, "subscriptions")[-3:])
        yield from (f"{verb.name} ST{number}" for number in parts)
        yield from (f"{verb.name} {value}" for value in (*numbered, ids(rows, "deliveries", "ts")[0]))


def named_lines(rows: Rows) -> Iterator[str]:
    """Yields every verb with a channel, a person and a delivery's key of the other workspace."""
    for verb in all_verbs():
        for value in (f"<#{CHANNEL}|privy>", f"in <#{CHANNEL}>", f"@{PERSON}", ids(rows, "deliveries", "key")[0]):
            yield f"{verb.name} {value}"


def pressed(action_id: str, value: str) -> Request | None:
    """What the listener of an action id makes of our person's press; None where it asks for nothing."""
    body: dict[str, Any] = {
        "trigger_id": "1",
        "user": {"id": "U1", "team_id": OURS},
        "team": {"id": OURS},
        "channel": {"id": "C1", "name": "policy"},
        "actions": [{"action_id": action_id, "value": value}],
    }
    if LINE_ACTIONS.match(action_id) or action_id == SHARE:
        return request_from_action(IDENTITY, body)
    if HOME_ACTIONS.match(action_id):
        return request_from_home(IDENTITY, {**body, "view": HOME})
    if LIVE_ACTIONS.match(action_id):
        return request_from_live_field(IDENTITY, {**body, "view": BUILDER})
    assert action_id == OPEN or FIELDS.match(action_id), f"this test does not know who reads {action_id}"
    return None


def view_asks(rows: Rows) -> Iterator[ViewAsk]:
    """Yields every ask of a modal, a shortcut or a thread with each id of the other workspace."""
    urls = "https://herald.example/1 https://times.example/2"
    known: dict[str, list[Any]] = {
        "query": ["quantum"], "cadence": ["daily"], "at": ["08:30"], "seconds": [0, 3_600], "reason": ["passing"],
        "channel": [CHANNEL, ""], "ts": ids(rows, "deliveries", "ts"), "links": [urls, ""], "changes": [True],
        "line": ["mute for 3d", "why", "feedback passing"], "unfurl_id": ["U1"], "source": ["conversations_history"],
        "subscription": [int(number) for number in ids(rows, "subscriptions")], "remark": [""],
        "story": [*map(int, ids(rows, "story_parts", "story")), 1], "people": [PERSON],
    }  # fmt: skip
    for kind in VIEW_ASKS.values():
        hints = get_type_hints(kind)
        known["what"] = list(get_args(hints.get("what")))
        names = [field.name for field in fields(kind) if field.name in known or field.default is MISSING]
        for values in product(*(known[name] for name in names)):
            yield kind(**dict(zip(names, values, strict=True)))


def forged_modals(seen: list[Shown], rows: Rows) -> Iterator[Request]:
    """Yields the submissions of the other workspace's modals by our person, with its ids in the private metadata."""
    views = {view["callback_id"]: view for shown in seen if isinstance(shown.card, MODALS) for view in [made_of(shown)]}
    assert len(views) == len(MODALS), "the other workspace's people opened every modal"
    others = {"subscription": ids(rows, "subscriptions"), "story": ids(rows, "story_parts", "story")}
    for view in views.values():
        own = json.loads(view["private_metadata"])
        varied = [(name, value) for name in own for value in others.get(name, ())]
        for channel, (name, value) in product((CHANNEL, CABINET, "C1"), [*varied, *own.items()]):
            body = {
                "trigger_id": "1",
                "user": {"id": "U1", "team_id": OURS},
                "team": {"id": OURS},
                "view": filled_in(view, {**own, name: value, "channel": channel}),
                "actions": [{"action_id": "pact:live"}],
            }
            submitted, live = request_from_submission(IDENTITY, body), request_from_live_field(IDENTITY, body)
            assert submitted is not None
            yield from (submitted, live) if live else (submitted,)


async def assert_own_counts(both: TwoWorkspaces) -> None:
    """What is counted for a workspace in status, debug and the admin's home tab is of its own rows."""
    measured, admins = dict[str, Health](), dict[str, HomeAdmin]()
    for team in (OURS, THEIRS):
        async with both.harness.store.begin() as c:
            (channel, *_) = await destinations.all_of_team(c, team)
            for number in range(1 if team == OURS else 3):
                key, now = f"notice:{team}:due:{number}", both.harness.now()
                said = {"code": "said_here", "args": {}}
                await deliveries.enqueue(
                    c, key, team=team, destination=channel.id, kind="notice", now=now, payload=said
                )
    for team in (OURS, THEIRS):
        asker = Asker(team, ADMIN, "C1", False, standing="admin")
        home = (await both.answer(asker, Home())).card
        cards = [(await both.type(line, asker)).card for line in ("status", "debug")]
        assert isinstance(home, HomeCard)
        assert home.admin is not None
        of_cards = [card.health for card in (home, *cards) if isinstance(card, HomeCard | StatusCard | DebugCard)]
        assert of_cards == [of_cards[0]] * 3
        measured[team], admins[team] = of_cards[0], home.admin
        sent = [row["sent_at"] for row in (await rows_of(both.harness.store, team))["deliveries"] if row["sent_at"]]
        assert measured[team].last_post_at == max(sent)
    assert {team: health.queue_depth for team, health in measured.items()} == {OURS: 1, THEIRS: 3}
    assert measured[OURS].last_post_at != measured[THEIRS].last_post_at
    shown = admins[OURS]
    assert [(channel.channel, channel.subscriptions) for channel in shown.channels] == [("C1", 2)]
    assert [change.what for change in shown.changes] == ["subscribed"] * 2
    assert (shown.hidden, shown.feedback.counts, shown.feedback.last) == (0, (), ())
    assert admins[THEIRS].feedback.counts == (("passing", 2),)
    await both.harness.deliver()


async def assert_untouched(both: TwoWorkspaces, before: Rows) -> None:
    """No row of the other workspace changed, and nothing of it was posted in ours."""
    await both.harness.deliver(4)
    assert_same(await rows_of(both.harness.store, THEIRS), before)
    ours = await rows_of(both.harness.store, OURS)
    assert [(name, row) for name, rows in ours.items() for row in rows for word in WORDS if word in repr(row)] == []
    sent = {row["ts"] for row in ours["deliveries"]}
    posts = [shown for posts in both.harness.slack.posts.values() for ts, shown in posts.items() if ts in sent]
    assert [shown for shown in posts if leaked(shown, WORDS)] == []


def assert_same(after: Rows, before: Rows) -> None:
    """No row changed, came or went."""
    assert [(name, row) for name, rows in after.items() for row in rows if row not in before[name]] == []
    assert {name: len(rows) for name, rows in after.items()} == {name: len(rows) for name, rows in before.items()}


EVERY: list[Any] = [pytest.param(standing, 1, marks=pytest.mark.long) for standing in ("admin", "member", "guest")]


@pytest.mark.parametrize(("standing", "step"), [("admin", 5), *EVERY])
async def test_no_line_button_or_modal_shows_or_changes_a_row_of_another_workspace(
    both: TwoWorkspaces, standing: Standing, step: int
) -> None:
    await assert_own_counts(both)
    before = await rows_of(both.harness.store, THEIRS)
    assert ids(before, "lexicon_additions", "spelling") == [SPELLING]
    places = [(ADMIN, CHANNEL, False), (ADMIN, f"D{ADMIN}", True), ("U1", "C1", False)]
    in_both, *others = [Asker(OURS, *place, standing=standing) for place in places]
    askers = cycle(others)
    lines = list(dict.fromkeys(numbered_lines(before)))
    for line in (*lines[::step], *{type(parse(line, in_both)[0]): line for line in lines}.values()):
        for asker in (in_both, next(askers)):
            assert not leaked(await both.type(line, asker), (*WORDS, *NAMES)), line
    buttons = {pair for shown in both.seen for pair in elements_in(made_of(shown))} | set(elements_in(gallery()))
    presses = [request for pair in sorted(buttons) if (request := pressed(*pair)) is not None]
    for press in presses[::step]:
        if not any(word in f"{press.line} {press.ask}" for word in (*WORDS, *NAMES)):
            shown = await both.answer(replace(press.asker, standing=standing), press.ask, press.line)
            assert not leaked(shown, (*WORDS, *NAMES)), press.line
    asks = list(view_asks(before))
    one_of_each = {type(ask): ask for ask in asks}.values()
    for ask in (*asks[::step], *one_of_each, Home(), Home(2), Share("list all")):
        for asker in (in_both, next(askers)):
            assert not leaked(await both.answer(asker, ask), WORDS), ask
    for forged in forged_modals(both.seen, before):
        shown = await both.answer(replace(forged.asker, standing=standing), forged.ask)
        assert not leaked(shown, WORDS), forged
    for line in list(named_lines(before))[::step]:
        assert not leaked(await both.type(line, next(askers)), WORDS), line
    await assert_untouched(both, before)
    for press in presses[::step]:  # those that hold a secret make it one of ours, too
        if any(word in f"{press.line} {press.ask}" for word in WORDS):
            await both.answer(replace(press.asker, standing=standing), press.ask, press.line)
    assert_same(await rows_of(both.harness.store, THEIRS), before)
    assert both.tried == set(answer_functions())
