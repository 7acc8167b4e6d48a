"""Legal amounts and counts as whole numbers: exact, or an error that says which one is not."""

from __future__ import annotations

import ast
import datetime as dt
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.catalogue import Parameter, TariffBook, TariffValue
from sim.dates import day_of
from sim.errors import InputError
from sim.law.parameters import Parameters

DAY = day_of(dt.date(2026, 7, 1))


def parameters(amount: str) -> Parameters:
    """Parameters of a book that holds one, of this amount, throughout 2026."""
    about = {"id": "x", "title": "X", "law": "Wlz", "article": "art. 1", "unit": "eur", "file": "x.yaml"}
    described = Parameter.model_construct(**about)
    start, end = dt.date(2026, 1, 1), dt.date(2027, 1, 1)
    value = TariffValue(
        id="x",
        title="X",
        law="Wlz",
        unit="eur",
        amount=Decimal(amount),
        kind="fixed",
        source="s",
        also=(),
        range=None,
        reason=None,
        remark=None,
        confidence="high",
        projected=False,
        valid_from=start,
        valid_to=end,
        start=start,
        file="x.yaml",
    )
    return Parameters(TariffBook({}, {"x": described}, [value], {}, ""), 2026)


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_an_amount_of_whole_cents_is_exact_on_a_day_and_as_a_column(euros: int, rest: int) -> None:
    own = parameters(f"{euros}.{rest:02d}")
    expected = euros * 100 + rest
    assert own.cents_on("x", DAY) == expected
    assert own.cents("x", np.array([DAY])).tolist() == [expected]


@given(st.integers(0, 10**12), st.integers(1, 99_999).filter(lambda n: n % 1000))
def test_a_part_of_a_cent_is_never_cut(euros: int, rest: int) -> None:
    """At most five decimals, of which the last three are not all 0."""
    own = parameters(f"{euros}.{rest:05d}")
    with pytest.raises(InputError, match=r"x: .* on 2026-07-01 is not a number of at most 2 decimals"):
        own.cents_on("x", DAY)
    with pytest.raises(InputError, match="is not a number of at most 2 decimals"):
        own.cents("x", np.array([DAY]))
    with pytest.raises(InputError, match="is not a number of at most 2 decimals"):
        own.hundredths_on("x", DAY)


def test_a_part_of_a_day_or_month_is_never_cut() -> None:
    assert parameters("3").whole_on("x", DAY) == 3
    assert parameters("0.25").hundredths_on("x", DAY) == 25
    for asked in (lambda own: own.whole_on("x", DAY), lambda own: own.whole("x", np.array([DAY]))):
        with pytest.raises(InputError, match="x: 3.5 on 2026-0[17]-01 is not a whole number"):
            asked(parameters("3.5"))
    value = parameters("3.5")._book.parameter("x", dt.date(2026, 7, 1))
    with pytest.raises(InputError, match="x: 3.5 is not a whole number"):
        assert value.whole


def _cuts(tree: ast.AST) -> list[int]:
    """Lines where `int(...)` or `round(...)` is taken of a legal value, or of euros times a hundred."""
    found = []
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("int", "round")
        ):
            inner = [n for argument in node.args for n in ast.walk(argument)]
            named = {n.attr for n in inner if isinstance(n, ast.Attribute)}
            scaled = any(isinstance(n, ast.Name) and n.id == "CENTS_PER_EURO" for n in inner)
            if scaled or named & {"number", "rate", "parameter", "amount"}:
                found.append(node.lineno)
    return found


def test_no_module_cuts_a_legal_value_by_hand() -> None:
    """`units.py` and `TariffValue.whole` hold the checks themselves."""
    for cut in ("int(p.number('x', day) * CENTS_PER_EURO)", "int(book.parameter('x', day).amount)"):
        assert _cuts(ast.parse(cut)) == [1]
    root = Path(sim.__file__).parent
    found = {
        f"{path.relative_to(root)}:{line}"
        for path in root.rglob("*.py")
        if path.parts[len(root.parts)]
        in ("law", "ledger", "billing", "measure", "runs", "studies", "cohort", "journey")
        for line in _cuts(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == set()
