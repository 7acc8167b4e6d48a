"""Which dimensions a KPI is told by, and the words of those that are the same in every run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from sim.errors import InputError, Message, meant, nearest
from sim.measure.budgets import BUDGET_LINES
from sim.measure.cost import CALENDAR, DECEDENTS, INCOME_GROUPS, MODULES
from sim.measure.kpis import KPIS
from sim.measure.moves import LAST_MOVE
from sim.measure.sums import kpi_text
from sim.scenario.models import Payer
from sim.schema import (
    CEILING_OUTCOMES,
    GROUPS,
    ITEMS,
    LAWS,
    PAYERS,
    SETTINGS,
    SUBSIDY_FORMS,
    UNFUNDED_REASONS,
    WITH_WLZ,
)

ANY = "*"  # in place of a word: all there are
_WORDS: Mapping[str, tuple[str, ...]] = {
    "view": (CALENDAR, DECEDENTS),
    "law": LAWS,
    "payer": (*PAYERS, *get_args(Payer)),  # others than those of care carry a policy out
    "setting": SETTINGS,
    "module": MODULES,
    "group": GROUPS,
    "wlz": WITH_WLZ,
    "income": INCOME_GROUPS,
    "item": ITEMS[1:],
    "reason": UNFUNDED_REASONS,
    "form": SUBSIDY_FORMS,
    "line": BUDGET_LINES,
    "outcome": CEILING_OUTCOMES[1:],
    "from": SETTINGS,
    "to": (*SETTINGS, LAST_MOVE),
}


def refuse_kpi(option: str, name: str, dimension: Mapping[str, str]) -> None:
    """Refuse a KPI that no run has, where an option names it, before anything is simulated.

    Whether a site, month, contract or provider is there is seen in the run. Raises InputError when the name
    or a word of a dimension is unknown, or the KPI is not told by these dimensions; names what comes near.
    """
    if name not in KPIS:
        hint = _near(name, KPIS)
        raise InputError("{option} {name}: no such KPI; {hint}", option=option, name=name, hint=hint)
    splits = KPIS[name].splits
    told: dict[str, Any] = {"option": option, "kpi": kpi_text(name, dimension)}
    keys = dict.fromkeys(key for names in splits for key in names)
    for key, word in dimension.items():
        known = (*_WORDS.get(key, ()), ANY)
        if key not in keys and keys:
            hint = _near(key, keys)
            raise InputError("{option} {kpi}: no dimension {key!r}; {hint}", key=key, hint=hint, **told)
        if key in _WORDS and word not in known:
            hint = _near(word, known[:-1])
            raise InputError(
                "{option} {kpi}: {key} {word!r} is not there; {hint}", key=key, word=word, hint=hint, **told
            )
    if set(dimension) not in map(set, splits):
        forms = [kpi_text(name, dict.fromkeys(names, ANY)) for names in splits]
        raise InputError("{option} {kpi}: is not told so; there is {forms}", forms=forms, **told)


def _near(word: str, known: Iterable[str]) -> Message:
    names = list(known)
    near = nearest(word, names)
    return meant(near) if near else Message("there are {names}", names=sorted(names))
