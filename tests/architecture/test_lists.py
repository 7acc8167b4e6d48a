"""A list of words stands in one module of the program; where another needs it, it follows from that one."""

import ast
import itertools
from collections import defaultdict
from collections.abc import Iterator

from sim.schema import TABLES

APART = {
    frozenset({"mean", "low", "high"}): "columns of an estimate, picked from wider ones",
    frozenset({"name", "dimension", "unit"}): "columns of a KPI table, picked from wider ones",
    frozenset({"Zvw", "Wlz", "Wmo"}): "three laws of five, for one reason in the law and another on a map",
}
"""Words that stand together twice, and why neither list follows from the other."""
FEWEST, FEWEST_KEYS = 3, 4
MANY, NEARLY_ALL = 6, 0.8  # words of two lists together from which they need not be quite the same


def listed(tree: ast.AST) -> Iterator[tuple[int, frozenset[str]]]:
    """Line and words of every tuple, list, set, literal type or keys of a dict, named or not."""
    named = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            words, fewest = [key for key in node.keys if key is not None], FEWEST_KEYS
        elif isinstance(node, ast.Tuple | ast.List | ast.Set):
            words, fewest = node.elts, FEWEST
        else:
            continue
        texts = [
            named.get(each.id) if isinstance(each, ast.Name) else getattr(each, "value", None)
            for each in words
        ]
        if len(texts) >= fewest and all(isinstance(text, str) for text in texts):
            yield node.lineno, frozenset(texts)


def alike(first: frozenset[str], second: frozenset[str]) -> bool:
    """Whether two lists are one: the same words, or of many words nearly all."""
    both, either = first & second, first | second
    return first == second or (len(either) >= MANY and len(both) >= NEARLY_ALL * len(either))


def twice(trees: dict[str, ast.Module]) -> dict[frozenset[str], list[str]]:
    """Words that are listed in more than one module, with where; columns of a row of one table are not."""
    columns = [frozenset(field.name for field in fields) for fields in TABLES.values()]
    lists = [
        (path, line, words)
        for path, tree in trees.items()
        for line, words in listed(tree)
        if not any(words <= each for each in columns)
    ]
    found: dict[frozenset[str], dict[str, str]] = defaultdict(dict)
    for (path, line, words), (other, at, others) in itertools.combinations(lists, 2):
        if path != other and alike(words, others):
            found[words & others].setdefault(path, f"{path}:{line}")
            found[words & others].setdefault(other, f"{other}:{at}")
    return {words: list(places.values()) for words, places in found.items()}


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
    keys = ast.parse('E = {"x": 1, "y": 2, "z": 3, "u": 4}')
    assert twice({"a.py": keys, "b.py": ast.parse('F = ("u", "x", "y", "z")')}) == {
        frozenset("uxyz"): ["a.py:1", "b.py:1"]
    }
    more, less = (ast.parse(f"G = {tuple(letters)}") for letters in ("uvwxyz", "uvwxy"))
    assert twice({"a.py": more, "b.py": less}) == {frozenset("uvwxy"): ["a.py:1", "b.py:1"]}
