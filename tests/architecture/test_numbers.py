"""Numbers with a meaning stand in YAML: those in `sim/` are structural, units, or settings of one module.

A setting of a module is a constant at its top with a comment that says what it is. Rooms that know law,
prices or journeys have none: what they reckon with has a source.
"""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

ALLOWED = {-1, 0, 1, 2, 0.5, 100, 1000, 1e-9}
UNIT_FILES = {"sim/units.py", "sim/limits.py", "sim/dates.py", "sim/rng.py", "sim/report/style.py"}
SOURCED = tuple(f"sim/{room}/" for room in ("law", "ledger", "billing", "catalogue", "cohort", "journey"))
NAMED = re.compile(r"_?[A-Z][A-Z0-9_]+")
BOUNDS = {"ge", "gt", "le", "lt", "min_length", "max_length", "multiple_of"}
MAKERS = {"Decimal", "Fraction", "cents", "int", "float"}
NUMBER = re.compile(r"[-+]?\d+(\.\d+)?(/\d+)?")


def called(node: ast.Call) -> str:
    """Last name of what a call calls."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def literals(tree: ast.AST) -> list[tuple[int, str]]:
    """Line and text of each number that is not allowed.

    A bound in `Field(ge=..., le=...)` limits what a file may say and is no value itself. A number written as
    text counts when it goes into a maker of numbers: `Decimal("0.75")`.
    """
    skipped: set[ast.AST] = set()
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) == "Field":
            skipped |= {sub for k in node.keywords if k.arg in BOUNDS for sub in ast.walk(k.value)}
        if isinstance(node, ast.Call) and called(node) in MAKERS:
            for word in node.args:
                if (
                    isinstance(word, ast.Constant)
                    and isinstance(word.value, str)
                    and NUMBER.fullmatch(word.value)
                ):
                    try:
                        fine = float(word.value) in ALLOWED
                    except ValueError:
                        fine = False
                    if not fine:
                        found.append((word.lineno, repr(word.value)))
    for node in ast.walk(tree):
        is_number = isinstance(node, ast.Constant) and type(node.value) in (int, float)
        if is_number and node not in skipped and node.value not in ALLOWED:
            found.append((node.lineno, repr(node.value)))
    return sorted(found)


def own_settings(tree: ast.Module, text: str) -> set[int]:
    """Lines of the constants at the top of a module that a comment on or above them tells of."""
    lines = text.splitlines()
    return {
        line
        for node in tree.body
        if isinstance(node, ast.Assign)
        and all(NAMED.fullmatch(ast.unparse(name)) for name in names_of(node))
        and ("  # " in lines[node.lineno - 1] or lines[node.lineno - 2].startswith("# "))
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def names_of(node: ast.Assign) -> list[ast.expr]:
    """What an assignment gives a value, one by one."""
    return [each for name in node.targets for each in (name.elts if isinstance(name, ast.Tuple) else [name])]


def test_no_number_with_a_meaning_stands_in_code(trees):
    found = []
    for path, tree in trees.items():
        if path in UNIT_FILES:
            continue
        own = set() if path.startswith(SOURCED) else own_settings(tree, (ROOT / path).read_text())
        found += [f"{path}:{line}: {text}" for line, text in literals(tree) if line not in own]
    assert not found, (
        "numbers in code; move them to tariffs/ or scenarios/ (with a source, or as an assumption with range"
        " and reason), or name them with a comment at the top of their module, or, where law, prices or"
        " journeys are reckoned, in sim/units.py or sim/limits.py:\n" + "\n".join(found)
    )


def test_only_a_named_number_with_a_comment_is_a_setting_of_its_module():
    code = "# how many\nMOST = 7\nLOW, HIGH = 3, 4  # ends\nBARE = 5\nlower = 6  # a name of nothing\n"
    assert own_settings(ast.parse(code), code) == {2, 3}


def test_a_legal_amount_in_code_is_found():
    code = "CAP = 385\nRATE = Decimal('0.75')\nx = cents('12.50')\nhalf = Fraction('1/3')\n"
    assert [line for line, _ in literals(ast.parse(code))] == [1, 2, 3, 4]


def test_structural_numbers_bounds_and_truth_values_pass():
    code = "a = x[0] + 1\nb = -1 * 0.5\nc = True\nd: int = Field(ge=0, le=730)\ne = Decimal('100')\n"
    assert literals(ast.parse(code)) == []


def test_a_value_beside_the_bounds_of_a_field_is_found():
    assert literals(ast.parse("d: int = Field(default=730, le=730)")) == [(1, "730")]
