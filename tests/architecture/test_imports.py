"""Who may import whom."""

import ast
import subprocess
import sys

import pytest


def imported(tree: ast.Module) -> set[str]:
    """Top-level names of what a module imports when it runs, also inside functions, not for types only."""
    names: set[str] = set()
    types_only = {
        sub
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for sub in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in types_only:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def test_imports_keep_the_contracts_of_the_house(root):
    answer = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.fixture(scope="module")
def imports(trees):
    """What each module imports."""
    return {path: imported(tree) for path, tree in trees.items()}


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        ("simpy", ("sim/journey/",)),
        ("matplotlib", ("sim/report/",)),
        ("jinja2", ("sim/report/",)),
        ("babel", ("sim/report/",)),
        ("typer", ("sim/cli/",)),
        ("streamlit", ("sim/web/",)),
    ],
)
def test_a_library_with_one_home_is_imported_only_there(imports, library, homes):
    strays = [path for path, names in imports.items() if library in names and not path.startswith(homes)]
    assert not strays, f"{library} belongs to {homes[0]} only, but is imported by {strays}"


def test_an_import_inside_a_function_is_seen():
    tree = ast.parse(
        "def f():\n    import simpy.events\n    from matplotlib import pyplot\n    from . import other\n"
    )
    assert imported(tree) == {"simpy", "matplotlib"}


def test_a_worker_loads_no_library_that_its_task_does_not_use():
    """They take longer to load than a small region takes to simulate, in every process."""
    slow = ("pandas", "scipy.stats", "scipy.optimize")
    told = "import sys; import sim.runs.task; print(*(n for n in sys.argv[1:] if n in sys.modules))"
    found = subprocess.run(
        [sys.executable, "-c", told, *slow], capture_output=True, text=True, check=True
    ).stdout
    assert found.split() == []
