"""The receipt of a message: its times, and nothing else."""

from __future__ import annotations

from bot.store.deliveries import table as deliveries
from handlers.cards.answers import NoticeCard
from tests.support.bot_harness import BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT


async def test_a_receipt_has_every_time_of_a_message(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    story = (await harness.row(item)).story
    waiting = await harness.ask(f"why ST{story} receipt")
    assert [note.code for note in waiting.notes] == ["receipt", "receipt_queued", "queued_as_card", "delivery_due"]
    queued = harness.at
    posted = harness.pass_time(minutes=2)
    await harness.deliver(1)
    await harness.publish("times", QUANTUM, QUANTUM_TEXT + " It is the first of its kind.")
    await harness.edits()
    card = await harness.ask(f"why ST{story} receipt")
    assert isinstance(card, NoticeCard)
    async with harness.store.read() as c:
        (row,) = [delivery for delivery in await deliveries.of_story(c, story) if delivery.kind == "card"]
    assert row.edited_at is not None
    assert {note.code: dict(note.args) for note in card.notes} == {
        "receipt": {"subject": f"ST{story}"},
        "receipt_queued": {"queued": queued.isoformat()},
        "queued_as_card": {},
        "receipt_tried": {"n": "1", "first": posted.isoformat(), "last": posted.isoformat()},
        "receipt_posted": {"posted": posted.isoformat()},
        "receipt_edited": {"edited": row.edited_at.isoformat()},
    }


async def test_a_story_that_was_never_queued_here_has_no_receipt(harness: BotHarness) -> None:
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    for subject in (f"ST{(await harness.row(item)).story}", "https://elsewhere.example/1"):
        card = await harness.ask(f"why {subject} receipt")
        assert [(note.code, note.args["subject"]) for note in card.notes] == [("receipt_none", subject)]
