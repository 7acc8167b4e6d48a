"""Palsim: patient journeys in Dutch palliative care, what they cost, and who pays by which law."""

# ruff: noqa: F405  (the names of the facade load when they are asked for)
from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api import *  # noqa: F403

os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
"""Arrow reads this once, when it loads: its own pools keep tens of megabytes after a file is written."""

__version__: str
"""Version of the distribution `palsim`."""

__all__ = [
    "AdviceResult",
    "Bill",
    "BudgetResult",
    "CapacityResult",
    "ComparisonResult",
    "Explained",
    "GridResult",
    "InputError",
    "Name",
    "RegionResult",
    "RegisterResult",
    "RunError",
    "RunResult",
    "Scenario",
    "SensitivityResult",
    "SolveResult",
    "Subsidy",
    "Tables",
    "advise",
    "bill",
    "budget",
    "cache",
    "capacity",
    "cases",
    "compare",
    "dictionary",
    "explain",
    "grid",
    "load",
    "load_budget",
    "load_comparison",
    "load_run",
    "price",
    "region",
    "register",
    "run",
    "sensitivity",
    "solve",
    "subsidy",
    "template_bytes",
    "validate",
    "write_region",
    "write_template",
    "__version__",
]

if not TYPE_CHECKING:  # a name that is not there stays a fault for who checks types

    def __getattr__(name: str) -> Any:
        """Load the facade when one of its names is asked for, so that `import sim` stays light."""
        if name == "__version__":
            from sim.store.identity import versions

            return versions()["palsim"]
        if name in __all__:
            from sim import api

            return getattr(api, name)
        import difflib

        near = difflib.get_close_matches(name, __all__, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise AttributeError(f"module 'sim' has no attribute {name!r}{hint}")


def __dir__() -> list[str]:
    """Names of the facade beside those of the module."""
    return sorted({*globals(), *__all__})
