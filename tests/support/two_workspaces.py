"""Two workspaces over one database, of which one has something of every kind, with a secret in every text of it."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from itertools import count
from typing import Any

from sqlalchemy import select

from bot.answers.dispatch import Dispatcher
from bot.deliveries.notices import OperatorsChannel
from bot.operations.alias_scout import AliasScout
from bot.store import installations
from bot.store.engine import Store
from bot.store.schema import metadata
from handlers.blocks.message import render
from handlers.cards.home import HomeCard
from handlers.cards.modals import BuilderCard, FeedbackForm, FieldErrorsCard, MuteCard
from handlers.cards.settings import SettingsForm
from handlers.cards.shown import Shown
from handlers.cards.story import StoryCard
from handlers.cards.unfurl import UnfurlCard
from handlers.requests import Ask, Asker, Home, Request, ViewRef
from handlers.verbs.parse import parse
from handlers.views.asks import AboutMessage, SaveFeedback
from handlers.views.home_tab import home_view
from handlers.views.modal import modal_view
from handlers.views.unfurls import unfurls
from tests.support.bot_harness import BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT, SIGNED, SIGNED_TEXT

OURS, THEIRS = "T1", "T2"
WORDS = ("pellucid", "zorbinium", "quasimodo", "vermilion", "tamarind", "2026, 5, 20")
"""They stand in the other workspace's queries, remarks and requests; one is the day on which a subscription ends."""
CHANNEL, CABINET, OPERATORS = "C9PRIVY", "C9CABINET", "C9OPS"
PERSON, ADMIN, GROUP = "U9SPY", "U9BOSS", "S9GROUP"
NAMES = (CABINET, OPERATORS, PERSON, GROUP)
"""Ids that ours does not know. Channel and admin are in both, as workspaces of one organization share ids."""
SPELLING = "크래치오스"
"""It is proposed to the operators, whose admin adds it for every workspace."""
SHARED_TABLES = ("outlet_specs", "lexicon_additions")
"""Rows without a workspace that people write: the operators' alone."""
MODALS = (BuilderCard, MuteCard, FeedbackForm, SettingsForm)
LINES = (
    "subscribe pellucid OR 6G as typed for 79d",
    "mute story ST1 for 3d", "mute outlet herald 8h", "mute S4 for 7d", "split ST1 2", "merge ST1 ST2",
    "quiet 22:00-07:00", "settings threads off", f"settings who @{PERSON}", f"settings mention @{GROUP}",
    "settings zone America/New_York for me", "lang en channel", "commitments 6g underway",
    "feedback ST1 passing", "share ST1", f"share ST1 in <#{CABINET}|cabinet>", "digest now",
    "digest weekly friday 09:00", "digest shifts", "edit S6 zorbinium OR vermilion as typed", "unsubscribe S7", "undo",
    f"lexicon add {SPELLING}", "list all", "mute", "settings", "settings form", "debug", "status", "story 7d",
    "story ST1", "why ST1", "why ST1 receipt", "commitments", "edit S4", "feedback ST1", "preview zorbinium",
    "search pellucid", "export csv 7d", "heat", "who kratsios", "timeline", "mute story ST2", "test",
)  # fmt: skip


