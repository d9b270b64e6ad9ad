"""Every stage of an article, and what stopped it."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard
from handlers.cards.shown import Shown
from handlers.text.words import LANGUAGES
from scrapers.errors import Unreachable
from tests.support.bot_harness import BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT, SIGNED, SIGNED_TEXT


def stages_of(card: Any) -> dict[str, tuple[bool | None, list[str]]]:
    return {stage.stage: (stage.passed, [note.code for note in stage.notes]) for stage in card.stages}


async def test_why_shows_every_stage_of_a_posted_article(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    (story,) = [card.story for card in harness.cards()]
    (ts,) = harness.slack.posts["C1"]
    for subject in (item.url, story, ts):
        stages = stages_of(await harness.ask(f"why {subject}"))
        assert [name for name, (passed, _) in stages.items() if not passed] == []
        assert stages["posted"][1][0] == "attempts"
        assert stages["subscription"][1] == ["wanted_by"]


async def test_why_names_the_stage_that_stopped_an_article(harness: BotHarness) -> None:
    shy = await harness.publish("shy", QUANTUM, QUANTUM_TEXT)
    stages = stages_of(await harness.ask(f"why {shy.url}"))
    assert stages["subscription"] == (False, ["no_subscriptions"])
    await harness.subscribe("nuclear")
    assert stages_of(await harness.ask(f"why {shy.url}"))["subscription"] == (False, ["wanted_by_none"])
    await harness.subscribe("centre")
    assert stages_of(await harness.ask(f"why {shy.url}"))["subscription"] == (False, ["subscription_younger"])
    for subject, code in (
        ("https://nowhere.example/1", "not_an_outlet"),
        ("https://herald.example/999999", "not_announced"),
    ):
        assert stages_of(await harness.ask(f"why {subject}"))["fetched"] == (False, [code])
    herald = harness.outlets["herald"]
    await harness.intake.source_failed(herald, herald.sources[0], Unreachable(herald.sources[0].url, "no answer"))
    assert stages_of(await harness.ask("why https://herald.example/999999"))["fetched"][1] == ["outlet_broken"]


def lines_of(card: Any) -> list[str]:
    return [note.args["line"] for note in card.change]


async def test_why_of_what_there_is_not_is_one_line_with_the_cure(harness: BotHarness) -> None:
    for subject in ("ST999", "1234.5678", "ST999 receipt"):
        card = await harness.ask(f"why {subject}")
        assert isinstance(card, ErrorCard)
        assert card.note.code == "no_such_subject"
    for language in LANGUAGES:
        assert "ST91" in render(Shown(card, language)).plain
    pressed = await harness.ask("why 1761696000.000100")
    assert pressed.note.code == "message_of_no_story"
    assert all("1761696000" not in render(Shown(pressed, language)).plain.partition("\n")[0] for language in LANGUAGES)
    for line in ("why notaurl", "why 1761696000", "왜 기사"):
        assert (await harness.ask(line)).note.code == "why_needs"


async def test_why_never_advises_a_subscription_that_exists(harness: BotHarness) -> None:
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    assert lines_of(await harness.ask(f"why {item.url}")) == ["subscribe quantum"]
    await harness.subscribe("nuclear")
    assert lines_of(await harness.ask(f"why {item.url}")) == ["subscribe quantum"]
    await harness.subscribe("sector:quantum")
    assert lines_of(await harness.ask(f"why {item.url}")) == [], "it began after the article was read"
    waiting = await harness.publish("herald", QUANTUM + " again", QUANTUM_TEXT)
    assert lines_of(await harness.ask(f"why {waiting.url}")) == [], "it has the story"


async def test_why_does_not_advise_a_query_again_that_a_condition_keeps_from_matching(harness: BotHarness) -> None:
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.subscribe("quantum -centre")
    assert lines_of(await harness.ask(f"why {item.url}")) == ["subscribe quantum"]


@pytest.mark.parametrize(
    ("reason_ko", "language", "why"),
    [("약관상 금지", "ko", "약관상 금지"), ("약관상 금지", "en", "its terms"), (None, "ko", "its terms")],
)
async def test_why_says_in_the_readers_language_that_an_outlet_is_switched_off(
    harness: BotHarness, reason_ko: str | None, language: str, why: str
) -> None:
    harness.outlets["shy"].__dict__.update(enabled=False, reason="its terms", reason_ko=reason_ko)
    card = await harness.ask("why https://shy.example/1", language=language)
    (note,) = card.stages[0].notes
    assert (note.code, note.args) == ("outlet_off", {"outlet": "Shy", "why": why})


async def test_why_says_that_an_outlet_is_known_by_what_aggregators_list(harness: BotHarness) -> None:
    harness.outlets["shy"].__dict__.update(enabled=False, covered=True, reason="it has no feed")
    card = await harness.ask("why https://shy.example/1")
    (note,) = card.stages[0].notes
    assert (note.code, note.args) == ("outlet_covered", {"outlet": "Shy", "why": "it has no feed"})


async def test_why_says_what_a_match_waits_for(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    await harness.subscribe("quantum", min_outlets=3)
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    codes = stages_of(await harness.ask(f"why {item.url}"))["subscription"][1]
    assert codes == ["wanted_by", "waits_for_outlets", "waits_for_digest"]
    await harness.ask("mute outlet herald 1d")
    assert stages_of(await harness.ask(f"why {item.url}"))["muted"] == (False, ["is_muted"])


async def test_nothing_is_held_that_nobody_here_asked_for(harness: BotHarness) -> None:
    await harness.ask("quiet 00:00-23:00")
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.ask("mute outlet shy 1d")
    for subscribed, code in (("", "no_subscriptions"), ("nuclear", "wanted_by_none")):
        if subscribed:
            await harness.subscribe(subscribed)
        card = await harness.ask(f"why {item.url}")
        stages = stages_of(card)
        assert stages["subscription"] == (False, [code])
        assert [stages[name] for name in ("muted", "queued", "posted")] == [(None, [])] * 3
        english, korean = (render(Shown(card, language)).plain for language in LANGUAGES)
        assert "held until" not in english + korean
        assert "보류" not in english + korean


async def test_quiet_hours_hold_a_card_and_no_digest_and_an_outlets_mute_only_what_it_alone_reports(
    harness: BotHarness,
) -> None:
    await harness.ask("quiet 00:00-23:00")
    await harness.subscribe("quantum", "daily")
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    stages = stages_of(await harness.ask(f"why {item.url}"))
    assert (stages["subscription"][1], stages["muted"]) == (
        ["wanted_by", "waits_for_digest"],
        (True, ["not_muted_now"]),
    )
    await harness.subscribe("centre")
    await harness.publish("shy", QUANTUM, QUANTUM_TEXT)
    card = await harness.ask("why ST1")
    held = {stage.stage: stage for stage in card.stages}
    assert (held["muted"].passed, held["muted"].notes[0].code) == (False, "is_quiet")
    assert (held["posted"].passed, held["posted"].at) == (False, held["muted"].at), "both name the end"
    harness.pass_time(seconds=2)
    await harness.ask("mute outlet herald 1d")
    assert stages_of(await harness.ask("why ST1"))["muted"] == (False, ["is_quiet"])
    harness.pass_time(seconds=2)
    await harness.ask("mute outlet shy 1d")
    assert stages_of(await harness.ask("why ST1"))["muted"] == (False, ["is_muted"])


async def test_why_of_a_duplicate_follows_the_original(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    copy = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    stages = stages_of(await harness.ask(f"why {copy.url}"))
    assert stages["duplicate"] == (False, ["is_duplicate"])
    assert stages["posted"][0] is True


async def test_no_text_is_quoted_where_the_terms_do_not_allow_it(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    item = await harness.publish("herald", "Seoul opens a centre", QUANTUM_TEXT)
    await harness.deliver()
    assert harness.cards()[0].lead is not None
    quoted = [stage.quotes for stage in (await harness.ask(f"why {item.url}")).stages if stage.stage == "matched"]
    assert quoted[0]
    harness.outlets["herald"].__dict__["text_allowed"] = False
    quoted = [stage.quotes for stage in (await harness.ask(f"why {item.url}")).stages if stage.stage == "matched"]
    assert quoted == [()]
    await harness.take(item, QUANTUM_TEXT + " More soon.")
    await harness.edits()
    assert harness.cards()[0].lead is None


async def test_why_names_five_queries_that_do_not_match(harness: BotHarness) -> None:
    for number in range(6):
        await harness.subscribe(f"word{number}", "daily")
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    card = await harness.ask(f"why {item.url}")
    (note,) = [note for stage in card.stages for note in stage.notes if note.code == "wanted_by_none"]
    assert note.args["queries"].split(" · ") == [f"S{number + 1} word{number}" for number in range(5)]


async def test_quiet_hours_hold_all_but_major_news(harness: BotHarness) -> None:
    await harness.subscribe("quantum OR topic:pact")
    await harness.ask("quiet 00:00-23:59")
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    major = await harness.publish("times", SIGNED, SIGNED_TEXT)
    assert stages_of(await harness.ask(f"why {item.url}"))["muted"] == (False, ["is_quiet"])
    assert stages_of(await harness.ask(f"why {major.url}"))["muted"] == (True, ["not_muted_now"])


async def test_a_card_that_was_posted_before_a_mute_or_quiet_hours_passed_them(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    await harness.ask("quiet 00:00-23:59")
    assert stages_of(await harness.ask("why ST1"))["muted"] == (True, ["is_quiet_since"])
    await harness.ask("mute ST1 1d")
    assert stages_of(await harness.ask("why ST1"))["muted"] == (True, ["is_muted_since"])


async def test_a_story_is_headed_in_the_readers_language(harness: BotHarness) -> None:
    await harness.publish("herald", SIGNED, SIGNED_TEXT)
    korean = "한미 기술번영 업무협약(MOU) 체결"
    text = "한국과 미국이 월요일 경주에서 인공지능, 양자, 우주를 아우르는 한미 기술번영 업무협약에 서명했다."
    item = await harness.publish("ilbo", korean, text, language="ko")
    assert (await harness.ask("why ST1")).headline == SIGNED
    assert (await harness.ask("왜 ST1")).headline == korean
    card = await harness.ask(f"why {item.url}")
    (story,) = [stage.notes[0] for stage in card.stages if stage.stage == "story"]
    assert (card.headline, story.args["headline"]) == (korean, SIGNED)


async def test_why_of_an_unknown_address_is_one_stage(harness: BotHarness) -> None:
    card = await harness.ask("why https://example.com/nope")
    assert [stage.stage for stage in card.stages] == ["fetched"]
    assert "not reached" not in render(Shown(card, "en")).plain
