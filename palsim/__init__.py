"""Palsim for notebooks and programs: `import palsim as ps`.

Every name is that of the package `sim`, and `scenario` beside them, which is a package there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim import __all__ as _of_sim

if TYPE_CHECKING:
    from sim import *  # noqa: F403
    from sim import __version__ as __version__
    from sim.api import scenario as scenario
else:
    from sim import __getattr__ as _lazily

    def __getattr__(name: str) -> Any:
        """Load the facade when one of its names is asked for."""
        if name == "scenario":
            from sim.api import scenario

            return scenario
        return _lazily(name)


__all__ = [*_of_sim, "scenario"]


def __dir__() -> list[str]:
    """Names of the facade."""
    return sorted(__all__)
