"""The repository as text: its tracked files and the syntax trees of the program."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def tracked(root: Path) -> list[Path]:
    """Files that git keeps or would keep, in order of name."""
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return [root / name for name in sorted(names) if name and (root / name).is_file()]


@pytest.fixture(scope="session")
def trees(root: Path) -> dict[str, ast.Module]:
    """Syntax tree of every module in `sim/`, by its path from the top."""
    return {
        path.relative_to(root).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((root / "sim").rglob("*.py"))
    }
