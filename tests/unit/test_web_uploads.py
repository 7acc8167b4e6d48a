"""An upload is read apart, writes nowhere but in its private folder, and harms no other session."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.web import apart, private, work
from sim.web.apart import read_apart


@pytest.fixture
def canary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree of files around the working folder and the folder of temporary files."""
    for name in ("victim.yaml", "work/victim.yaml", "tmp/victim.yaml", "work/manifest.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("canary", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    private.private_folder.cache_clear()
    yield tmp_path
    private.private_folder.cache_clear()


def tree(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "palsim-web-" not in str(path)
    }


@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("{canary}/victim", ()),
        *((name, ("uploads_read_here",)) for name in ("../victim", "../../victim", "/tmp/victim", "..")),
    ],
)
def test_an_upload_writes_nothing_outside_its_folder(
    canary: Path, name: str, reader: tuple[str, ...], request: pytest.FixtureRequest
) -> None:
    for fixture in reader:
        request.getfixturevalue(fixture)
    before = tree(canary)
    named = name.format(canary=canary)
    text = f"extends: basis_2026\nname: {named}\nset: [{{path: ceiling.applies, value: 0.1}}]\n"
    with pytest.raises(InputError, match="name: "):
        read_apart("scenario", f"{named}.yaml", text.encode())
    with pytest.raises(InputError, match="combines"):
        read_apart("scenario", "x.yaml", f"extends: basis_2026\ncombines: ['{named}']\n".encode())
    assert tree(canary) == before
    assert list((private.private_folder() / "uploads").iterdir()) == []


def test_only_the_user_can_look_into_the_folder(canary: Path) -> None:
    for folder in (private.private_folder(), private.upload_folder()):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_folder_of_a_killed_server_is_removed_at_the_next_start(canary: Path) -> None:
    code = (
        f"import tempfile; tempfile.tempdir = {str(canary / 'tmp')!r}\n"
        "from sim.web import private\nprint(private.private_folder(), flush=True)\n"
        "import time; time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        folder = Path(server.stdout.readline().strip())
        (folder / "uploads" / "secret.yaml").write_text("x", encoding="utf-8")
        private.remove_left()
        assert folder.is_dir(), "a server that runs keeps its folder"
        os.kill(server.pid, signal.SIGKILL)
    private.remove_left()
    assert not folder.exists()


def test_what_takes_too_long_is_ended_and_the_next_upload_is_read(
    canary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as at_once:
        at_once.setattr(apart, "UPLOAD_SECONDS", 0.01)
        with pytest.raises(InputError, match=r"^a\.yaml: takes more than"):
            read_apart("area", "a.yaml", b"name: x\n")
    with pytest.raises(InputError, match=r"^a\.yaml: line 2: an alias"):
        read_apart("scenario", "a.yaml", b"a: &x [1]\nb: *x\n")


def test_who_waits_is_told_and_may_leave() -> None:
    told: list[float] = []

    def leave() -> None:
        told.append(time.monotonic())
        if len(told) > 1:
            raise KeyboardInterrupt

    with work.gate():
        thread_ended = threading.Event()

        def other() -> None:
            try:
                with work.gate(leave):
                    pass
            except KeyboardInterrupt:
                thread_ended.set()

        thread = threading.Thread(target=other)
        thread.start()
        thread.join(30)
        assert thread_ended.is_set()
    with work.gate():
        pass


def test_the_folder_of_answers_stays_bounded(tmp_path: Path) -> None:
    for number in range(work.WEB_KEPT + 10):
        folder = tmp_path / f"compared-{number}"
        folder.mkdir()
        os.utime(folder, (number, number))
        (tmp_path / work.SHARED / folder.name).mkdir(parents=True)
    work.make_room(tmp_path, keep=(tmp_path / "compared-0",))
    left = {path.name for path in tmp_path.iterdir()} - {work.SHARED}
    assert "compared-0" in left
    assert len(left) == work.WEB_KEPT + 1
    assert {path.name for path in (tmp_path / work.SHARED).iterdir()} == left


def test_a_title_of_a_user_never_goes_through_markdown() -> None:
    """Titles of cases and scenarios and names of regions are put on the page as escaped text."""
    pages = Path(work.__file__).parent
    for page in ("bill_page.py", "what_if_page.py", "capacity_page.py", "frame.py"):
        for line in (pages / page).read_text(encoding="utf-8").splitlines():
            if "st.header(" in line or "st.title(" in line:
                assert ".say(" in line or "section.title" in line, line
                assert "region=" not in line, line
