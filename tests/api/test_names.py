"""The names of the package: those of `sim`, typed, and usable where Unix is not."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import palsim as ps
import sim
from sim.api.shared import in_python

ROOT = Path(sim.__file__).resolve().parents[1]
USE = """
from pathlib import Path

import palsim as ps

base = ps.scenario("basis_2026", area="middenland")
more = base.vary({"hospice.beds.hch": 12}, label="+2 bedden")
own = base.with_tariff("zvw.wijkverpleging", 80, source="eigen")
c = ps.compare(base, more, "azwa_pzp")
c.diff("cost", by="payer")
c.diff(lambda t: (t.patients.own_eur > 2000).mean())
g = ps.grid(base, {"hospice.beds.hch": range(8, 13), "ceiling.applies": [0, 0.25]})
g.diff("hospice_refused").unstack()
t = c["azwa_pzp"].tables(counted=True)
c.patients(changed=True).bill().by_payer
c.save("runs/x")
version: str = ps.__version__
for name in [str(each) for each in c]:
    ps.scenario(ps.Name(name), area=ps.Name("middenland"))
ps.run(Path("mijn.yaml"), area=ps.region("Assen"))
ps.budget("basis_2026", "azwa_pzp", area=Path("regio.csv"))
"""


def test_palsim_gives_the_objects_of_sim() -> None:
    assert set(ps.__all__) == {*sim.__all__, "scenario"}
    for name in sim.__all__:
        assert getattr(ps, name) is getattr(sim, name)
    assert set(dir(ps)) >= set(ps.__all__)
    with pytest.raises(AttributeError, match=r"no attribute 'comparee'; did you mean 'compare'\?"):
        ps.comparee  # noqa: B018


def checked(script: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", str(script)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_the_names_for_type_checkers_are_those_of_today() -> None:
    program = (
        "from pathlib import Path; import runpy; print(runpy.run_path('docs/generate/names.py')['text']())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    words = set(re.findall(r'"([^"\n]+)",', done.stdout))
    written = (ROOT / "sim" / "api" / "names.pyi").read_text(encoding="utf-8")
    assert words == set(re.findall(r'"([^"\n]+)",', written)), "run python docs/generate/names.py"
    assert {
        "hospice.beds.hch",
        "cost",
        "P1",
        "basis_2026",
        "middenland",
        "tariffs.zvw.wijkverpleging",
    } <= words


@pytest.mark.slow
def test_a_script_is_typed_and_a_slip_in_a_name_is_a_fault(tmp_path: Path) -> None:
    script = tmp_path / "own.py"
    script.write_text(USE, encoding="utf-8")
    assert "own.py" not in checked(script)
    for right, wrong in (
        ("ps.compare(", "ps.comparee("),
        (".diff(", ".dif("),
        ("base.vary(", "base.vry("),
        ("label=", "lable="),
        (".by_payer", ".by_paier"),
        ('{"hospice.beds.hch": 12}', '{"hospice.bed.hch": 12}'),
        ('"zvw.wijkverpleging"', '"zvw.wijkverplegin"'),
        ('.diff("cost"', '.diff("csot"'),
        ('"basis_2026"', '"basis_206"'),
        ('"middenland"', '"midenland"'),
        ('more, "azwa_pzp"', 'more, "azwa_pz"'),
        ('"basis_2026", "azwa_pzp"', '"basis_2026", "azwa_pz"'),
    ):
        script.write_text(USE.replace(right, wrong, 1), encoding="utf-8")
        assert "own.py" in checked(script), wrong


def test_the_core_runs_without_the_modules_of_unix(village: Path) -> None:
    """Other packages bring what they need on each system; ours must not ask for what Windows lacks."""
    program = (
        "import builtins\n"
        "of_unix = ('resource', 'fcntl', 'pwd', 'grp', 'termios', 'tty', 'pty', 'syslog')\n"
        "found = builtins.__import__\n"
        "def no_unix(name, globals=None, *more, **named):\n"
        "    if name in of_unix and (globals or {}).get('__name__', '').startswith(('sim', 'palsim')):\n"
        "        raise ImportError(f'{name} is not on this system')\n"
        "    return found(name, globals, *more, **named)\n"
        "builtins.__import__ = no_unix\n"
        "import palsim as ps\n"
        f"base = ps.scenario('basis_2026', area={str(village)!r}, replications=1)\n"
        "base = base.vary({'horizon.count_to': '2026-02-01', 'horizon.warmup_days': 0}, label='kort')\n"
        "print(ps.compare(base, {'ceiling.applies': 0.1}, assumptions=0, jobs=1).diff('cost')['n'].item())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "1"


@pytest.mark.parametrize(
    ("said", "here"),
    [
        ("--jobs 0: must be 1 or more", "jobs=0: must be 1 or more"),
        ("add --resume to go on", "add resume=True to go on"),
        ("run with --keep journey or --keep all", "run with keep='journey' or keep='all'"),
        (
            "give the same command with --resume and fewer --jobs",
            "call the same again with resume=True and fewer jobs",
        ),
        ("--from 1900: no law", "from_year=1900: no law"),
        ("--growth nan: is no share", "growth=nan: is no share"),
        ("--parameter 'x': none", "parameters 'x': none"),
    ],
)
def test_options_of_the_command_are_keywords_here(said: str, here: str) -> None:
    assert in_python(said) == here


def test_every_option_that_a_fault_names_is_a_parameter_here() -> None:
    public = [getattr(ps, name) for name in dir(ps) if not name.startswith("_")]
    methods = [each for kind in public if isinstance(kind, type) for each in vars(kind).values()]
    taken = {
        name
        for function in (*public, *methods)
        if inspect.isfunction(function)
        for name in inspect.signature(function).parameters
    }
    rooms = (path for path in (ROOT / "sim").rglob("*.py") if {"api", "studies", "runs"} & set(path.parts))
    named = {option for path in rooms for option in re.findall(r"--[a-z][a-z-]+", path.read_text("utf-8"))}
    assert {in_python(option).partition("=")[0] for option in named - {"--json"}} <= taken
