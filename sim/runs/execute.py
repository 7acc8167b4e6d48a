"""Tasks on processes or on a Dask cluster: each result comes back as soon as it is there."""

from __future__ import annotations

import ctypes
import gc
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

import joblib
from joblib.externals.loky.process_executor import TerminatedWorkerError

from sim.errors import GO_ON, RunError

# Numbers of two settings of memory in malloc.h of glibc
_GLIBC_TRIM_THRESHOLD, _GLIBC_MMAP_THRESHOLD = -1, -3
# How long worker processes without work stay: someone reads an answer before the next question
_IDLE_SECONDS = 300
# Freed memory that a process of tasks keeps at hand, and the largest piece of it (glibc allows no more)
_KEPT_FREE_BYTES, _LARGEST_KEPT_BYTES = 256 << 20, 32 << 20

_WORKERS: Mapping[str, Any] = {
    "backend": "loky",
    "inner_max_num_threads": 1,
    "idle_worker_timeout": _IDLE_SECONDS,
}

Item = TypeVar("Item")
Result = TypeVar("Result")


def cores() -> int:
    """Processors that this process may use."""
    return int(joblib.cpu_count())


def run_all(
    function: Callable[[Item], Result], items: Sequence[Item], jobs: int, scheduler: str | None = None
) -> Iterator[tuple[int, Result]]:
    """Results of a function over items, as they finish, each with the number of its item.

    The function is pure and importable by name. One job computes here, in order; each of more is a process
    that uses one thread, and keeps the memory that it frees. A scheduler is `tcp://...` of Dask, or `local`
    for one of `jobs` processes on this machine. Raises RunError when the system kills a worker again and
    again, most often for want of memory.
    """
    workers = min(jobs, len(items))
    if scheduler is not None and items:
        from sim.runs.cluster import run_on_cluster

        yield from run_on_cluster(function, items, workers, scheduler)
        return
    if workers <= 1:
        keep_freed_memory()
        for number, item in enumerate(items):
            yield number, function(item)
        return
    left = dict(enumerate(items))
    for retries_left in (2, 1, 0):
        try:
            for number, result in _side_by_side(function, left, workers):
                del left[number]
                yield number, result
            return
        except TerminatedWorkerError:
            workers = max(2, workers // 2)  # fewer side by side need less memory; 1 would run in this process
            if not retries_left:
                raise RunError(
                    "--jobs {jobs}: a worker process was killed, most often for want of memory; "
                    "{go_on} and fewer --jobs",
                    jobs=jobs,
                    go_on=GO_ON,
                ) from None


def _side_by_side(
    function: Callable[[Item], Result], left: Mapping[int, Item], workers: int
) -> Iterator[tuple[int, Result]]:
    """Results of what is left, on processes that joblib starts anew when one of them was killed."""
    calls = (joblib.delayed(_numbered)(function, number, left[number]) for number in list(left))
    with joblib.parallel_config(**_WORKERS), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*tasks which were still being processed.*")
        # joblib renews a worker that grew; where warnings are errors, saying so ends its thread of results
        warnings.filterwarnings("ignore", message="A worker stopped while some jobs were given")
        parallel = joblib.Parallel(n_jobs=workers, return_as="generator_unordered", pre_dispatch="2*n_jobs")
        with interrupts_held():
            results: Iterator[tuple[int, Any]] = parallel(calls)
        yield from results


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Ctrl-C waits while processes start.

    They inherit that, so that they are silent and this process alone answers; where the system knows no
    such mask, nothing is held.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _numbered(function: Callable[[Item], Result], number: int, item: Item) -> tuple[int, Result]:
    """A result in a process of workers, with the number of its item."""
    keep_freed_memory()
    found = function(item)
    _freeze()
    return number, found


@lru_cache(maxsize=1)
def _freeze() -> None:
    """Let the collector of garbage pass by what a process has held since its first task: it stays."""
    gc.collect()  # what is frozen is never freed
    gc.freeze()


@lru_cache(maxsize=1)
def keep_freed_memory() -> None:
    """Let this process use memory again that it freed: tasks ask for arrays of the same sizes.

    Giving it back to the system and asking anew costs a fifth of a task. Only glibc knows how.
    """
    tune = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if tune is not None:
        tune(_GLIBC_TRIM_THRESHOLD, _KEPT_FREE_BYTES)
        tune(_GLIBC_MMAP_THRESHOLD, _LARGEST_KEPT_BYTES)
