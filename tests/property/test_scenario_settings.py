"""For any setting and any value: what is set is what the scenario holds, and nothing else moves."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.scenario import load_scenario, paths, vary

BASIS = load_scenario("basis_2026")
NUMBERS = [
    path
    for path, address in paths.addresses().items()
    if address.path == path
    and path.startswith(("hospital", "home", "hospice", "ceiling"))
    and address.schema.get("type") == "number"
    and address.owner is not None
    and "propertyNames" not in paths.addresses()[address.owner].schema
]
HEADER = {"name", "title", "question", "mechanism", "evidence", "author", "references", "extends"}


def _leaves(data: Any, path: str = "") -> dict[str, Any]:
    if isinstance(data, dict | list):
        parts = data.items() if isinstance(data, dict) else enumerate(data)
        return {k: v for key, part in parts for k, v in _leaves(part, f"{path}.{key}").items()}
    return {path.lstrip("."): data}


def _out_of_order(numbers: dict[str, Any]) -> set[str]:
    """Settings that contradict one another: a median above its maximum, a triangle not low, mode, high."""
    stays = {key.removesuffix(".maximum") for key in numbers if key.endswith(".maximum")}
    wrong = {
        stay
        for stay in stays
        if f"{stay}.median" in numbers and numbers[f"{stay}.median"] > numbers[f"{stay}.maximum"]
    }
    triangle = [numbers[f"hospice.day_contribution_eur.{place}.value"] for place in range(3)]
    return wrong if triangle == sorted(triangle) else wrong | {"hospice.day_contribution_eur"}


@settings(max_examples=60)
@given(path=st.sampled_from(NUMBERS), value=st.floats(0.01, 1.0))
@example(path="hospital.ic_stay.maximum", value=1.0)
@example(path="hospice.day_contribution_eur.2.value", value=1.0)
def test_a_set_value_is_held_and_every_other_number_stays(path: str, value: float) -> None:
    """Or it is refused, where it contradicts a number beside it, and only there."""
    before = _leaves(BASIS.scenario.model_dump(mode="json", exclude=HEADER))
    if _out_of_order(before | {path: value}):
        with pytest.raises(InputError, match=r"lies above maximum|is not low, mode, high") as caught:
            vary(BASIS, {path: value}, "varied")
        assert path in str(caught.value)
        return
    after = _leaves(vary(BASIS, {path: value}, "varied").scenario.model_dump(mode="json", exclude=HEADER))
    assert after[path] == value
    owner = paths.find(path).owner
    moved = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    explained = {key for key in moved if any(key.startswith(f"{owner}.{word}") for word in paths.PROVENANCE)}
    assert moved - explained <= {path}


@settings(max_examples=60)
@given(
    path=st.sampled_from(sorted(paths.addresses())), place=st.integers(0, 200), letter=st.sampled_from("qxz")
)
def test_a_misspelt_path_is_refused_in_one_line(path: str, place: int, letter: str) -> None:
    place %= len(path)
    wrong = path[:place] + letter + path[place + 1 :]
    assume(wrong not in paths.addresses())
    with pytest.raises(InputError) as caught:
        vary(BASIS, {wrong: 0.5}, "varied")
    assert str(caught.value).startswith(f"varied: set[0].path {wrong!r}: no such setting; ")
    assert "\n" not in str(caught.value)


@settings(max_examples=60)
@given(path=st.sampled_from(NUMBERS), value=st.floats(max_value=-1e-9, allow_nan=False, allow_infinity=False))
def test_a_negative_number_is_refused_by_its_path(path: str, value: float) -> None:
    with pytest.raises(InputError) as caught:
        vary(BASIS, {path: value}, "varied")
    assert str(caught.value).startswith(f"varied: set[0] {path!r}: ")
    assert "\n" not in str(caught.value)
