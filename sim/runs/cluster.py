"""Tasks on a Dask cluster, of this machine or of more; a worker that is lost costs only its own task."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from importlib import import_module
from itertools import islice
from typing import Any, TypeVar

from sim import store
from sim.errors import GO_ON, InputError, Message, RunError
from sim.runs.execute import interrupts_held, keep_freed_memory

Item = TypeVar("Item")
Result = TypeVar("Result")
Identity = tuple[str, dict[str, str]]  # digest of the code, and versions of the packages

LOCAL = "local"
# Where the cluster of this machine listens: a scheduler takes code from whoever reaches it
LOCALHOST = "127.0.0.1"
_PROTOCOLS = ("tcp://", "tls://", "inproc://")
# Loggers that print tracebacks when a scheduler is lost
_TALKERS = ("distributed", "distributed.client", "distributed.core", "distributed.comm", "asyncio")


def run_on_cluster(
    function: Callable[[Item], Result], items: Sequence[Item], workers: int, scheduler: str
) -> Iterator[tuple[int, Result]]:
    """Results of a function over items, as they finish, each with the number of its item.

    The function is pure and importable by name on every worker; the scheduler is `local`, with so many
    workers, or an address. Raises InputError when Dask is not installed, the scheduler does not answer or has
    no workers, or these run other code or packages; RunError when a task takes several workers down, most
    often for want of memory, or when the scheduler or all of its workers are lost.
    """
    try:
        dask: Any = import_module("distributed")
        patience = float(import_module("dask.utils").parse_timedelta(_patience()))
    except ImportError:
        raise InputError(
            "--scheduler {scheduler}: Dask is not installed; pip install 'palsim[cluster]'",
            scheduler=scheduler,
        ) from None
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        place: Any = scheduler
        if scheduler == LOCAL:
            with interrupts_held():
                cluster = dask.LocalCluster(
                    n_workers=workers, threads_per_worker=1, host=LOCALHOST, dashboard_address=None
                )
            place = stack.enter_context(cluster)
        elif not scheduler.startswith(_PROTOCOLS):
            raise InputError(
                "--scheduler {scheduler}: is no address of a scheduler; give what dask "
                "scheduler prints, such as tls://host:8786 or tcp://host:8786, or local",
                scheduler=scheduler,
            )
        try:
            client = stack.enter_context(dask.Client(place))
        except (TypeError, ssl.SSLError) as fault:
            raise InputError(
                "--scheduler {scheduler}: no certificates fit ({name}); name them in Dask's "
                "own settings (distributed.comm.tls.ca-file, .client.cert, .client.key)",
                scheduler=scheduler,
                name=type(fault).__name__,
            ) from None
        except (OSError, ValueError) as fault:
            raise InputError(
                "--scheduler {scheduler}: no scheduler answers ({name}); give the address that "
                "dask scheduler prints, such as tcp://host:8786, or local",
                scheduler=scheduler,
                name=type(fault).__name__,
            ) from None
        try:
            _wait_for_workers(dask, client, scheduler, patience)
            _refuse_other_workers(client, scheduler)
            yield from _results(dask, client, function, items, scheduler, patience)
        except dask.KilledWorker:
            raise RunError(
                "--scheduler {scheduler}: a task took several workers down, most often for want of memory; "
                "{go_on} and workers with more memory",
                scheduler=scheduler,
                go_on=GO_ON,
            ) from None
        except (CancelledError, dask.comm.CommClosedError, dask.TimeoutError):
            raise _lost(scheduler) from None


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask's client is silent about what is told here in one line; after a fault until the program ends."""
    loggers = [logging.getLogger(name) for name in _TALKERS]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    yield
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


def _patience() -> Any:
    """How long a scheduler may be silent, as Dask's own settings say."""
    return import_module("dask").config.get("distributed.comm.timeouts.connect")


def _wait_for_workers(dask: Any, client: Any, scheduler: str, patience: float) -> None:
    try:
        client.wait_for_workers(1, timeout=patience)
    except dask.TimeoutError:
        raise InputError(
            "--scheduler {scheduler}: has no workers; start them with dask worker and the "
            "address of the scheduler",
            scheduler=scheduler,
        ) from None


def _results(
    dask: Any,
    client: Any,
    function: Callable[[Item], Result],
    items: Sequence[Item],
    scheduler: str,
    patience: float,
) -> Iterator[tuple[int, Result]]:
    """Results as they finish; two tasks a worker are on their way at a time."""
    window = 2 * len(_workers(client))
    queue = (
        client.submit(_numbered, _identity(), function, number, item, pure=False)
        for number, item in enumerate(items)
    )
    running = set(islice(queue, window))
    while running:
        try:
            finished, _ = dask.wait(running, timeout=patience, return_when="FIRST_COMPLETED")
        except dask.TimeoutError:
            _refuse_no_workers(client, scheduler, patience)
            continue
        for future in finished:
            try:
                result = future.result(timeout=patience)
            except dask.TimeoutError:  # its worker was lost before it gave the result; the task is done again
                _refuse_no_workers(client, scheduler, patience)
                continue
            yield result
            running.remove(future)
            future.release()
            running |= set(islice(queue, 1))


def _refuse_no_workers(client: Any, scheduler: str, patience: float) -> None:
    """Refuse to wait for workers that are gone; a scheduler that does not answer is lost with them."""
    if _workers(client):
        return
    try:
        client.sync(client.scheduler.identity, callback_timeout=patience)
    except (OSError, RuntimeError, TimeoutError):
        raise _lost(scheduler) from None
    raise RunError(
        "--scheduler {scheduler}: all workers are lost; {go_on} once there are others",
        scheduler=scheduler,
        go_on=GO_ON,
    )


def _lost(scheduler: str) -> RunError:
    return RunError(
        "--scheduler {scheduler}: the scheduler was lost; {go_on} once it is there again",
        scheduler=scheduler,
        go_on=GO_ON,
    )


def _workers(client: Any) -> Any:
    return client.scheduler_info(n_workers=-1)["workers"]


def _numbered(
    wanted: Identity, function: Callable[[Item], Result], number: int, item: Item
) -> tuple[int, Result]:
    """The result of an item on a worker that gives the same bytes, whenever that worker came."""
    other = _difference(wanted, _identity())
    if other:
        raise InputError("--scheduler: a worker runs {other}; install the same on every machine", other=other)
    keep_freed_memory()
    return number, function(item)


def _refuse_other_workers(client: Any, scheduler: str) -> None:
    """A worker of another version, or with other packages, would write other bytes."""
    for address, found in client.run(_identity).items():
        other = _difference(_identity(), found)
        if other:
            raise InputError(
                "--scheduler {scheduler}: worker {address} runs {other}; install the same on every machine",
                scheduler=scheduler,
                address=address,
                other=other,
            )


def _difference(here: Identity, there: Identity) -> Message:
    """First thing in which a worker differs; empty when it gives the same bytes."""
    (code, versions), (its_code, its_versions) = here, there
    for name, version in versions.items():
        if its_versions.get(name) != version:
            return Message(
                "{name} {its}, not {version}", name=name, its=its_versions.get(name), version=version
            )
    return Message("") if its_code == code else Message("another version of palsim")


def _identity() -> Identity:
    """What decides the bytes that a worker gives: its code, and the versions of its packages."""
    return store.code_digest(), store.versions()
