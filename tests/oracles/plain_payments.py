"""The plain pricer's own payments for rides, medicines and days in a bijna-thuis-huis."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np

from sim.catalogue import TariffBook
from sim.errors import InputError
from sim.rng import lot

EPOCH = dt.datetime(2020, 1, 1)


def half_up(value: Fraction) -> int:
    """Nearest whole number; halves go up."""
    return (value + Fraction(1, 2)).__floor__()


def date_at(minute: int) -> dt.date:
    """Date in which a minute falls."""
    return (EPOCH + dt.timedelta(minutes=int(minute))).date()


class PlainPayments:
    """Own payments of one patient, in order of date."""

    book: TariffBook
    year: int
    person: dict[str, Any]
    died: dt.date

    def number(self, id: str, date: dt.date) -> Fraction:
        return Fraction(str(self.book.parameter(id, date).amount))

    def eur(self, id: str, date: dt.date) -> int:
        return int(self.number(id, date) * 100)

    def _rides(self, lines: list[Any], out: Counter[tuple[str, ...]]) -> None:
        """The contribution to seated transport comes off the first rides of a calendar year."""
        left: dict[int, int] = {}
        rides = [x for x in lines if x.product.startswith(("zvw.vervoer.zittend", "zvw.vervoer.eigen_auto"))]
        for line in sorted(rides, key=lambda x: x.date):
            year = line.date.year
            left.setdefault(year, self.legal("own_payments.transport.own", dt.date(year, 1, 1)))
            own = min(line.gross, left[year])
            left[year] -= own
            line.gross -= own
            out["patient", "zittend_vervoer"] += own

    def _surcharges(self, lines: list[Any], out: Counter[tuple[str, ...]]) -> None:
        """Medicines above their limit: the patient up to the maximum by days insured, then the insurer."""
        left: dict[int, int] = {}
        for line in sorted((x for x in lines if "farmacie.gvs" in x.product), key=lambda x: x.date):
            year = line.date.year
            first = max(dt.date(year, 1, 1), date_at(self.person["birth_minute"]))
            insured = (min(dt.date(year, 12, 31), self.died) - first).days + 1
            whole = 366 if calendar.isleap(year) else 365
            most = self.legal("own_payments.gvs.cap", dt.date(year, 1, 1))
            left.setdefault(year, half_up(Fraction(most * insured, whole * 100)) * 100)
            own = min(line.gross, left[year])
            left[year] -= own
            line.gross -= own
            out["patient", "gvs_bijbetaling"] += own

    def _guests(self, lines: list[Any], out: Counter[tuple[str, ...]]) -> None:
        who = self.person
        used: Counter[int] = Counter()
        waived: Counter[int] = Counter()
        borne: Counter[int] = Counter()
        rows = sorted((x for x in lines if x.kind == "guest"), key=lambda x: x.date)
        for line in rows:
            stay = line.stay
            refused = stay["wlz_form"] == "vpt" and not who["hospice_cover_vpt"]
            free = 0 if refused else max(who["hospice_cover_max_days"] - used[line.date.year], 0)
            covered = min(line.days, free)
            used[line.date.year] += covered
            cover = covered * min(stay["day_contribution_cents"], who["hospice_cover_per_day_cents"])
            left = line.gross - cover
            granted, means = self.assistance(line.stay)
            own = min(left, max(means - borne[stay["stay_no"]], 0))
            borne[stay["stay_no"]] += own
            helped = left - own if granted else 0
            left -= helped
            out["gemeente", ""] += helped
            gift = min(left, stay["waiver_cents"] - waived[stay["stay_no"]])
            waived[stay["stay_no"]] += gift
            out["aanvullend", ""] += cover
            out["fonds", ""] += gift
            out["patient", "bth_dagbijdrage"] += left - gift

    def assistance(self, stay: Any) -> tuple[bool, int]:
        """Whether bijzondere bijstand is granted for a stay, and the cents that the guest pays himself."""
        who = self.person
        month = date_at(stay["start_minute"]).replace(day=1)
        kind = "couple" if who["household"] == "couple" else "single"

        def of(name: str) -> Fraction:
            return self.number(f"own_payments.bijzondere_bijstand.{name}", month)

        asks = float(lot("payment.assistance", np.array([who["patient_id"]]))[0]) < float(of("take_up"))
        if who["assets_cents"] > of(f"assets_{kind}") * 100 or not asks or not who["income_known"]:
            return False, 0
        net = who["income_cents"] - who["income_tax_cents"] + who["partner_income_cents"]
        above = max(net - half_up(of(f"norm_{kind}") * 1200 * of("income_pct")), 0)
        return True, half_up(above * of("draagkracht_pct"))

    def legal(self, id: str, date: dt.date) -> int:
        """Cents of a legal amount; that of the basis year where the date has none."""
        try:
            return self.eur(id, date)
        except InputError:
            return self.eur(id, dt.date(self.year, date.month, 1))