class TwoWorkspaces:
    """The people of both workspaces behind one dispatcher; theirs is the operators'."""

    def __init__(self, harness: BotHarness) -> None:
        self.harness = harness
        self._numbers = count(1)
        self.operators = OperatorsChannel(OPERATORS, "en", "Asia/Seoul", THEIRS)
        context = replace(harness.context, several_workspaces=True, operators=self.operators, channels_of=channels_of)
        self.answers = Dispatcher(context, harness.membership)
        self.tried: set[type[Ask]] = set()
        """The kinds of asks that our people made."""
        self.seen: list[Shown] = []
        """What the other workspace's people were shown."""

    async def answer(self, asker: Asker, ask: Ask, line: str = "", view: ViewRef | None = None) -> Shown:
        """Answer an ask; a submitted modal is checked first."""
        request = Request(f"r{next(self._numbers)}", asker, ask, line, view=view)
        assert await self.answers.remember(request)
        wrong = await self.answers.check(request)
        shown = wrong or await self.answers.answer(request)
        assert shown is not None
        await self.answers.begin_showing(request, shown.changed)
        (self.seen.append if asker.team == THEIRS else lambda _: self.tried.add(type(ask)))(shown)
        return shown

    async def type(self, line: str, asker: Asker, view: ViewRef | None = None) -> Shown:
        """Answer a typed line, or a button with this line in a modal."""
        ask, asker = parse(line, asker)
        return await self.answer(asker, ask, line, view)

    async def fill(self) -> None:
        """Write a little of ours, and of theirs everything that people can write."""
        harness = self.harness
        async with harness.store.begin() as c:
            await installations.put(c, THEIRS, harness.now())
        ours = Asker(OURS, "U1", "C1", False, standing="admin")
        for line in ("subscribe quantum", "subscribe 6G OR pact as daily at 08:30", "subscribe quantum for me"):
            await self.type(line, ours)
        await self._theirs("subscribe quantum OR pellucid as typed", "subscribe pellucid OR quantum as typed for me")
        await self._theirs("subscribe zorbinium as typed as daily at 08:30", "subscribe 6G OR pellucid as typed")
        await self._theirs("subscribe quasimodo OR quantum as typed", channel=CABINET)
        for key in ("herald", "times", "ministry"):
            await harness.publish(key, QUANTUM, QUANTUM_TEXT)
        await harness.publish("herald", SIGNED, SIGNED_TEXT)
        await harness.publish("ilbo", f"{SPELLING} 실장 방한", f"{SPELLING} 실장이 서울에 왔다.", language="ko")
        assert await AliasScout(harness.store, harness.lexicon, self.operators, harness.now).run() == 1
        await harness.deliver()
        await self._theirs(*LINES)
        member = Asker(THEIRS, PERSON, CHANNEL, False, standing="member")
        for line in ("request settings who everyone", "request sources add tamarind.example"):
            await self.type(line, member)
        await self.answer(member, SaveFeedback(1, "passing", "vermilion remark"))
        await self.answer(Asker(THEIRS, ADMIN, f"D{ADMIN}", True, standing="admin"), Home())
        cards = [ts for ts, shown in harness.slack.posts[CHANNEL].items() if isinstance(shown.card, StoryCard)]
        await self.answer(member, AboutMessage("mute", cards[0]))
        for line in ("settings", "feedback ST1"):
            await self.type(line, Asker(THEIRS, ADMIN, CHANNEL, False, standing="admin"), ViewRef("V1"))
        await harness.deliver(20)
        posts = [posts for channel, posts in harness.slack.posts.items() if "9" in channel]
        self.seen += [shown for of_channel in posts for shown in of_channel.values()]

    async def _theirs(self, *lines: str, channel: str = CHANNEL) -> None:
        for line in lines:
            await self.type(line, Asker(THEIRS, ADMIN, channel, False, standing="admin"))
            self.harness.pass_time(seconds=2)


async def channels_of(team: str, _user: str | None, private: bool) -> frozenset[str]:
    """As Slack answers to each workspace's token. One channel is in both, as an organization's may be."""
    of_team = {OURS: {"C1", CHANNEL}, THEIRS: {CHANNEL, CABINET, OPERATORS}}[team]
    return frozenset() if private else frozenset(of_team)


def made_of(shown: Shown) -> Any:
    """What Slack is sent for a card."""
    if isinstance(shown.card, HomeCard):
        return home_view(shown)
    if isinstance(shown.card, UnfurlCard):
        return unfurls(shown)
    return modal_view(shown) if isinstance(shown.card, MODALS) else render(shown)


def leaked(shown: Shown, secrets: tuple[str, ...]) -> list[str]:
    """The secrets that stand in a card, shown or hidden, or in its files."""
    files = " ".join(file.content.decode("utf-8", "replace") for file in shown.files)
    made = "" if isinstance(shown.card, FieldErrorsCard) else repr(made_of(shown))
    words = f"{shown!r} {made} {files}"
    return [word for word in secrets if word in words]


async def rows_of(store: Store, team: str) -> dict[str, list[dict[str, Any]]]:
    """All rows of a workspace, and those that all workspaces share by its operators, by table."""
    found: dict[str, list[dict[str, Any]]] = {}
    async with store.read() as c:
        for table in metadata.sorted_tables:
            if "team" in table.c or table.name in SHARED_TABLES:
                query = select(table).where(table.c.team == team) if "team" in table.c else select(table)
                rows = [dict(row._mapping) for row in await c.execute(query)]
                found[table.name] = sorted(rows, key=repr)
    return found


def elements_in(part: object) -> list[tuple[str, str]]:
    """Action id and value of each button, and of each option of a menu, in something that Slack is sent."""
    pairs: list[tuple[str, str]] = []
    for element in _objects(part):
        if "action_id" in element:
            values = [each.get("value") for each in _objects(element)]
            pairs += [(str(element["action_id"]), value) for value in values if isinstance(value, str) and value]
    return pairs


def filled_in(view: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    """A modal as Slack sends it when it is submitted with other ids; what is typed in it asks for quantum."""
    values = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element: dict[str, Any] = {}
            if options := block["element"].get("options"):
                element["selected_option"] = options[0]
            for name, value in block["element"].items():
                if name.startswith("initial_"):
                    element[name.replace("initial_", "selected_")] = value
            if block["element"]["type"] == "plain_text_input":
                element["value"] = "quantum"
            values[block["block_id"]] = {block["element"]["action_id"]: element}
    return {**view, "id": "V2", "private_metadata": json.dumps(ids), "state": {"values": values}}


def _objects(part: object) -> list[dict[str, Any]]:
    """Every JSON object within."""
    if is_dataclass(part):
        return [each for field in fields(part) for each in _objects(getattr(part, field.name))]
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list | tuple) else ()
    own = [part] if isinstance(part, dict) else []
    return own + [each for value in inner for each in _objects(value)]
