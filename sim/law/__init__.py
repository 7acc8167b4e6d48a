"""Who pays what, by which article: one module a law or scheme, every rule in the register."""

from sim.law import (
    care,
    days,
    delivery,
    outside,
    ptz,
    supplementary,
    wlz,
    wlz_home,
    wmo,
    zvw,
    zvw_hospital,
    zvw_payments,
)
from sim.law.registry import Rule, RuleSet, check, registered, rule

check(registered())

__all__ = [
    "Rule",
    "RuleSet",
    "care",
    "check",
    "days",
    "delivery",
    "outside",
    "ptz",
    "registered",
    "rule",
    "supplementary",
    "wlz",
    "wlz_home",
    "wmo",
    "zvw",
    "zvw_hospital",
    "zvw_payments",
]
