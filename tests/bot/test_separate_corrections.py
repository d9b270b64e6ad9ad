"""Corrections of one workspace leave every card and answer of another one as if nothing had been said.

Two databases live the same hours: in the one, people of the first workspace split, merge, judge and mute; in the other
they do nothing. The second workspace must not see the difference, also after later articles joined the stories.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store import installations
from bot.store.engine import Store
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.subscriptions import ChangeCard
from handlers.requests import Asker, Home, Request
from handlers.verbs.parse import parse
from handlers.verbs.registry import all_verbs
from tests.support.bot_harness import START, BotHarness
from tests.support.merging import EVENTS
from tests.support.sample_articles import SIGNED, SIGNED_TEXT
from tests.support.two_workspaces import rows_of

CORRECTIONS = {
    "split ST1 2": "split", "merge ST1 ST2": "merged", "feedback ST2 passing": "feedback_kept",
    "mute story ST3 for 3d": "muted", "mute outlet times 8h": "muted", "commitments 6g underway": "commitment_underway",
    "undo": "undone", "merge ST2 ST3": "merged", "commitments space underway": "commitment_underway",
    "settings language ko": "set_language_ko",
}  # fmt: skip
"""Each line with the code of what it is answered with: the change that was made, or the note that says so."""
ROWS = {"story_parts": 1, "story_overlays": 1, "story_links": 2, "feedback": 1, "mutes": 2, "commitment_states": 1}
"""How many rows the corrections leave in each table."""
UNKNOWN = (
    "story ST6",
    "why ST6",
    "share ST6",
    "split ST6 1",
    "merge ST4 ST6",
    "mute story ST6 for 3d",
    "undo 6",
    "undo 7",
)
"""Lines with a part or a change of the workspace that corrects; they read as if there were none."""
READING = (
    "story ST1", "story ST2", "story ST3", "story 7d", "why ST1", "why ST2", "why ST1 receipt", "search quantum",
    "preview quantum", "digest now", "status", "heat", "timeline", "commitments", "who kratsios", "list", "list all",
    "mute", "settings", "sources", "export jsonl 7d", "share ST1", "feedback ST1", "quiet", "debug", "edit S3",
    "story ST4", "story ST5", "commitments 6g", "commitments space", *UNKNOWN,
)  # fmt: skip
WRITING = {"help", "lang", "lexicon", "request", "subscribe", "test", "unmute", "unsubscribe"}
"""Verbs that are not read here: they show nothing of the stories, or would change what is compared."""
CHANNELS = {"T1": "C1", "T2": "C2"}


async def answer(harness: BotHarness, team: str, line: str) -> Shown:
    """What a person of the workspace is shown."""
    ask, asker = parse(line, Asker(team, "U1", CHANNELS[team], False, standing="admin"))
    request = Request(f"{team}{next(harness.numbers)}", asker, Home() if line == "home" else ask, line)
    assert await harness.answers.remember(request)
    shown = await harness.answers.answer(request)
    assert shown is not None
    harness.pass_time(seconds=2)
    return shown


async def say(harness: BotHarness, team: str, line: str) -> str:
    """All that the answer holds; numbers of later rows and of their links are left out, because both share them."""
    return re.sub(r"(change=|undo )\d+", r"\1", repr(await answer(harness, team, line)))


def codes_of(shown: Shown) -> list[str]:
    """The change that an answer confirms, or its notes."""
    if isinstance(shown.card, ChangeCard):
        return [shown.card.what]
    return [note.code for note in shown.card.notes] if isinstance(shown.card, NoticeCard) else []


OF_EVENTS = [(key, *event) for event in EVENTS for key in ("herald", "times")]
ARTICLES = (*OF_EVENTS[:4], ("ilbo", SIGNED, SIGNED_TEXT), *OF_EVENTS[4:])
OWN_SPLIT = "split ST4 2"
"""What the other workspace splits in both databases, so that it has a part of its own beside those that it may not see.

The part is ST5, and the one that a correction makes is ST6.
"""


async def lived(harness: BotHarness, correcting: str, corrections: Mapping[str, str]) -> dict[str, str]:
    """What the workspace that corrects nothing is shown and was posted at the end, by line."""
    async with harness.store.begin() as c:
        await installations.put(c, "T2", harness.now())
    for line in ("subscribe quantum OR pact", "subscribe quantum as daily at 18:00"):
        for team in CHANNELS:
            await say(harness, team, line)
    for key, title, text in ARTICLES:
        await harness.publish(key, title, text)
    await harness.deliver()
    (reading,) = {*CHANNELS} - {correcting}
    assert (await answer(harness, reading, OWN_SPLIT)).changed
    await harness.deliver()
    for line, code in corrections.items():
        assert code in codes_of(await answer(harness, correcting, line)), line
    while harness.at < START + timedelta(hours=1):
        harness.pass_time(minutes=1)
    harness.at = START + timedelta(hours=1)
    for _, title, text in ARTICLES[::2]:
        item = harness.headline("ministry", title, 100 + len(title))
        await harness.announce("ministry", item)
        await harness.take(item, text)
    await harness.deliver(20)
    shown = {line: await say(harness, reading, line) for line in (*READING, "home")}
    assert [line for line in UNKNOWN if not shown[line].startswith("Shown(card=ErrorCard(")] == []
    await harness.deliver()
    return shown | {"posts": repr([each.card for each in harness.slack.posts[CHANNELS[reading]].values()])}


@pytest.mark.parametrize("correcting", list(CHANNELS))
async def test_the_other_workspace_sees_no_difference(
    harness: BotHarness, file_after_readings: Path, tmp_path: Path, correcting: str
) -> None:
    store = Store.open(f"sqlite:///{shutil.copy(file_after_readings, tmp_path / 'plain.db')}")
    plain = BotHarness(store, harness.outlets, at=harness.at)
    expected = await lived(plain, correcting, {})
    await store.close()
    shown = await lived(harness, correcting, CORRECTIONS)
    different = [line for line in shown if shown[line] != expected[line]]
    assert different == [], [(shown[line], expected[line]) for line in different[:1]]
    rows = await rows_of(harness.store, correcting)
    assert {table: len(rows[table]) for table in ROWS} == ROWS
    made = [code for code in CORRECTIONS.values() if code != "feedback_kept"]
    assert [row["what"] for row in sorted(rows["changes"], key=lambda row: int(row["id"]))] == ["subscribed"] * 2 + made
    corrected = await say(harness, correcting, "story ST1")
    assert corrected != shown["story ST1"], "the corrections count where they were made"


def test_every_verb_is_read_or_left_out_on_purpose() -> None:
    assert {line.split()[0] for line in READING} | WRITING == {verb.name for verb in all_verbs()}
