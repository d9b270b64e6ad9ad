"""The status of everything or of a query."""

from __future__ import annotations

from handlers.cards.answers import ErrorCard
from tests.support.bot_harness import BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT


async def test_status_counts_stories_by_sector_and_has_no_baseline_without_a_past(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    card = await harness.ask("status")
    heat = {row.topic: row for row in card.heat}["quantum"]
    assert (heat.stories, heat.by_day, heat.usual) == (1, (None,) * 6 + (1,), 0.0), "nothing was read before"
    assert card.top == (), "what names neither the pact nor its officials is no top story of the pact"
    assert [line.headline for line in (await harness.ask("status quantum")).top] == [QUANTUM]
    assert (card.proof.sources_ok, card.proof.sources_all, len(card.subscriptions)) == (5, 5, 1)
    harness.pass_time(days=14)
    usual = {row.topic: row for row in (await harness.ask("status")).heat}["quantum"]
    assert (usual.stories, usual.usual, usual.n, usual.verdict) == (0, 0.0, 1, "too_few")


async def test_status_of_a_query_finds_words_outside_the_lexicon(harness: BotHarness) -> None:
    await harness.subscribe("universities")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    assert [len((await harness.ask(f"status {word} 3d")).top) for word in ("centre", "universities", "zeppelin")] == [
        1,
        1,
        0,
    ]
    wrong = await harness.ask("status sectr:quantum 7d")
    assert isinstance(wrong, ErrorCard)
    assert wrong.position == 7


async def test_status_names_an_outlet_that_was_not_read_for_three_intervals(harness: BotHarness) -> None:
    harness.pass_time(minutes=60)
    await harness.announce("herald")
    proof = (await harness.ask("status")).proof
    assert (proof.sources_ok, {name for name, _ in proof.failing}) == (1, {"Times", "Ilbo", "Shy", "Ministry"})


async def test_status_shows_the_five_stories_that_most_outlets_run(harness: BotHarness) -> None:
    for n in range(6):
        place = chr(97 + n) * 7
        await harness.publish("herald", f"Quantum computer {place}", f"A quantum computer opened in {place}.")
    await harness.publish("times", "Quantum computer aaaaaaa", "A quantum computer opened in aaaaaaa.")
    headlines = [line.headline for line in (await harness.ask("status quantum")).top]
    assert len(headlines) == 5
    assert headlines[0] == "Quantum computer aaaaaaa"
