"""Every value in `scenarios/` and `tariffs/` says where it comes from, and an amount is never a float."""

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sim.schema import CARE_PRODUCTS

AMOUNTS = {"eur", "value"}


@cache
def read(path: Path) -> Any:
    """A YAML file as plain data."""
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def nodes(data: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping in a document with its path."""
    if isinstance(data, dict):
        yield where, data
        for key, value in data.items():
            yield from nodes(value, f"{where}.{key}")
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from nodes(value, f"{where}[{i}]")


def incomplete(data: Any, where: str) -> list[str]:
    """Assumptions without a range or a reason, and other kinds without a source."""
    faults = []
    for place, node in nodes(data, where):
        kind = node.get("kind")
        if kind == "assumption":
            span = node.get("range", node.get("range_factor"))
            if not (isinstance(span, list) and len(span) == 2):
                faults.append(f"{place}: assumption without a range [low, high]")
            elif not float(span[0]) <= float(span[1]):
                faults.append(f"{place}: range with low above high")
            if not node.get("reason"):
                faults.append(f"{place}: assumption without a reason")
        elif isinstance(kind, str) and not node.get("source"):
            faults.append(f"{place}: kind {kind} without a source")
    return faults


def floats(data: Any, where: str) -> list[str]:
    """Amounts that YAML reads as a float."""
    return [
        f"{place}.{key}: {node[key]!r}"
        for place, node in nodes(data, where)
        for key in sorted(AMOUNTS & node.keys())
        if isinstance(node[key], float)
    ]


@pytest.fixture(scope="module")
def documents(root):
    """Every YAML document of a folder, by path from the top."""

    def of(folder: str) -> dict[str, Any]:
        found = {p.relative_to(root).as_posix(): read(p) for p in sorted((root / folder).rglob("*.yaml"))}
        assert found, f"no files in {folder}/"
        return found

    return of


@pytest.mark.parametrize("folder", ["scenarios", "tariffs"])
def test_every_assumption_has_a_range_and_a_reason_and_every_other_value_a_source(documents, folder):
    faults = [fault for path, data in documents(folder).items() for fault in incomplete(data, path)]
    assert not faults, "\n".join(faults)


def test_no_amount_in_the_tariffs_is_a_float(documents):
    found = [fault for path, data in documents("tariffs").items() for fault in floats(data, path)]
    assert not found, "quote these amounts:\n" + "\n".join(found)


def test_every_product_of_the_journey_has_a_tariff(documents):
    priced = {id for data in documents("tariffs").values() for id in (data.get("products") or {})}
    assert set(CARE_PRODUCTS) - priced == set()


def test_a_bare_assumption_and_a_float_amount_are_found():
    data = {"beds": {"value": 4.5, "kind": "assumption"}, "price": {"eur": "1.50", "kind": "maximum"}}
    assert incomplete(data, "f") == [
        "f.beds: assumption without a range [low, high]",
        "f.beds: assumption without a reason",
        "f.price: kind maximum without a source",
    ]
    assert floats(data, "f") == ["f.beds.value: 4.5"]


DECIDED = re.compile(r"\bvan (\d{1,2})-(\d{1,2})-(\d{4})")


def test_a_value_that_begins_before_its_decision_is_said_to(root):
    """A source decided on a date after a value's first day says from when it is applied here."""
    sources = read(root / "tariffs" / "sources.yaml")["sources"]
    used = list(tariff_values(root))
    assert used
    silent = []
    for place, source, begins in used:
        title = sources[source]["title"]
        found = DECIDED.search(title)
        late = found and dt.date(*(int(n) for n in reversed(found.groups()))) > begins
        if late and f"toegepast vanaf {begins.day}-{begins.month}-{begins.year}" not in title:
            silent.append(f"{place}: from {begins}, {title}")
    assert not silent


def tariff_values(root: Path) -> Iterator[tuple[str, str, dt.date]]:
    """Place, source and first day of every value of the tariffs."""
    for path in sorted((root / "tariffs").rglob("*.yaml")):
        for place, node in nodes(read(path), path.name):
            begins = node.get("from")
            if isinstance(begins, dt.date) and isinstance(node.get("source"), str):
                yield place, node["source"], begins
