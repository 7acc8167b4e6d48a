"""Writes docs/licences.md: the licence of every package that a run, the page or a cluster installs.

Usage: python docs/generate/licences.py
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "docs" / "licences.md"
LOCKS = ("run", "web", "cluster")
HEAD = """# Licences

Palsim is under EUPL-1.2. These are the licences that the packages give themselves which a run, the page or a
cluster installs. A test holds each against what goes together with EUPL-1.2.

| Package | Licence |
|---|---|
"""
FOOT = "\nThis page is written by `python docs/generate/licences.py`.\n"


def locked(lock: str) -> list[str]:
    """Names of the packages of a lock file."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    return re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)


def licence(name: str) -> str | None:
    """Licence that an installed package gives itself; None where it is not installed."""
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return None
    classes = [each for each in found.get_all("Classifier") or () if each.startswith("License ::")]
    told = found.get("License-Expression") or "; ".join(each.split(" :: ")[-1] for each in classes)
    return told or (found.get("License") or "none given").splitlines()[0]


def licences() -> dict[str, str]:
    """Licence of each package that is installed, by name."""
    names = sorted({name for lock in LOCKS for name in locked(lock)}, key=str.lower)
    return {name: told for name in names if (told := licence(name)) is not None}


def page() -> str:
    """The whole page."""
    return HEAD + "".join(f"| {name} | {told} |\n" for name, told in licences().items()) + FOOT


def main() -> None:
    """Write the page."""
    OUT.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
