"""Every KPI of a run, as `indicators.yaml` registers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sim import units
from sim.data import read_document
from sim.measure.formulas import Quantile, Quantiles, Ratio, Total
from sim.measure.registry import Formula, Label, indicator

# Levels of the quantiles that show how own payments are spread
PAYMENT_LEVELS = (0.1, 0.25, 0.5, 0.75, units.P90, 0.95, units.P99)

_NUMBERS: Mapping[str, Any] = {
    **vars(units),
    "PAYMENT_LEVELS": PAYMENT_LEVELS,
    "WEEKLY_UNITS_PER_HOUR": units.MINUTES_PER_WEEK * units.MINUTES_PER_HOUR,
}
_KINDS: Mapping[str, Callable[..., Formula]] = {
    "total": Total,
    "ratio": Ratio,
    "quantile": Quantile,
    "quantiles": Quantiles,
}


def _value(told: Any) -> Any:
    """What a field of a formula holds: lists are tuples, words in capitals numbers."""
    if isinstance(told, list):
        return tuple(map(_value, told))
    return _NUMBERS[told] if isinstance(told, str) and told.isupper() else told


def _register() -> None:
    for name, row in read_document(Path(__file__).with_suffix(".yaml")).items():
        formulas = []
        for (kind, measure), *fields in (each.items() for each in row.get("formulas", ())):
            formulas.append(_KINDS[kind](measure, **{key: _value(told) for key, told in fields}))
        labels = {key: Label(**row[key]) for key in ("label", "short") if key in row}
        indicator(name, *formulas, **labels, **row["told"])


_register()
