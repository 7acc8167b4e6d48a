"""Every number that a file may give has a lower and an upper bound, and numbers that belong together fit."""

from __future__ import annotations

import types
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel, BeforeValidator, ValidationError
from pydantic.fields import FieldInfo

from sim.billing.case import Case
from sim.billing.case_subsidy import SubsidyFile
from sim.catalogue.models import FileShape, SourcesShape, _exact
from sim.scenario import load_area, load_scenario
from sim.scenario.models import Area, Horizon, Scenario
from sim.scenario.numbers import is_identifier
from sim.scenario.overlay import Overlay

FILES = (Scenario, Overlay, Area, Case, SubsidyFile, FileShape, SourcesShape)
"""Models of the files that a user writes."""
UNBOUNDED = {"Parameter.value", "Parameter.range"}
"""The base of every number with provenance; each of its kinds has bounds of its own."""
LAID_OVER = {"SetItem.range", "Phase.before", "Step.value"}
"""Range of an item of an overlay, and steps of a path over dates; the parameter below bounds them."""


def numbers(kind: Any, metadata: tuple[Any, ...] = ()) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Numeric leaves of an annotation, each with its metadata."""
    origin = get_origin(kind)
    if origin is Annotated:
        inner, *more = get_args(kind)
        within = [one for part in more for one in (part.metadata if isinstance(part, FieldInfo) else [part])]
        yield from numbers(inner, (*metadata, *within))
    elif origin in (Union, types.UnionType):
        for part in get_args(kind):
            yield from numbers(part, metadata)
    elif origin is not None and origin is not Literal:
        for part in get_args(kind):
            yield from numbers(part)
    elif kind in (int, float, Decimal):
        yield kind, metadata


def models(*roots: type[BaseModel]) -> list[type[BaseModel]]:
    """The models of files and all models inside them."""
    found: list[type[BaseModel]] = []
    waiting: list[Any] = list(roots)
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if kind not in found:
                found.append(kind)
                waiting += [field.annotation for field in kind.model_fields.values()]
        else:
            waiting += get_args(kind)
    return found


def bounded(metadata: tuple[Any, ...]) -> bool:
    if any(isinstance(part, BeforeValidator) and part.func is _exact for part in metadata):
        return True
    low = any(isinstance(part, Ge | Gt) for part in metadata)
    return low and any(isinstance(part, Le | Lt) for part in metadata)


def test_every_number_of_every_file_has_two_bounds() -> None:
    """A new field needs `Annotated[int, Field(ge=..., le=...)]` or a type of `sim.scenario.numbers`."""
    lacking = [
        f"{model.__name__}.{name}"
        for model in models(*FILES)
        for name, field in model.model_fields.items()
        for _, metadata in numbers(
            Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
        )
        if not bounded(metadata)
    ]
    assert sorted(set(lacking) - UNBOUNDED - LAID_OVER) == []


@pytest.mark.parametrize("value", ["1e12", "-1e12", "1e308", "1e999999999", "1e-999999999", "NaN", "9" * 400])
def test_an_amount_of_a_tariff_is_bounded(value: str) -> None:
    with pytest.raises(ValueError, match="is (beyond|not a)"):
        _exact(value)


def _area(**changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = load_area("middenland").model_dump(mode="json")
    (region,) = data["regions"]
    top = {key: value for key, value in changes.items() if key in data}
    own = {key: value for key, value in changes.items() if key not in data}
    return {**data, **top, "regions": [{**region, **own}]}


def _number(value: float) -> dict[str, Any]:
    return {"value": value, "kind": "source", "source": "x"}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"palliative_deaths": _number(500_001)}, "palliative_deaths 500001 a year is too many"),
        ({"palliative_deaths": _number(100_001)}, "palliative_deaths 100001 a year is too many"),
        ({"palliative_deaths": _number(1e308)}, "less than or equal"),
        ({"nursing_home_places": _number(500_001)}, "nursing_home_places 500001 is more than"),
        ({"population": 20, "palliative_deaths": _number(1), "nursing_home_places": _number(0)}, "beds of"),
        ({"population": 10**400}, "less than or equal"),
        ({"national_share": _number(0)}, "national_share 0 does not fit 500000 inhabitants"),
        ({"national_share": _number(0.5)}, "national_share 0.5 does not fit 500000 inhabitants"),
        ({"national_share": _number(10_000_000)}, "less than or equal to 1"),
        ({"copies": 1000}, "the regions have 500000000 inhabitants together"),
        ({"id": "../../.."}, "match pattern"),
        ({"id": ""}, "match pattern"),
        ({"id": "a" * 81}, "match pattern"),
        ({"cluster": ".."}, "match pattern"),
        ({"name": "a/b"}, "match pattern"),
    ],
)
def test_numbers_and_names_of_an_area_make_sense_together(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Area.model_validate(_area(**changes))


def test_a_spread_gives_no_copy_a_rate_that_no_region_has() -> None:
    data = _area(copies=36, national_share=_number(1))
    data["spread"] = {name: _number(0.1) for name in ("nursing_home", "home_care")}
    Area.model_validate(data | {"spread": data["spread"] | {"admissions": _number(0.1)}})
    data["spread"]["admissions"] = _number(1.5)
    # the 36th of 36 copies lies at the quantile 35.5/36, 2.20 deviations out: exp(1.5 * 2.20) = 27
    with pytest.raises(ValidationError, match="rates of more than 10 times"):
        Area.model_validate(data)


@pytest.mark.parametrize(
    ("begin", "end"),
    [("1800-01-01", "1801-01-01"), ("9998-01-01", "9999-01-01"), ("2022-01-01", "2051-12-31")],
)
def test_a_counted_window_lies_in_years_that_have_a_law(begin: str, end: str) -> None:
    with pytest.raises(ValidationError):
        Horizon.model_validate_json(f'{{"count_from": "{begin}", "count_to": "{end}", "warmup_days": 0}}')


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("prices.elv_contract_factor", 1e9),
        ("prices.bth_day_factor", 1e308),
        ("hospital.stay.median", 61),
        ("home.hours_per_week.mean", 200),
        ("ceiling.applies", -0.1),
        ("places.extra_beds.hch", 10**9),
        ("seed", 2**63),
    ],
)
def test_a_setting_out_of_bounds_is_refused(path: str, value: float) -> None:
    from sim.errors import InputError
    from sim.scenario import vary

    with pytest.raises(InputError, match=path.split(".")[0]):
        vary(load_scenario("basis_2026"), {path: value}, "wrong")


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "a\\b", "manifest.json", "a b", "é", "a\n", "a" * 81]
)
def test_what_is_no_word_is_no_identifier(name: str) -> None:
    assert not is_identifier(name)
