"""Who pays what, by which article: a folder a law or scheme, every rule in the register."""

from importlib import import_module
from pkgutil import walk_packages

from sim.law.registry import Rule, RuleSet, check, registered, rule

for _module in walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)
check(registered())

__all__ = ["Rule", "RuleSet", "check", "registered", "rule"]
