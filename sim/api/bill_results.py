"""Bills, explained patients and subsidies as a notebook wants them: frames, figures, saved and shown."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from html import escape
from typing import Any, Self

from sim.api.facade import facade
from sim.api.saved import Saved
from sim.api.show import Figure, figure_of
from sim.billing.case_bill import Bill as PlainBill
from sim.billing.case_subsidy import Subsidy as PlainSubsidy
from sim.billing.explain_patient import Explained as PlainExplained
from sim.later import pd
from sim.units import CENTS_PER_EURO


class _Told(Saved):
    """What a bill, a patient or a subsidy is, with what a notebook asks of one."""

    @classmethod
    def of(cls, plain: Any) -> Self:
        """What the program made, as a result."""
        return cls(*(getattr(plain, field.name) for field in fields(plain)))


@facade
@dataclass(frozen=True)
class Bill(PlainBill, _Told):
    """The bill of one patient: who pays what, and why."""

    def to_frame(self) -> pd.DataFrame:
        """Declarations in euros: date, product, title, law, quantity, unit, eur, and a column a payer."""
        rows = []
        for line in self.lines:
            paid = dict.fromkeys(self.by_payer, 0)
            for share in line.shares:
                paid[share.payer] += share.cents
            rows.append(
                {
                    "id": line.id,
                    "date": pd.Timestamp(line.date),
                    "product": line.product,
                    "title": line.title,
                    "law": line.law,
                    "quantity": float(line.quantity),
                    "unit": line.unit,
                    "eur": line.gross_cents / CENTS_PER_EURO,
                    **{payer: cents / CENTS_PER_EURO for payer, cents in paid.items()},
                }
            )
        return pd.DataFrame(rows).set_index("id") if rows else pd.DataFrame(rows)

    def figure_payers(self, lang: str = "nl") -> Figure:
        """Euros by who pays them.

        Raises InputError when nobody pays anything.
        """
        return figure_of("figures.studies", "figure_payers", lang, self)

    def __repr__(self) -> str:
        """Title, declarations and total."""
        total = self.gross_cents / CENTS_PER_EURO
        return f"Bill({self.title!r}, {len(self.lines)} declarations, {total:.2f} euro)"


@facade
@dataclass(frozen=True)
class Explained(PlainExplained, _Told):
    """A simulated patient: the timeline, and the bill with every line down to article and source."""

    bill: Bill

    @classmethod
    def of(cls, plain: PlainExplained) -> Self:
        """A patient with what a notebook asks of one."""
        return super().of(replace(plain, bill=Bill.of(plain.bill)))

    def to_frame(self) -> pd.DataFrame:
        """Declarations of the bill, as `Bill.to_frame` has them."""
        return self.bill.to_frame()

    def figure_payers(self, lang: str = "nl") -> Figure:
        """Euros by who pays them, as `Bill.figure_payers` has them."""
        return self.bill.figure_payers(lang)

    def __repr__(self) -> str:
        """Who it is, and what the care costs."""
        patient, cost = self.patient["patient_id"], self.bill.gross_cents / CENTS_PER_EURO
        return f"Explained(patient {patient}, {len(self.timeline)} events, {cost:.2f} euro)"


@facade
@dataclass(frozen=True)
class Subsidy(PlainSubsidy, _Told):
    """The Regeling PTZ in one year, for a list of organisations."""

    def to_frame(self) -> pd.DataFrame:
        """Organisations: name, form, eligible, reason, mean_clients, maximum_eur, subsidy_eur."""
        return pd.DataFrame(self.rows(float, lambda cents: cents / CENTS_PER_EURO))

    def figure_subsidy(self, lang: str = "nl") -> Figure:
        """Euros of each organisation.

        Raises InputError when no organisation gets any.
        """
        return figure_of("figures.studies", "figure_subsidy", lang, self)

    def __repr__(self) -> str:
        """Year, organisations and total."""
        total = self.result.total_cents / CENTS_PER_EURO
        return f"Subsidy({self.year}, {len(self.result.awards)} organisations, {total:.2f} euro)"

    def _repr_html_(self) -> str:
        title = escape(f"Regeling PTZ {self.year}")
        return f"<b>{title}</b>{self.to_frame().to_html(index=False, border=0)}"
