"""The stages of why, decided from plain rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.answers.why.why_stages import (
    Trace,
    fetched_stage,
    matched_stage,
    message_stages,
    muted_stage,
    story_stage,
    what_would_change_it,
)
from bot.model import (
    CHURNED,
    DUPLICATE,
    Delivery,
    Mention,
    Reason,
    Rejected,
    StoredArticle,
    Story,
    Subscription,
    Topics,
)
from handlers.cards.texts import Note

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ARTICLE = StoredArticle(
    id=1, outlet="herald", url="https://herald.example/1", canonical_url="https://herald.example/1", headline="Quantum",
    language="en", kind="media", published_at=None, first_seen_at=AT, content_hash="", state="read", suspect=None,
    flash=False, corrected=False, baseline=False, story=1, topics=Topics(), fingerprint=b"", lexicon_version="",
)  # fmt: skip
STORY = Story(1, "Quantum", "", "herald", "en", AT, AT, 1, Topics())
SUBSCRIPTION = Subscription(
    1, "T1", 1, "U1", "quantum", "instant", "08:30", "mon", "Asia/Seoul", 1, AT, None, "active", None
)
DELIVERY = Delivery(
    id=1, key="", team="T1", destination=1, slack_id="C1", kind="card", state="sent", story=1, after=None, payload={},
    subscriptions=(1,), wanted_revision=1, shown_revision=1, epoch=1, attempts=2, empty_reads=0, created_at=AT,
    not_before=AT, first_try_at=AT, last_try_at=AT, sent_at=AT, edited_at=None, ts="1.0", error=None,
)  # fmt: skip
NOTHING = Trace(None, None, (), (), (), None)
EVERYTHING = Trace(ARTICLE, STORY, (), (), (SUBSCRIPTION,), DELIVERY)


def mention(topic: str, context: str, kind: Any = "sector", field: Any = "text") -> Mention:
    return Mention(kind, topic, topic, field, 0, 1, context[:1], context)


def rejected(quote: str) -> Rejected:
    return Rejected("sector", "quantum", "양자", "text", 0, 2, quote, Reason("other_sense", {"term": "양자"}))


def codes(notes: Any) -> list[str]:
    return [note.code for note in notes]


def test_without_an_article_the_stages_are_not_reached() -> None:
    stages = (fetched_stage(NOTHING, {}), matched_stage(NOTHING, quotable=True), *message_stages(NOTHING))
    assert [stage.passed for stage in stages] == [None] * 4
    assert story_stage(NOTHING).passed is False


@pytest.mark.parametrize(
    ("change", "passed", "notes"),
    [
        ({}, True, ["page_read"]),
        ({"state": "headline"}, False, ["page_waits"]),
        ({"state": "failed"}, False, ["page_failed"]),
        ({"state": "failed", "suspect": "titles_only"}, False, ["titles_only"]),
        ({"state": "gone"}, False, ["page_gone"]),
        ({"state": "headline", "baseline": True}, True, ["baseline"]),
        ({"suspect": "short"}, True, ["page_without_text", "suspect"]),
        ({"state": "failed", "suspect": "status"}, False, ["page_failed", "suspect"]),
        ({"state": "failed", "suspect": "status", "text_from": "feed"}, False, ["page_failed_summary", "suspect"]),
        ({"partial": True}, True, ["page_read", "text_partial"]),
        ({"partial": True, "state": "headline", "content_hash": "00"}, True, ["page_read", "text_partial"]),
        ({"text_from": "feed"}, True, ["page_read", "text_from_feed"]),
        ({"text_from": "pdf"}, True, ["page_read", "text_from_attachment"]),
        ({"text_from": "text"}, True, ["page_read", "text_from_plain_text"]),
        ({"suspect": CHURNED}, True, ["page_read", "suspect"]),
        ({"suspect": DUPLICATE}, True, ["page_read"]),
    ],
)
def test_the_fetched_stage_names_the_pages_state(change: dict[str, Any], passed: bool, notes: list[str]) -> None:
    stage = fetched_stage(replace(EVERYTHING, article=replace(ARTICLE, **change)), {})
    assert (stage.passed, codes(stage.notes)) == (passed, notes)


@pytest.mark.parametrize(
    ("change", "passed", "notes"),
    [
        ({"suspect": "short"}, True, ["page_without_text", "suspect", "told_without_text"]),
        ({"suspect": "short", "state": "headline"}, False, ["page_awaits_text", "suspect", "told_without_text"]),
        ({"suspect": "short", "story": None}, True, ["page_without_text", "suspect"]),
        ({"state": "headline"}, False, ["page_waits", "told_without_text"]),
        ({}, True, ["page_read"]),
    ],
)
def test_the_fetched_stage_of_an_offices_document_says_that_it_is_told_without_its_text(
    change: dict[str, Any], passed: bool, notes: list[str]
) -> None:
    stage = fetched_stage(replace(EVERYTHING, article=replace(ARTICLE, kind="official", **change)), {})
    assert (stage.passed, codes(stage.notes)) == (passed, notes)


def test_the_matched_stage_names_topics_three_refusals_and_five_sentences() -> None:
    mentions = tuple(mention("quantum", f"{n} sentence") for n in range(6))
    trace = replace(EVERYTHING, mentions=mentions, rejected=tuple(rejected(f"q{n}") for n in range(4)))
    stage = matched_stage(trace, quotable=True)
    assert codes(stage.notes) == ["names", *["other_sense"] * 3]
    assert [quote.text for quote in stage.quotes] == [f"{n} sentence" for n in range(5)]
    assert matched_stage(trace, quotable=False).quotes == ()


def test_fields_in_passing_are_named_apart() -> None:
    aside = mention("nuclear", "A sentence")._replace(passing=True)
    trace = replace(EVERYTHING, mentions=(mention("quantum", "A sentence"), aside))
    names, in_passing = matched_stage(trace, quotable=False).notes
    assert (names.args, in_passing.code) == ({"topics": "quantum"}, "names_in_passing")
    assert in_passing.args == {"topics": "nuclear"}
    alone = matched_stage(replace(trace, mentions=(aside,)), quotable=False)
    assert (alone.passed, codes(alone.notes)) == (False, ["names_nothing", "names_in_passing"])


@pytest.mark.parametrize(
    ("severity", "suspect", "reason", "note"),
    [
        (1, None, {"code": "severity.official"}, Note("severity.official")),
        (1, None, {"code": "severity.sign", "term": "signed"}, Note("severity.sign", {"term": "signed"})),
        (0, None, {"code": "severity.past", "term": "signed"}, Note("severity.past", {"term": "signed"})),
        (1, "short", {"code": "severity.sign", "term": "signed"}, Note("severity.untrusted")),
    ],
)
def test_the_matched_stage_says_why_it_is_major_news_or_not(
    severity: int, suspect: str | None, reason: dict[str, str], note: Note
) -> None:
    topics = Topics(pact=True, severity=severity)
    article = replace(ARTICLE, topics=topics, suspect=suspect, severity_reason=reason)
    notes = matched_stage(replace(EVERYTHING, article=article), quotable=False).notes
    assert notes[1:] == (note,)
    unkept = replace(article, severity_reason={})
    assert len(matched_stage(replace(EVERYTHING, article=unkept), quotable=False).notes) == 1


def test_a_headline_is_quoted_even_where_the_text_is_not() -> None:
    trace = replace(EVERYTHING, mentions=(mention("quantum", "A headline", field="headline"),))
    assert len(matched_stage(trace, quotable=False).quotes) == 1


def test_the_pact_is_named_first_where_the_article_is_about_it_without_a_mention() -> None:
    about_the_pact = replace(ARTICLE, topics=Topics(pact=True))
    trace = replace(EVERYTHING, article=about_the_pact, mentions=(mention("quantum", "A sentence"),))
    (names,) = matched_stage(trace, quotable=False).notes
    assert names.args == {"topics": "pact, quantum"}


def test_the_posted_stage_has_state_attempts_and_edits() -> None:
    queued, posted = message_stages(replace(EVERYTHING, delivery=replace(DELIVERY, edited_at=AT, shown_revision=3)))
    assert codes(queued.notes) == ["queued_as_card"]
    assert codes(posted.notes) == ["attempts", "edited"]
    assert (posted.passed, posted.at) == (True, AT)
    assert message_stages(replace(EVERYTHING, delivery=replace(DELIVERY, state="dead")))[1].passed is False


@pytest.mark.parametrize("state", ["due", "held", "sent"])
def test_what_was_posted_before_a_mute_passed_it(state: Any) -> None:
    trace = replace(EVERYTHING, delivery=replace(DELIVERY, state=state))
    stage = muted_stage(trace, Note("is_muted", {"target": "ST1"}), AT)
    code = "is_muted_since" if state == "sent" else "is_muted"
    assert (stage.passed, stage.notes, stage.at) == (state == "sent", (Note(code, {"target": "ST1"}),), AT)
    assert muted_stage(trace, None, None).notes == (Note("not_muted_now"),)


def test_the_story_is_named_with_a_headline_only_where_it_has_another_than_the_article() -> None:
    assert story_stage(replace(EVERYTHING, heading="Quantum")).notes[0].args == {"story": "ST1"}
    assert story_stage(replace(EVERYTHING, heading="양자")).notes[0].args == {"story": "ST1", "headline": "양자"}


UNPOSTED = replace(EVERYTHING, delivery=None)


@pytest.mark.parametrize(
    ("trace", "lines"),
    [
        (EVERYTHING, ["mute story ST1 for 3d"]),
        (replace(EVERYTHING, delivery=replace(DELIVERY, story=None)), []),
        (replace(UNPOSTED, subscriptions=()), []),
        (replace(UNPOSTED, subscriptions=(), mentions=(mention("quantum", "A"),)), ["subscribe quantum"]),
        (replace(UNPOSTED, article=replace(ARTICLE, topics=Topics(pact=True))), ["subscribe pact"]),
        (replace(UNPOSTED, article=None), []),
        (replace(UNPOSTED, article=replace(ARTICLE, baseline=True), mentions=(mention("quantum", "A"),)), []),
        (
            replace(
                UNPOSTED, article=replace(ARTICLE, baseline=True), subscriptions=(), mentions=(mention("space", "A"),)
            ),
            ["subscribe space"],
        ),
        (replace(UNPOSTED, mentions=(mention("quantum", "A"),), served=True), []),
        (replace(UNPOSTED, rejected=(rejected("양자 회담"),), served=True), []),
        (replace(EVERYTHING, delivery=replace(DELIVERY, state="held"), rejected=(rejected("양자 회담"),)), []),
        (replace(UNPOSTED, mentions=(mention("quantum", "A"),)), ["subscribe quantum"]),
        (replace(UNPOSTED, mentions=(mention("Jane Rivera", "A", "official"),)), ['subscribe "Jane Rivera"']),
        (replace(UNPOSTED, mentions=(mention("centre", "A", "literal"),)), []),
        (replace(UNPOSTED, rejected=(rejected("양자 회담"),)), ['subscribe "양자 회담"']),
        (UNPOSTED, []),
    ],
)
def test_a_line_is_offered_that_would_change_it(trace: Trace, lines: list[str]) -> None:
    assert [note.args["line"] for note in what_would_change_it(trace, lambda _query: True)] == lines


@pytest.mark.parametrize(
    ("has", "lines"),
    [
        ((), ["subscribe quantum"]),
        (("quantum",), ['subscribe "Jane Rivera"']),
        (("quantum", '"Jane Rivera"'), ["subscribe pact"]),
        (("quantum", '"Jane Rivera"', "pact"), []),
    ],
)
def test_a_subscription_that_the_channel_has_is_never_advised(has: tuple[str, ...], lines: list[str]) -> None:
    named = (mention("quantum", "A"), mention("Jane Rivera", "A", "official"))
    trace = replace(UNPOSTED, article=replace(ARTICLE, topics=Topics(pact=True)), mentions=named)
    assert [note.args["line"] for note in what_would_change_it(trace, lambda query: query not in has)] == lines


def test_quoted_words_that_the_channel_follows_are_not_advised_again() -> None:
    trace = replace(UNPOSTED, rejected=(rejected("양자 회담"), rejected("양자 협의")))
    (note,) = what_would_change_it(trace, lambda query: query != '"양자 회담"')
    assert (note.code, note.args) == ("would_quote", {"line": 'subscribe "양자 협의"'})


def test_an_article_that_joined_a_posted_card_says_that_the_card_stood_already() -> None:
    later = replace(ARTICLE, first_seen_at=AT + timedelta(seconds=1))
    edited_at = AT + timedelta(seconds=9)
    trace = replace(EVERYTHING, article=later, delivery=replace(DELIVERY, edited_at=edited_at))
    queued, posted = message_stages(trace)
    assert (queued.notes, queued.at) == ((Note("card_stood", {"at": AT.isoformat()}),), None)
    assert (posted.passed, posted.notes, posted.at) == (True, (Note("card_edited"),), edited_at)
    waiting = message_stages(replace(trace, delivery=DELIVERY))[1]
    assert (waiting.passed, waiting.notes) == (False, (Note("card_edit_waits"),))
    first = message_stages(replace(EVERYTHING, article=replace(ARTICLE, first_seen_at=AT)))[0]
    assert first.notes == (Note("queued_as_card"),), "what was seen at the instant of the post is of the post"


def test_one_refusal_is_said_once() -> None:
    stage = matched_stage(
        replace(EVERYTHING, rejected=(rejected("양자"), rejected("양자"), rejected("양자 회담"))), quotable=True
    )
    assert [note.args.get("quote") for note in stage.notes if note.code == "other_sense"] == ["양자", "양자 회담"]
