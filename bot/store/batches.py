"""Joins what concurrent tasks ask of the store in one transaction, because a transaction costs more than a row.

What is asked waits a moment for more of its kind, and for the transaction before it; nothing waits for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreBusy

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Work = Callable[[AsyncConnection, Sequence[Item]], Awaitable[Sequence[Answer]]]
"""Does something for each of the items; its answers, or the exceptions for single ones, are in their order."""
MOST = 256
"""So many items wait for no more: those of 64 unchanged sources."""

_Asked = dict[Work[Any, Any], list[tuple[Any, asyncio.Future[Any]]]]


class Batches:
    """The batches of one kind of transaction, one at a time."""

    def __init__(
        self, transaction: Callable[[], AbstractAsyncContextManager[AsyncConnection]], wait_seconds: float
    ) -> None:
        """``wait_seconds``: how long an item waits at most for others before its transaction."""
        self._transaction = transaction
        self._wait_seconds = wait_seconds
        self._asked: _Asked = {}
        self._number = 0
        self._timer: asyncio.TimerHandle | None = None
        self._starts_soon = self._is_due = False
        self._running: asyncio.Task[None] | None = None

    async def do(self, work: Work[Item, Answer], item: Item, *, at_once: bool = False) -> Answer:
        """Returns the answer of ``work`` for this item, after the commit. ``at_once``: it waits for no others.

        All that wait are answered in the same transaction, grouped by their work. If it fails as a whole, each is done
        in one of its own, unless the database is away.
        """
        return await self._ask(work, item, at_once=at_once)

    def do_later(self, work: Work[Item, Any], item: Item, failed: Callable[[BaseException], None]) -> None:
        """Does the same with or before what is asked after it, and does not wait for the commit.

        A crash before the commit loses the item; an error goes to ``failed``.
        """

        def ended(answer: asyncio.Future[Any]) -> None:
            if not answer.cancelled() and (error := answer.exception()) is not None:
                failed(error)

        self._ask(work, item, at_once=False).add_done_callback(ended)

    async def settled(self) -> None:
        """Returns when nothing waits."""
        while self._asked or self._running is not None:
            self._start()
            assert self._running is not None
            await asyncio.wait({self._running})

    def _ask(self, work: Work[Item, Answer], item: Item, *, at_once: bool) -> asyncio.Future[Answer]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        self._asked.setdefault(work, []).append((item, answer))
        self._number += 1
        if at_once or self._number >= MOST or not self._wait_seconds:
            self._start_soon(loop)
        elif self._timer is None:
            self._timer = loop.call_later(self._wait_seconds, self._start)
        return answer

    def _start_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Starts when the tasks that can run now have asked, too."""
        if not self._starts_soon:
            self._starts_soon = True
            loop.call_soon(self._start)

    def _start(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._starts_soon, self._is_due = None, False, True
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        try:
            while self._is_due:
                self._is_due = False
                await self._do_waiting()
        finally:
            self._running = None

    async def _do_waiting(self) -> None:
        """Does all that waits when the transaction begins, and may have come while others held it up."""
        asked: _Asked = {}

        async def do_all() -> list[Sequence[Any]]:
            async with self._transaction() as c:
                asked.update(self._taken())
                return [await work(c, [item for item, _ in items]) for work, items in asked.items()]

        answers: list[Sequence[Any]] | BaseException = (await asyncio.gather(do_all(), return_exceptions=True))[0]
        if not isinstance(answers, BaseException):
            for items, of_items in zip(asked.values(), answers, strict=True):
                for (_, future), answer in zip(items, of_items, strict=True):
                    _settle(future, answer)
        elif not asked or isinstance(answers, StoreBusy) or sum(map(len, asked.values())) == 1:
            for items in (asked or self._taken()).values():
                for _, future in items:
                    _settle(future, answers)
        else:
            await self._do_each(asked)

    async def _do_each(self, asked: _Asked) -> None:
        """Does each item in a transaction of its own, so that a faulty one fails alone."""

        async def do_one(work: Work[Any, Any], item: object) -> Any:
            async with self._transaction() as c:
                (answer,) = await work(c, [item])
            return answer

        for work, items in asked.items():
            for item, future in items:
                _settle(future, (await asyncio.gather(do_one(work, item), return_exceptions=True))[0])

    def _taken(self) -> _Asked:
        """Takes what waits, without what nobody waits for any more.

        The order of the works' names is that of every process, so that no two wait for each other's rows.
        """
        taken = {
            work: [(item, future) for item, future in self._asked[work] if not future.done()]
            for work in sorted(self._asked, key=lambda work: str(getattr(work, "__qualname__", "")))
        }
        self._asked, self._number = {}, 0
        return {work: items for work, items in taken.items() if items}


def _settle(future: asyncio.Future[Any], answer: object) -> None:
    if future.done():
        return
    if isinstance(answer, BaseException):
        future.set_exception(answer)
    else:
        future.set_result(answer)
