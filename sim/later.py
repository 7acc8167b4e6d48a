"""A library that loads when it is first used: commands that need it not start without it."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any


class Later(ModuleType):
    """A module that stands for another one, which loads at the first look at one of its names.

    Parameters
    ----------
    name : str
        Of the other one.
    """

    def __getattr__(self, name: str) -> Any:
        """A name of the other module."""
        return getattr(import_module(self.__name__), name)
