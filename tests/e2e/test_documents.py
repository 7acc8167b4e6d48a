"""What the documentation shows runs."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from sim.cli import run_command
from sim.scenario import load_area, loader
from sim.studies.sensitivity import assumptions

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
DEATHS = 400.0
"""A year, in the Middenland of these tests: an eighth of its deaths."""
BLOCK = re.compile(r"(?:`([\w.]+)`[^`]*?\n+)?^```(bash|python|yaml)\n(.*?)^```", re.MULTILINE | re.DOTALL)
RUN = [page for page in PAGES if re.search(r"^```(?:bash|python)$", page.read_text("utf-8"), re.MULTILINE)]


@pytest.fixture
def small_middenland(tmp_path_factory, monkeypatch):
    """The area that the pages name has fewer people; its sites and settings stay."""
    area = load_area("middenland").model_dump(mode="json")
    region = area["regions"][0]
    part = DEATHS / region["palliative_deaths"]["value"]
    region["palliative_deaths"]["value"] = DEATHS
    for budget in ("district_nursing_budget_eur", "elv_budget_eur"):
        region[budget]["value"] *= part
        region[budget]["range"] = [end * part for end in region[budget]["range"]]
    file = tmp_path_factory.mktemp("area") / "middenland.yaml"
    file.write_text(json.dumps(area), encoding="utf-8")
    by_name = loader._by_name
    monkeypatch.setattr(
        loader, "_by_name", lambda name, *rest: file if name == "middenland" else by_name(name, *rest)
    )


@pytest.mark.parametrize("page", RUN, ids=lambda path: path.stem)
def test_what_a_page_shows_runs(page, tmp_path, monkeypatch, small_middenland):
    """Blocks run in order in a folder of their own; YAML is saved under the name that stands before it.

    A comparison draws its assumptions eight times, in a small area: the blocks are tried here, not their
    numbers.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(assumptions, "ASSUMPTION_DRAWS", 8)
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
                assert run_command(words[1:]) == 0, line
