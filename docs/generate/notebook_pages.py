"""Notebooks as pages of the site: executed once for the program as it is, with code, tables and figures."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import nbformat
from filelock import FileLock
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
EXECUTED = ROOT / "build" / "notebooks"
READ = ("sim", "palsim", "tariffs", "scenarios")
"""Folders that an answer hangs on."""
SECONDS = 600
PLOTLY = "application/vnd.plotly.v1+json"
WIDE = "1000px"
"""Width of an animation; it is scrolled where the page is less wide."""
ALT = "Figuur van de cel hierboven"
MAGIC = re.compile(r"^%.*\n", re.MULTILINE)
STYLE = re.compile(r"<style\b.*?</style>\s*", re.DOTALL)


def notebooks() -> list[Path]:
    """Every notebook, in order."""
    return sorted(NOTEBOOKS.glob("*.ipynb"))


def executed(notebook: Path) -> Path:
    """A notebook with its output, of the program as it is now; executed where that was not done yet.

    Parameters
    ----------
    notebook : Path

    Returns
    -------
    Path
        Below `build/notebooks/`, under a name that holds for this notebook and this program only.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        When a cell fails.
    """
    EXECUTED.mkdir(parents=True, exist_ok=True)
    kept = EXECUTED / f"{notebook.stem}.{_hash(notebook)}.ipynb"
    with FileLock(f"{kept}.lock"):
        if not kept.exists():
            document = nbformat.read(notebook, as_version=4)
            where = {"metadata": {"path": str(NOTEBOOKS)}}
            NotebookClient(document, timeout=SECONDS, kernel_name="python3", resources=where).execute()
            nbformat.write(document, kept)
    return kept


def laid_out(folder: Path) -> dict[str, str]:
    """Pages of all notebooks, their figures written beside them.

    Parameters
    ----------
    folder : Path
        Below the pages of the site.

    Returns
    -------
    dict of str to str
        Name of the page, such as `notebooks/01_snelstart.md`, to its text.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return {f"{folder.name}/{each.stem}.md": _page(each, folder) for each in notebooks()}


def _page(notebook: Path, folder: Path) -> str:
    """Text of one notebook: its words, code and outputs in order."""
    parts = []
    for number, cell in enumerate(nbformat.read(executed(notebook), as_version=4).cells):
        if cell.cell_type == "markdown":
            parts.append(cell.source)
        elif cell.cell_type == "code":
            parts.append(f"```python\n{MAGIC.sub('', cell.source).strip()}\n```")
            for place, output in enumerate(cell.outputs):
                parts.append(_shown(output, folder, f"{notebook.stem}-{number:02}-{place}"))
    return "\n\n".join(part for part in parts if part) + "\n"


def _shown(output: Any, folder: Path, name: str) -> str:
    """One output as it stands on a page; a figure is written beside it."""
    data = output.get("data", {})
    if PLOTLY in data:
        return _boxed(_animation(data[PLOTLY], folder, name))
    if "image/png" in data:
        (folder / f"{name}.png").write_bytes(base64.b64decode(data["image/png"]))
        return f"![{ALT}]({name}.png)"
    if "text/html" in data:
        return _boxed(data["text/html"])
    text = data.get("text/plain") or (output.get("text", "") if output.get("name") == "stdout" else "")
    return f"```text\n{text.rstrip()}\n```" if text.strip() else ""


def _boxed(markup: str) -> str:
    """Markup in a box that is scrolled where it is wide, without styles that the page has itself."""
    lines = STYLE.sub("", markup).splitlines()
    return '<div class="scrolled">\n' + "\n".join(line for line in lines if line.strip()) + "\n</div>"


def _animation(data: Any, folder: Path, name: str) -> str:
    """A figure of plotly, with its script from the site itself."""
    from plotly.graph_objects import Figure
    from plotly.offline import get_plotlyjs

    (folder / "plotly.min.js").write_text(get_plotlyjs(), encoding="utf-8")
    figure = Figure(data, skip_invalid=True)
    markup = figure.to_html(
        full_html=False, include_plotlyjs="plotly.min.js", div_id=name, auto_play=False, default_width=WIDE
    )
    return str(markup)


def _hash(notebook: Path) -> str:
    """Hash of a notebook and of all that its answers hang on."""
    found = hashlib.sha256(notebook.read_bytes())
    for folder in READ:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(path.relative_to(ROOT).as_posix().encode())
                found.update(path.read_bytes())
    return found.hexdigest()[:16]
