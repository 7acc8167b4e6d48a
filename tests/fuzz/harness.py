"""Give the command an input and judge how it ends: exit 0 or 2, one line of fault, in time, within memory."""

from __future__ import annotations

import contextlib
import io
import re
import resource
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.cli import run_command
from sim.errors import InputError

MOST_SECONDS = 20.0
MOST_KILOBYTES = 500_000
_TOLD = re.compile(r"\d+ of \d+ tasks: .*|tasks: \d+ reused, \d+ computed")
"""Progress, which is no fault."""
LONGEST_LINE = 1500
"""A list of the known words may be long; a value of the user is not repeated in full."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    arguments: tuple[str, ...]
    code: int | None
    out: str
    err: str
    seconds: float
    kilobytes: int

    def with_code(self, code: int) -> Ended:
        """The same, where another code says it as well."""
        return replace(self, code=code)

    @property
    def faults(self) -> list[str]:
        """What is not as it must be."""
        lines = [line for line in self.err.strip().splitlines() if not _TOLD.fullmatch(line)]
        found = []
        if self.code not in (0, 2):
            found.append(f"exit {self.code}: {lines[-1] if lines else ''}")
        if "Traceback" in self.err or "Traceback" in self.out:
            found.append("a traceback on the screen")
        if self.code == 2 and len(lines) != 1:
            found.append(f"{len(lines)} lines of fault")
        if self.code == 2 and any(len(line) > LONGEST_LINE for line in lines):
            found.append(f"a line of {max(map(len, lines))} characters")
        if self.seconds > MOST_SECONDS:
            found.append(f"{self.seconds:.1f} seconds")
        if self.kilobytes > MOST_KILOBYTES:
            found.append(f"{self.kilobytes // 1000} MB more than before")
        return found


def given(*arguments: str | Path) -> Ended:
    """Run the command in this process."""
    words = tuple(str(argument) for argument in arguments)
    return _watched(words, lambda: run_command(words))


def called(function: Callable[[], Any]) -> Ended:
    """Call a function that reads a file; wrong input is exit 2, as a command ends on it."""

    def as_command() -> int:
        try:
            function()
        except InputError as fault:
            print(str(fault), file=sys.stderr)
            return 2
        return 0

    return _watched((getattr(function, "__name__", "function"),), as_command)


def _watched(words: tuple[str, ...], run: Callable[[], int]) -> Ended:
    """How it ends; an exception that is let through counts as no exit code, with its traceback.

    Time is that of the processor, so that a busy machine does not count.
    """
    out, err = io.StringIO(), io.StringIO()
    before, start = _kilobytes(), time.process_time()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code: int | None = run()
        except BaseException:
            traceback.print_exc(file=err)
            code = None
    seconds, more = time.process_time() - start, _kilobytes() - before
    return Ended(words, code, out.getvalue(), err.getvalue(), seconds, more)


def _kilobytes() -> int:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // 1000 if sys.platform == "darwin" else most


def judged(ended: Ended, about: Sequence[str] = ()) -> None:
    """Fail with all that is needed to see the fault."""
    assert not ended.faults, "\n".join(
        [*ended.faults, " ".join(ended.arguments)[:300], *about, ended.err[-3000:]]
    )
