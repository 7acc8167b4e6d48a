"""Whether a case hangs together: dates in order, stays that the law knows, care within the journey."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np

from sim.billing.case import CareBase, Case, Stay, WlzPeriod
from sim.catalogue import TariffBook
from sim.dates import day_of, year_bounds
from sim.errors import InputError, Message, Place
from sim.law.registry import RuleSet
from sim.law.wlz.home import GROUP_CARE
from sim.law.zvw.gp import REGISTRATIONS
from sim.ledger.home_budget import budget_id
from sim.ledger.remarks import Refusal, Remark
from sim.schema import GVS_SURCHARGE, OUTSIDE_INSTITUTION, PALLIATIVE_TEAM, SETTINGS, covers
from sim.units import DAYS_PER_WEEK, HOURS_PER_DAY
from sim.units import cents as cents_of

COVERED_BY = "own_payments.eigen_risico.min_age"
"""A legal parameter whose validity says for which dates the law is known."""
DBC = "zvw.msz.dbc"
AGREED, _AID = "zvw.gzsp", "zvw.hulpmiddel"
DEDUCTIBLE_STEP = "own_payments.eigen_risico.vrijwillig_stap"
DEDUCTIBLE_MOST = "own_payments.eigen_risico.vrijwillig_max"
HIGH_MOST = "own_payments.wlz.high_max"
DEDUCTIBLE = "own_payments.eigen_risico.verplicht"
MOST_HOURS = {"hours_per_week": HOURS_PER_DAY * DAYS_PER_WEEK, "per_week": HOURS_PER_DAY * DAYS_PER_WEEK}
MOST_HOURS["per_day"] = HOURS_PER_DAY  # hours that a week and a day hold, by key of a care line
TRAJECTORY = "zvw.gzsp.startfase"
LAYING_OUT = "buiten.laatste_verzorging"
_HOUR = "uur"
DAY = "dag"
WITH_PLACE = ("verpleeghuis",)


class Checker:
    """Checks of one case; every fault names file (as messages write it) and key."""

    def __init__(self, case: Case, name: str, book: TariffBook, rules: RuleSet) -> None:
        self._case = case
        self._name = name
        self._book = book
        self._rules = rules
        self.first = case.journey[0].begin
        self.last = case.journey[-1].end
        self.died = case.patient.died

    def fault(self, key: str, template: str, /, **parts: object) -> InputError:
        """A fault at a key of the case."""
        text = Message(template, **parts)
        return InputError("{name}: {key}: {text}", name=self._name, key=Place(key), text=text)

    def refusal(self, key: str, told: str, **parts: Any) -> Refusal:
        """What the law forbids at a key of the case."""
        return Refusal(f"{self._name}: {key}", Remark(told, **parts))

    def run(self) -> None:
        """Check everything; InputError at the first fault."""
        self._journey()
        self._patient()
        self._wlz()
        for number, stay in enumerate(self._case.journey):
            self._stay(number, stay)
        for number, line in enumerate(self._case.care):
            self.care(number, line)

    def _patient(self) -> None:
        who = self._case.patient
        if who.died is not None and who.died < who.born:
            raise self.fault(
                "patient.died", "{died} lies before born {born}; swap them or mend one", about=who
            )
        if who.born > self.first:
            raise self.fault(
                "patient.born", "{born} lies after the journey begins on {first}", about=who, first=self.first
            )
        if who.died is not None and who.died != self.last:
            raise self.fault(
                "patient.died",
                "{died} is not the end of the last stay ({last}); make them equal",
                died=who.died,
                last=self.last,
            )
        if who.terminal_from is not None and who.died is not None and who.terminal_from > who.died:
            raise self.fault(
                "patient.terminal_from",
                "{terminal_from} lies after died {died}; give an earlier date",
                about=who,
            )
        if who.household == "couple" and who.partner is None:
            raise self.fault(
                "patient.partner",
                "is missing; a couple needs partner: {example}",
                example="{born: YYYY-MM-DD}",
            )
        twice = [n for n, line in enumerate(self._case.care) if line.product in REGISTRATIONS]
        if who.gp_registered and twice:
            raise self.fault(
                f"care[{twice[0]}].product",
                "{product} beside patient.gp_registered, which bills it; leave one of the two out",
                product=self._case.care[twice[0]].product,
            )
        self._deductible(who.insurance.voluntary_deductible_eur)
        self._used(who.already_used.eigen_risico_eur, who.insurance.voluntary_deductible_eur)
        partner = who.partner if who.household == "couple" else None
        if partner is not None and partner.wlz != "none" and partner.wlz_since is None:
            raise self.fault(
                "patient.partner.wlz_since", "is missing; say since when the partner has Wlz care"
            )
        for year, euro in who.income.december_eur.items():
            self._december(year, euro)

    def _december(self, year: int, euro: Decimal) -> None:
        """Refuse a contribution of December that nobody can have owed (Blz art. 3.3.2.8(2))."""
        key = f"patient.income.december_eur.{year}"
        if not self.first.year <= year <= self.last.year:
            raise self.fault(
                key, "the journey has no day in {year}; give a year of it or leave it out", year=year
            )
        december = year_bounds(year)[0] - dt.timedelta(days=1)
        if not any(period.holds(december) for period in self._case.patient.wlz):
            raise self.fault(
                key, "no Wlz period holds on {december}; only then a contribution goes on", december=december
            )
        most = self._book.parameter(HIGH_MOST, december).amount
        if euro > most:
            raise self.fault(
                key,
                "{euro} is above the {most} that {year} can ask; give what was due",
                euro=euro,
                most=most,
                year=year - 1,
            )

    def _stay_facts(self, key: str, period: WlzPeriod) -> None:
        """Refuse facts on a stay of a Wlz period at home (Blz art. 3.3.2.2)."""
        for name in ("return_expected", "part_time", "after_ggz", "beschermd_wonen_until"):
            if getattr(period, name) and period.form != "verblijf":
                raise self.fault(
                    f"{key}.{name}", "belongs to form verblijf, not {form}; leave it out", form=period.form
                )
        until = period.beschermd_wonen_until
        if until is not None and until > period.begin:
            raise self.fault(
                f"{key}.beschermd_wonen_until",
                "{until} lies after from {begin}; give the end of the stay before",
                until=until,
                begin=period.begin,
            )

    def _deductible(self, asked: Decimal) -> None:
        """Refuse a voluntary eigen risico that no policy offers (Zvw art. 20, source zvw_2025)."""
        step = self._book.parameter(DEDUCTIBLE_STEP, self.last).whole
        most = self._book.parameter(DEDUCTIBLE_MOST, self.last).whole
        offered = range(0, most + 1, step)
        if asked not in offered:
            raise self.fault(
                "patient.insurance.voluntary_deductible_eur",
                "{asked} is not offered; choose from {offered}",
                asked=asked,
                offered=list(map(str, offered)),
            )

    def _used(self, used: Mapping[int, Decimal], voluntary: Decimal) -> None:
        """Refuse more eigen risico used than a year takes (Zvw art. 19-20); a plan has limits of its own."""
        for year, euro in used.items():
            date = dt.date(year, 1, 1) if 0 < year <= dt.MAXYEAR else None
            values = [v for v in self._book.values(DEDUCTIBLE) if date and v.valid_from <= date < v.valid_to]
            rule = self._rules.at("P1", date) if date else None
            if not values or rule is None or rule.plan:
                continue
            most = values[0].amount + voluntary
            if euro > most:
                raise self.fault(
                    f"patient.already_used.eigen_risico_eur.{year}",
                    "{euro} is above the {most} that {year} can take; give what was used, {most} at most",
                    euro=euro,
                    most=most,
                    year=year,
                )

    def _journey(self) -> None:
        stays = self._case.journey
        for number, stay in enumerate(stays):
            last_day = number == len(stays) - 1 and stay.begin == self.died
            if stay.end < stay.begin or (stay.end == stay.begin and not last_day):
                raise self._ends_too_early(f"journey[{number}]", stay)
        for number, (one, two) in enumerate(pairwise(stays)):
            key, about = f"journey[{number + 1}].from", {"number": number, "begin": two.begin, "end": one.end}
            if two.begin < one.end:
                raise self.fault(
                    key, "{begin} overlaps journey[{number}], which ends on {end}; start there", **about
                )
            if two.begin > one.end:
                raise self.fault(
                    key, "{begin} leaves a gap after journey[{number}], which ends {end}; start then", **about
                )
        self._covered("journey[0].from", self.first)
        self._covered(f"journey[{len(stays) - 1}].to", self.last)

    def _ends_too_early(self, key: str, part: object) -> InputError:
        return self.fault(f"{key}.to", "{end} lies not after from {begin}; give a later date", about=part)

    def _covered(self, key: str, date: dt.date) -> None:
        """Refuse a date on which no law is known."""
        values = self._book.values(COVERED_BY)
        low, high = values[0].valid_from, values[-1].valid_to
        if not low <= date < high:
            raise self.fault(
                key,
                "{date} has no tariff; tariffs/ holds from {low} up to {high}",
                date=date,
                low=low,
                high=high,
            )

    def _wlz(self) -> None:
        periods = self._case.patient.wlz
        end = self.died or self.last
        for number, period in enumerate(periods):
            key = f"patient.wlz[{number}]"
            if period.end is not None and period.end <= period.begin:
                raise self._ends_too_early(key, period)
            if period.begin > end:
                raise self.fault(
                    f"{key}.from",
                    "{begin} lies after the journey ends on {end}; leave it out",
                    begin=period.begin,
                    end=end,
                )
            if period.form == "mpt" and period.hours_per_month is None:
                raise self.fault(f"{key}.hours_per_month", "is missing; an mpt needs its hours a month")
            self._tariff_of(key, period)
            self._stay_facts(key, period)
            if period.profile == "VV10" and period.form not in ("verblijf", "vpt"):
                raise self.fault(
                    f"{key}.profile", "VV10 exists as verblijf or vpt only; give the own profile"
                )
            if number:
                before = periods[number - 1]
                if before.end is None or period.begin < before.end:
                    raise self.fault(
                        f"{key}.from",
                        "{begin} overlaps wlz[{number}], which ends on {end}; put the periods in "
                        "order, without overlap",
                        begin=period.begin,
                        number=number - 1,
                        end=before.end or Message("no date"),
                    )

    def _tariff_of(self, key: str, period: WlzPeriod) -> None:
        """Refuse a profile that has no amount in the form of the period."""
        if period.profile == "VV10":
            return
        ids = self._book.ids
        group = GROUP_CARE.index(period.dagbesteding)
        if group and budget_id(period.profile, group) not in ids:
            raise self.fault(
                f"{key}.dagbesteding",
                "{profile} has no amount of its own for guidance in a group; leave it out",
                profile=period.profile,
            )
        if period.form in ("mpt", "pgb"):
            wanted = budget_id(period.profile)
        elif period.form == "vpt":
            wanted = f"wlz.vpt.{period.profile.lower()}"
        else:
            treated = "" if period.behandeling else "zonder_behandeling."
            wanted = f"wlz.zzp.{treated}{period.profile.lower()}"
        if wanted not in ids:
            raise self.fault(
                f"{key}.profile",
                "{profile} has no tariff as {form} ({wanted} is not in tariffs/); give a "
                "profile or form that has one",
                about=period,
                wanted=wanted,
            )

    def _stay(self, number: int, stay: Stay) -> None:
        key = f"journey[{number}]"
        self._contribution(key, stay)
        if stay.ready_from is not None and stay.setting != "ziekenhuis":
            raise self.fault(
                f"{key}.ready_from", "only a hospital stay has days of waiting for a place; leave it out"
            )
        if stay.ready_from is not None and not stay.begin <= stay.ready_from <= stay.end:
            raise self.fault(
                f"{key}.ready_from", "{ready_from} lies outside the stay; give a date within it", about=stay
            )
        if stay.main_contractor is not None and stay.wtza_permit:
            raise self.fault(
                f"{key}.main_contractor", "belongs to a house without WTZa permit; add wtza_permit: false"
            )
        if not stay.wtza_permit and stay.main_contractor is None:
            raise self.fault(
                f"{key}.main_contractor", "is missing; without a WTZa permit the main contractor bills"
            )
        if stay.second_provider and stay.setting != "bth":
            raise self.fault(f"{key}.second_provider", "belongs to a bth under a vpt; leave it out")
        end = max(stay.end, stay.begin + dt.timedelta(days=1))
        under = [p for p in self._case.patient.wlz if p.meets(stay.begin, end)]
        held = [p for p in under if p.form == "verblijf"]
        if held and stay.setting in OUTSIDE_INSTITUTION:
            raise self.refusal(key, "stay_outside", **self._beside(held[0], stay))
        if under and stay.setting == "elv":
            raise self.refusal(key, "stay_elv", form=under[0].form, **self._beside(under[0], stay))
        if stay.setting in WITH_PLACE:
            day = stay.begin
            for period in self._case.patient.wlz:
                if period.form == "verblijf" and period.holds(day):
                    day = period.end or stay.end
            if day < stay.end or (stay.begin == stay.end and not held):
                raise self.refusal(key, "stay_no_place", place=stay.setting, date=day)

    def _contribution(self, key: str, stay: Stay) -> None:
        """Refuse a day contribution where the law lets nobody ask it."""
        rule = self._rules.at("S2/dagbijdrage", stay.begin)
        if rule is None or not stay.day_contribution_eur:
            return
        asked = np.array([cents_of(stay.day_contribution_eur)], np.int64)
        if int(rule.function(np.array([SETTINGS.index(stay.setting)]), asked)[0]) < int(asked[0]):
            about = {"asked": str(stay.day_contribution_eur), "place": stay.setting, "date": stay.begin}
            raise self.refusal(f"{key}.day_contribution_eur", "no_contribution", by=rule, **about)

    def _beside(self, period: WlzPeriod, stay: Stay) -> dict[str, str]:
        """Place, first day and Wlz period of a stay that the period does not go with."""
        where = f"patient.wlz[{self._case.patient.wlz.index(period)}]"
        return {"place": stay.setting, "date": str(max(period.begin, stay.begin)), "where": where}

    def care(self, number: int, line: CareBase) -> None:
        """Check one line of care; InputError at the first fault."""
        key = f"care[{number}]"
        if line.product not in self._book.ids:
            try:
                self._book.product(line.product)
            except InputError as fault:
                raise self.fault(f"{key}.product", "{text}", text=fault.message.parts["text"]) from None
        if self._book.product(line.product).written in ("stay", "contribution"):
            raise self.fault(
                f"{key}.product", "{product} comes from the stay itself; give the stay in journey", about=line
            )
        self._dates(key, line)
        self._integral(key, line)
        self._quantities(key, line)
        self._conditions(key, line)

    def _integral(self, key: str, line: CareBase) -> None:
        """Refuse an integral tariff for wijkverpleging where no law lets it be agreed."""
        last = line.date or line.opened or (line.end and line.end - dt.timedelta(days=1))
        if last is None or self._book.product(line.product).integral != "tariff":
            return
        rule = self._rules.at("T6/integraal", last)
        if rule is not None and not rule.function(np.array([day_of(last)], np.int64))[0]:
            raise self.fault(
                f"{key}.product",
                "{product} on {last}: {title} ({key}; {article}); give the separate "
                "prestaties, such as zvw.wijkverpleging.verpleging",
                about=rule,
                product=line.product,
                last=last,
            )

    def _dates(self, key: str, line: CareBase) -> None:
        given = [n for n in ("date", "opened", "begin") if getattr(line, n) is not None]
        if len(given) != 1:
            raise self.fault(key, "{product}: give one of date, opened, or from and to", product=line.product)
        if (line.begin is None) != (line.end is None):
            raise self.fault(
                f"{key}.{'from' if line.begin is None else 'to'}", "is missing; from and to go together"
            )
        if line.closed is not None and line.opened is None:
            raise self.fault(f"{key}.closed", "has no opened beside it; add opened")
        if line.opened is not None:
            if line.closed is not None and line.closed < line.opened:
                raise self.fault(
                    f"{key}.closed", "{closed} lies before opened {opened}; mend one", about=line
                )
            if self.died is not None and line.opened > self.died:
                raise self._after_death(f"{key}.opened", line.opened)
            return
        if line.date is not None:
            if line.product != LAYING_OUT and self.died is not None and line.date > self.died:
                raise self._after_death(f"{key}.date", line.date)
            inside = self.first <= line.date < self.last or line.date == self.died
            if not inside and line.product != LAYING_OUT:
                raise self._outside(f"{key}.date", line.date)
            return
        assert line.begin is not None
        assert line.end is not None
        if line.end <= line.begin:
            raise self._ends_too_early(key, line)
        if line.begin < self.first:
            raise self._outside(f"{key}.from", line.begin)
        if line.end > self.stop:
            what = self._after_death if self.died is not None else self._outside
            raise what(f"{key}.to", line.end)

    @property
    def stop(self) -> dt.date:
        """The day after the last day on which care can be given."""
        return self.last + dt.timedelta(days=1) if self.died is not None else self.last

    def _after_death(self, key: str, date: dt.date) -> InputError:
        return self.fault(
            key, "{date} lies after death on {died}; care ends with the patient", date=date, died=self.died
        )

    def _outside(self, key: str, date: dt.date) -> InputError:
        return self.fault(
            key,
            "{date} lies outside the journey of {first} up to {last}; widen the journey",
            about=self,
            date=date,
        )

    def _quantities(self, key: str, line: CareBase) -> None:
        product = self._book.product(line.product)
        ways = [
            n
            for n in ("quantity", "hours", "hours_per_week", "per_week", "per_day")
            if getattr(line, n) is not None
        ]
        if len(ways) > 1:
            raise self.fault(key, "{ways} together; keep one", ways=ways)
        rates = [n for n in ways if n.endswith(("_week", "_day"))]
        if rates and line.begin is None:
            raise self.fault(f"{key}.{rates[0]}", "needs from and to; or give quantity with date")
        if any(n.startswith("hours") for n in ways) and product.unit != _HOUR:
            raise self.fault(
                f"{key}.{ways[0]}",
                "{product} goes by {unit}, not by hour; give quantity",
                product=line.product,
                unit=product.unit,
            )
        for way in ways if product.unit == _HOUR else ():
            asked, most = getattr(line, way), MOST_HOURS.get(way)
            if most is not None and asked > most:
                span = Message("day") if way == "per_day" else Message("week")
                raise self.fault(
                    f"{key}.{way}",
                    "{asked} is above the {most} hours of a {span}; give {most} or less",
                    asked=asked,
                    most=most,
                    span=span,
                )
        if line.product == TRAJECTORY and line.begin is not None:
            if ways:
                raise self.fault(
                    f"{key}.{ways[0]}", "a trajectory from-to counts its own months; leave it out"
                )
            return
        if line.begin is not None and not ways and line.amount_eur is None and product.unit != DAY:
            raise self.fault(
                key,
                "{product}: how much of it; give hours_per_week, per_week, per_day or quantity",
                product=line.product,
            )
        self._invoice(key, line)

    def _invoice(self, key: str, line: CareBase) -> None:
        """What has no tariff needs its amount."""
        product = self._book.product(line.product)
        if line.surcharge_eur is not None and line.product != GVS_SURCHARGE:
            raise self.fault(
                f"{key}.surcharge_eur",
                "belongs to {surcharge} only; give amount_eur",
                surcharge=GVS_SURCHARGE,
            )
        if line.product == GVS_SURCHARGE and line.surcharge_eur is None and line.amount_eur is None:
            raise self.fault(
                f"{key}.surcharge_eur", "is missing; give the surcharge above the reimbursement limit"
            )
        invoice = line.amount_eur is not None or line.surcharge_eur is not None
        if product.price == "invoice" and not invoice:
            raise self.fault(
                f"{key}.amount_eur",
                "is missing; {product} has no tariff, its price is the invoice",
                product=line.product,
            )
        if not invoice and not self._book.values(line.product):
            raise self.fault(
                f"{key}.product",
                "{product} has a projected tariff only, for a scenario to switch on; give amount_eur",
                product=line.product,
            )

    def _conditions(self, key: str, line: CareBase) -> None:
        if covers(PALLIATIVE_TEAM, line.product) and line.fact("meeting_190006") is None:
            raise self.fault(f"{key}.meeting_190006", "is missing; say whether the meeting 190006 was held")
        if line.agreed_eur is not None and not covers(AGREED, line.product):
            raise self.fault(f"{key}.agreed_eur", "belongs to {agreed} only; give amount_eur", agreed=AGREED)
        if line.agreed_eur is not None and line.amount_eur is not None:
            raise self.fault(key, "agreed_eur and amount_eur together; keep one")
        if line.lent_from is not None and not covers(_AID, line.product):
            raise self.fault(f"{key}.lent_from", "belongs to {aid} only; leave it out", aid=_AID)
        if line.lent_from is not None and line.begin is not None and line.lent_from > line.begin:
            raise self.fault(
                f"{key}.lent_from", "{lent_from} lies after from {begin}; the loan began before", about=line
            )
        if line.contracted and (line.reimbursed_pct is not None or line.reference_eur is not None):
            raise self.fault(
                f"{key}.reimbursed_pct", "belongs to care without a contract; add contracted: false"
            )
        known = covers("zvw.wijkverpleging", line.product)
        if not line.contracted and line.reimbursed_pct is None and not known:
            raise self.fault(
                f"{key}.reimbursed_pct", "is missing; say how much the policy pays without a contract"
            )
