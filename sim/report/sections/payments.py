"""What patients pay: the spread, by item, law and income, and equal needs with unequal bills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.data import data_folder
from sim.measure.cost import INCOME_GROUPS
from sim.measure.indicators import PAYMENT_LEVELS
from sim.report.figures import costs_and_places as figures
from sim.report.figures import flow as figures_flow
from sim.report.figures.costs_and_places import PAYMENT_NUMBERS
from sim.report.language import Language
from sim.report.page import (
    Block,
    Metric,
    Prose,
    Section,
    figure,
    measures_table,
    metric_table,
    noted,
    on_screen,
    row,
    split,
    table,
    told_table,
)
from sim.report.results import Result, RunView
from sim.schema import ITEMS, LAWS, WITH_WLZ
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


def payments(result: Result, words: Language, examples: Sequence[Example] = ()) -> Section:
    """What patients pay: distribution, by item, by law and by income; one patient's bills side by side."""
    spread = [Metric(words.say(f"payment.{n}"), f"patient_payment_{n}") for n in PAYMENT_NUMBERS]
    items, *kinds = (
        split("patient_payment_mean", key, codes, words, kind=kind)
        for key, kind, codes in (
            ("item", "item", ITEMS),
            ("wlz", "with_wlz", WITH_WLZ),
            ("law", "own_payment_law", LAWS),
            ("income", "income", INCOME_GROUPS),
        )
    )
    others = [metric for several in kinds for metric in several]
    blocks: list[Block] = [Prose(words.say("payments.intro"))]
    blocks += metric_table(words.say("table.payment"), words.say("column.measure"), spread, result, words)
    blocks += figure(figures.patient_payments(result, words))
    blocks += _spread(result, words)
    blocks += metric_table(words.say("table.item"), words.say("column.item"), items, result, words)
    blocks += metric_table(words.say("table.kind"), words.say("column.group"), others, result, words)
    blocks += on_screen(figure(figures.payments_by_kind(result, words)))
    blocks += measures_table("payments", result, words)
    blocks += unequal(examples, words)
    return Section("payments", words.say("section.payments"), tuple(blocks))


def _spread(result: Result, words: Language) -> list[Block]:
    """Quantiles of own payments of everyone, with and without Wlz care and by income, of the base run."""
    run = result.base
    groups = [
        (words.say("person.all"), {}),
        *((words.word("with_wlz", wlz), {"wlz": wlz}) for wlz in WITH_WLZ),
        *((words.word("income", word), {"income": word}) for word in INCOME_GROUPS),
    ]
    levels = [str(level) for level in PAYMENT_LEVELS]
    rows = []
    for name, fixed in groups:
        found = run.kpis.along("patient_payment_quantile", "level", **fixed)
        if found:
            shown = (found.get(level) for level in levels)
            rows.append(row(name, *(words.none if e is None else words.euro(e.mean) for e in shown)))
    if not rows:
        return []
    head = [words.say("column.group"), *(figures_flow.level_name(level, words) for level in levels)]
    made = told_table("table.spread", head, rows, words, title=run.title(words))
    return [*figure(figures_flow.payment_spread(run, words)), *on_screen([made])]


def unequal(examples: Sequence[Example], words: Language) -> list[Block]:
    """One patient with one course of illness, whose bill differs with place and form of care; or nothing."""
    if not examples:
        return []
    laws = [law for law in LAWS if any(each.by_law.get(law) for each in examples)]
    head = [*words.each("column", "example", "own", "cost"), *(words.word("law", law) for law in laws)]
    rows = []
    for each in examples:
        amounts = [each.own, each.total, *(each.by_law.get(law, 0.0) for law in laws)]
        shown = (words.euro(value) if value else words.none for value in amounts)
        rows.append(row(noted(each.title, words), *shown))
    low, high = examples[0].own, max(each.own for each in examples)
    lead = words.say("examples.lead", low=words.euro(low), high=words.euro(high))
    return [Prose(lead), table(words.say("table.examples"), head, rows, words.say("examples.note"))]
