"""The documentation builds as a site that loads nothing from elsewhere, and what it shows runs."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli import run_command

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"(?:`([\w.]+)`[^`]*?\n+)?^```(bash|python|yaml)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LOADED = re.compile(
    r"""(?:src="|url\(|@import\s+|<link[^>]+rel="stylesheet"[^>]+href=")["']?(https?:[^"')\s]+)"""
)
RUN = [page for page in PAGES if re.search(r"^```(?:bash|python)$", page.read_text("utf-8"), re.MULTILINE)]


def test_the_site_builds_without_a_warning_and_loads_nothing_from_elsewhere(tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mkdocs",
            "build",
            "--strict",
            "--quiet",
            "--site-dir",
            str(tmp_path / "site"),
        ],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    site = tmp_path / "site"
    loaded = {
        url
        for path in [*site.rglob("*.html"), *site.rglob("*.css")]
        for url in LOADED.findall(path.read_text(encoding="utf-8"))
    }
    assert loaded == set()
    assert (site / "search" / "search_index.js").is_file()  # the search needs no server
    for page, script in (
        ("index.html", "offline_worker.js"),
        ("adr/0001-three-programs-joined-by-tables.html", "../offline_worker.js"),
    ):
        assert f'<script src="{script}">' in (site / page).read_text(encoding="utf-8")
    api = (site / "api.html").read_text(encoding="utf-8")
    assert "random numbers, and take paired differences" in api


@pytest.mark.parametrize("page", RUN, ids=lambda path: path.stem)
def test_what_a_page_shows_runs(page, tmp_path, monkeypatch):
    """Blocks run in order in a folder of their own; YAML is saved under the name that stands before it.

    A comparison draws its assumptions eight times: the blocks are tried here, not their numbers.
    """
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    names: dict[str, object] = {}
    for name, kind, code in BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind == "yaml":
            if name:
                (tmp_path / name).write_text(code, encoding="utf-8")
        elif kind == "python":
            exec(compile(code, page.name, "exec"), names)
        else:
            for line in code.splitlines():
                words = shlex.split(line)
                assert words[0] == "palsim", line
                if words[1] == "compare" and "--assumptions" not in words:
                    words += ["--assumptions", "8"]
                assert run_command(words[1:]) == 0, line
