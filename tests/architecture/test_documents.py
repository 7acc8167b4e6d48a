"""The documentation is in step with the program, its links lead somewhere, its code is code."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import shlex
import sys
from pathlib import Path

import jupytext
import pytest
import typer
from ruamel.yaml import YAML

import palsim as ps
from sim.catalogue import load_tariffs
from sim.cli import app

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)#([^)\s]+)\)")
NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.py"))


def generator(root: Path, name: str):
    """A module of docs/generate."""
    spec = importlib.util.spec_from_file_location(f"page_{name}", root / "docs" / "generate" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # a dataclass looks there for its module
    spec.loader.exec_module(module)
    return module


def pages(root: Path) -> dict[str, str]:
    """Text of README and of every page, by its path from the top."""
    files = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in files}


def anchors(text: str) -> set[str]:
    """Anchors of the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    plain = (re.sub(r"[^\w\s-]", "", heading.lower()) for heading in headings)
    return {re.sub(r"\s+", "-", words.strip()) for words in plain}


def test_the_page_of_commands_is_as_its_generator_writes_it(root):
    written = (root / "docs" / "commands.md").read_text(encoding="utf-8")
    assert written == generator(root, "commands").page(), "run python docs/generate/commands.py"


def test_the_page_of_tariffs_is_as_its_generator_writes_it(root):
    written = (root / "docs" / "tariffs.md").read_text(encoding="utf-8")
    assert written == generator(root, "tariffs").page(load_tariffs()), "run python docs/generate/tariffs.py"


def test_the_data_dictionary_is_as_its_generator_writes_it(root):
    written = (root / "docs" / "dictionary.md").read_text(encoding="utf-8")
    assert written == generator(root, "dictionary").page(), "run python docs/generate/dictionary.py"


def test_every_public_name_stands_on_a_page_of_the_api(root):
    text = "".join(path.read_text(encoding="utf-8") for path in (root / "docs").glob("api*.md"))
    names = set(ps.__all__) - {"__version__"}
    assert {name for name in names if f"::: sim.api.{name}\n" not in text} == set()
    assert {name for name in names if f"`{name}`" not in text} == {"InputError", "RunError"}


def test_the_care_office_areas_are_as_their_generator_writes_them(root):
    written = (root / "scenarios" / "regions" / "nederland.yaml").read_text(encoding="utf-8")
    assert written == generator(root, "areas").document(), "run python docs/generate/areas.py"


def test_every_command_stands_on_its_page(root):
    text = (root / "docs" / "commands.md").read_text(encoding="utf-8")
    commands = typer.main.get_command(app).commands
    assert [name for name in commands if f"## palsim {name}" not in text] == []


@pytest.mark.parametrize("name", ["tutorial", "howto_policy", "howto_region", "howto_analyst", "web"])
def test_a_page_in_dutch_shows_what_its_page_in_english_shows(root, name):
    """The same code in the same order, so that what runs for one runs for both, and as many sections."""
    english = (root / "docs" / f"{name}.md").read_text(encoding="utf-8")
    dutch = (root / "docs" / "nl" / f"{name}.md").read_text(encoding="utf-8")
    assert BLOCK.findall(dutch) == BLOCK.findall(english)
    assert len(re.findall(r"^## ", dutch, re.MULTILINE)) == len(re.findall(r"^## ", english, re.MULTILINE))
    assert f"](nl/{name}.md)" in english
    assert f"](../{name}.md)" in dutch


def test_links_to_a_heading_lead_to_one(root):
    found = pages(root)
    broken = []
    for page, text in found.items():
        for target, anchor in LINK.findall(text):
            other = ((root / page).parent / target).resolve() if target else root / page
            name = other.relative_to(root).as_posix()
            if name in found and anchor not in anchors(found[name]):
                broken.append(f"{page}: {target}#{anchor}")
    assert broken == []


def test_python_in_the_documents_is_python_and_yaml_is_yaml(root):
    for page, text in pages(root).items():
        for kind, code in BLOCK.findall(text):
            if kind == "python":
                ast.parse(code, page)
            elif kind == "yaml":
                YAML(typ="safe").load(code)


