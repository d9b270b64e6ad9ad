"""A menu of channels completes the line of its own block, and no other."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.actions import request_from_action
from handlers.slack_facts import Identity
from handlers.verbs.share import ShareStory

IDENTITY = Identity("T1", "U0BOT", "B1")


def pressed(**action: Any) -> dict[str, Any]:
    chosen = {"action_id": "pact:into", "block_id": "pact:into:share ST1 in", "selected_conversation": "C0OTHER01"}
    return {
        "trigger_id": "1.2",
        "user": {"id": "U1", "team_id": "T1"},
        "channel": {"id": "C1"},
        "actions": [chosen | action],
    }


def test_a_chosen_channel_completes_the_line() -> None:
    request = request_from_action(IDENTITY, pressed())
    assert request is not None
    assert (request.ask, request.line) == (ShareStory(1, "C0OTHER01"), "share ST1 in #C0OTHER01")


@pytest.mark.parametrize("action", [{"block_id": "pact:do"}, {"block_id": None}, {"selected_conversation": None}])
def test_a_menu_of_another_block_asks_for_nothing(action: dict[str, Any]) -> None:
    assert request_from_action(IDENTITY, pressed(**action)) is None


def test_what_is_no_channel_is_refused_by_the_line_itself() -> None:
    request = request_from_action(IDENTITY, pressed(selected_conversation="U1 and unsubscribe all"))
    assert request is not None
    assert not isinstance(request.ask, ShareStory)
