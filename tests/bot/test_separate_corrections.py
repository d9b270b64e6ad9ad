"""Corrections of one workspace leave every card and answer of another one as if nothing had been said.

Two databases live the same hours: in the one, people of the first workspace split, merge, judge and mute; in the other
they do nothing. The second workspace must not see the difference, also after later articles joined the stories.
"""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store import installations
from bot.store.engine import Store
from handlers.requests import Asker, Home, Request
from handlers.verbs.parse import parse
from handlers.verbs.registry import all_verbs
from tests.support.bot_harness import START, BotHarness
from tests.support.merging import EVENTS
from tests.support.sample_articles import SIGNED, SIGNED_TEXT

CORRECTIONS = (
    "split ST1 2", "merge ST1 ST2", "feedback ST2 passing", "mute story ST3 for 3d", "mute outlet times 8h",
    "commitments 6g underway", "undo", "merge ST2 ST3", "commitments space underway", "settings language ko",
)  # fmt: skip
READING = (
    "story ST1", "story ST2", "story ST3", "story 7d", "why ST1", "why ST2", "why ST1 receipt", "search quantum",
    "preview quantum", "digest now", "status", "heat", "timeline", "commitments", "who kratsios", "list", "list all",
    "mute", "settings", "sources", "export jsonl 7d", "share ST1", "feedback ST1", "quiet", "debug", "edit S3",
)  # fmt: skip
WRITING = {"help", "lang", "lexicon", "merge", "request", "split", "subscribe", "test", "undo", "unmute", "unsubscribe"}
"""Verbs that are not read here: they show nothing of the stories, or would change what is compared."""
CHANNELS = {"T1": "C1", "T2": "C2"}


async def say(harness: BotHarness, team: str, line: str) -> str:
    """All that the answer holds; numbers of later rows and of their links are left out, because both share them."""
    ask, asker = parse(line, Asker(team, "U1", CHANNELS[team], False, standing="admin"))
    request = Request(f"{team}{next(harness.numbers)}", asker, Home() if line == "home" else ask, line)
    assert await harness.answers.remember(request)
    shown = await harness.answers.answer(request)
    harness.pass_time(seconds=2)
    return re.sub(r"(change=|undo )\d+", r"\1", repr(shown))


ARTICLES = (*((key, *event) for event in EVENTS[:2] for key in ("herald", "times")), ("ilbo", SIGNED, SIGNED_TEXT))


async def lived(harness: BotHarness, correcting: str, corrections: tuple[str, ...]) -> dict[str, str]:
    """What the workspace that corrects nothing is shown and was posted at the end, by line."""
    async with harness.store.begin() as c:
        await installations.put(c, "T2", harness.now())
    for line in ("subscribe quantum OR pact", "subscribe quantum as daily at 18:00"):
        for team in CHANNELS:
            await say(harness, team, line)
    for key, title, text in ARTICLES:
        await harness.publish(key, title, text)
    await harness.deliver()
    for line in corrections:
        await say(harness, correcting, line)
    while harness.at < START + timedelta(hours=1):
        harness.pass_time(minutes=1)
    harness.at = START + timedelta(hours=1)
    for _, title, text in ARTICLES[::2]:
        item = harness.headline("ministry", title, 100 + len(title))
        await harness.announce("ministry", item)
        await harness.take(item, text)
    await harness.deliver(20)
    (reading,) = {*CHANNELS} - {correcting}
    shown = {line: await say(harness, reading, line) for line in (*READING, "home")}
    await harness.deliver()
    return shown | {"posts": repr([each.card for each in harness.slack.posts[CHANNELS[reading]].values()])}


@pytest.mark.parametrize("correcting", list(CHANNELS))
async def test_the_other_workspace_sees_no_difference(
    harness: BotHarness, file_after_readings: Path, tmp_path: Path, correcting: str
) -> None:
    store = Store.open(f"sqlite:///{shutil.copy(file_after_readings, tmp_path / 'plain.db')}")
    plain = BotHarness(store, harness.outlets, at=harness.at)
    expected = await lived(plain, correcting, ())
    await store.close()
    shown = await lived(harness, correcting, CORRECTIONS)
    different = [line for line in shown if shown[line] != expected[line]]
    assert different == [], [(shown[line], expected[line]) for line in different[:1]]
    corrected = await say(harness, correcting, "story ST1")
    assert corrected != shown["story ST1"], "the corrections count where they were made"


def test_every_verb_is_read_or_left_out_on_purpose() -> None:
    assert {line.split()[0] for line in READING} | WRITING == {verb.name for verb in all_verbs()}
