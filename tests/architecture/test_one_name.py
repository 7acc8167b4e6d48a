"""A public constant stands for one thing in the whole program, and a product has one name in it."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping

from sim.catalogue import load_tariffs


def constants(tree: ast.Module) -> Iterator[tuple[str, ast.expr | None]]:
    """Constants of a module with what they are set to, those of a pair one by one."""
    for node in tree.body:
        if isinstance(node, ast.AnnAssign):
            pairs = [(node.target, node.value)]
        elif isinstance(node, ast.Assign):
            value, pairs = node.value, []
            for target in node.targets:
                if isinstance(target, ast.Tuple):
                    each = value.elts if isinstance(value, ast.Tuple) else [None] * len(target.elts)
                    pairs += zip(target.elts, each, strict=False)
                else:
                    pairs.append((target, value))
        else:
            continue
        yield from ((t.id, v) for t, v in pairs if isinstance(t, ast.Name) and t.id.isupper())


def several(found: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name: paths for name, paths in found.items() if len(paths) > 1}


def test_a_public_constant_is_set_in_one_module(trees):
    found = defaultdict(list)
    for path, tree in trees.items():
        for name, _ in constants(tree):
            if len(name) > 1 and not name.startswith("_"):
                found[name].append(path)
    assert not several(found), "two meanings of one name: give each its own, or import the one from the other"


def test_a_product_is_named_in_one_module(trees):
    products = load_tariffs().ids
    found = defaultdict(list)
    for path, tree in trees.items():
        for _, value in constants(tree):
            if isinstance(value, ast.Constant) and value.value in products:
                found[value.value].append(path)
    assert not several(found), "a product that several modules know by name stands in sim/schema.py"
    assert found


def test_constants_are_found_alone_in_pairs_and_with_a_type():
    tree = ast.parse('A1 = 1\nB1, C1 = "x", "y"\nD1: int = 2\nlower = 3\nE1, F1 = range(2)\n')
    assert [name for name, _ in constants(tree)] == ["A1", "B1", "C1", "D1", "E1", "F1"]
