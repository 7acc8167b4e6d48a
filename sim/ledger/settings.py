"""What a scenario chooses about prices and law: the basis year, contract factors, plans, other payment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from sim.catalogue import TariffBook
from sim.dates import EPOCH
from sim.law.registry import RuleSet
from sim.scenario import plans_of
from sim.scenario.in_force import changes_of
from sim.scenario.models import PLANS, Scenario
from sim.scenario.payment import Payment
from sim.units import MINUTES_PER_DAY, exact

# Share of the tariff that a contract pays, and from which day numbers on another
ContractPrice = tuple[Fraction, tuple[tuple[int, Fraction], ...]]
AT_TARIFF: ContractPrice = (Fraction(1), ())
_VALUES = {plan.name: plan.values for _, plan in PLANS}


@dataclass(frozen=True)
class PriceSettings:
    """What a scenario chooses about prices and law."""

    basis_year: int  # year whose tariffs hold for all dates
    msz_price: str = "reference"  # "reference"; "dbc" needs an amount a subtraject and exists in a bill only
    plans: tuple[str, ...] = ()  # plans that replace the law
    # Day from which a plan holds as if it had been law, where that is before its own first day
    since: Mapping[str, dt.date] = field(default_factory=dict)
    payment: Payment | None = None  # other ways to pay
    # Contract prices of eerstelijnsverblijf, and of a day of a bijna-thuis-huis
    elv: ContractPrice = AT_TARIFF
    bth: ContractPrice = AT_TARIFF

    def rules(self) -> RuleSet:
        """The law with the chosen plans."""
        return RuleSet.current(*self.plans, since=self.since)

    def book(self, book: TariffBook) -> TariffBook:
        """A tariff book with the planned values of the chosen plans, from the basis year on.

        The same without any.
        """
        basis = dt.date(self.basis_year, 1, 1)
        for plan in self.plans:
            ids = _VALUES.get(plan, ())
            if ids:
                book = book.with_projected(ids, min(basis, self.since.get(plan, basis)))
        return book


def settings_from(scenario: Scenario) -> PriceSettings:
    """Price settings of a scenario.

    The plans of the law are those that the marks of its fields name. They hold from their own dates, or from
    `rules.plans_from`; a plan that looks at whole stays, or that the journey follows, from the first day of
    the clock.
    """
    rules, prices = scenario.rules, scenario.prices
    plans = plans_of(scenario)
    since = {} if rules.plans_from is None else {plan.name: rules.plans_from for plan in plans}
    return PriceSettings(
        prices.basis_year,
        prices.msz_price,
        tuple(plan.name for plan in plans),
        since | {plan.name: EPOCH for plan in plans if plan.whole},
        scenario.payment,
        _share(scenario, "prices.elv_contract_factor"),
        _share(scenario, "prices.bth_day_factor"),
    )


def _share(scenario: Scenario, path: str) -> ContractPrice:
    first, later = changes_of(scenario, path)
    return exact(first), tuple((minute // MINUTES_PER_DAY, exact(number)) for minute, number in later)
