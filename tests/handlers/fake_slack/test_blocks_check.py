"""Valid blocks pass, and invalid blocks are rejected with their place."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.blocks_check import check_message_blocks
from handlers.fake_slack.view_check import check_view

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def button(**more: Any) -> Block:
    return {"type": "button", "text": plain("Open"), "action_id": "pact:open", **more}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def option(n: int = 0) -> Block:
    return {"text": plain(f"o{n}"), "value": str(n)}


def rich(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def run(text: str = "양자컴퓨터", **more: Any) -> Block:
    return {"type": "text", "text": text, **more}


GOOD: list[Block] = [
    {"type": "header", "text": plain("가" * 150)},
    {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}},
    {"type": "section", "fields": [plain("x")] * 10, "accessory": button()},
    {"type": "context", "elements": [plain("x")] * 10},
    actions(*[button(action_id=f"a{n}") for n in range(25)]),
    actions({"type": "overflow", "action_id": "o", "options": [option(n) for n in range(5)]}),
    actions(
        {
            "type": "static_select",
            "action_id": "m",
            "placeholder": plain("Mute"),
            "options": [option(1), option(2)],
            "initial_option": option(2),
        }
    ),
    actions(button(confirm={"title": plain("t"), "text": plain("t"), "confirm": plain("y"), "deny": plain("n")})),
    {"type": "divider", "block_id": "d"},
    {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "a chart"},
    {"type": "markdown", "text": "**x**"},
    {"type": "input", "label": plain("Query"), "element": {"type": "plain_text_input", "action_id": "q"}},
    rich({"type": "rich_text_section", "elements": [run(style={"bold": True}), run("의")]}),
    rich(
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "link", "url": "https://a.example/"}]}],
        }
    ),
    rich({"type": "rich_text_quote", "elements": [run()]}, {"type": "rich_text_preformatted", "elements": [run()]}),
    {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]},
    {"type": "data_table", "caption": "Stories", "rows": [[{"type": "raw_text", "text": "a"}]] * 2},
]

CONFIRM = {"title": plain("t"), "text": plain("t"), "confirm": plain("y"), "deny": plain("n")}
BAD: list[tuple[str, Block]] = [
    ("unsupported type", {"type": "marquee"}),
    ("must be less than 151", {"type": "header", "text": plain("x" * 151)}),
    ("must be one of: plain_text", {"type": "header", "text": {"type": "mrkdwn", "text": "x"}}),
    ("must be less than 3001", {"type": "section", "text": plain("x" * 3001)}),
    ("must be more than 0", {"type": "section", "text": plain("")}),
    ("missing required field", {"type": "section"}),
    ("no more than 10", {"type": "section", "fields": [plain("x")] * 11}),
    ("must be less than 2001", {"type": "section", "fields": [plain("x" * 2001)]}),
    ("no more than 10", {"type": "context", "elements": [plain("x")] * 11}),
    ("no fewer than 1", {"type": "context", "elements": []}),
    ("no more than 25", actions(*[button(action_id=f"a{n}") for n in range(26)])),
    ("already exists in this block", actions(button(), button())),
    ("must be less than 256", actions(button(action_id="x" * 256))),
    ("must be less than 76", actions(button(text=plain("x" * 76)))),
    ("must be one of: danger, primary", actions(button(style="loud"))),
    ("must be a valid url", actions(button(url="javascript:alert(1)"))),
    ("must be less than 2001", actions(button(value="x" * 2001))),
    ("invalid additional property: colour", actions(button(colour="red"))),
    ("unsupported type", actions({"type": "plain_text_input", "action_id": "x"})),
    ("no more than 5", actions({"type": "overflow", "action_id": "o", "options": [option(n) for n in range(6)]})),
    (
        "must be less than 151",
        actions({"type": "static_select", "action_id": "m", "options": [{**option(), "value": "x" * 151}]}),
    ),
    ("missing required field: options", actions({"type": "static_select", "action_id": "m"})),
    (
        "initial option",
        actions({"type": "static_select", "action_id": "m", "options": [option(1)], "initial_option": option(2)}),
    ),
    ("missing required field: confirm, ", actions(button(confirm={"title": plain("t"), "text": plain("t")}))),
    ("must be a string", {"type": "divider", "block_id": 7}),
    ("must be less than 256", {"type": "divider", "block_id": "x" * 256}),
    ("missing required field: alt_text", {"type": "image", "image_url": "https://example.org/a.png"}),
    ("must be less than 12001", {"type": "markdown", "text": "x" * 12_001}),
    ("missing required field: label", {"type": "input", "element": {"type": "plain_text_input"}}),
    ("must be more than 0", rich({"type": "rich_text_section", "elements": [run("")]})),
    ("unsupported type", rich({"type": "rich_text_section", "elements": [{"type": "mrkdwn", "text": "x"}]})),
    ("invalid additional property: loud", rich({"type": "rich_text_section", "elements": [run(style={"loud": True})]})),
    ("must be one of: rich_text_list", rich({"type": "section", "elements": []})),
    ("no fewer than 2", {"type": "data_table", "caption": "Stories", "rows": [[{"type": "raw_text", "text": "a"}]]}),
    ("no more than 100", {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]] * 101}),
    ("must be a string", {"type": ["header"], "text": plain("x")}),
    ("must be a boolean", {"type": "header", "text": {**plain("x"), "emoji": "yes"}}),
    ("must be a string", actions({"type": "users_select", "action_id": "u", "initial_user": 7})),
    ("must be an integer", actions({"type": "external_select", "action_id": "e", "min_query_length": True})),
    ("must be an integer above 0", actions({"type": "multi_users_select", "action_id": "m", "max_selected_items": 0})),
    (
        "must be an array of strings",
        actions({"type": "multi_users_select", "action_id": "m", "initial_users": ["U1", 2]}),
    ),
    ("must be an array of im", actions({"type": "conversations_select", "action_id": "c", "filter": {"include": []}})),
    ("must be 0 or 1", rich({"type": "rich_text_quote", "elements": [run()], "border": 2})),
    ("must be a string", rich({"type": "rich_text_section", "elements": [{"type": "color", "value": 7}]})),
    (
        "invalid additional property: text",
        rich({"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U1", "text": "x"}]}),
    ),
    ("must be one of: danger, primary", actions(button(confirm=CONFIRM | {"style": "loud"}))),
    (
        "invalid additional property: value",
        actions(
            {
                "type": "static_select",
                "action_id": "m",
                "option_groups": [{"label": plain("g"), "options": [option()], "value": "x"}],
            }
        ),
    ),
    ("missing required field: caption", {"type": "data_table", "rows": [[{"type": "raw_text", "text": "a"}]] * 2}),
    (
        "must be less than 101",
        {"type": "data_table", "caption": "c", "page_size": 101, "rows": [[{"type": "raw_text", "text": "a"}]] * 2},
    ),
    ("must be a number", {"type": "table", "rows": [[{"type": "raw_number", "text": "1", "value": True}]]}),
    ("missing required field: hero_image", {"type": "card", "subtitle": plain("x")}),
    ("must be less than 201", {"type": "card", "body": plain("x" * 201)}),
    ("no fewer than 1", {"type": "container", "title": plain("x"), "child_blocks": []}),
]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: str(block["type"]))
def test_a_good_block_passes(block: Block) -> None:
    assert check_message_blocks([block]) == [block]


@pytest.mark.parametrize(("why", "block"), BAD)
def test_a_bad_block_is_rejected_with_its_place(why: str, block: Block) -> None:
    with pytest.raises(ApiError) as refused:
        check_message_blocks([{"type": "divider"}, block])
    assert refused.value.code == "invalid_blocks"
    assert why.split(",")[0] in refused.value.messages[0]
    assert "/blocks/1" in refused.value.messages[0]


def test_fifty_blocks_a_message_and_no_more() -> None:
    assert len(check_message_blocks([{"type": "divider"}] * 50)) == 50
    with pytest.raises(ApiError):
        check_message_blocks([{"type": "divider"}] * 51)


def test_a_block_id_is_used_once() -> None:
    with pytest.raises(ApiError, match="invalid_blocks"):
        check_message_blocks([{"type": "divider", "block_id": "d"}] * 2)


def test_a_block_type_that_is_not_rolled_out_is_rejected() -> None:
    table = {"type": "data_table", "caption": "Stories", "rows": [[{"type": "raw_text", "text": "a"}]] * 2}
    with pytest.raises(ApiError, match="invalid_blocks"):
        check_message_blocks([table], refused_types={"data_table"})


def test_a_modal_has_a_short_title_and_a_submit_for_its_inputs() -> None:
    asked: Block = {"type": "input", "label": plain("Q"), "element": {"type": "plain_text_input", "action_id": "q"}}
    good = {"type": "modal", "title": plain("Subscribe"), "submit": plain("Save"), "blocks": [asked]}
    assert check_view(good, "modal") == good
    for bad in (
        {**good, "title": plain("x" * 25)},
        {key: value for key, value in good.items() if key != "submit"},
        {**good, "private_metadata": "x" * 3001},
        {**good, "blocks": [{"type": "divider"}] * 101},
        {**good, "blocks": [{"type": "markdown", "text": "x"}]},
        {**good, "type": "home"},
    ):
        with pytest.raises(ApiError, match="invalid_arguments"):
            check_view(bad, "modal")
