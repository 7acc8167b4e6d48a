"""Every notebook runs from top to bottom, and shows something."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_tables_and_figures(notebook, monkeypatch):
    """The site shows the same output: what was executed here is found again there."""
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "generate"))
    pages = __import__("notebook_pages")
    done = nbformat.read(pages.executed(notebook), as_version=4)
    code = [cell for cell in done.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    outputs = [output for cell in code for output in cell.outputs]
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    assert "text/html" in kinds
    assert not [output for output in outputs if output.output_type == "error"]
    sys.modules.pop("notebook_pages")
