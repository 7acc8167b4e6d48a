"""Zorgval: who gets less care at home since the Wlz began there, and how much less."""

from __future__ import annotations

from sim.billing.not_declared import care_drops
from sim.law.registry import RuleSet
from sim.measure.registry import measures
from sim.measure.tables import Task


@measures("care_changed", "care_fell", "care_fell_minutes")
def care_drop(task: Task) -> None:
    """Decedents who came under an mpt or pgb with district nursing, those who get less, and the minutes."""
    person, _, _, drop = care_drops(task.tables, RuleSet.current())
    mine = task.decedents[person]
    task.parts.add("care_changed", int(mine.sum()))
    task.parts.add("care_fell", int((mine & (drop > 0)).sum()))
    task.parts.add("care_fell_minutes", int(drop[mine].sum()))
