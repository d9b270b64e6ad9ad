"""Whatever value a button or a line carries, whoever may not change a thing changes nothing and reads nothing foreign.

The lines are every verb's own examples in both languages, so that a new verb is tested as soon as it has help; every
other kind of ask is made with ids of another channel, another person and another workspace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.answers.permission import refusal_of
from bot.answers.registry import answer_functions
from bot.store import changes, channel_settings, destinations, subscriptions
from handlers.actions import request_from_action
from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard
from handlers.cards.shown import Shown
from handlers.cards.story import StoryCard
from handlers.requests import Ask, Asker, Home, Request, Share, Standing, Unclear
from handlers.slack_facts import Identity
from handlers.text.words import LANGUAGES
from handlers.verbs.pages import page_of
from handlers.verbs.parse import parse
from handlers.verbs.registry import all_verbs
from handlers.verbs.undo import Undo
from handlers.views.asks import (
    VIEW_ASKS,
    EndSubscription,
    InThread,
    MuteSubscription,
    SaveMute,
    SaveSubscription,
    ViewAsk,
)
from handlers.views.modal import modal_view
from tests.support.bot_harness import START, TEAM, BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT

OURS = Identity(TEAM, "U0BOT", "B0BOT")
SECRET = "shipbuilding"
TABLES = (
    "subscriptions", "changes", "mutes", "destinations", "people", "outlet_specs", "feedback", "story_links",
    "story_parts", "story_overlays",
)  # fmt: skip
EXAMPLES = [example for verb in all_verbs() for language in LANGUAGES for example in page_of(verb, language).examples]


async def rows(harness: BotHarness) -> list[object]:
    """Everything that a change could write, without deliveries: a request and a share only post."""
    async with harness.store.read() as c:
        return [list((await c.execute(text(f"SELECT * FROM {table}"))).all()) for table in TABLES]


async def answer(harness: BotHarness, ask: Ask, line: str = "", **facts: Any) -> Shown:
    """Returns the answer of the dispatcher to an ask, however it was made."""
    asker = Asker(TEAM, **{"user": "U1", "channel": "C1", "direct": False, **facts})
    request = Request(f"r{next(harness.numbers)}", asker, ask, line)
    await harness.answers.remember(request)
    shown = await harness.answers.answer(request)
    assert shown is not None
    return shown


async def prepared(harness: BotHarness) -> None:
    """A channel with a story, settings and a change, so that examples with S12, ST91 or 7 could hit something."""
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    for line in ("subscribe quantum", "mute outlet herald 8h", "quiet 22:00-07:00", "subscribe quantum for me"):
        await harness.ask(line)
    await harness.deliver()


def existing(line: str) -> str:
    """Returns an example with the ids of things that there are."""
    return re.sub(r"\b7\b", "1", re.sub(r"\bS12\b", "S1", re.sub(r"\bST(?:91|12|15)\b", "ST1", line)))


@pytest.mark.parametrize("standing", ["outsider", "guest", "unreachable"])
async def test_no_example_of_any_verb_lets_a_reader_change_anything(harness: BotHarness, standing: Standing) -> None:
    await prepared(harness)
    before, posts = await rows(harness), str(harness.slack.posts)
    for line in map(existing, EXAMPLES):
        ask, _ = parse(line, Asker(TEAM, "U1", "C1", False))
        if standing != "outsider" and not (ask.changes_channel or ask.admins_only):
            continue  # one reader is enough for what only reads
        card = (await answer(harness, ask, line, standing=standing)).card
        if ask.changes_channel or ask.admins_only:
            assert isinstance(card, ErrorCard), line
            assert card.ask_admins is None
    await harness.deliver()
    assert await rows(harness) == before
    assert str(harness.slack.posts) == posts


@pytest.mark.parametrize("line", sorted({existing(line) for line in EXAMPLES}))
def test_every_change_is_refused_to_readers_before_it_is_looked_at(line: str) -> None:
    ask, _ = parse(line, Asker(TEAM, "U1", "C1", False))
    for standing in ("outsider", "guest", "unreachable"):
        assert (refusal_of(ask, standing) is not None) == (ask.changes_channel or ask.admins_only)
    assert (refusal_of(ask, "member") is not None) == ask.admins_only
    assert refusal_of(ask, "admin") is None
    assert not (ask.configures and not ask.changes_channel)


async def test_no_setting_of_a_closed_channel_is_changed_by_any_example(harness: BotHarness) -> None:
    await prepared(harness)
    channel = await harness.channel()
    async with harness.store.begin() as c:
        await channel_settings.save(c, channel, replace(channel, configured_by="list", configurers=("U9",)))
    before = await rows(harness)
    for line in map(existing, EXAMPLES):
        ask, _ = parse(line, Asker(TEAM, "U1", "C1", False))
        card = (await answer(harness, ask, line, standing="member")).card
        if ask.configures and ask != Undo(None):  # the last change may be the workspace's
            assert isinstance(card, ErrorCard), line
            assert card.note.code == "channel_of_list", line
            assert card.ask_admins == f"request {line}"
    after = await rows(harness)
    own = ("people", "destinations", "subscriptions", "changes", "feedback")
    assert [each for name, each in zip(TABLES, after, strict=True) if name not in own] == [
        each for name, each in zip(TABLES, before, strict=True) if name not in own
    ]
    async with harness.store.read() as c:
        stored = await destinations.get(c, channel.id)
        subscribed = await subscriptions.of_destination(c, channel.id)
    assert stored == replace(channel, configured_by="list", configurers=("U9",))
    assert len(subscribed) == 1


async def foreign(harness: BotHarness) -> tuple[int, int]:
    """A secret subscription with its change: of another channel of this workspace, and of another workspace."""
    for team, channel, person in ((TEAM, "C0CABINET", None), (TEAM, "DU2", "U2"), ("T2", "C1", None)):
        async with harness.store.begin() as c:
            place = await destinations.get_or_add(c, team, channel, language="en", timezone="UTC", person=person)
            subscription = await subscriptions.add(
                c, team=team, destination=place.id, owner="U2", query=SECRET, cadence="daily", at="08:30",
                weekday="mon", timezone="UTC", created_at=START,
            )  # fmt: skip
            change = await changes.add(
                c, team=team, destination=place.id, who="U2", what="subscribed", before={},
                after={"subscription": subscription.id, "query": SECRET}, made_at=START,
                undo_until_at=harness.pass_time(days=1),
            )  # fmt: skip
    return subscription.id, change


def aimed_at(subscription: int, change: int) -> Iterator[str]:
    """Yields every verb's examples with these ids in the place of theirs."""
    for line in EXAMPLES:
        aimed = re.sub(r"\bS12\b", f"S{subscription}", re.sub(r"\b7\b", str(change), line))
        if aimed != line:
            yield aimed


