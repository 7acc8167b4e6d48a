"""What a bill takes for granted: keys of the case that are left out and decide a price or a rule.

Which facts of a line decide follows from the rules themselves (`sim.ledger.deciding`); of a key of the
patient, a stay or a line its model says when it decides (`Granted` in `sim.billing.case`). So no list of
facts stands beside the facts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Set
from decimal import Decimal

from sim.billing.case import Case, Granted, Part
from sim.billing.case_tables import registered, terminal_from
from sim.law.delivery import COUNTS, FACTS, fact_text
from sim.law.people import ENDLESS
from sim.law.registry import RuleSet
from sim.ledger.remarks import Remark


def taken_for_granted(case: Case, facts: Mapping[tuple[str, str], str], rules: RuleSet) -> tuple[Remark, ...]:
    """Remarks on all that a case leaves out and that decides, each key once.

    `facts` maps (line, fact) to the rule: facts of lines that decide what the rules find of them.
    """
    keys = tuple(granted_keys(case, rules))
    return (*keys, *granted_facts(facts, rules, {str(remark.parts["where"]) for remark in keys}))


def granted_facts(
    facts: Mapping[tuple[str, str], str], rules: RuleSet, told: Set[str] = frozenset()
) -> Iterator[Remark]:
    """Remarks on facts of lines of care, by where the line stands and name of the fact, with the rule.

    Those already told are left out.
    """
    first = {rule.key: rule for rule in reversed(rules.rules)}
    for (line, name), rule in facts.items():
        if f"{line}.{name}" in told:
            continue
        value = fact_text(name, FACTS[name])
        yield Remark("granted", by=first[rule], where=f"{line}.{name}", value=value)


def granted_keys(case: Case, rules: RuleSet) -> Iterator[Remark]:
    """Remarks on keys of the patient, the stays and the lines of care that are left out and decide."""
    for where, part in _parts(case):
        for name, about in type(part).model_fields.items():
            said = next((m for m in about.metadata if isinstance(m, Granted)), None)
            if said is None or name in part.model_fields_set or not said.when(case, part):
                continue
            rule = rules.at(said.rule, case.journey[0].begin) or rules.at(said.rule, case.journey[-1].end)
            if rule is None:
                continue
            key = f"{where}.{name}".lstrip(".")
            if name == "gp_registered":
                told = "granted_registration" if registered(case) else "granted_no_registration"
                yield Remark(told, by=rule, where=key)
                continue
            yield Remark("granted", by=rule, where=key, value=_value(case, part, name))


def _parts(case: Case) -> Iterator[tuple[str, Part]]:
    yield "", case
    yield "patient", case.patient
    if "income" in case.patient.model_fields_set:
        yield "patient.income", case.patient.income
    yield from ((f"patient.wlz[{n}]", part) for n, part in enumerate(case.patient.wlz))
    yield from ((f"journey[{n}]", part) for n, part in enumerate(case.journey))
    yield from ((f"care[{n}]", part) for n, part in enumerate(case.care))


def _value(case: Case, part: Part, name: str) -> str:
    """What holds of a key that is left out, as a case file writes it."""
    if name in FACTS:
        usual = FACTS[name]
        return "none" if usual == ENDLESS or (usual == 0 and name in COUNTS) else fact_text(name, usual)
    value = getattr(part, name)
    if name == "terminal_from":
        value = terminal_from(case)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, (dt.date, Decimal)) else "none"
