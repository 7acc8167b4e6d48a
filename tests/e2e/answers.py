"""The answers that a change of form must leave as they are, as small text files; `same_answers/` keeps them.

Written anew, for a commit that says which number moves and why, by `python tests/e2e/answers.py`.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import sim
from sim.billing.case_bill import Bill
from sim.data import data_folder
from sim.scenario import load_area

KEPT = Path(__file__).resolve().parent / "same_answers"
BASE, POLICIES = "basis_2026", ("azwa_volledig", "bundelbekostiging")
"""Three scenarios that between them touch journey, places, ceiling, talks, payers and providers."""
REPRICED = "eigen_risico_460"
BUDGETED = "ptz_vervalt_2027"
REPLICATIONS = 2
DIGITS = ".12g"
"""Digits of a number that is no whole one: all that another processor gives too."""


def area_file(folder: Path) -> Path:
    """The small area: Middenland with 60 deaths a year."""
    area: dict[str, Any] = load_area("middenland").model_dump(mode="json")
    area["name"] = "gehucht"
    area["regions"][0]["palliative_deaths"] |= {"value": 60}
    path = folder / "gehucht.yaml"
    path.write_text(json.dumps(area), encoding="utf-8")
    return path


def answers(folder: Path) -> dict[str, str]:
    """Every answer by the name of its file.

    Parameters
    ----------
    folder : Path
        Where to simulate.
    """
    area = area_file(folder)
    options: dict[str, Any] = {"area": area, "replications": REPLICATIONS, "jobs": 1}
    compared = sim.compare(BASE, *POLICIES, out=folder / "compare", keep="all", assumptions=0, **options)
    runs = {name: compared.run(name) for name in (BASE, *POLICIES)}
    priced = sim.price(runs[BASE], REPRICED, out=folder / "price", jobs=1)
    budget = sim.budget(BASE, BUDGETED, to_year=2027, out=folder / "budget", **options)
    sized = sim.capacity(area, type="hch", norm="refused<=0.2", replications=REPLICATIONS, jobs=1).as_json()
    del sized["types"]  # says the same again
    return {
        **{f"kpis_{name}.csv": kpis(run) for name, run in {**runs, REPRICED: priced}.items()},
        "tables.csv": table(("scenario", "table", "part", "rows", "sha256"), tables(runs)),
        "comparison.csv": table(
            ("name", "dimension", "alternative", "base", "alt", "difference", "low", "high", "n"),
            differences(compared),
        ),
        "budget.csv": table(
            ("scenario", "kind", "year", "dimension", "unit", "mean", "low", "high", "n"),
            (
                (r.scenario, r.name, r.year, text(r.dimension), r.unit, r.mean, r.low, r.high, r.n)
                for r in budget.found.rows
            ),
        ),
        "capacity.csv": table(("key", "value"), leaves(sized, "")),
        "bills.csv": table(("case", "what", "key", "cents"), bills()),
    }


def kpis(run: sim.RunResult) -> str:
    """Every KPI of a run, a line each, with its value in every replication."""
    found: dict[tuple[str, str, str], list[float]] = {}
    for row in run.replications.itertuples():
        found.setdefault((row.name, row.dimension, row.unit), []).append(row.value)
    numbers = [str(n) for n in range(REPLICATIONS)]
    return table(("name", "dimension", "unit", *numbers), ((*key, *values) for key, values in found.items()))


def tables(runs: Mapping[str, sim.RunResult]) -> Iterator[Sequence[Any]]:
    """Rows and content of every stored table, whatever its bytes in a file."""
    for name, run in runs.items():
        for path in sorted((run.folder / "tables").rglob("*.parquet")):
            what, *part = path.relative_to(run.folder / "tables").with_suffix("").parts
            rows = pq.ParquetFile(path).read()
            if what != "kpis":
                yield name, what, "/".join(part), rows.num_rows, content(rows)


def content(rows: pa.Table) -> str:
    """Checksum of the values of a table, column by column."""
    found = hashlib.sha256()
    for label in rows.column_names:
        found.update(f"{label} {rows.column(label).to_pylist()}\n".encode())
    return found.hexdigest()


def differences(compared: sim.ComparisonResult) -> Iterator[Sequence[Any]]:
    """Every paired difference."""
    for name, rows in compared.difference_rows.items():
        for r in rows:
            if r.difference:
                yield r.name, text(r.dimension), name, r.base, r.alt, r.difference, r.low, r.high, r.n


def bills() -> Iterator[Sequence[Any]]:
    """Amounts of every shipped case, whatever its words: by law, payer and item, and line by line."""
    for path in sorted((data_folder("scenarios") / "cases").glob("*.yaml")):
        bill = sim.bill(path)
        for key, cents in bill.by_law.items():
            yield path.stem, "law", key, cents
        for key, cents in bill.by_payer.items():
            yield path.stem, "payer", key, cents
        for key, cents in leaves(bill.items, ""):
            yield path.stem, "item", key, cents
        for key, cents in bill.attributed.items():
            yield path.stem, "attributed", key, cents
        for lost in bill.unfunded:
            yield path.stem, "unfunded", lost.product, lost.cents
        yield path.stem, "lines", lines_of(bill), bill.gross_cents


def lines_of(bill: Bill) -> str:
    """Checksum of the declarations with their rules and shares."""
    told = [
        (
            line.product,
            line.date.isoformat(),
            str(line.quantity),
            line.unit,
            line.gross_cents,
            [r.key for r in line.rules],
            [(s.payer, s.item, s.cents) for s in line.shares],
        )
        for line in bill.lines
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def leaves(data: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every number and text of a document by its path."""
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    if not isinstance(data, dict | list):
        yield path, data
    for key, value in parts:
        yield from leaves(value, f"{path}.{key}" if path else str(key))


def text(dimension: Mapping[str, str]) -> str:
    """A dimension as one text."""
    return json.dumps(dimension, sort_keys=True, ensure_ascii=False)


def table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A CSV file; numbers with the digits that they are compared by."""
    out = io.StringIO()
    written = csv.writer(out, lineterminator="\n")
    written.writerow(header)
    written.writerows([format(v, DIGITS) if isinstance(v, float) else v for v in row] for row in rows)
    return out.getvalue()


def main() -> None:
    """Write the files of `same_answers/` anew."""
    KEPT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, content_ in answers(Path(folder)).items():
            before = (KEPT / name).read_text(encoding="utf-8") if (KEPT / name).exists() else ""
            moved = len(set(content_.splitlines()) ^ set(before.splitlines()))
            (KEPT / name).write_text(content_, encoding="utf-8", newline="")
            sys.stdout.write(f"{name}: {moved} lines other than before\n")


if __name__ == "__main__":
    main()
