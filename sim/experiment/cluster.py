"""Tasks on a Dask cluster, of this machine or of more; a worker that is lost costs only its own task."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from importlib import import_module
from itertools import islice
from typing import Any, TypeVar

from sim import store
from sim.errors import InputError, RunError

Item = TypeVar("Item")
Result = TypeVar("Result")

LOCAL = "local"


def run_on_cluster(
    function: Callable[[Item], Result], items: Sequence[Item], workers: int, scheduler: str
) -> Iterator[tuple[int, Result]]:
    """Results of a function over items, as they finish, each with the number of its item.

    Parameters
    ----------
    function : callable
        Pure, importable by name on every worker.
    items : sequence
    workers : int
        Processes of a local cluster.
    scheduler : str
        `local`, or the address of a scheduler.

    Yields
    ------
    (int, result)

    Raises
    ------
    InputError
        When Dask is not installed, the scheduler does not answer, or its workers run other code.
    RunError
        When a task takes several workers down, most often for want of memory.
    """
    try:
        dask: Any = import_module("distributed")
    except ImportError:
        raise InputError(
            f"--scheduler {scheduler}: Dask is not installed; pip install 'palsim[cluster]'"
        ) from None
    with ExitStack() as stack:
        place: Any = scheduler
        if scheduler == LOCAL:
            cluster = dask.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
            place = stack.enter_context(cluster)
        try:
            client = stack.enter_context(dask.Client(place))
        except (OSError, ValueError) as fault:
            raise InputError(
                f"--scheduler {scheduler}: no scheduler answers ({type(fault).__name__}); "
                "give the address that dask scheduler prints, such as tcp://host:8786, or local"
            ) from None
        _refuse_other_code(client, scheduler)
        numbered = enumerate(items)
        window = 2 * max(len(client.scheduler_info(n_workers=-1)["workers"]), 1)

        def submitted() -> Iterator[Any]:
            for number, item in numbered:
                yield client.submit(_numbered, function, number, item, pure=False)

        queue = submitted()
        running = dask.as_completed(list(islice(queue, window)))
        try:
            for future in running:
                yield future.result()
                future.release()
                following = next(queue, None)
                if following is not None:
                    running.add(following)
        except dask.KilledWorker:
            raise RunError(
                f"--scheduler {scheduler}: a task took several workers down, most often for want of memory; "
                "give the same command with --resume and workers with more memory"
            ) from None


def _numbered(function: Callable[[Item], Result], number: int, item: Item) -> tuple[int, Result]:
    return number, function(item)


def _refuse_other_code(client: Any, scheduler: str) -> None:
    """A worker of another version would write other bytes."""
    here = store.code_digest()
    for address, digest in client.run(_code_of_worker).items():
        if digest != here:
            raise InputError(
                f"--scheduler {scheduler}: worker {address} runs another version of palsim; "
                "install the same on every machine"
            )


def _code_of_worker() -> str:
    return store.code_digest()
