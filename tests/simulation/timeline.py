"""An event loop whose time jumps, and the simulated processes that share it: one seed decides who runs next.

Callbacks belong to processes (by a context variable that tasks inherit). Within a process they run in the order in
which they became ready, as asyncio promises; between processes the dice decide, step by step. A paused process keeps
what becomes ready and runs it later; a dead one never runs again.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import ContextVar, copy_context
from random import Random
from typing import Any, Literal, TypeVar

T = TypeVar("T")
MOST_STEPS = 3_000_000
"""A run that takes more is going round in circles."""


class Stuck(Exception):
    """nothing will ever happen again, or everything happens without end"""


class Process:
    """One process of the simulated machine. ``fuse`` counts down its steps; at zero ``blown`` is called."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.state: Literal["running", "paused", "dead"] = "running"
        self.inbox: deque[asyncio.Handle] = deque()
        self.tasks: list[asyncio.Task[Any]] = []
        self.fuse = 0
        self.blown: Callable[[Process], None] = lambda _process: None
        self.began = 0.0
        """When it was started."""
        self.wall_step_seconds = 0.0
        """How far its wall clock is off."""

    def burns(self) -> bool:
        """One more step: is it still there to make it?"""
        if self.fuse:
            self.fuse -= 1
            if not self.fuse:
                self.blown(self)
        return self.state == "running"


WORLD = Process("world")
_process: ContextVar[Process] = ContextVar("process", default=WORLD)


def current() -> Process:
    """The process whose code is running."""
    return _process.get()


class _Numbered(asyncio.Task[T]):
    """A task that stands at the same place of a set in every run."""

    def __init__(self, coro: Coroutine[Any, Any, T], number: int, **more: Any) -> None:
        self._number = number
        super().__init__(coro, **more)

    def __hash__(self) -> int:
        return self._number


class _Inboxes:
    """Stands where asyncio keeps what is ready: hands every callback to its process."""

    def __init__(self) -> None:
        self.processes: list[Process] = []

    def append(self, handle: Any) -> None:
        handle._context.get(_process, WORLD).inbox.append(handle)

    def clear(self) -> None:
        for process in (WORLD, *self.processes):
            process.inbox.clear()


class Timeline(asyncio.BaseEventLoop):
    """The loop. ``time()`` begins at 0 and moves only when nobody can run."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self._random = random
        self._now = 0.0
        self._inboxes = _Inboxes()
        self._ready = self._inboxes
        self._scheduled: list[Any] = []
        self._numbers = itertools.count()
        self.steps = 0
        self._burying = False
        self.set_task_factory(self._task)  # type: ignore[arg-type] # its protocol is wider than what is called here

    def time(self) -> float:
        """Virtual seconds."""
        return self._now

    def spawn(self, process: Process, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run a process's main task, and in it all that it starts."""
        if process not in self._inboxes.processes:
            self._inboxes.processes.append(process)
        context = copy_context()
        context.run(_process.set, process)
        return self.create_task(work, context=context)

    def world_later(self, seconds: float, callback: Callable[..., object], *args: Any) -> None:
        """Something that happens outside of every process, whoever asked for it."""
        self.call_later(seconds, callback, *args, context=_OUTSIDE)

    def inter(self, tasks: list[asyncio.Task[Any]]) -> None:
        """End what dead processes left behind: coroutines must not be torn apart by the garbage collector."""
        self._burying = True
        for _ in range(20):
            tasks = [task for task in tasks if not task.done()]
            if not tasks:
                return
            for task in tasks:
                task.cancel()
            self.run_until_complete(asyncio.wait(tasks, timeout=0.5))
        raise Stuck(f"{tasks[0]} does not end")

    def _task(self, _loop: object, coro: Coroutine[Any, Any, T], **more: Any) -> asyncio.Task[T]:
        task = _Numbered(coro, next(self._numbers), loop=self, **more)
        context = more.get("context")
        process: Process = context.get(_process, WORLD) if context is not None else current()
        if process is not WORLD:
            process.tasks.append(task)
        return task

    # ── what asyncio calls ─────────────────────────────────────────────────────────────────────────────────

    def _run_once(self) -> None:
        self._wake()
        able = [it for it in self._inboxes.processes if it.inbox and (it.state == "running" or self._burying)]
        if WORLD.inbox:
            able.append(WORLD)
        if not able:
            self._jump()
            return
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise Stuck("too many steps")
        process = able[0] if len(able) == 1 else able[int(self._random.random() * len(able))]
        if process.burns() or self._burying:
            handle = process.inbox.popleft()
            if not handle.cancelled():
                handle._run()

    def _wake(self) -> None:
        while self._scheduled and self._scheduled[0]._when <= self._now:
            handle = heapq.heappop(self._scheduled)
            handle._scheduled = False
            if not handle.cancelled():
                self._inboxes.append(handle)

    def _jump(self) -> None:
        while self._scheduled and self._scheduled[0].cancelled():
            heapq.heappop(self._scheduled)._scheduled = False
        if not self._scheduled:
            raise Stuck("nothing will ever happen again")
        self._now = max(self._now, self._scheduled[0]._when)

    def _process_events(self, event_list: object) -> None:
        """There is no selector."""

    def _write_to_self(self) -> None:
        """There is no other thread."""


_OUTSIDE = copy_context()
_OUTSIDE.run(_process.set, WORLD)
