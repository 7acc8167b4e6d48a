"""Ctrl-C ends a run with one line and exit code 130, and what was done can be resumed."""

import json
import os
import signal
import subprocess
import sys

import pytest

from sim.cli import run_command

pytestmark = pytest.mark.crash
START = [sys.executable, "-c", "from sim.cli import main; main()"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupted_run_ends_with_one_line_and_goes_on_later(capsys, tmp_path, jobs):
    options = [
        "basis_2026",
        "--replications",
        "40",
        "--jobs",
        jobs,
        "--keep",
        "kpis",
        "--out",
        str(tmp_path / "r"),
    ]
    with subprocess.Popen(
        [*START, "run", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        first = process.stderr.readline()
        while "6 of 40 tasks" not in process.stderr.readline():
            assert process.poll() is None
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert "of 40 tasks" in first
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    assert err.splitlines()[-1] == "interrupted; give the same command with --resume to go on"
    manifest = json.loads((tmp_path / "r" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["finished"] is False
    assert run_command(["report", str(tmp_path / "r")]) == 2
    assert "--resume" in capsys.readouterr().err
