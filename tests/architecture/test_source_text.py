"""How the program reads: documented, in English, one idea a file, finished."""

import ast
import re

DUTCH = re.compile(
    r"\b(een|het|niet|wordt|worden|deze|zijn|maar|bij|naar|voor|geen|omdat|waar|moet|alleen)\b", re.IGNORECASE
)


def undocumented(tree: ast.Module) -> list[tuple[int, str]]:
    """Line and name of each public module, class, function and method without a docstring."""
    missing = [] if ast.get_docstring(tree) else [(1, "module")]
    stack: list[ast.AST] = [tree]
    while stack:
        for node in ast.iter_child_nodes(stack.pop()):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            if node.name.startswith("_"):
                continue
            if not ast.get_docstring(node):
                missing.append((node.lineno, node.name))
            if isinstance(node, ast.ClassDef) and not any(
                "Protocol" in ast.dump(base) for base in node.bases
            ):
                stack.append(node)
    return sorted(missing)


def dutch_sentences(tree: ast.Module) -> list[str]:
    """First lines of docstrings that are Dutch; a Dutch legal term in an English sentence is not."""
    texts = [
        ast.get_docstring(node) or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return [
        text.splitlines()[0]
        for text in texts
        if any(len({w.lower() for w in DUTCH.findall(line)}) > 2 for line in text.splitlines())
    ]


def test_every_public_thing_in_the_program_has_a_docstring(trees):
    missing = [f"{path}:{line}: {name}" for path, tree in trees.items() for line, name in undocumented(tree)]
    assert not missing, "without docstring:\n" + "\n".join(missing)


def test_docstrings_are_english(trees):
    dutch = [f"{path}: {line}" for path, tree in trees.items() for line in dutch_sentences(tree)]
    assert not dutch, "Dutch docstrings:\n" + "\n".join(dutch)


LONGEST_BODY_LINES = 60
MOST_PARAMETERS = 7
ASKED_BY_USERS = ("sim/api/", "sim/cli/")
"""Rooms whose functions take what a user may say, one parameter an option."""

WIDE = {
    "sim/journey/spell_list.py: add": "columns of a table of spells",
    "sim/ledger/reasons.py: refuse": "all that one refusal tells",
    "sim/studies/capacity/points.py: point": "all that one row of the answer tells",
}
"""Functions outside those rooms with more parameters, each with its reason."""


def functions(trees):
    """Path, node of each function of the program."""
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield str(path), node


def body_lines(node) -> int:
    """Lines of a body without its docstring."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def parameters(node) -> int:
    """Parameters of a function but for self and cls."""
    names = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


def test_no_body_is_longer_than_a_page(trees):
    long = [f"{path}: {node.name}: {body_lines(node)}" for path, node in functions(trees)]
    assert [line for line in long if int(line.rsplit(" ", 1)[1]) > LONGEST_BODY_LINES] == []


def test_a_wide_signature_has_a_reason(trees):
    wide = {
        f"{path}: {node.name}"
        for path, node in functions(trees)
        if parameters(node) > MOST_PARAMETERS and not path.startswith(ASKED_BY_USERS)
    }
    assert wide == set(WIDE), "a reason each, and no reason left over"


MISSING_PROGRAMS = "tests/browser/conftest.py"
"""Skips by name, outside CI, what needs a browser or java that is not there; see the next test."""
COMPILER = "tests/oracles/test_compiled_engine.py"
"""Skips by name, outside CI, what needs a C compiler that is not there."""
OTHER_PYTHONS = "tests/e2e/test_wheel.py"
"""Skips by name the versions of Python that are not there, or are for `make wheel-check`."""
MAY_SKIP = (MISSING_PROGRAMS, COMPILER, OTHER_PYTHONS)


def test_tests_that_miss_a_program_fail_in_ci(root):
    text = (root / MISSING_PROGRAMS).read_text(encoding="utf-8")
    assert text.count("pytest." + "skip(") == 1
    assert 'if os.environ.get("CI") == "true":\n        pytest.fail(reason)\n    pytest.' in text


def test_nothing_is_left_open(tracked, root):
    words = (
        "TO" + "DO",
        "FIX" + "ME",
        "XX" + "X",
        "NotImplemented" + "Error",
        "pytest." + "skip",
        "mark." + "xfail",
        "mark." + "skip",
    )
    pattern = re.compile("|".join(rf"\b{re.escape(w)}\b" for w in words))
    found = [
        f"{path.relative_to(root)}:{n}: {line.strip()}"
        for path in tracked
        if path.suffix == ".py" and path.relative_to(root).as_posix() not in MAY_SKIP
        for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found, "unfinished:\n" + "\n".join(found)


def test_a_missing_docstring_and_a_dutch_one_are_found():
    tree = ast.parse(
        '"""Module."""\nclass A:\n    """Dit is een som die niet bij de wet hoort."""\n    def b(self): ...\n'
    )
    assert undocumented(tree) == [(4, "b")]
    assert dutch_sentences(tree) == ["Dit is een som die niet bij de wet hoort."]
    assert (
        dutch_sentences(ast.parse('"""Share of the eigen bijdrage (bijdrage voor zorg zonder verblijf)."""'))
        == []
    )
