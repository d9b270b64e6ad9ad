"""The growth of a story is judged by the reports that a workspace sees in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.deliveries.enqueue import Growth
from bot.model import Topics
from bot.stories.report import Report

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SEVERE = Topics(pact=True, severity=1)
ORDINARY = Report(1, "Talks", "en", "herald", NOW, NOW)
SIGNED = Report(2, "Signed", "en", "times", NOW, NOW, SEVERE)
KOREAN = Report(3, "서명", "ko", "ilbo", NOW, NOW, SEVERE)


def test_an_article_raises_what_was_not_severe_among_the_reports_that_are_seen() -> None:
    growth = Growth(3, [ORDINARY, SIGNED], [ORDINARY, SIGNED, KOREAN])
    assert not growth.raises({1, 2, 3})
    assert growth.raises({1, 3}), "the severe report was split off"
    assert growth.raises({3}), "it is alone in its part"
    assert not growth.raises({1, 2})
    read_again = Growth(3, [ORDINARY, KOREAN], [ORDINARY, replace(KOREAN, headline="서명식")])
    assert not read_again.raises({1, 3})


def test_a_change_is_worth_a_reply_only_to_who_sees_it() -> None:
    growth = Growth(1, [SIGNED, KOREAN], [SIGNED, KOREAN, ORDINARY])
    assert growth.changes() == growth.changes({1, 2, 3}) == []
    assert growth.changes({1, 3}) == ["second_language"]
    assert growth.changes({1, 2}) == growth.changes({1}) == []
    assert growth.untold().changes({1, 3}) == []
