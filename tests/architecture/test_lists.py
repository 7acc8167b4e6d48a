"""A list of words stands in one module of the program; where another needs it, it follows from that one."""

import ast
from collections import defaultdict
from collections.abc import Iterator

APART = {
    frozenset({"mean", "low", "high"}): "columns of an estimate, picked from wider ones",
    frozenset({"name", "dimension", "unit"}): "columns of a KPI table, picked from wider ones",
    frozenset({"Zvw", "Wlz", "Wmo"}): "three laws of five, for one reason in the law and another on a map",
}
"""Words that stand together twice, and why neither list follows from the other."""
FEWEST = 3


def listed(tree: ast.AST) -> Iterator[tuple[int, frozenset[str]]]:
    """Line and words of every tuple, list, set or literal type of three words or more, named or not."""
    named = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple | ast.List | ast.Set) and len(node.elts) >= FEWEST:
            words = [
                named.get(each.id) if isinstance(each, ast.Name) else getattr(each, "value", None)
                for each in node.elts
            ]
            if all(isinstance(word, str) for word in words):
                yield node.lineno, frozenset(words)


def twice(trees: dict[str, ast.Module]) -> dict[frozenset[str], list[str]]:
    """Words that are listed in more than one module, with where."""
    found: dict[frozenset[str], dict[str, str]] = defaultdict(dict)
    for path, tree in trees.items():
        for line, words in listed(tree):
            found[words].setdefault(path, f"{path}:{line}")
    return {words: list(places.values()) for words, places in found.items() if len(places) > 1}


def test_no_list_of_words_is_kept_in_step_by_hand(trees):
    again = {words: places for words, places in twice(trees).items() if words not in APART}
    told = [f"{sorted(words)}: {', '.join(places)}" for words, places in again.items()]
    assert not told, "let one follow from the other:\n" + "\n".join(told)
    assert set(APART) <= set(twice(trees)), "a reason that is no longer needed"


def test_a_list_that_stands_twice_is_found():
    first, second = ast.parse('A = ("x", "y", "z")'), ast.parse('B = Literal["z", "y", "x"]')
    assert twice({"a.py": first, "b.py": second}) == {frozenset("xyz"): ["a.py:1", "b.py:1"]}
    assert twice({"a.py": first, "b.py": ast.parse('C = ("x", "y")')}) == {}
    named = ast.parse('Z = "z"\nD = ("x", "y", Z)')
    assert twice({"a.py": first, "c.py": named}) == {frozenset("xyz"): ["a.py:1", "c.py:2"]}
