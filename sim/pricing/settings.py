"""What a scenario chooses about prices and law: the basis year, contract factors, plans, other payment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from sim.dates import EPOCH
from sim.law.ptz_scheme import ENDS, GOES_ON
from sim.law.registry import RuleSet
from sim.scenario.models import Scenario
from sim.scenario.payment import Payment
from sim.tariff import TariffBook
from sim.units import exact

PLAN_VALUES = {
    "460": ("own_payments.eigen_risico.plan_460", "own_payments.eigen_risico.plan_460_tranche"),
    "wmo_2027": tuple(
        f"own_payments.wmo.plan_2027_{name}"
        for name in ("min", "max", "pct", "threshold_single", "threshold_multi")
    ),
    "165_tranche": ("own_payments.eigen_risico.plan_165", "own_payments.eigen_risico.plan_165_tranche"),
    "pzp_huisarts": ("zvw.huisarts.pzp",),
}
"""Plan -> the planned values of the tariff book it switches on."""

PAYMENT_PLANS = {
    "two_functions": "gupta",
    "bundle": "bundel",
    "shared_savings": "gedeelde_besparing",
    "experiments": "experimenten",
    "own_budget": "persoonsvolgend",
}
"""Other way to pay of a scenario -> its plan; a scenario that applies it applies it to every day."""

FROM_THE_START = ("ptz_eerder", "behandeling_naar_zvw", "pzp_huisarts")
"""Plans that hold for every day of a run: the journey follows them, or they look at whole stays."""


@dataclass(frozen=True)
class PriceSettings:
    """What a scenario chooses about prices and law.

    Parameters
    ----------
    basis_year : int
        Year whose tariffs hold for all dates.
    msz_price : str
        "reference"; "dbc" needs an amount a subtraject and exists in a bill only.
    elv_contract_factor, bth_day_factor : Fraction
        Contract price of eerstelijnsverblijf, and of a day in a bijna-thuis-huis, as a share of the tariff.
    plans : tuple of str
        Plans that replace the law.
    since : mapping of plan to date
        Day from which a plan holds as if it had been law, where that is before its own first day.
    payment : Payment, optional
        Other ways to pay; none when left out.
    """

    basis_year: int
    msz_price: str = "reference"
    elv_contract_factor: Fraction = Fraction(1)
    plans: tuple[str, ...] = ()
    since: Mapping[str, dt.date] = field(default_factory=dict)
    bth_day_factor: Fraction = Fraction(1)
    payment: Payment | None = None

    def rules(self) -> RuleSet:
        """The law with the chosen plans."""
        return RuleSet.current(*self.plans, since=self.since)

    def book(self, book: TariffBook) -> TariffBook:
        """A tariff book with the planned values of the chosen plans, from the basis year on.

        Parameters
        ----------
        book : TariffBook

        Returns
        -------
        TariffBook
            The same book when no plan has values.
        """
        basis = dt.date(self.basis_year, 1, 1)
        for plan in self.plans:
            ids = PLAN_VALUES.get(plan, ())
            if ids:
                book = book.with_projected(ids, min(basis, self.since.get(plan, basis)))
        return book


def settings_from(scenario: Scenario) -> PriceSettings:
    """Price settings of a scenario.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    PriceSettings
        The Regeling PTZ goes on or lapses by a plan of its own; volunteers before the terminal phase are the
        plan `ptz_eerder`. A way to pay that the scenario applies, and the plans of `FROM_THE_START`, hold
        from the first day of the clock.
    """
    rules, payment, prices = scenario.rules, scenario.payment, scenario.prices
    chosen = (
        (rules.eigen_risico_plan, rules.eigen_risico_plan != "current"),
        ("wmo_2027", rules.wmo_plan != "current"),
        ("behandeling_naar_zvw", rules.behandeling_plan != "current"),
        ("pzp_huisarts", rules.pzp_plan != "current"),
        (GOES_ON if scenario.subsidy.runs else ENDS, True),
        ("ptz_eerder", scenario.subsidy.clients_from != "terminal"),
    )
    plans = [name for name, holds in chosen if holds]
    since = dict.fromkeys(plans, rules.plans_from) if rules.plans_from is not None else {}
    ways = [plan for way, plan in PAYMENT_PLANS.items() if getattr(payment, way).applies]
    always = [*ways, *(plan for plan in FROM_THE_START if plan in plans)]
    return PriceSettings(
        prices.basis_year,
        prices.msz_price,
        exact(prices.elv_contract_factor.value),
        (*plans, *ways),
        {plan: day for plan, day in since.items() if day is not None} | dict.fromkeys(always, EPOCH),
        exact(prices.bth_day_factor.value),
        payment,
    )
