"""What git keeps: no machine, no address of an index, documents that point at things that exist."""

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from sim.cli import run_command

LARGEST_FILE = 1_500_000
MACHINE = re.compile(r"(?<![\w.:/~-])/(?:work|root|home|Users)/\w|\b[A-Z]:\\Users\\")
INDEX = re.compile(
    r"\b(?:pypi\."
    + r"org|files\.python"
    + r"hosted\.org|registry\.npm"
    + r"js\.org|proxy\.go"
    + r"lang\.org)\b"
    r"|(?:--|\b)(?:extra-)?index-" + r"url\s*[= ]\s*\S*://"
)
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)( ; [^\\]+)?", re.MULTILINE)
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
COMMAND = re.compile(r"^(?:\.venv/bin/)?palsim ([a-z]+)(?: ([a-z]+))?", re.MULTILINE)


@cache
def text(path: Path) -> str:
    """Text of a tracked file; a binary file is empty."""
    raw = path.read_bytes()
    return "" if b"\0" in raw else raw.decode("utf-8")


def documents(tracked: list[Path]) -> list[Path]:
    """The pages people read."""
    return [path for path in tracked if path.suffix == ".md"]


@pytest.fixture(scope="module")
def targets(root):
    """Names of the make targets."""
    return set(TARGET.findall((root / "Makefile").read_text()))


@pytest.mark.parametrize(
    ("pattern", "what"), [(MACHINE, "paths of a machine"), (INDEX, "addresses of an index")]
)
def test_no_tracked_file_names_a_machine_or_an_index(tracked, root, pattern, what):
    found = [
        f"{path.relative_to(root)}:{n}: {line.strip()[:120]}"
        for path in tracked
        if pattern.search(text(path))
        for n, line in enumerate(text(path).splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found, f"{what}:\n" + "\n".join(found)


def test_a_machine_path_and_an_index_address_are_found():
    assert MACHINE.search("open('/ho" + "me/anna/data.csv')")
    assert not MACHINE.search("source: https://www.voorbeeld.nl/ho" + "me/tarieven")
    assert INDEX.search("--index-" + "url https://mirror.example/simple")
    assert not INDEX.search("--no-emit-index-" + "url requirements/run.in")


def test_no_tracked_file_is_large(tracked, root):
    large = {
        str(path.relative_to(root)): path.stat().st_size
        for path in tracked
        if path.stat().st_size > LARGEST_FILE
    }
    assert not large, f"larger than {LARGEST_FILE} bytes: {large}"


def test_make_commands_in_the_documents_exist(tracked, root, targets):
    missing = [
        f"{path.relative_to(root)}: make {name}"
        for path in documents(tracked)
        for code in re.findall(
            r"`([^`]+)`|^```\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        )
        for name in MAKE.findall("\n".join(code))
        if name not in targets
    ]
    assert not missing, f"no such target: {missing}"


def test_the_readme_starts_with_make_run_and_make_test(root):
    blocks = re.findall(
        r"^```\n(.*?)^```", (root / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert blocks[0].splitlines()[-2:] == ["make run", "make test"]


def test_palsim_commands_in_the_readme_exist(root, capsys):
    wanted = set(COMMAND.findall((root / "README.md").read_text(encoding="utf-8")))
    assert ("run", "") in {(name, "") for name, _ in wanted}
    for name, sub in sorted(wanted):
        words = [name, sub] if (name, sub) == ("tariffs", "show") else [name]
        code = run_command([*words, "--help"])
        assert code == 0, f"palsim {' '.join(words)}: {capsys.readouterr().err}"


def test_links_in_the_documents_lead_somewhere(tracked, root):
    broken = [
        f"{path.relative_to(root)}: {link}"
        for path in documents(tracked)
        for link in LINK.findall(path.read_text(encoding="utf-8"))
        if not (path.parent / link).exists()
    ]
    assert not broken, f"broken links: {broken}"


def test_the_index_of_the_documents_names_every_page(root):
    index = (root / "docs" / "index.md").read_text(encoding="utf-8")
    pages = {p.relative_to(root / "docs").as_posix() for p in (root / "docs").rglob("*.md")} - {"index.md"}
    assert {page for page in pages if f"({page})" not in index} == set()


def test_every_locked_package_has_a_hash(root):
    for name in ("run.txt", "dev.txt", "bench.txt", "cluster.txt"):
        lock = (root / "requirements" / name).read_text()
        entries = re.split(r"(?m)^(?=[a-z0-9])", lock)[1:]
        assert entries, f"{name} pins nothing"
        assert [e.split()[0] for e in entries if "--hash=sha256:" not in e] == []


def test_the_developer_lock_contains_the_run_lock(root):
    run, dev = (set(PIN.findall((root / "requirements" / f).read_text())) for f in ("run.txt", "dev.txt"))
    assert {name for name, *_ in run} - {name for name, *_ in dev} == set()
    versions = {(name, version) for name, version, _ in dev}
    assert {(name, version) for name, version, _ in run} - versions == set()


def test_every_dependency_of_the_package_is_locked(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())
    wanted = {
        re.split(r"[<>=!~\[ ;]", need)[0].replace(".", "-").lower()
        for need in project["project"]["dependencies"] + project["build-system"]["requires"]
    }
    locked = {name for name, *_ in PIN.findall((root / "requirements" / "run.txt").read_text())}
    assert wanted - locked == set()


def test_the_top_level_is_as_the_architecture_draws_it(tracked, root):
    allowed = {
        *(
            "pyproject.toml",
            "sim",
            "palsim",
            "scenarios",
            "tariffs",
            "notebooks",
            "tests",
            "reports",
            "README.md",
            "CHANGELOG.md",
        ),
        *("LICENSE", "Makefile", "mkdocs.yml", "requirements", "docs", "benchmarks", ".ci", ".gitignore"),
    }
    assert {path.relative_to(root).parts[0] for path in tracked} - allowed == set()