async def test_ids_of_another_channel_person_or_workspace_are_unknown(harness: BotHarness) -> None:
    last, last_change = await foreign(harness)
    before = await rows(harness)
    lines = [
        line
        for back in range(3)
        for line in aimed_at(last - back, last_change - back)
        if parse(line, Asker(TEAM, "U1", "C1", False))[0].changes_channel
    ]
    assert len(lines) >= 12
    for line in lines:
        ask, _ = parse(line, Asker(TEAM, "U1", "C1", False))
        for standing in ("member", "admin"):
            shown = await answer(harness, ask, line, standing=standing)
            assert SECRET not in render(shown).plain, line
            assert isinstance(shown.card, ErrorCard), line
    assert await rows(harness) == before


def forged_views(subscription: int) -> Iterator[ViewAsk]:
    """Yields what a modal could send with ids that were never offered."""
    fields: dict[str, Any] = {"query": "quantum", "cadence": "daily", "at": "08:30"}
    for number in range(subscription - 2, subscription + 1):
        yield SaveSubscription(**fields, subscription=number, channel="C1")
        yield EndSubscription(number)
        yield MuteSubscription(number, 3_600)
    yield SaveSubscription(**fields, channel="C0CABINET")
    yield SaveMute(999, 60)


async def test_a_modal_with_foreign_ids_changes_nothing(harness: BotHarness) -> None:
    last, _ = await foreign(harness)
    before = await rows(harness)
    for ask in forged_views(last):
        shown = await answer(harness, ask, standing="member")
        assert SECRET not in str(modal_view(shown)), ask
        assert await rows(harness) == before, ask


async def test_a_line_in_a_thread_is_checked_as_the_verb_that_it_becomes(harness: BotHarness) -> None:
    await prepared(harness)
    channel = await harness.channel()
    async with harness.store.begin() as c:
        await channel_settings.save(c, channel, replace(channel, configured_by="admins"))
    await harness.publish("times", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    (ts,) = [ts for ts, each in harness.slack.posts["C1"].items() if isinstance(each.card, StoryCard)]
    before = await rows(harness)
    for standing, code in (("member", "channel_of_admins"), ("guest", "guests_read"), ("outsider", "outsiders_read")):
        for changes_channel in (True, False):
            ask = InThread(ts, "mute for 3d", changes_channel)
            card = (await answer(harness, ask, standing=standing)).card
            assert isinstance(card, ErrorCard)
            assert card.note.code == code
    assert await rows(harness) == before
    assert not isinstance((await answer(harness, InThread(ts, "mute for 3d", True), standing="admin")).card, ErrorCard)


def test_there_is_no_other_kind_of_ask() -> None:
    kinds = {verb.request for verb in all_verbs()} | set(VIEW_ASKS.values()) | {Home, Share, Unclear}
    assert set(answer_functions()) == kinds


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(st.text(max_size=80), st.sampled_from(EXAMPLES), st.text(max_size=20).map("unsubscribe {}".format)),
    st.sampled_from(["pact:run", "pact:share", "pact:undo", "pact:mute", "pact:more", "pact:why", "pact:edit"]),
    st.sampled_from(["T2", TEAM]),
)
def test_any_value_of_any_button_is_read_and_a_strangers_press_is_a_strangers(
    value: str, action_id: str, home: str
) -> None:
    body = {
        "type": "block_actions",
        "trigger_id": "1",
        "user": {"id": "U0STRANGER", "team_id": home},
        "team": {"id": TEAM},
        "channel": {"id": "C1", "name": "policy"},
        "actions": [{"action_id": action_id, "value": value}],
    }
    request = request_from_action(OURS, body)
    if request is None:
        assert value == ""
        return
    assert (request.asker.team, request.asker.channel) == (TEAM, "C1")
    assert request.asker.standing == ("outsider" if home == "T2" else None)
    if request.asker.standing == "outsider" and (request.ask.changes_channel or request.ask.admins_only):
        assert refusal_of(request.ask, request.asker.standing) is not None
