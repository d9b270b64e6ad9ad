"""Joins what concurrent tasks ask of the store in one transaction, because a transaction costs more than a row.

What is asked waits a moment for more of its kind, and for the transaction before it; nothing waits for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreBusy
from bot.store.steps import Step, StepConnection, T

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Work = Callable[[AsyncConnection, Sequence[Item]], Awaitable[Sequence[Answer]]]
"""Does something for each of the items; its answers, or the exceptions for single ones, are in their order."""
StepWork = Callable[[StepConnection, Sequence[Item]], Sequence[Answer | Exception]]
"""Does the same within a step."""
MOST = 256
"""So many items wait for no more: those of 64 unchanged sources."""

_Asked = dict[Any, list[tuple[Any, asyncio.Future[Any]]]]
"""The items by their work, each with the future of its answer."""
_Works = list[tuple[Any, list[Any]]]


class RunsSteps(Protocol):
    """Runs a step as a transaction; the step is asked for when the transaction may begin."""

    async def __call__(self, next_step: Callable[[], Step[T]]) -> T:
        """Returns the step's answer after the commit."""
        ...


class _Waiting:
    """What waits for the next transaction of one kind; one transaction runs at a time."""

    def __init__(self, wait_seconds: float) -> None:
        self._wait_seconds = wait_seconds
        self._asked: _Asked = {}
        self._number = 0
        self._timer: asyncio.TimerHandle | None = None
        self._starts_soon = self._is_due = False
        self._running: asyncio.Task[Any] | None = None

    async def settled(self) -> None:
        """Returns when nothing waits."""
        while self._asked or self._running is not None:
            self._start()
            assert self._running is not None
            await asyncio.wait({self._running})
            await asyncio.sleep(0)  # what follows its end runs then

    def _ask(self, work: Any, item: object, *, at_once: bool) -> asyncio.Future[Any]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
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
        if self._running is None and self._asked:
            self._begin()

    def _begin(self) -> None:
        """Does all that waits when the transaction begins, and may have come while others held it up."""
        self._is_due = False
        asked: _Asked = {}

        def take() -> _Works:
            asked.update(self._taken())
            return [(work, [item for item, _ in items]) for work, items in asked.items()]

        running = asyncio.get_running_loop().create_task(self._together(take))
        running.add_done_callback(partial(self._ended, asked))
        self._running = running

    def _ended(self, asked: _Asked, done: asyncio.Task[list[Sequence[Any]]]) -> None:
        """Gives the answers, or the error to all that asked; where only some may be faulty, each is done alone."""
        error = asyncio.CancelledError() if done.cancelled() else done.exception()
        if error is None:
            for items, answers in zip(asked.values(), done.result(), strict=True):
                for (_, future), answer in zip(items, answers, strict=True):
                    _settle(future, answer)
        elif not asked or isinstance(error, StoreBusy) or sum(map(len, asked.values())) == 1:
            for items in (asked or self._taken()).values():
                for _, future in items:
                    _settle(future, error)
        else:
            self._running = asyncio.get_running_loop().create_task(self._do_each(asked))
            self._running.add_done_callback(self._go_on)
            return
        self._go_on(done)

    def _go_on(self, _done: asyncio.Task[Any]) -> None:
        self._running = None
        if self._is_due and self._asked:
            self._begin()

    async def _do_each(self, asked: _Asked) -> None:
        """Does each item in a transaction of its own, so that a faulty one fails alone."""

        for work, items in asked.items():
            for item, future in items:
                alone: _Works = [(work, [item])]
                together = self._together(partial(_same, alone))
                answer: Any = (await asyncio.gather(together, return_exceptions=True))[0]
                _settle(future, answer if isinstance(answer, BaseException) else answer[0][0])

    async def _together(self, take: Callable[[], _Works]) -> list[Sequence[Any]]:
        """Does in one transaction what ``take`` returns once it may begin."""
        raise NotImplementedError

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


class Batches(_Waiting):
    """The batches of one kind of transaction, whose works run in the event loop."""

    def __init__(
        self, transaction: Callable[[], AbstractAsyncContextManager[AsyncConnection]], wait_seconds: float
    ) -> None:
        """``wait_seconds``: how long an item waits at most for others before its transaction."""
        super().__init__(wait_seconds)
        self._transaction = transaction

    async def do(self, work: Work[Item, Answer], item: Item, *, at_once: bool = False) -> Answer:
        """Returns the answer of ``work`` for this item, after the commit. ``at_once``: it waits for no others.

        All that wait are answered in the same transaction, grouped by their work. If it fails as a whole, each is done
        in one of its own, unless the database is away.
        """
        answer: Answer = await self._ask(work, item, at_once=at_once)
        return answer

    async def _together(self, take: Callable[[], _Works]) -> list[Sequence[Any]]:
        async with self._transaction() as c:
            return [await work(c, items) for work, items in take()]


class StepBatches(_Waiting):
    """The same for works that are steps: a whole transaction is one of the database's."""

    def __init__(self, transaction: RunsSteps, wait_seconds: float) -> None:
        """``wait_seconds``: how long an item waits at most for others before its transaction."""
        super().__init__(wait_seconds)
        self._transaction = transaction

    def ask(self, work: StepWork[Item, Answer], item: Item, *, at_once: bool = False) -> asyncio.Future[Answer]:
        """Returns the future of what ``do`` returns; what is cancelled before its transaction begins is not done."""
        return self._ask(work, item, at_once=at_once)

    async def do(self, work: StepWork[Item, Answer], item: Item, *, at_once: bool = False) -> Answer:
        """Returns the answer of ``work`` for this item, as ``Batches.do`` does."""
        answer: Answer = await self._ask(work, item, at_once=at_once)
        return answer

    def do_later(self, work: StepWork[Item, Any], item: Item, failed: Callable[[BaseException], None]) -> None:
        """Does the same with or before what is asked after it, and does not wait for the commit.

        A crash before the commit loses the item; an error goes to ``failed``.
        """

        def ended(answer: asyncio.Future[Any]) -> None:
            if not answer.cancelled() and (error := answer.exception()) is not None:
                failed(error)

        self._ask(work, item, at_once=False).add_done_callback(ended)

    async def _together(self, take: Callable[[], _Works]) -> list[Sequence[Any]]:
        def next_step() -> Step[list[Sequence[Any]]]:
            works = take()
            return lambda c: [work(c, items) for work, items in works]

        return await self._transaction(next_step)


def _same(works: _Works) -> _Works:
    return works


def _settle(future: asyncio.Future[Any], answer: object) -> None:
    if future.done():
        return
    if isinstance(answer, asyncio.CancelledError):
        future.cancel()
    elif isinstance(answer, BaseException):
        future.set_exception(answer)
    else:
        future.set_result(answer)
