"""Records that tasks share: one value in a process, also where one holds another."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys

OPENS = """
import pickle, sys
from sim.runs.sent import SentOnce

data = sys.stdin.buffer.read()
first, second = pickle.loads(data), pickle.loads(data)
assert isinstance(first.inner, SentOnce)
print(first is second, first.inner is second.inner, first.inner.number)
"""


def test_a_shared_record_inside_another_opens_in_a_process_that_has_neither():
    from sim.runs.sent import SentOnce

    class Held(SentOnce):
        """Travels by value: no other process can import it."""

        def __init__(self, **fields: object) -> None:
            vars(self).update(fields)

    data = pickle.dumps(Held(inner=Held(number=3)))
    done = subprocess.run(
        [sys.executable, "-c", OPENS], input=data, capture_output=True, timeout=60, env=os.environ
    )
    assert done.stdout.decode().split() == ["True", "True", "3"], done.stderr.decode()
