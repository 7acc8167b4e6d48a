"""The Wlz form under which care is delivered in the stays of a case, where law and contract change it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from sim.billing.case import Case, Stay, WlzPeriod
from sim.law.registry import Rule, RuleSet
from sim.ledger.remarks import Refusal, Remark
from sim.schema import WITH_STAY, WLZ_FORMS

_BUDGET, NO_FORM = "pgb", WLZ_FORMS[0]


def delivered(case: Case, name: str, rules: RuleSet) -> Case:
    """A case whose Wlz periods have the form under which the care of each stay is delivered.

    A second provider beside a vpt in a bijna-thuis-huis makes it an mpt (S3/tweede_aanbieder). A client with
    Wlz at home who is admitted to a high care hospice or palliative unit gets a stay where the house has a
    contract with the zorgkantoor or works under another's; without one a pgb goes on (S3/opname). Raises
    Refusal when the law does not let the client be admitted, or an mpt lacks its hours.
    """
    periods = case.patient.wlz
    for number, stay in enumerate(case.journey):
        key = f"{name}: journey[{number}]"
        if stay.setting == "bth" and stay.second_provider:
            rule = rules.at("S3/tweede_aanbieder", stay.begin)
            periods = _within(periods, case, number, partial(_second, key=key, rule=rule))
        elif stay.setting in WITH_STAY:
            rule = rules.at("S3/opname", stay.begin)
            periods = _within(periods, case, number, partial(_admitted, stay=stay, key=key, rule=rule))
    return case.model_copy(update={"patient": case.patient.model_copy(update={"wlz": periods})})


def _second(period: WlzPeriod, key: str, rule: Rule | None) -> str:
    if rule is None:
        return period.form
    form = WLZ_FORMS[int(rule.function(np.array([WLZ_FORMS.index(period.form)]), np.ones(1, np.bool_))[0])]
    if form != period.form and period.hours_per_month is None:
        raise Refusal(f"{key}.second_provider", Remark("second_provider", by=rule))
    return form


def _admitted(period: WlzPeriod, stay: Stay, key: str, rule: Rule | None) -> str:
    """Form of a Wlz client in a high care hospice or palliative unit."""
    if rule is None:
        return period.form
    facts = (stay.contracted, stay.subcontractor, period.form == _BUDGET)
    form = WLZ_FORMS[int(rule.function(*(np.array([f], np.bool_) for f in facts))[0])]
    if form == NO_FORM:
        told = Remark("not_admitted", by=rule, place=stay.setting, date=stay.begin, form=period.form)
        raise Refusal(f"{key}.contracted", told)
    return form


def _within(
    periods: tuple[WlzPeriod, ...], case: Case, number: int, form_of: Callable[[WlzPeriod], str]
) -> tuple[WlzPeriod, ...]:
    """Periods cut at a stay, with the form that holds within it."""
    stay, last = case.journey[number], number == len(case.journey) - 1
    out: list[WlzPeriod] = []
    for period in periods:
        end = period.end if last else min(period.end or stay.end, stay.end)
        begin = max(period.begin, stay.begin)
        meets = (end is None or begin < end) and (last or begin < stay.end)
        form = form_of(period) if meets else period.form
        if form == period.form:
            out.append(period)
            continue
        if period.begin < begin:
            out.append(period.model_copy(update={"end": begin}))
        out.append(period.model_copy(update={"begin": begin, "end": end, "form": form}))
        if end != period.end:
            out.append(period.model_copy(update={"begin": end}))
    return tuple(out)
