"""Nothing lost, nothing twice, nothing overtaken, whatever the seed brings down on the outbox."""

from __future__ import annotations

from tests.simulation.play import play
from tests.simulation.stage import Stage


def test_a_seed_is_the_same_world_every_time(stage: Stage) -> None:
    first, second = play(stage, 7), play(stage, 7)
    assert first == second
    assert first.events
    assert play(stage, 8).events != first.events
