"""Palsim: patient journeys in Dutch palliative care, what they cost, and who pays by which law."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api import (
        AdviceResult,
        BudgetResult,
        CapacityResult,
        ComparisonResult,
        RunResult,
        SensitivityResult,
        advise,
        bill,
        budget,
        capacity,
        compare,
        explain,
        load_budget,
        load_comparison,
        load_run,
        price,
        region,
        run,
        sensitivity,
        subsidy,
        template_bytes,
        write_region,
        write_template,
    )

os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
"""Arrow reads this once, when it loads: its own pools keep tens of megabytes after a file is written."""

__all__ = [
    "AdviceResult",
    "BudgetResult",
    "CapacityResult",
    "ComparisonResult",
    "RunResult",
    "SensitivityResult",
    "advise",
    "bill",
    "budget",
    "capacity",
    "compare",
    "explain",
    "load_budget",
    "load_comparison",
    "load_run",
    "price",
    "region",
    "run",
    "sensitivity",
    "subsidy",
    "template_bytes",
    "write_region",
    "write_template",
]


def __getattr__(name: str) -> Any:
    """Load the facade when one of its names is asked for, so that `import sim` stays light."""
    if name in __all__:
        from sim import api

        return getattr(api, name)
    raise AttributeError(f"module 'sim' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Names of the facade beside those of the module."""
    return sorted({*globals(), *__all__})
