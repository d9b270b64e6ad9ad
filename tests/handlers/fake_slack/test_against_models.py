"""The fake refuses all that the models of Slack's own library refuse, in every place of every block and view."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.blocks_check import check_message_blocks
from handlers.fake_slack.view_check import check_view
from tests.support.block_samples import BLOCKS, HOMES, MODALS, spoiled

Json = dict[str, Any]


def name_of(sample: Json) -> str:
    """The kinds that stand in a sample, for the test's name."""
    block = sample["blocks"][0] if "blocks" in sample else sample
    inner = block.get("accessory") or block.get("element") or (block.get("elements") or [{}])[0]
    return f"{sample['type']}-{inner.get('type', block['type'])}"


def models_refuse(value: Json) -> bool:
    """Returns whether Slack's models refuse a block or view; what they cannot read at all counts as refused."""
    copied = deepcopy(value)
    try:
        parsed = View(**copied) if "blocks" in value else Block.parse(copied)
        if parsed is not None:
            parsed.validate_json()
            parsed.to_dict()
    except (SlackObjectFormationError, TypeError, AttributeError, ValueError, KeyError):
        return True
    return False


def fake_refuses(value: Json) -> bool:
    """Returns whether the fake refuses a block or view; any other error than Slack's fails the test."""
    try:
        if "blocks" in value:
            check_view(value, "home" if value.get("type") == "home" else "modal")
        else:
            check_message_blocks([value])
    except ApiError:
        return True
    return False


@pytest.mark.parametrize("sample", [*BLOCKS, *MODALS, *HOMES], ids=name_of)
def test_both_take_a_sample(sample: Json) -> None:
    assert not fake_refuses(sample)
    assert not models_refuse(sample)


@pytest.mark.parametrize("sample", [*BLOCKS, *MODALS, *HOMES], ids=name_of)
def test_what_the_models_refuse_is_refused(sample: Json) -> None:
    """A view without blocks is the exception: Slack documents no least number of them."""
    lenient = [each for each in spoiled(sample) if not fake_refuses(each) and models_refuse(each)]
    assert [each for each in lenient if each.get("blocks") != []] == []
