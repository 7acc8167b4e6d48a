"""What is said of a fault is a template of the program with its parts, and every template has its Dutch."""

from __future__ import annotations

import ast
import pickle
import re
import string
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.main import get_command

from sim.cli import app
from sim.cli.spoken import help_texts, plain
from sim.errors import InputError, Message, Place, RunError, ValueFault

ROOT = Path(__file__).parents[2]
TOLD = {
    "InputError",
    "RunError",
    "ValueFault",
    "Message",
    "UnknownPath",
    "_OverBudget",
    "say",
    "_Form",
    "_Broken",
}
"""What takes a template as its first argument."""
METHOD = "fault"
"""Method that takes one after the place of the fault."""
HANDED_ON = {"template", "fault", "self.template", "form.template", "plain(text)"}
"""Templates and texts of the help that stand elsewhere in the program."""
KEYS = {"set", "path", "combines", "extends", "organisations", "keep", "check", "tariffs"}
"""Keys of files and names of options, which are the same in both languages."""
WORDS = YAML(typ="safe").load(
    (resources.files("sim.report") / "words" / "messages_nl.yaml").read_text(encoding="utf-8")
)
DUTCH = {pair["en"]: pair["nl"] for pair in WORDS["templates"]}


def _calls() -> Iterator[tuple[str, ast.Call, ast.expr]]:
    for path in sorted((ROOT / "sim").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            where = f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
            if isinstance(node.func, ast.Name) and node.func.id in TOLD:
                yield where, node, node.args[0]
            elif isinstance(node.func, ast.Attribute) and node.func.attr == METHOD:
                yield where, node, node.args[-1]


CALLS = list(_calls())
TEMPLATES = {a.value: where for where, _, a in CALLS if isinstance(a, ast.Constant)}
MORE = "{names} and {count} more"


def _places(template: str) -> set[str]:
    return {name for _, name, *_ in string.Formatter().parse(template) if name}


def _is_neutral(template: str) -> bool:
    literal = "".join(text for text, *_ in string.Formatter().parse(template))
    return set(re.findall(r"[^\W\d_]+", literal)) <= KEYS


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 400


def test_no_message_holds_what_a_user_gave_but_as_a_part() -> None:
    """A template that is made at run time could hold a value of any length, and has no Dutch."""
    wrong = []
    for where, node, first in CALLS:
        handed_on = ast.unparse(first) in HANDED_ON
        of_another = isinstance(first, ast.Call) and ast.unparse(first.func).endswith(
            ("echo", ".named", "Reworded")
        )
        if not (isinstance(first, ast.Constant) or handed_on or of_another):
            wrong.append(f"{where}: {ast.unparse(first)}")
        wrong += [
            f"{where}: {key.arg}={ast.unparse(key.value)}"
            for key in node.keywords
            if isinstance(key.value, ast.JoinedStr)
        ]
    assert not wrong


def test_no_fault_of_the_user_is_a_plain_value_error() -> None:
    """What pydantic passes on of a validator is said in both languages."""
    found = []
    for folder in ("scenario", "pricing"):
        for path in (ROOT / "sim" / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                raised = node.exc if isinstance(node, ast.Raise) else None
                if isinstance(raised, ast.Call) and ast.unparse(raised.func) == "ValueError":
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not found


@pytest.mark.parametrize("template", sorted(t for t in TEMPLATES if not _is_neutral(t)))
def test_every_template_has_its_dutch_with_the_same_places(template: str) -> None:
    assert template in DUTCH, f"{TEMPLATES[template]}: no Dutch in words/messages_nl.yaml"
    assert _places(DUTCH[template]) == _places(template)


def test_every_text_of_the_help_has_its_dutch() -> None:
    dutch = {pair["en"] for pair in WORDS["help"]}
    assert {plain(text) for text in help_texts(get_command(app))} - {""} <= dutch


def test_no_dutch_is_left_of_a_template_that_is_gone() -> None:
    assert set(DUTCH) - {MORE} <= set(TEMPLATES)


def test_a_part_is_cut_and_a_list_ends_after_five() -> None:
    fault = InputError(
        "{file}: {word!r}: choose from {names}", file="x.yaml", word="a" * 200, names="abcdefg"
    )
    names = Message("{names}", names=list("abcdefg"))
    assert str(fault) == f"x.yaml: '{'a' * 77}...': choose from abcdefg"
    assert str(names) == "a, b, c, d, e and 2 more"
    assert names.told("nl") == "a, b, c, d, e en nog 2"
    assert str(Message("{names}", names=["b" * 90])) == "b" * 77 + "..."
    assert str(Message("{names!r}", names=["a", "b"])) == "'a', 'b'"
    assert str(Message("{number}", number=10**90)) == "1" + "0" * 76 + "..."


def test_a_path_stands_in_full_and_numbers_keep_their_form() -> None:
    long = Path("/" + "/".join(["folder"] * 20))
    assert str(
        Message("{path}: {n:g}, {d}, {c}", path=long, n=0.5, d=date(2026, 1, 2), c=Decimal("1.50"))
    ) == (f"{long}: 0.5, 2026-01-02, 1.50")
    assert len(str(Message("{path}", path=Place("x" * 300)))) == 300
    assert str(Message("{a!r}", a="two\nlines")) == "'two lines'"


@pytest.mark.parametrize("kind", [InputError, RunError, ValueFault])
def test_a_fault_is_told_in_both_languages_also_after_it_was_sent(kind: type[InputError]) -> None:
    inner = Message("is missing; add it")
    fault = kind("{file}: {key}: {text}", file=Place("a.yaml"), key="b", text=inner)
    for each in (fault, pickle.loads(pickle.dumps(fault))):
        assert str(each) == "a.yaml: b: is missing; add it"
        assert each.told("en") == str(each)
        assert each.told("nl") == "a.yaml: b: ontbreekt; voeg het toe"
    assert str(fault.message.named("a.yaml", "mine.yaml")) == "mine.yaml: b: is missing; add it"
