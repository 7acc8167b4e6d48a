"""The wheel works in an empty environment, away from the repository."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = ("3.11", "3.12", "3.13")
"""Versions of Python that the package says it runs on."""
EVERY = "PALSIM_EVERY_PYTHON"
"""Variable of the environment that asks for every version, not only the one that runs the tests."""
PIP = ["-m", "pip", "--quiet", "--disable-pip-version-check"]


def run(*command: str | Path, cwd: Path) -> str:
    """Standard output of a command that must succeed, without the paths of this environment."""
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    answer = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, f"{command}:\n{answer.stdout}\n{answer.stderr}"
    return answer.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel, built from this repository by the locked build backend."""
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, *PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", out, ROOT, cwd=out)
    (built,) = out.glob("palsim-*.whl")
    return built


def test_the_wheel_carries_every_tariff_and_scenario(wheel):
    with zipfile.ZipFile(wheel) as archive:
        packed = {n: archive.read(n) for n in archive.namelist() if n.startswith("sim/_data/")}
    kept = {
        f"sim/_data/{path.relative_to(ROOT).as_posix()}": path.read_bytes()
        for folder in ("tariffs", "scenarios")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    assert len(kept) > 2
    assert packed == kept


def interpreter(version: str) -> Path:
    """The program of a version of Python, on the path or among those of pyenv; skip by name where none is."""
    if version == ".".join(map(str, sys.version_info[:2])):
        return Path(sys.executable)
    if EVERY not in os.environ:
        pytest.skip(f"Python {version} is tried by make wheel-check")
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    named = filter(None, [shutil.which(f"python{version}")])
    for program in [*sorted(kept.glob(f"{version}.*/bin/python"), reverse=True), *map(Path, named)]:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
        if told.stdout.startswith(f"Python {version}."):
            return program
    pytest.skip(f"no Python {version} on this machine")


def test_the_package_names_the_versions_that_are_tried():
    told = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert [version for version in VERSIONS if f"Python :: {version}" not in told] == []


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_the_wheel_runs_in_an_empty_environment_elsewhere(wheel, tmp_path, version):
    home = tmp_path / "env"
    run(interpreter(version), "-m", "venv", home, cwd=tmp_path)
    bin_folder = home / ("Scripts" if os.name == "nt" else "bin")
    python, palsim = bin_folder / "python", bin_folder / "palsim"
    run(python, *PIP, "install", "--require-hashes", "-r", ROOT / "requirements" / "run.txt", cwd=tmp_path)
    run(python, *PIP, "install", "--no-deps", wheel, cwd=tmp_path)

    said = run(python, "-c", "import palsim, sim, sys; print(sys.version, sim.__file__)", cwd=tmp_path)
    assert said.startswith(version)
    assert Path(said.split()[-1]).is_relative_to(home)

    names = run(palsim, "scenarios", "--json", cwd=tmp_path)
    assert {"basis_2026", "azwa_omzetplafond"} <= set(json.dumps(json.loads(names)).replace('"', " ").split())
    bill = "import palsim as ps; b = ps.bill('olivia_bth'); print(sum(b.by_payer.values()), b.gross_cents)"
    paid, whole = run(python, "-c", bill, cwd=tmp_path).split()
    assert paid == whole

    command = (palsim, "run", "basis_2026", "--replications", "1", "--jobs", "1", "--out", "result", "--json")
    answer = json.loads(run(*command, cwd=tmp_path))
    assert answer["scenario"] == "basis_2026"
    assert answer["kpis"]
    assert (tmp_path / "result" / "manifest.json").is_file()
    run(palsim, "report", "result", cwd=tmp_path)
    assert list((tmp_path / "result").glob("*.html"))
