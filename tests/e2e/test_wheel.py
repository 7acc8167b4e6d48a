"""The wheel works in an empty environment, away from the repository."""

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
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


@pytest.mark.slow
def test_the_wheel_runs_in_an_empty_environment_elsewhere(wheel, tmp_path):
    home = tmp_path / "env"
    venv.create(home, with_pip=True)
    bin_folder = home / ("Scripts" if os.name == "nt" else "bin")
    python, palsim = bin_folder / "python", bin_folder / "palsim"
    run(python, *PIP, "install", "--require-hashes", "-r", ROOT / "requirements" / "run.txt", cwd=tmp_path)
    run(python, *PIP, "install", "--no-deps", wheel, cwd=tmp_path)

    where = Path(
        run(python, "-c", "import palsim, sim; print(sim.__file__, palsim.scenario)", cwd=tmp_path).split()[0]
    )
    assert where.is_relative_to(home)

    names = run(palsim, "scenarios", "--json", cwd=tmp_path)
    assert {"basis_2026", "azwa_omzetplafond"} <= set(json.dumps(json.loads(names)).replace('"', " ").split())

    command = (palsim, "run", "basis_2026", "--replications", "1", "--jobs", "1", "--out", "result", "--json")
    answer = json.loads(run(*command, cwd=tmp_path))
    assert answer["scenario"] == "basis_2026"
    assert answer["kpis"]
    assert (tmp_path / "result" / "manifest.json").is_file()
