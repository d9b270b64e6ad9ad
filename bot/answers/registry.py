"""Finds the answer function of every request, and the function that restores what a kind of change did.

A module registers its functions with the decorators; no list has to be edited for a new one.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

import bot.answers
from bot.answers.context import AnswerContext, Requester
from bot.store.changes import Change
from bot.store.engine import Connection
from handlers.cards.shown import Shown
from handlers.requests import Ask

A = TypeVar("A", bound=Ask)
AnswerFunction = Callable[[AnswerContext, Requester, A], Awaitable[Shown]]
CheckFunction = Callable[[AnswerContext, Requester, A], Awaitable[Shown | None]]
"""Returns the wrong fields of a submitted modal, or None where all are right."""
RestoreFunction = Callable[[Connection, Change, bool, str, datetime], Awaitable[None]]
"""Its arguments are the change, whether to make it (True) or take it back (False), the person, and now."""

_ANSWERS: dict[type[Ask], AnswerFunction[Any]] = {}
_CHECKS: dict[type[Ask], CheckFunction[Any]] = {}
_RESTORES: dict[str, RestoreFunction] = {}
_OF_WORKSPACE: set[str] = set()


def answers(request: type[A]) -> Callable[[AnswerFunction[A]], AnswerFunction[A]]:
    """Registers the function that answers requests of this type."""

    def register(function: AnswerFunction[A]) -> AnswerFunction[A]:
        _ANSWERS[request] = function
        return function

    return register


def checks(request: type[A]) -> Callable[[CheckFunction[A]], CheckFunction[A]]:
    """Registers the function that checks the fields of a submitted modal before it is acknowledged."""

    def register(function: CheckFunction[A]) -> CheckFunction[A]:
        _CHECKS[request] = function
        return function

    return register


def restores(*kinds: str, of_workspace: bool = False) -> Callable[[RestoreFunction], RestoreFunction]:
    """Registers the function that makes changes of these kinds again, or takes them back, for ``undo``.

    A change ``of_workspace`` is no setting of the channel where it was said, so every member may undo it.
    """

    def register(function: RestoreFunction) -> RestoreFunction:
        if of_workspace:
            _OF_WORKSPACE.update(kinds)
        _RESTORES.update(dict.fromkeys(kinds, function))
        return function

    return register


def answer_functions() -> Mapping[type[Ask], AnswerFunction[Any]]:
    """Returns the answer function of every type of request."""
    _import_all()
    return _ANSWERS


def is_of_workspace(kind: str) -> bool:
    """Returns whether changes of this kind are the workspace's, and no channel's settings."""
    _import_all()
    return kind in _OF_WORKSPACE


def check_functions() -> Mapping[type[Ask], CheckFunction[Any]]:
    """Returns the checking function of every type of request that has one."""
    _import_all()
    return _CHECKS


def restore_functions() -> Mapping[str, RestoreFunction]:
    """Returns the restoring function of every kind of change."""
    _import_all()
    return _RESTORES


@cache
def _import_all() -> None:
    for module in pkgutil.walk_packages(bot.answers.__path__, f"{bot.answers.__name__}."):
        import_module(module.name)
