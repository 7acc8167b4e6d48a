"""Regions of an area: their numbers, their order, their copies."""

from __future__ import annotations

from typing import Any

from sim.scenario import Area, load_area, numbered_regions, regions_of


def area(**numbers: int | None) -> Area:
    """Middenland's region under other ids, with these numbers."""
    data: dict[str, Any] = load_area("middenland").model_dump(mode="json")
    (region,) = data["regions"]
    data["regions"] = [
        {**region, "id": id_, "number": number, "sites": []} for id_, number in numbers.items()
    ]
    return Area.model_validate(data)


def numbers(of: Area) -> dict[str, int]:
    """Number by id of region."""
    return {region.id: number for number, region in numbered_regions(of)}


def test_middenland_has_number_1_and_the_areas_of_the_country_numbers_of_their_own() -> None:
    assert list(numbers(load_area("middenland")).values()) == [1]
    country = list(numbers(load_area("nederland")).values())
    assert len(set(country)) == len(country) == 32
    assert min(country) >= 10_000


def test_regions_come_by_id_whatever_their_order() -> None:
    one, other = area(b=None, a=None, c=2), area(c=2, a=None, b=None)
    assert numbered_regions(one) == numbered_regions(other)
    assert [region.id for region in regions_of(one)] == ["a", "b", "c"]


def test_a_region_without_a_number_keeps_the_one_that_follows_from_its_id() -> None:
    """Below 900,000, so that ids of patients, ten digits longer, stay whole in a 64-bit float."""
    alone = numbers(area(b=None))["b"]
    assert alone == numbers(area(a=None, b=None))["b"]
    assert 10_000 <= alone < 900_000
    assert float((900_000 * 10_000 + 2040) * 1_000_000 + 1) == (900_000 * 10_000 + 2040) * 1_000_000 + 1


def test_of_regions_with_one_number_the_first_by_id_has_it() -> None:
    found = numbers(area(b=7, a=7))
    assert found == {"a": 7, "b": numbers(area(b=None))["b"]}


def test_copies_take_the_numbers_that_follow() -> None:
    data = area(a=3).model_dump(mode="json")
    data["regions"][0]["copies"] = 3
    assert list(numbers(Area.model_validate(data)).values()) == [3, 4, 5]
