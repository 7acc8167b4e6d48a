"""Tasks on processes: a killed process costs its own tasks only, and not for ever."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sim.errors import RunError
from sim.runs.execute import run_all

pytestmark = pytest.mark.crash
DIES = "__import__('os').kill(__import__('os').getpid(), 9)"


def test_tasks_of_a_killed_process_are_done_again(tmp_path: Path) -> None:
    """The first process that makes the folder dies; the text of each task is its own answer otherwise."""
    mark = tmp_path / "killed"
    path = f"__import__('pathlib').Path({str(mark)!r})"
    once = f"{DIES} if not {path}.exists() and {path}.mkdir() is None else 5"
    tasks = ["1 + 1", "2 + 1", once, *(str(number) for number in range(6, 12))]
    found = list(run_all(eval, tasks, jobs=2))
    assert mark.exists()
    assert sorted(found) == [(0, 2), (1, 3), (2, 5), *((number, number + 3) for number in range(3, 9))]


def test_a_task_that_always_kills_its_process_ends_in_one_line(tmp_path: Path) -> None:
    """Every try leaves a file behind: the first and two more."""
    leaves = f"__import__('tempfile').mkstemp(dir={str(tmp_path)!r}) and {DIES}"
    with pytest.raises(RunError, match=r"^--jobs 2: a worker process was killed, [^\n]+ --resume [^\n]+$"):
        list(run_all(eval, [leaves, "1"], jobs=2))
    assert len(list(tmp_path.iterdir())) == 3


GROWS = """
from sim.runs.execute import run_all

kept = "__import__('builtins').__dict__.setdefault('kept', b'x' * 400_000_000)"
tasks = ["1", "2", "3", "4", *(f"__import__('time').sleep(0.4) or len({kept}) + {n}" for n in range(12))]
found = sorted(found for _, found in run_all(eval, tasks, jobs=2))
print(found == [1, 2, 3, 4, *range(400_000_000, 400_000_012)])
"""


def test_a_process_that_grew_is_renewed_also_where_warnings_are_errors() -> None:
    """Joblib ends a worker that keeps 300 megabytes more than at first, and warns in a thread of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", GROWS], capture_output=True, text=True, timeout=100
    )
    assert done.stdout == "True\n", done.stderr
