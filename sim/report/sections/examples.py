"""Equal needs, unequal bills: one worked patient whose place and form of care differ, priced case by case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.data import data_folder
from sim.report.results import RunView
from sim.units import CENTS_PER_EURO

PATIENT = "olivia"
"""Cases in `scenarios/cases` whose name begins so are one patient with one course of illness."""


@dataclass(frozen=True)
class Example:
    """One case of the patient: what it costs by law, and what she pays."""

    id: str  # name of the case file
    title: str  # as in the file
    by_law: Mapping[str, float]  # gross euros
    own: float  # euros that the patient pays

    @property
    def total(self) -> float:
        """Gross euros of all laws."""
        return sum(self.by_law.values())


def load_examples(run: RunView) -> tuple[Example, ...]:
    """The worked patient's bills by the law as it stands in the basis year, the cheapest for her first."""
    from sim.billing.case_bill import make_bill
    from sim.catalogue import load_tariffs
    from sim.ledger import PriceSettings

    cases = sorted((data_folder("scenarios") / "cases").glob(f"{PATIENT}_*.yaml"))
    if not cases:
        return ()
    settings = PriceSettings(int(run.scenario["prices"]["basis_year"]))
    book = load_tariffs()
    asked = (settings.basis_year, book.digest(), *(case.read_bytes() for case in cases))
    if asked not in _made:
        rules = settings.rules()
        found = []
        for case in cases:
            bill = make_bill(case, book, rules, settings)
            laws = {law: cents / CENTS_PER_EURO for law, cents in bill.by_law.items() if cents}
            found.append(Example(case.stem, bill.title, laws, bill.patient_cents / CENTS_PER_EURO))
        _made.clear()
        _made[asked] = tuple(sorted(found, key=lambda each: (each.own, each.id)))
    return _made[asked]


_made: dict[tuple[object, ...], tuple[Example, ...]] = {}
"""The bills last made, by prices and cases: both languages of a report and the next report show the same."""
