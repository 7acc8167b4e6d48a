"""Who pays what, by which article: one module a law or scheme, every rule in the register."""

from sim.law import care, days, ptz, supplementary, wlz, wmo, zvw
from sim.law.registry import Rule, RuleSet, check, registered, rule

check(registered())

__all__ = [
    "Rule",
    "RuleSet",
    "care",
    "check",
    "days",
    "ptz",
    "registered",
    "rule",
    "supplementary",
    "wlz",
    "wmo",
    "zvw",
]
