"""Many people, many changes, hostile uploads: who asks is answered or told to wait, and nothing grows."""

from __future__ import annotations

import itertools
import resource
import threading
import time
import tracemalloc
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.web import apart, private, work
from sim.web.apart import read_apart

SESSIONS, CHANGES = 20, 50
KEPT_BYTES = 2_000_000
"""What 50 questions may leave in memory."""
BOMB = b"a: &a [x, x]\nb: &b [*a, *a]\n"
HOSTILE = {
    "nested": b"a: " + b"[" * 100_000,
    "many keys": b"".join(b"k%d: 1\n" % number for number in range(60_000)),
    "aliases": BOMB,
}


def test_twenty_sessions_at_once_are_answered_one_after_another_and_told_to_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(work, "WEB_WAIT_SECONDS", 0.002)
    inside = told = answered = 0
    most = 0
    count = threading.Lock()

    def waits() -> None:
        nonlocal told
        with count:
            told += 1

    def session() -> None:
        nonlocal inside, most, answered
        with work.gate(waits):
            inside += 1
            most = max(most, inside)
            time.sleep(0.01)
            inside -= 1
            answered += 1

    threads = [threading.Thread(target=session) for _ in range(SESSIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (answered, most) == (SESSIONS, 1)
    assert told > 0


def test_one_session_that_fails_or_leaves_lets_the_others_in() -> None:
    for fault in (InputError("x"), KeyboardInterrupt()):
        with pytest.raises(type(fault)), work.gate():
            raise fault
    with work.gate():
        pass


def test_fifty_changes_do_not_grow_disk_or_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each change is another question with an answer of 10 kB; the simulation itself is left out."""
    number = itertools.count()

    def made(folder: Path) -> Path:
        folder.mkdir(parents=True)
        (folder / "tables").write_bytes(b"x" * 10_000)
        return folder

    base = made(tmp_path / "base-0" / "basis_2026")
    monkeypatch.setattr(work, "overlay_of", lambda recipe: {"name": "x"})
    monkeypatch.setattr(work, "differs", lambda recipe: True)
    monkeypatch.setattr(work, "_base", lambda *_: base)
    monkeypatch.setattr(work, "_compared", lambda *_: made(tmp_path / f"compared-{next(number)}"))
    monkeypatch.setattr(work, "load_result", lambda folder: folder.name)

    def ask() -> None:
        work.answer(None, tmp_path)  # type: ignore[arg-type]

    for _ in range(CHANGES):
        ask()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(CHANGES):
            ask()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < KEPT_BYTES
    held = [path.name for path in tmp_path.iterdir()]
    assert len(held) <= work.WEB_KEPT + 2
    assert f"compared-{2 * CHANGES - 1}" in held, "the newest answer stays"
    assert base.is_dir(), "the base of every question stays"
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 10_000 * len(held)


def _of_children() -> float:
    """Processor seconds of the processes that this one waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["scenario", "area", "case"])
def test_the_page_leaves_a_hostile_upload_to_another_process(kind: apart.Kind) -> None:
    """The process that answers others does not read itself: it works less than the processes that do."""
    told: dict[str, str] = {}

    def upload() -> None:
        for name, content in HOSTILE.items():
            try:
                read_apart(kind, f"{name}.yaml", content)
            except InputError as fault:
                told[name] = str(fault)

    began = time.process_time(), _of_children()
    upload()
    answering, reading = time.process_time() - began[0], _of_children() - began[1]
    assert told.keys() == HOSTILE.keys(), "one was taken"
    assert all("\n" not in fault for fault in told.values())
    assert answering < reading
    assert list((private.private_folder() / "uploads").iterdir()) == []


@pytest.mark.slow
def test_uploads_of_twenty_sessions_are_read_or_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two at a time; who waits too long is told so, and nobody gets the answer of another."""
    monkeypatch.setattr(apart, "UPLOADS_WAIT_SECONDS", 0.5)
    told: dict[int, str] = {}

    def session(number: int) -> None:
        try:
            read_apart("scenario", f"mine_{number}.yaml", b"name: [\n")
        except InputError as fault:
            told[number] = str(fault)

    threads = [threading.Thread(target=session, args=(number,)) for number in range(SESSIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(240)
    assert sorted(told) == list(range(SESSIONS))
    for number, fault in told.items():
        assert fault.startswith(f"mine_{number}.yaml: "), fault
    waiting = [fault for fault in told.values() if fault.endswith("give it again in a minute")]
    assert 0 < len(waiting) < SESSIONS
