"""Give the command an input and judge how it ends: exit 0 or 2, one line of fault, in time, within memory."""

from __future__ import annotations

import contextlib
import io
import resource
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.cli import run_command

MOST_SECONDS = 20.0
MOST_KILOBYTES = 500_000
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

    @property
    def faults(self) -> list[str]:
        """What is not as it must be."""
        lines = self.err.strip().splitlines()
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
    """Run the command in this process; an exception that it lets through counts as exit 1 with its traceback.

    Time is that of the processor, so that a busy machine does not count.
    """
    out, err = io.StringIO(), io.StringIO()
    before, start = _kilobytes(), time.process_time()
    words = tuple(str(argument) for argument in arguments)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code: int | None = run_command(words)
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
