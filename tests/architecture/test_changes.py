"""The worked examples of `docs/development.md` are true: each is made here, in so many files, and works."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

PAGE = Path("docs/development.md")
EXAMPLE = re.compile(r"^### ([^\n]+)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
STEP = re.compile(
    r"^`(?P<file>[\w./]+)`, "
    r"(?P<where>a new file|at the end|(?:after|before|in place of) `(?P<anchor>[^\n]+)`):\n\n"
    r"```text\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
ROW = re.compile(r"^\| \[(?P<change>[^\]]+)\]\([^)]*\) \| (?P<code>\d+) \| (?P<data>\d+) \|", re.MULTILINE)
COPIED = ("sim", "palsim", "scenarios", "tariffs")


@dataclass(frozen=True)
class Step:
    """A text that a change writes in a file.

    Parameters
    ----------
    file : str
    where : str
        "a new file", "at the end", or after, before or in place of a line.
    anchor : str
        That line.
    text : str
    """

    file: str
    where: str
    anchor: str
    text: str

    def made_in(self, folder: Path) -> None:
        """Write the text where it belongs."""
        path = folder / self.file
        if self.where == "a new file":
            assert not path.exists(), self.file
            path.write_text(self.text, encoding="utf-8")
            return
        lines = path.read_text(encoding="utf-8").splitlines()
        at = len(lines)
        if self.anchor:
            found = [number for number, line in enumerate(lines) if line.strip() == self.anchor]
            assert len(found) == 1, f"{self.file}: {len(found)} lines are {self.anchor!r}"
            at = found[0] + self.where.startswith("after")
        kept = at + self.where.startswith("in place")
        lines[at:kept] = self.text.splitlines()
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def examples(root: Path) -> dict[str, list[Step]]:
    """The steps of every worked example of the page, by its change."""
    page = (root / PAGE).read_text(encoding="utf-8").partition("\n## What a change touches\n")[2]
    return {
        change: [
            Step(step["file"], step["where"].partition(" `")[0], step["anchor"] or "", step["text"])
            for step in STEP.finditer(body)
        ]
        for change, body in EXAMPLE.findall(page.partition("\n## ")[0] + "\n")
    }


def test_every_row_of_the_table_has_an_example_that_touches_so_many_files(root: Path) -> None:
    page = (root / PAGE).read_text(encoding="utf-8")
    told = {row["change"]: (int(row["code"]), int(row["data"])) for row in ROW.finditer(page)}
    touched = {change: {step.file for step in steps} for change, steps in examples(root).items()}
    assert told == {
        change: (
            sum(file.endswith(".py") for file in files),
            sum(not file.endswith(".py") for file in files),
        )
        for change, files in touched.items()
    }
    assert len(told) == 9


@pytest.fixture(scope="module")
def shown(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a program shows in which every example is made."""
    folder = tmp_path_factory.mktemp("changed")
    for name in COPIED:
        shutil.copytree(root / name, folder / name)
    for steps in examples(root).values():
        for step in steps:
            step.made_in(folder)
    asked = root / "tests" / "architecture" / "changed_program.py"
    done = subprocess.run(
        [sys.executable, str(asked), "answers.json"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    assert answers["code"] == 0
    assert answers["program"] == str(folder / "sim" / "__init__.py")
    return answers


def test_what_is_new_stands_in_the_report_and_the_workbook(shown: dict[str, Any]) -> None:
    """The KPI, the price of the product, the kind of place and the number with its range."""
    cells = "\n".join(shown["cells"])
    for words in (
        "Stays of each person who died",
        "zvw.hulpmiddel.waakset",
        "care guest house",
        "home.medicines_later_days",
    ):
        assert words in shown["report"]
        assert words in cells


def test_rules_of_the_examples_hold_from_their_day(shown: dict[str, Any]) -> None:
    """Both say 1 July 2026: from then on the lines are without a payer."""
    for product, reason in (
        ("buiten.zelfzorgmedicijnen", "geneesmiddel_niet_vergoed"),
        ("zvw.huisarts.visite", "geen_contract"),
    ):
        assert "2026-01" < shown["last"][product] < "2026-07-01"
        assert [product, reason] in shown["unfunded"]


def test_the_journey_follows_what_the_examples_add(shown: dict[str, Any]) -> None:
    """Medicines begin at most 365 days before death, 30 later: 335. A loan of € 41.25 is one line."""
    assert shown["medicines_days"] == 335
    assert shown["cents"] == [4125]
    assert 0.1 < shown["women"] < 0.5
    assert "zp" in shown["settings"]


def test_the_facade_and_the_command_know_what_the_examples_add(shown: dict[str, Any]) -> None:
    assert shown["kpi"] > 1
    assert "whether it is a woman with a partner" in shown["meanings"]
    assert shown["setting"]["what"] == "steers stays and care"
    assert shown["setting"]["range"] == "0 to 90"
    assert shown["remark"] == "trial"
    assert len({*shown["busiest"]}) == 1
    assert re.fullmatch(r"202[67]-\d\d", shown["busiest"][0])
