"""Shows a default that is a constant by its value in the reference of the API; griffe runs it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import griffe

PLAIN = (bool, int, float, str)


class DefaultValues(griffe.Extension):
    """Puts the value in the place of the name of a constant."""

    def on_function(self, *, func: griffe.Function, **_: Any) -> None:
        """Look at the defaults of a function of this program."""
        named = [each for each in func.parameters if isinstance(each.default, griffe.ExprName)]
        if not named or not func.path.startswith("sim."):
            return
        module = import_module(func.module.path)
        for each in named:
            value = getattr(module, str(each.default), None)
            if isinstance(value, PLAIN):
                each.default = repr(value)