def test_commands_in_the_documents_have_the_options_they_are_given(root):
    commands = typer.main.get_command(app).commands
    wrong = []
    for page, text in pages(root).items():
        for kind, code in BLOCK.findall(text):
            for line in code.splitlines() if kind in ("bash", "text") else ():
                if not line.startswith("palsim ") or "[" in line:
                    continue
                words = shlex.split(line)[1:]
                command = commands.get(words[0])
                below = getattr(command, "commands", {})
                command = below.get(words[1], command) if len(words) > 1 else command
                known = {o for p in getattr(command, "params", ()) for o in (*p.opts, *p.secondary_opts)}
                given = {word for word in words if word.startswith("--")} - {"--help"}
                if command is None or given - known:
                    wrong.append(f"{page}: {line}")
    assert wrong == []


def test_the_site_names_every_page_once(root):
    reader = YAML(typ="safe")
    found: list[str] = []

    def walk(part: object) -> None:
        if isinstance(part, str):
            found.append(part)
        for below in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            walk(below)

    walk(reader.load((root / "mkdocs.yml").read_text(encoding="utf-8"))["nav"])
    there = {path.relative_to(root / "docs").as_posix() for path in (root / "docs").rglob("*.md")}
    there |= {f"notebooks/{script.stem}.md" for script in NOTEBOOKS}
    assert sorted(found) == sorted(there)


@pytest.mark.parametrize("script", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_and_its_text_are_in_step_and_hold_no_output(script):
    text = jupytext.read(script)
    paired = json.loads(script.with_suffix(".ipynb").read_text(encoding="utf-8"))
    cells = [(cell["cell_type"], "".join(cell["source"])) for cell in paired["cells"]]
    wanted = [(cell["cell_type"], cell["source"]) for cell in text.cells]
    assert cells == wanted, f"run jupytext --sync notebooks/{script.name}"
    code = [cell for cell in paired["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)


@pytest.mark.parametrize("script", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_opens_with_what_it_answers(script):
    first = jupytext.read(script).cells[0]
    assert first["cell_type"] == "markdown"
    assert "Dit notebook beantwoordt: **" in first["source"]


def test_there_are_seven_notebooks():
    assert [path.stem[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05", "06", "07"]


def test_every_step_of_what_the_architecture_follows_is_there(root):
    """A patient, a euro and an option in at most ten steps each, every name where the page says it is."""
    page = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    followed = page.partition("## Follow one\n")[2].partition("\n## ")[0]
    ways = re.split(r"^\*\*One ", followed, flags=re.MULTILINE)[1:]
    assert [way.partition("**")[0] for way in ways] == ["patient", "euro", "option"]
    for way in ways:
        assert 5 <= len(re.findall(r"^\d+\. ", way, re.MULTILINE)) <= 10
    words = re.findall(r"`([^`]+)`", followed.partition("**One ")[2])
    file = None
    for word in words:
        if "/" in word:
            file = root / word
            assert file.exists(), word
        elif re.fullmatch(r"[A-Za-z_]+", word):
            assert re.search(rf"^(?:def|class) {word}\b", file.read_text(encoding="utf-8"), re.MULTILINE), (
                word
            )


@pytest.mark.parametrize("name", ["rules", "tariffs", "variance", "rules_coverage", "commands", "validation"])
def test_a_long_page_is_divided_without_losing_a_line(root, name):
    """Each row and heading stands on one part, each part is short, and a link to a heading finds its part."""
    dividing = generator(root, "dividing")
    text = (root / "docs" / f"{name}.md").read_text(encoding="utf-8")
    opening, parts = dividing.divided(f"{name}.md", text)
    assert len(parts) > 1
    assert all(f"]({part.name})" in opening for part in parts)
    shown = [line for part in parts for line in part.text.splitlines()] + opening.splitlines()
    assert {line for line in text.splitlines() if line.strip()} <= set(shown)
    rows = [line for line in shown if line.startswith("| `")]
    assert sorted(rows) == sorted(line for line in text.splitlines() if line.startswith("| `"))
    anchor = sorted(dividing.anchors(parts[1].text))[0]
    places = {(f"{name}.md", anchor): parts[1].name}
    assert dividing.relinked(f"[a](#{anchor})", f"{name}.md", places) == f"[a]({parts[1].name}#{anchor})"
