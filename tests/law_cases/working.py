"""Evaluates the `working:` lines of a hand calculation with exact fractions, without the program."""

from __future__ import annotations

import ast
import datetime as dt
from fractions import Fraction


def half_up(value: Fraction, step: Fraction = Fraction(1, 100)) -> Fraction:
    """Nearest multiple of a step; halves go up."""
    return Fraction((Fraction(value) / step + Fraction(1, 2)).__floor__()) * step


def days(first: str, last: str) -> Fraction:
    """Calendar days from one date to another, both counted."""
    return Fraction((dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days + 1)


HELPERS = {"half_up": half_up, "days": days, "min": min, "max": max}


class _Exact(ast.NodeTransformer):
    """Decimal literals become exact fractions."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, int | float) and not isinstance(node.value, bool):
            text = ast.Constant(str(node.value))
            return ast.Call(ast.Name("Fraction", ast.Load()), [text], [])
        return node


def evaluate(lines: list[str]) -> dict[str, Fraction]:
    """Names that the lines `name = expression` define."""
    names: dict[str, object] = {**HELPERS, "Fraction": Fraction}
    for line in lines:
        tree = ast.fix_missing_locations(_Exact().visit(ast.parse(line)))
        exec(compile(tree, line, "exec"), {"__builtins__": {}}, names)
    return {k: v for k, v in names.items() if isinstance(v, Fraction)}
