"""No statement of a day's work reads more because more is stored: SQLite's own steps are counted at two sizes.

The statements are those that the jobs, the outbox, the clock and people's questions run, whatever they are.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.clock_steps import correct_waits
from bot.deliveries.notices import OperatorsChannel
from bot.model import Job
from bot.operations.alias_scout import AliasScout
from bot.operations.audit import Auditor
from bot.operations.cleanup import Cleanup
from bot.operations.health import health
from bot.outbox.policy import DeliveryPolicy
from bot.queue.embedded import EmbeddedQueue
from bot.store import installations, jobs
from bot.store.engine import Store
from bot.store.old_rows import TOLD
from tests.support.bot_harness import START, TEAM, BotHarness, outlet_named
from tests.support.long_past import A_TEAM, Past
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT, SIGNED, SIGNED_TEXT
from tests.support.statement_costs import StatementCosts
from tests.support.unlike_stories import headline_of, text_of

SMALL, BIG = (150, 20), (1_500, 200)
"""Stories of the past, and channels of other workspaces."""
MOST_GROWTH = 1.3
LEAST_STEPS = 400
"""A search in an index may be a level deeper; a statement of fewer steps is not compared."""
ASKED = (
    "status", "status quantum 7d", "list", "list all", "why ST1", "why ST1 receipt", "story ST1", "merge ST1 ST2",
    "undo 1", "split ST1 2", "undo 2", "mute story ST1 for 1d", "unmute ST1", "mute outlet ilbo for 4h",
    "subscribe space", "unsubscribe S3", "digest daily 09:00", "digest now", "quiet 22:00-07:00", "quiet off",
    "settings", "settings zone UTC", "settings who admins", "lang ko", "sources", "debug", "test", "request list all",
    "search quantum", "search zeppelin", "search pact zeppelin 60d", "who kratsios", "timeline", "commitments",
    "commitments space done", "story 7d", "preview quantum", "heat week", "heat week file",
)  # fmt: skip
"""Questions and changes of the people."""
GROWS = {
    "FROM subscriptions WHERE subscriptions.state = 'active' ORDER BY subscriptions.id": "each process scans for all",
    "FROM installations": "a row for each workspace",
    **{
        f"SELECT count(*) AS count_1 FROM {step.table} WHERE {step.table}.": "looked at once a day, without a lock"
        for step in TOLD
    },
    "FROM stories WHERE pact AND": "the stories of the pact since its signature, 5,000 at most",
}
"""Statements that read what there is of workspaces and subscriptions, and why."""


ONCE_A_DAY = ("FROM firsts", "INTO firsts", "FROM deliveries JOIN", "matches.told_by IS NULL AND matches.matched_at <")
"""The audit looks at each workspace once a day, and the scout asks for each, each week, whether it has its report."""


@dataclass
class Day:
    """A day of a workspace whose history is long."""

    store: Store
    costs: StatementCosts
    harness: BotHarness

    @classmethod
    async def begin(cls, file: Path, size: tuple[int, int]) -> Day:
        """The app is installed, a channel follows a topic, the past is written, and all feeds were read once."""
        store = Store.open(f"sqlite:///{file}")
        costs = StatementCosts(store)
        harness = BotHarness(store, {key: outlet_named(key) for key in ("herald", "times", "ilbo")})
        async with store.begin() as c:
            await installations.put(c, TEAM, START)
        await harness.subscribe("quantum OR pact")
        await harness.subscribe("quantum", "daily", at="09:15")
        for key in harness.outlets:
            await harness.announce(key)
        await Past(*size, START).write(store)
        harness.pass_time(minutes=15)
        costs.clear()
        return cls(store, costs, harness)

    async def live(self) -> None:
        """Reads, posts, answers, digests and cleans up."""
        harness = self.harness
        await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
        await harness.deliver()
        await harness.publish("times", QUANTUM, QUANTUM_TEXT)
        await harness.publish("ilbo", SIGNED, SIGNED_TEXT)
        await harness.deliver()
        await harness.edits()
        for line in ASKED:
            await harness.ask(line, standing="admin")
            await harness.deliver(2)
        await self._jobs()
        await self._in_quiet_hours()
        await self._without_the_channel()
        harness.pass_time(days=1)
        await harness.publish("times", f"{QUANTUM} again", QUANTUM_TEXT)
        await self._jobs()
        await harness.deliver()

    async def _in_quiet_hours(self) -> None:
        """A card is held, and comes in a roll-up at their end."""
        harness = self.harness
        await harness.ask("quiet 08:00-12:00")
        await harness.publish("herald", headline_of(1), text_of(1))
        await harness.deliver()
        harness.pass_time(hours=4)
        await harness.digests.enqueue_due()
        await harness.deliver()
        await harness.ask("quiet off")

    async def _without_the_channel(self) -> None:
        """A post is refused, and the channel comes back."""
        harness = self.harness
        harness.slack.closed.add("C1")
        await harness.publish("herald", headline_of(2), text_of(2))
        await harness.deliver()
        harness.slack.closed.clear()
        harness.pass_time(hours=1)
        await harness.absent_channels.run()
        await harness.deliver()

    async def _jobs(self) -> None:
        harness, store = self.harness, self.store
        operators = OperatorsChannel("COPS", "en", "Asia/Seoul")
        await harness.digests.enqueue_due()
        await Cleanup(store, harness.outlets, operators, harness.now).run()
        await Auditor(store, lambda _team: harness.slack, operators, harness.now, pause_seconds=0).run()
        await AliasScout(store, harness.lexicon, operators, harness.now).run()
        await harness.absent_channels.run()
        await correct_waits(store, DeliveryPolicy(), harness.now())
        await EmbeddedQueue(store, harness.now).enqueue(Job("digest"))
        async with store.begin() as c:
            await jobs.claim(c, harness.now(), "w", 30, 5)
        async with store.read() as c:
            await health(c, harness.now(), TEAM, 1.0)


async def day_of(folder: Path, template: Path, size: tuple[int, int]) -> StatementCosts:
    file = folder / f"{size[0]}.db"
    shutil.copy(template, file)
    day = await Day.begin(file, size)
    await day.live()
    await day.store.close()
    return day.costs


@pytest.fixture
async def both(tmp_path: Path, migrated_file: Path) -> tuple[StatementCosts, StatementCosts]:
    """The costs of the same day after a short past and after a long one."""
    return await day_of(tmp_path, migrated_file, SMALL), await day_of(tmp_path, migrated_file, BIG)


async def test_a_long_past_costs_no_statement_more(both: tuple[StatementCosts, StatementCosts]) -> None:
    short, long = both
    assert len(long.most_steps) > 150, "the day runs the statements of the bot"
    grown = [
        f"{short.most_steps[name]} → {steps}: {name}"
        for name, steps in long.most_steps.items()
        if steps > LEAST_STEPS + MOST_GROWTH * short.most_steps[name] and not any(part in name for part in GROWS)
    ]
    assert not grown, "\n".join(grown)


async def test_no_statement_runs_more_often(both: tuple[StatementCosts, StatementCosts]) -> None:
    short, long = both
    teams = (BIG[1] - SMALL[1]) // A_TEAM
    more = [f"{short.times[name]} → {times}: {name}" for name, times in long.times.items() if times > short.times[name]]
    assert [line for line in more if not any(part in line for part in ONCE_A_DAY)] == []
    assert all(long.times[name] - short.times[name] <= 2 * teams for name in long.times), "twice in these two days"


async def test_a_round_of_digests_reads_no_row_of_what_is_not_due(tmp_path: Path, migrated_file: Path) -> None:
    """It runs each minute, beside however many workspaces and subscriptions."""
    steps: list[dict[str, int]] = []
    for size in (SMALL, BIG):
        file = tmp_path / f"{size[0]}.db"
        shutil.copy(migrated_file, file)
        day = await Day.begin(file, size)
        await day.harness.digests.enqueue_due()
        day.costs.clear()
        await day.harness.digests.enqueue_due()
        steps.append(dict(day.costs.most_steps))
        await day.store.close()
    assert steps[0] == steps[1]
    assert 0 < len(steps[0]) < 10
