"""Pandas, which loads when it is first used: commands that need it not start without it."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__all__ = ["pd"]

if TYPE_CHECKING:
    import pandas as pd
else:

    class _Later(ModuleType):
        """A module that stands for another one, which loads at the first look at one of its names."""

        def __getattr__(self, name: str) -> Any:
            return getattr(import_module(self.__name__), name)

    pd = _Later("pandas")
