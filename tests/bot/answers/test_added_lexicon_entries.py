"""A person and a sector of an operator's own lexicon file can be subscribed to, are posted and are explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.matching.query.names import shown_names
from handlers.cards.answers import NoticeCard
from handlers.text.words import topic_name
from settings.lexicon import Lexicon, load
from tests.support.bot_harness import BotHarness
from tests.support.extending_lexicon import EXTENDING_LEXICON


@pytest.fixture
def lexicon(tmp_path: Path) -> Lexicon:
    path = tmp_path / "own.toml"
    path.write_text(EXTENDING_LEXICON, "utf-8")
    return load(path)


@pytest.mark.parametrize("line", ["subscribe who:rivera", "subscribe sector:batteries", "구독 분야:이차전지"])
async def test_an_added_entry_can_be_subscribed_to_and_is_posted(harness: BotHarness, line: str) -> None:
    await harness.channel()
    await harness.ask(line)
    await harness.publish("herald", "Jane Rivera visits a maker of battery cells", "Jane Rivera praised battery cells.")
    await harness.deliver()
    (card,) = harness.cards()
    assert set(card.topics) == {"Jane Rivera", "batteries"}
    assert harness.shown(NoticeCard, "COPS") == []


async def test_status_and_why_name_an_added_entry(harness: BotHarness) -> None:
    await harness.subscribe("sector:batteries")
    item = await harness.publish("herald", "A maker of battery cells expands", "Battery cells are made in Ochang.")
    assert [heat.topic for heat in (await harness.ask("status batteries 7d")).heat] == ["batteries"]
    why = await harness.ask(f"why {item.url}")
    arguments = [str(note.args.values()) for stage in why.stages for note in stage.notes]
    assert any("batteries" in argument for argument in arguments)


def test_an_added_entry_is_shown_by_its_name_in_the_lexicon(lexicon: Lexicon) -> None:
    names = shown_names(lexicon)
    assert topic_name("ko", "batteries", names) == "이차전지"
    assert topic_name("en", "batteries", names) == "battery cells"
    assert topic_name("ko", "Jane Rivera", names) == "제인 리베라"
    assert topic_name("en", "telecom", names) == "6G and telecom", "the locale's own words come first"
