"""Builds the documentation as a site that loads nothing from elsewhere.

Usage: python docs/generate/site.py [FOLDER]

The pages of `docs/` and the notebooks with their output are laid out in a folder of their own, long ones
divided, links out of `docs/` taken off; Zensical makes the site of them. A warning is a fault.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ruamel.yaml import YAML

sys.path.insert(0, str(Path(__file__).resolve().parent))

from dividing import Part, anchors, divided, relinked
from notebook_pages import laid_out

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
EXTENSION = DOCS / "generate" / "default_values.py"
SETTINGS = ROOT / "mkdocs.yml"
OUTSIDE = re.compile(r"(?<!!)\[([^\]]+)\]\(\.\./[^)]*\)")
DEEPER = re.compile(r"(?<!!)\[([^\]]+)\]\((?:\.\./){2}[^)]*\)")
FAULT = re.compile(r"^(griffe|mkdocstrings|autorefs)\b.*|.*(Warning|Error):", re.IGNORECASE | re.MULTILINE)
YAML_ = YAML()
YAML_.width = 10_000  # a title stays on its line, as a key must


def inside(name: str, text: str) -> str:
    """Text of a page without links to files of the repository outside `docs/`."""
    return (DEEPER if "/" in name else OUTSIDE).sub(r"\1", text)


def pages() -> dict[str, str]:
    """Every page of `docs/` by its name, as the site has it before long ones are divided."""
    found = {path.relative_to(DOCS).as_posix(): path for path in sorted(DOCS.rglob("*.md"))}
    return {name: inside(name, path.read_text(encoding="utf-8")) for name, path in found.items()}


def all_divided(texts: dict[str, str]) -> tuple[dict[str, str], dict[str, tuple[Part, ...]]]:
    """Pages with long ones divided and links to their headings led along, and the parts of each."""
    whole, parts = {}, {}
    for name, text in texts.items():
        whole[name], parts[name] = divided(name, text)
    places = {
        (name, anchor): part.name
        for name, made in parts.items()
        for part in made
        for anchor in anchors(part.text)
    }
    out = {name: relinked(text, name, places) for name, text in whole.items()}
    for name, made in parts.items():
        out |= {part.name: relinked(part.text, name, places) for part in made}
    return out, {name: made for name, made in parts.items() if made}


def navigation(part: Any, parts: dict[str, tuple[Part, ...]]) -> Any:
    """Navigation with the parts of a divided page below it."""
    if isinstance(part, list):
        return [navigation(each, parts) for each in part]
    ((title, below),) = part.items() if isinstance(part, dict) else ((None, part),)
    if isinstance(below, list):
        return {title: navigation(below, parts)}
    if below not in parts:
        return part
    return {title: [{"Overview": below}, *({each.title: each.name} for each in parts[below])]}


def lay(work: Path, site: Path) -> None:
    """Lay out what the site is made of: settings, pages, figures, notebooks."""
    docs = work / "docs"
    shutil.copytree(DOCS, docs, ignore=shutil.ignore_patterns("generate", "*.md"))
    texts, parts = all_divided(pages() | laid_out(docs / "notebooks"))
    for name, text in texts.items():
        (docs / name).parent.mkdir(parents=True, exist_ok=True)
        (docs / name).write_text(text, encoding="utf-8")
    settings = YAML_.load(SETTINGS.read_text(encoding="utf-8"))
    settings |= {"site_dir": str(site), "nav": navigation(settings["nav"], parts)}
    for plugin in settings["plugins"]:
        if isinstance(plugin, dict) and "mkdocstrings" in plugin:
            python = plugin["mkdocstrings"]["handlers"]["python"]
            python["paths"] = [str(ROOT)]
            python["options"]["extensions"] = [f"{EXTENSION}:DefaultValues"]
    with (work / SETTINGS.name).open("w", encoding="utf-8") as file:
        YAML_.dump(settings, file)


def build(site: Path) -> str:
    """Build the site; what was found wrong, or nothing.

    Parameters
    ----------
    site : Path
        Folder of the site; what it held is replaced.

    Returns
    -------
    str
    """
    with TemporaryDirectory() as folder:
        work = Path(folder)
        lay(work, work / "site")
        done = subprocess.run(
            [sys.executable, "-m", "zensical", "build", "--clean", "--strict"],
            cwd=work,
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout + done.stderr
        if done.returncode or FAULT.search(said):
            return said or f"zensical ended with {done.returncode}"
        shutil.rmtree(site, ignore_errors=True)
        shutil.copytree(work / "site", site)
    return ""


def main() -> None:
    """Build the site in a folder; end with 1 and what is wrong where something is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "site")
    wrong = build(parser.parse_args().folder.resolve())
    if wrong:
        sys.exit(wrong)


if __name__ == "__main__":
    main()
