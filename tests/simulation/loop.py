"""An event loop with a virtual clock, and the simulated processes that share it; the seed decides which runs next.

A callback belongs to a process (by a context variable that tasks inherit). Within a process callbacks run in the order
in which they became ready, as asyncio promises; between processes the seed decides at every step. A paused process
keeps its callbacks and runs them later; a dead one never runs again.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from random import Random
from typing import Any, Literal, TypeVar, TypeVarTuple

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
MOST_STEPS = 3_000_000
"""A run with more steps never ends."""


class Stuck(Exception):
    """nothing will ever happen again, or the run never ends"""


class Process:
    """A simulated process. When ``steps_left`` has counted down to zero, ``on_last_step`` is called."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.state: Literal["running", "paused", "dead"] = "running"
        self.inbox: deque[asyncio.Handle] = deque()
        self.tasks: list[asyncio.Task[Any]] = []
        self.steps_left = 0
        self.on_last_step: Callable[[Process], None] = lambda _process: None
        self.began = 0.0
        """Virtual seconds of its start."""
        self.wall_step_seconds = 0.0
        """How far its wall clock is wrong."""

    def makes_step(self) -> bool:
        """Count one step; False where the process does not run (any more)."""
        if self.steps_left:
            self.steps_left -= 1
            if not self.steps_left:
                self.on_last_step(self)
        return self.state == "running"


OUTSIDE = Process("world")
_process: ContextVar[Process] = ContextVar("process", default=OUTSIDE)


def current() -> Process:
    """The process whose code is running."""
    return _process.get()


class _Numbered(asyncio.Task[T]):
    """A task whose hash, and so its place in a set, is the same in every run."""

    def __init__(self, coro: Coroutine[Any, Any, T], number: int, **more: Any) -> None:
        self._number = number
        super().__init__(coro, **more)

    def __hash__(self) -> int:
        return self._number


class _Inboxes:
    """Replaces asyncio's list of ready callbacks: appends each to its process."""

    def __init__(self) -> None:
        self.processes: list[Process] = []
        self.living: list[Process] = []
        """Those that were not dead when the last one started."""

    def add(self, process: Process) -> None:
        if process not in self.processes:
            self.processes.append(process)
            self.living = [each for each in self.processes if each.state != "dead"]

    def append(self, handle: Any) -> None:
        handle._context.get(_process, OUTSIDE).inbox.append(handle)

    def clear(self) -> None:
        for process in (OUTSIDE, *self.processes):
            process.inbox.clear()


class VirtualLoop(asyncio.BaseEventLoop):
    """The event loop. ``time()`` begins at 0 and moves only when no process can run."""

    _stopping: bool

    def __init__(self, random: Random) -> None:
        super().__init__()
        self._random = random
        self._now = 0.0
        self._inboxes = _Inboxes()
        self._ready = self._inboxes
        self._scheduled: list[Any] = []
        self._numbers = itertools.count()
        self.steps = 0
        self._ending = False
        self.set_task_factory(self._task)  # type: ignore[arg-type] # its protocol is wider than what is called here

    def time(self) -> float:
        """Virtual seconds."""
        return self._now

    def spawn(self, process: Process, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run a process's main task; all tasks that it starts belong to the process."""
        self._inboxes.add(process)
        context = copy_context()
        context.run(_process.set, process)
        return self.create_task(work, context=context)

    def call_outside(self, seconds: float, callback: Callable[..., object], *args: Any) -> None:
        """Schedule a callback outside of every process."""
        self.call_later(seconds, callback, *args, context=_OUTSIDE_CONTEXT)

    def end_tasks(self, tasks: list[asyncio.Task[Any]]) -> None:
        """Cancel tasks of dead processes until they end, before the garbage collector would close their coroutines."""
        self._ending = True
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
        process: Process = context.get(_process, OUTSIDE) if context is not None else current()
        if process is not OUTSIDE:
            process.tasks.append(task)
        return task

    # ── what asyncio calls ─────────────────────────────────────────────────────────────────────────────────

    def call_soon(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """Put a callback at the end of its process's inbox."""
        handle = asyncio.Handle(callback, args, self, context)
        self._inboxes.append(handle)
        return handle

    def _run_once(self) -> None:
        """Take steps until the run is over: asyncio would ask between any two of them."""
        while not self._stopping:
            self._step()

    def _step(self) -> None:
        if self._scheduled and self._scheduled[0]._when <= self._now:
            self._wake()
        if self._ending:
            ready = [process for process in self._inboxes.processes if process.inbox]
        else:
            ready = [process for process in self._inboxes.living if process.inbox and process.state == "running"]
        if OUTSIDE.inbox:
            ready.append(OUTSIDE)
        if not ready:
            self._jump()
            return
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise Stuck("too many steps")
        process = ready[0] if len(ready) == 1 else ready[int(self._random.random() * len(ready))]
        if process.makes_step() or self._ending:
            handle = process.inbox.popleft()
            if not handle._cancelled:
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


_OUTSIDE_CONTEXT = copy_context()
_OUTSIDE_CONTEXT.run(_process.set, OUTSIDE)
