"""A product or legal amount that the program names is in `tariffs/`, or covers one that is."""

import ast
import re

from sim.catalogue import load_tariffs
from sim.law.registry import registered
from sim.schema import covers

BOOK = load_tariffs()
KNOWN = (*BOOK.ids, *BOOK.parameter_ids)
FIRST = sorted({id.partition(".")[0] for id in KNOWN})
DRAWS = {"u", "uniform"}
PRODUCT = re.compile(rf"({'|'.join(FIRST)})(\.[a-z0-9_]+)+\.?")


def called(node: ast.Call) -> str:
    """Name of what a call calls."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def named(tree: ast.AST) -> list[tuple[int, str]]:
    """Line and text of every string that reads as one; pieces of a longer text and names of draws do not."""
    pieces = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    pieces |= {
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) in DRAWS
        for part in node.args
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node not in pieces
        and PRODUCT.fullmatch(node.value)
    ]


def unknown(trees: dict[str, ast.Module]) -> list[str]:
    return [
        f"{path}:{line}: {text}"
        for path, tree in trees.items()
        for line, text in named(tree)
        if not any(covers(text, id) for id in KNOWN)
    ]


def test_every_product_that_the_program_names_is_in_the_catalogue(trees):
    found = unknown(trees)
    assert not found, "no such product in tariffs/:\n" + "\n".join(found)
    assert sum(len(named(tree)) for tree in trees.values()) > 200


def test_a_product_that_is_in_no_catalogue_is_found():
    tree = ast.parse('DAY = "zvw.elv"\nWRONG = "zvw.elv_ptz"\nHALF = "zvw.elv."\n')
    assert unknown({"x.py": tree}) == ["x.py:2: zvw.elv_ptz", "x.py:3: zvw.elv."]


def test_every_product_that_a_rule_looks_at_is_in_the_catalogue():
    lost = {
        f"{rule.key}: {start}"
        for rule in registered()
        for start in rule.products
        if not any(covers(start, id) for id in BOOK.ids)
    }
    assert not lost
