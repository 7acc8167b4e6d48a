"""The page with the worked journeys is the one that its program writes."""

import importlib.util
from pathlib import Path

from sim.data import data_folder

ROOT = Path(__file__).resolve().parents[2]


def generator():
    spec = importlib.util.spec_from_file_location("cases_page", ROOT / "docs" / "generate" / "cases.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_page_is_current():
    page = generator().page()
    assert (ROOT / "docs" / "cases.md").read_text(encoding="utf-8") == page, (
        "docs/cases.md is out of date; run python docs/generate/cases.py"
    )


def test_every_case_stands_on_the_page():
    shown = {name for _, _, names in generator().GROUPS for name in names}
    assert shown == {path.stem for path in (data_folder("scenarios") / "cases").glob("*.yaml")}
