"""What a run is a run of: the hashes and versions that must agree before files may stand together."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("palsim", "numpy", "pandas", "pyarrow", "scipy", "simpy", "pydantic")
_NOT_IN_TABLES = ("report", "web", "api", "cli", "__init__.py", "_data")


@cache
def code_digest() -> str:
    """SHA-256 over the files that decide the tables: all of `sim` below the report."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(path for kind in ("py", "c", "yaml") for path in root.rglob(f"*.{kind}")):
        relative = path.relative_to(root)
        if relative.parts[0] in _NOT_IN_TABLES:
            continue
        digest.update(f"{relative.as_posix()}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def versions() -> dict[str, str]:
    """Versions of Python, the processor kind and the packages that decide the bytes."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "source"
    return found
