"""An upload read in a process of its own, with bounded time and memory: it harms nobody but itself.

`python -m sim.web.apart KIND FILE RESULT [TOLD]` reads FILE and pickles what it is into RESULT, or what
is wrong with it, with exit code 2.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, Literal

from sim.errors import InputError, Place, echo
from sim.ledger.remarks import Refusal
from sim.units import BYTES_PER_MEGABYTE

UPLOAD_MEGABYTES = 1  # largest file that the what-if page takes

# How long the process that reads an upload may compute, and may take on a busy machine
_UPLOAD_CPU_SECONDS, UPLOAD_SECONDS = 20, 60
# Address space of the process that reads an upload; its libraries alone reserve half of it
_UPLOAD_MEMORY_BYTES = 4_000_000_000
_UPLOADS_AT_ONCE = 2
# How long an upload waits for those of others before its user is asked to give it again
UPLOADS_WAIT_SECONDS = 60

Kind = Literal["scenario", "area", "case", "register"]

_side_by_side = BoundedSemaphore(_UPLOADS_AT_ONCE)
_WRONG = 2


def read_apart(kind: Kind, name: str, content: bytes, ending: str = "yaml", told: str | None = None) -> Any:
    """What an upload is, read by a process that has a limit of time and memory.

    Messages name the file as the user's machine does; nothing is written under that name. `told` is the
    scenario whose law holds for a case, or what was told beside a register, as JSON. Raises InputError when
    the file is too large, takes too long or too much memory, or is not right.
    """
    from sim.web.private import upload_folder

    label = Place(echo(Path(name).name)) or Place(kind)
    if len(content) > UPLOAD_MEGABYTES * BYTES_PER_MEGABYTE:
        raise InputError(
            "{label}: is larger than {upload_megabytes} MB; give a smaller file",
            label=label,
            upload_megabytes=UPLOAD_MEGABYTES,
        )
    if not _side_by_side.acquire(timeout=UPLOADS_WAIT_SECONDS):
        raise InputError("{label}: other files are being read; give it again in a minute", label=label)
    folder = upload_folder()
    try:
        file, result = folder / f"upload.{ending}", folder / "result"
        file.write_bytes(content)
        _run(label, file, result, [kind, str(file), str(result), *([told] if told else [])])
        return pickle.loads(result.read_bytes())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _side_by_side.release()


def _run(label: str, file: Path, result: Path, arguments: Sequence[str]) -> None:
    """Run the reader; a fault is told under the name that the user gave the file."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "sim.web.apart", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            timeout=UPLOAD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InputError(
            "{label}: takes more than {upload_seconds} seconds to read; give a smaller file",
            label=label,
            upload_seconds=UPLOAD_SECONDS,
        ) from None
    if done.returncode == _WRONG and result.exists():
        fault: InputError = pickle.loads(result.read_bytes())
        if isinstance(fault, Refusal):
            raise Refusal(fault.where.replace(str(file), label), fault.remark)
        raise InputError(fault.message.named(str(file), label))
    if done.returncode:
        raise InputError("{label}: takes too much memory or time to read; give a smaller file", label=label)


def _scenario(file: Path, _: str | None) -> Any:
    from sim.data import read_json
    from sim.scenario import load_scenario
    from sim.web.recipe import refuse_strangers

    document = json.loads(read_json(file))
    refuse_strangers(document, str(file))
    load_scenario(file)
    return document


def _area(file: Path, _: str | None) -> Any:
    from sim.scenario import load_area

    return load_area(file)


def _case(file: Path, scenario: str | None) -> Any:
    from sim import api

    return api.bill(file, scenario=scenario)


def _register(file: Path, told: str | None) -> Any:
    from sim.api.registers import day, fitted

    beside: dict[str, Any] = json.loads(told or "{}")
    days = (day("--since", beside.get("since")), day("--until", beside.get("until")))
    return fitted(file, (beside.get("houses", ()), beside.get("shut", ())), days, beside.get("weeks", 0))


_READERS: dict[str, Callable[[Path, str | None], Any]] = {
    "scenario": _scenario,
    "area": _area,
    "case": _case,
    "register": _register,
}


def _limit() -> None:
    """Bound time and memory of this process, where the system can."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_AS, _UPLOAD_MEMORY_BYTES),
        (resource.RLIMIT_CPU, _UPLOAD_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, _UPLOAD_MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def main(arguments: Sequence[str]) -> int:
    """Read one file by kind, file, result and what was told; pickle what it is (0) or what is wrong (2)."""
    kind, file, result, *told = arguments
    _limit()
    try:
        found = _READERS[kind](Path(file), told[0] if told else None)
    except InputError as fault:
        Path(result).write_bytes(pickle.dumps(fault))
        return _WRONG
    Path(result).write_bytes(pickle.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
