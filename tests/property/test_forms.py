"""What palsim writes into the form of a region is what it reads from it."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from sim.scenario.area.form import _number
from sim.scenario.area.sheet import cell_text


@given(st.floats(min_value=1e-9, max_value=1e9, allow_nan=False))
@example(1.51)
@example(1.182)
@example(25.5)
@example(0.00001)
@example(12345.678)
def test_a_number_written_into_a_form_is_read_as_it_was(value: float) -> None:
    assert _number(cell_text(value)) == value


@given(st.integers(min_value=1, max_value=10**9), st.integers(min_value=0, max_value=6))
def test_a_decimal_of_any_number_of_places_is_read_as_it_was(digits: int, places: int) -> None:
    value = digits / 10**places
    assert _number(cell_text(value)) == value
