"""A condition of a state holds its word in the statement: no parameter makes SQLite prepare the statement again."""

from __future__ import annotations

import pytest
from sqlalchemy import ColumnElement, bindparam, func, insert, select

from bot.store.schema import deliveries

_state = deliveries.c.state


@pytest.mark.parametrize(
    ("condition", "sql"),
    [
        (_state == "due", "deliveries.state = 'due'"),
        (_state != "may_have", "deliveries.state != 'may_have'"),
        (_state.in_(("due", "held")), "deliveries.state IN ('due', 'held')"),
        (_state.not_in(["sent"]), "(deliveries.state NOT IN ('sent'))"),
        (func.coalesce(_state, "") == "sent", "coalesce(deliveries.state, :coalesce_1) = 'sent'"),
        (select(_state).scalar_subquery() == "sent", "(SELECT deliveries.state \nFROM deliveries) = 'sent'"),
        (_state == "o'clock", "deliveries.state = :state_1"),
        (_state == "", "deliveries.state = :state_1"),
        (_state == bindparam("state"), "deliveries.state = :state"),
    ],
)
def test_only_a_word_of_ours_stands_in_the_statement(condition: ColumnElement[bool], sql: str) -> None:
    assert str(condition.compile()) == sql


def test_a_state_that_is_written_is_a_parameter() -> None:
    compiled = insert(deliveries).values(state="due").compile()
    assert compiled.params["state"] == "due"
