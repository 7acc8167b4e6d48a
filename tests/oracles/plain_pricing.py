"""A second, plain implementation of the ledger: one patient at a time, day by day, with fractions.

It shares no code with `sim/law` and `sim/ledger`: only the tables, the tariff book and the calendar of
the standard library. Slow and simple on purpose.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sim.catalogue import TariffBook
from sim.schema import NEVER, Table
from tests.oracles.plain_payments import EPOCH, PlainPayments, date_at, half_up

EXISTS_FROM = {
    "zvw.huisarts.meedenkadvies": dt.date(2026, 1, 1),
    "zvw.msz.meedenkadvies": dt.date(2026, 1, 1),
    "zvw.msz.pzp": dt.date(2025, 1, 1),
    "zvw.wijkverpleging.bth_dag": dt.date(2025, 1, 1),
}
PROFILES = ("geen", "VV4", "VV5", "VV6", "VV7", "VV8")


def shift_months(date: dt.date, count: int) -> dt.date:
    """The same day so many months on; the first of the month after where that day does not exist."""
    number = date.year * 12 + date.month - 1 + count
    year, month = divmod(number, 12)
    if date.day > calendar.monthrange(year, month + 1)[1]:
        year, month = divmod(number + 1, 12)
        return dt.date(year, month + 1, 1)
    return dt.date(year, month + 1, date.day)


@dataclass
class Line:
    """One declaration before shares."""

    product: str
    date: dt.date
    gross: int
    law: str
    year: int
    kind: str = ""
    stay: Any = None
    days: int = 0
    form: str = "geen"
    spell: Any = None


class PlainPricer(PlainPayments):
    """Prices patients one by one at the prices of a basis year."""

    def __init__(
        self, tables: dict[str, Table], book: TariffBook, basis_year: int, elv_factor: Fraction = Fraction(1)
    ) -> None:
        self.book = book
        self.year = basis_year
        self.elv_factor = elv_factor
        self.rows = {name: _dicts(t) for name, t in tables.items()}

    def price(self, id: str, date: dt.date) -> int:
        return self.book.value(id, dt.date(self.year, date.month, 1)).cents

    def all(self) -> dict[int, Counter[tuple[str, ...]]]:
        """Cents by patient: gross a product, and shares a (payer, item)."""
        out = {}
        stays, spells, periods = defaultdict(list), defaultdict(list), defaultdict(list)
        for name, found in (("stays", stays), ("spells", spells), ("wlz_periods", periods)):
            for row in self.rows[name]:
                found[row["patient_id"]].append(row)
        for person in self.rows["patients"]:
            id = person["patient_id"]
            out[id] = self.one(person, stays[id], spells[id], periods[id])
        return out

    def one(
        self, person: dict[str, Any], stays: list[Any], spells: list[Any], periods: list[Any]
    ) -> Counter[tuple[str, ...]]:
        """All cents of one patient."""
        self.person = person
        self.periods = sorted(periods, key=lambda p: p["start_minute"])
        self.died = date_at(person["death_minute"])
        self.terminal = date_at(person["terminal_from_minute"])
        self.adult = shift_months(date_at(person["birth_minute"]), 18 * 12)
        lines: list[Line] = []
        self.sessions = 0
        ordered = sorted(stays, key=lambda s: s["start_minute"])
        self._admissions(ordered)
        self.stays = ordered
        kit = any(s["product"] == "zvw.farmacie.palliakit" for s in spells)
        self.kit_days = int(self.number("zvw.farmacie.palliakit_dagen", self.died)) if kit else 0
        for stay in ordered:
            own = [s for s in spells if s["stay_no"] == stay["stay_no"]]
            lines += self.stay_lines(stay, own)
        for spell in spells:
            stay = next(s for s in ordered if s["stay_no"] == spell["stay_no"])
            lines += self.spell_lines(spell, stay)
        self._cap_home(lines)
        self.help_given = [self.help_period(s) for s in spells if self.help_line(s, lines)]
        self.at_home = {d for s in ordered if s["setting"] in ("thuis", "bth") for d in self.billed(s)}
        return self.settle(lines)

    def help_line(self, spell: Any, lines: list[Line]) -> bool:
        """Whether a spell of support by the municipality has a line."""
        mine = [x for x in lines if x.spell is spell]
        return any(x.law == "Wmo" for x in mine)

    def help_period(self, spell: Any) -> tuple[str, dt.date, dt.date]:
        """Product, first day, day after the last of a spell of support."""
        parts = self.parts(spell)
        first, last = parts[0][0], parts[-1][0]
        end = shift_months(last.replace(day=1), 1)
        if spell["per"] == "day":
            end = min(end, date_at(spell["end_minute"]))
        elif spell["per"] == "week":
            end = min(end, date_at(spell["end_minute"] - 1) + dt.timedelta(days=1))
        else:
            end = last + dt.timedelta(days=1)
        if (end - first).days <= 1:
            end = shift_months(first, 1)
        return spell["product"], first, end

    def help_owed(self) -> set[tuple[str, int, int]]:
        """Product, year and month in which support owes the subscription: help that stops begins anew."""
        out: set[tuple[str, int, int]] = set()
        for product in {p for p, _, _ in self.help_given}:
            begin = until = None
            for _, first, end in sorted(x for x in self.help_given if x[0] == product):
                if until is not None and any(
                    until + dt.timedelta(days=n) in self.at_home for n in range((first - until).days)
                ):
                    begin = until = None
                begin = first if begin is None else begin
                until = end if until is None else max(until, end)
                month = begin if begin.day == 1 else shift_months(begin.replace(day=1), 1)
                while month < until:
                    out.add((product, month.year, month.month))
                    month = shift_months(month, 1)
        return out

    def _admissions(self, stays: list[Any]) -> None:
        before = None
        for stay in stays:
            stay["first_of_admission"] = stay
            joined = before is not None and before["end_minute"] == stay["start_minute"]
            if joined and stay["setting"] == before["setting"] == "ziekenhuis":
                stay["first_of_admission"] = before["first_of_admission"]
            before = stay

    def billed(self, stay: Any) -> list[dt.date]:
        first, last = date_at(stay["start_minute"]), date_at(stay["end_minute"])
        count = (last - first).days + (stay["exit_reason"] == "overleden")
        return [first + dt.timedelta(days=n) for n in range(count)]

    def at(self, minute: int) -> Any:
        """Profile and behandeling at a minute."""
        for period in self.periods:
            if period["start_minute"] <= minute < period["end_minute"]:
                return period["profile"], period["behandeling"]
        return self.person["wlz_profile"], self.person["wlz_behandeling"]

    def stay_lines(self, stay: Any, spells: list[Any]) -> list[Line]:
        setting, form = stay["setting"], stay["wlz_form"]
        profile, treated = self.at(stay["start_minute"])
        stay["treated"] = treated
        days = self.billed(stay)
        admitted = date_at(stay["first_of_admission"]["start_minute"]).year
        intensive: set[dt.date] = set()
        for spell in spells:
            if spell["product"] == "zvw.msz.ic_dag" and spell["condition"] == "" and setting == "ziekenhuis":
                begin = max(date_at(spell["start_minute"]), date_at(stay["start_minute"]))
                intensive |= {begin + dt.timedelta(days=n) for n in range(spell["quantity"])} & set(days)
        stay["intensive"] = len(intensive)
        blocked_from = date_at(stay["end_minute"] - stay["blocked_minutes"])
        if intensive:  # nobody in intensive care is ready to leave
            blocked_from = max(blocked_from, max(intensive) + dt.timedelta(days=1))
        counted: Counter[tuple[str, int, int]] = Counter()
        before = next((s for s in reversed(self.stays) if s["end_minute"] == stay["start_minute"]), None)
        goes_on = before and before["setting"] == "ziekenhuis" and before["wlz_form"] == "verblijf"
        absent = self.absent if goes_on else 0
        for day in days:
            for product in self.day_products(stay, day, profile, treated):
                counted[product, day.year, day.month] += 1
            if setting == "ziekenhuis":
                ready = stay["blocked_minutes"] > 0 and day >= blocked_from
                product = "zvw.msz.geblokkeerde_dag" if ready else "zvw.msz.verpleegdag"
                counted[product, day.year, day.month] += 1
                if form == "verblijf":
                    absent += 1
                    if absent <= 91:
                        counted[_stay_day(profile, treated), day.year, day.month] += 1
        self.absent = absent
        for day in intensive:
            counted["zvw.msz.verpleegdag", day.year, day.month] -= 1
        lines = []
        for (product, year, month), number in counted.items():
            if number <= 0:
                continue
            date = next(d for d in days if (d.year, d.month) == (year, month))
            guest = product == "buiten.bth_verblijf"
            price = stay["day_contribution_cents"] if guest else self.price(product, date)
            law = "buiten_wetten" if guest else "Wlz" if product.startswith("wlz") else "Zvw"
            gross = number * price
            if product.startswith("zvw.elv."):
                gross = half_up(gross * self.elv_factor)
            if stay["ceiling"] == "eigen_kosten" and product.startswith(("zvw.elv.", "zvw.wijkverpleging.")):
                lines.append(Line("", date, gross, "unfunded", year))
                continue
            line = Line(product, date, gross, law, year, "guest" if guest else "", stay, number)
            if setting == "ziekenhuis":
                line.year = admitted
            lines.append(line)
        if setting == "ziekenhuis" and stay["first_of_admission"] is stay:
            first = date_at(stay["start_minute"])
            extra = self.price("zvw.msz.opslag_opname", first)
            lines.append(Line("zvw.msz.opslag_opname", first, extra, "Zvw", admitted))
        for day in self.quarters(days):
            if not (form == "verblijf" and treated):
                product = self.registration(day)
                lines.append(Line(product, day, self.price(product, day), "Zvw", day.year))
        return lines

    def day_products(self, stay: Any, day: dt.date, profile: str, treated: bool) -> list[str]:
        setting, form = stay["setting"], stay["wlz_form"]
        late = day >= self.terminal
        out = []
        if form == "vpt" and setting in ("thuis", "bth", "hch", "pu"):
            out.append(f"wlz.vpt.{'vv10' if late else profile.lower()}")
        child = day < self.adult
        paid_by_day = setting in ("hch", "pu") or (setting == "bth" and stay["contracted"])
        if paid_by_day and form == "geen" and child:
            out.append("zvw.kindzorg.kinderzorghuis")
        if setting == "bth":
            exists = day >= EXISTS_FROM["zvw.wijkverpleging.bth_dag"]
            if form == "geen" and stay["contracted"] and exists and not child:
                out.append("zvw.wijkverpleging.bth_dag")
            if stay["day_contribution_cents"]:
                out.append("buiten.bth_verblijf")
        if setting in ("hch", "pu") and form == "geen" and not child:
            out.append("zvw.elv.ptz")
        if setting in ("hch", "pu") and form == "verblijf":
            heavy = late and (self.person["criteria_vv10"] or not self.from_bed(stay))
            out.append(_stay_day("VV10" if heavy else profile, treated))
        if setting == "verpleeghuis" and form == "verblijf":
            heavy = late and self.person["criteria_vv10"]
            out.append(_stay_day("VV10" if heavy else profile, treated))
        if setting == "elv" and form == "geen":
            out.append("zvw.elv.hoog")
        return out

    def from_bed(self, stay: Any) -> bool:
        """Whether the last stay that says where the patient lived was in a nursing home."""
        homes = {"verpleeghuis": True, "thuis": False, "bth": False, "elv": False, "respijt": False}
        before = [s for s in self.stays if s["start_minute"] <= stay["start_minute"]]
        for other in reversed(before):
            if other["setting"] in homes:
                return homes[other["setting"]]
        first = self.stays[0]
        return bool(first["setting"] == "ziekenhuis" and first["wlz_form"] == "verblijf")

    def quarters(self, days: list[dt.date]) -> list[dt.date]:
        return [d for d in days if d.day == 1 and d.month in (1, 4, 7, 10)]

    def registration(self, day: dt.date) -> str:
        born = date_at(self.person["birth_minute"])
        for age, name in ((65, "65"), (75, "75"), (85, "85")):
            if day < shift_months(born, age * 12):
                return f"zvw.huisarts.inschrijving.{name}"
        return "zvw.huisarts.inschrijving.85plus"

    def spell_lines(self, spell: Any, stay: Any) -> list[Line]:
        product, setting, form = spell["product"], stay["setting"], stay["wlz_form"]
        profile_pays = form == "verblijf" and stay["treated"] and setting != "ziekenhuis"
        parts = self.parts(spell)
        if product == "zvw.msz.palliatief_team" and setting == "ziekenhuis":
            product = "zvw.msz.palliatief_team.consult"
        if spell["condition"]:
            steps = self.book.product(product).step_per_unit
            price = sum(half_up(Fraction(q * self.price(product, d), steps)) for d, q in parts)
            return [Line("", d, price, "unfunded", d.year) for d, _ in parts[:1]]
        if product.startswith("ptz.") or not self.declared(product, setting, form, profile_pays):
            return []
        steps = self.book.product(product).step_per_unit
        law = self.book.product(product).law
        lines = []
        for date, quantity in parts:
            if product == "zvw.farmacie.sedatie":
                inside = min(quantity, self.kit_days)
                self.kit_days -= inside
                quantity -= inside
                if quantity == 0:
                    continue
            if product == "zvw.msz.ic_dag":
                quantity = min(quantity, stay["intensive"])
                if quantity == 0:
                    continue
            if date > self.died or date < EXISTS_FROM.get(product, dt.date.min):
                continue
            if "intensieve_zorg" in product and date < self.intensive_from():
                continue
            unit = Fraction(self.price(product, date), steps)
            year = date.year
            if setting == "ziekenhuis":
                year = date_at(stay["first_of_admission"]["start_minute"]).year
            line = Line(
                product, date, half_up(quantity * unit), law, year, form=stay["wlz_form"], spell=spell
            )
            if product == "zvw.fysiotherapie" and self.pays_therapy(date, quantity):
                line.kind = "own"
            own = product.startswith("zvw.wijkverpleging") and not spell["contracted"]
            if own and self.person["policy"] == "natura":
                share = self.number("own_payments.wijkverpleging.niet_gecontracteerd", date)
                paid = half_up(line.gross * share)
                lines.append(Line(product, date, line.gross - paid, "Zvw", year, "not_contracted"))
                line.gross = paid
            lines.append(line)
        return lines

    def pays_therapy(self, date: dt.date, sessions: int) -> bool:
        """Whether a patient without a listed condition pays sessions: an adult all, a child from the 19th."""
        if date >= shift_months(date_at(self.person["birth_minute"]), 18 * 12):
            return True
        self.sessions += sessions
        return self.sessions > 18

    def declared(self, product: str, setting: str, form: str, profile_pays: bool) -> bool:
        """Whether care may be declared where it is given."""
        home = setting in ("thuis", "bth", "respijt")
        no_wlz = form == "geen"
        for start, allowed in (
            ("zvw.huisarts", not profile_pays),
            ("zvw.farmacie", not profile_pays and setting != "ziekenhuis"),
            ("zvw.wijkverpleging", home and no_wlz),
            ("zvw.gzsp", home and no_wlz),
            ("zvw.kindzorg", no_wlz and setting != "ziekenhuis"),
            ("jeugdwet", no_wlz and setting != "ziekenhuis"),
            ("zvw.hulpmiddel", setting in ("thuis", "bth")),
            ("zvw.msz.thuisdag", setting != "ziekenhuis"),
            ("wlz.mpt.behandeling", not no_wlz and not profile_pays and setting != "ziekenhuis"),
            ("wlz.mpt", form == "mpt"),
            ("wlz.huishoudelijke_hulp", form in ("mpt", "pgb")),
            ("wlz.maaltijd", form in ("mpt", "pgb")),
            ("wlz.pgb", form == "pgb"),
            ("wlz.zzp", setting != "ziekenhuis"),
            ("wmo.huishoudelijke_hulp", setting in ("thuis", "bth") and form not in ("vpt", "verblijf")),
            ("wmo.maaltijd", setting in ("thuis", "bth") and form not in ("vpt", "verblijf")),
            ("wmo.alarm", setting in ("thuis", "bth") and form not in ("vpt", "verblijf")),
            ("zvw.fysiotherapie", home),
            ("wmo.respijtzorg", no_wlz and setting != "ziekenhuis"),
        ):
            if product.startswith(start):
                return allowed
        return True

    def intensive_from(self) -> dt.date:
        """First day of intensive care by the GP: when terminal, for a child twelve months before death."""
        if self.died < shift_months(date_at(self.person["birth_minute"]), 18 * 12):
            return min(self.terminal, shift_months(self.died, -12))
        return self.terminal

    def parts(self, spell: Any) -> list[tuple[dt.date, int]]:
        """Quantity of a spell by month."""
        start, end, amount = spell["start_minute"], spell["end_minute"], spell["quantity"]
        if spell["per"] == "once":
            return [(date_at(start), amount)]
        out: dict[tuple[int, int], list[Any]] = {}
        if spell["per"] == "day":
            day = date_at(start)
            while day < date_at(end):
                out.setdefault((day.year, day.month), [day, 0])[1] += amount
                day += dt.timedelta(days=1)
            return [(d, q) for d, q in out.values()]
        done, begin = 0, start
        while begin < end:
            day = date_at(begin)
            following = shift_months(day.replace(day=1), 1)
            until = min(end, int((dt.datetime.combine(following, dt.time()) - EPOCH).total_seconds()) // 60)
            total = amount * (until - start) // (7 * 24 * 60)
            if total > done:
                out[day.year, day.month] = [day, total - done]
            done, begin = total, until
        return [(d, q) for d, q in out.values()]

    def _cap_home(self, lines: list[Line]) -> None:
        """Hours of an mpt or pgb up to the budget of its days; in the terminal phase as needed: no limit."""
        left: dict[tuple[int, str], int] = {}
        paid_by = ("wlz.mpt.verzorging", "wlz.mpt.verpleging", "wlz.mpt.begeleiding", "wlz.pgb")
        held = [
            x
            for x in lines
            if x.form in ("mpt", "pgb")
            and x.product.startswith((*paid_by, "wlz.huishoudelijke", "wlz.zzp.gem"))
        ]
        for line in sorted(held, key=lambda x: x.date):
            if line.date >= self.terminal:
                continue
            key = (line.date.year, line.form)
            if key not in left:
                own = [p for p in self.periods if p["form"] == line.form]
                left[key] = sum(self.home_budget(p, line.date.year) for p in own)
            paid = min(line.gross, left[key])
            if paid < line.gross:
                lines.append(Line("", line.date, line.gross - paid, "unfunded", line.date.year))
            line.gross = paid
            left[key] -= paid

    def home_budget(self, period: Any, year: int) -> int:
        days = [d for d in self.days_of(period) if d.year == year and d < self.terminal]
        if not days:
            return 0
        first = dt.date(year, 1, 1)
        yearly = self.price(f"wlz.pgb.budget.{period['profile'].lower()}", first)
        return half_up(Fraction(yearly * len(days), 366 if calendar.isleap(year) else 365))

    def days_of(self, period: Any) -> list[dt.date]:
        day = date_at(max(period["start_minute"], self.person["entry_minute"]))
        end = date_at(period["end_minute"])
        if end >= self.died and period is self.periods[-1]:
            end += dt.timedelta(days=1)
        out = []
        while day < end:
            out.append(day)
            day += dt.timedelta(days=1)
        return out

    # own payments

    def settle(self, lines: list[Line]) -> Counter[tuple[str, ...]]:
        out: Counter[tuple[str, ...]] = Counter()
        for line in [x for x in lines if x.law == "unfunded"]:
            out["unfunded", ""] += line.gross
        lines = [x for x in lines if x.law != "unfunded"]
        for line in lines:
            out["gross", line.product] += line.gross
        self._rides(lines, out)
        self._surcharges(lines, out)
        self._deductible(lines, out)
        self._wlz(lines, out)
        self._guests(lines, out)
        self._wmo(lines, out)
        for line in lines:
            if line.law == "Jeugdwet":
                out["gemeente", ""] += line.gross
            if line.law == "Zvw" and line.kind == "":
                out["zorgverzekeraar", ""] += line.gross
            if line.kind == "not_contracted":
                out["patient", "niet_gecontracteerd"] += line.gross
            if line.kind == "own" or (line.law == "buiten_wetten" and line.kind == ""):
                out["patient", "overig"] += line.gross
        out["zorgverzekeraar", ""] -= out["patient", "eigen_risico"]
        return Counter({k: v for k, v in out.items() if v})

    def _deductible(self, lines: list[Line], out: Counter[tuple[str, ...]]) -> None:
        born = date_at(self.person["birth_minute"])
        adult = shift_months(born, 18 * 12)
        liable = adult if adult.day == 1 else shift_months(adult.replace(day=1), 1)
        spent: Counter[int] = Counter()
        entry = date_at(self.person["entry_minute"]).year
        for line in lines:
            counts = line.law == "Zvw" and line.kind == "" and self.book.product(line.product).eigen_risico
            if not counts or line.date < liable:
                continue
            year = line.year
            first, last = max(dt.date(year, 1, 1), liable), min(dt.date(year, 12, 31), self.died)
            insured = max((last - first).days + 1, 0)
            whole = 366 if calendar.isleap(year) else 365
            limit = 0
            chosen = self.person["voluntary_deductible_cents"]
            for amount in (self.eur("own_payments.eigen_risico.verplicht", first), chosen):
                limit += half_up(Fraction(amount * insured, whole * 100)) * 100
            used_up = year == entry and self.person["eigen_risico_used"]
            paid = 0 if used_up else min(line.gross, max(limit - spent[year], 0))
            spent[year] += paid
            out["patient", "eigen_risico"] += paid

    def _wlz(self, lines: list[Line], out: Counter[tuple[str, ...]]) -> None:
        due = self.contributions()
        for (year, month), cents in due.items():
            rows = [x for x in lines if x.law == "Wlz" and (x.date.year, x.date.month) == (year, month)]
            excess = max(cents - sum(x.gross for x in rows), 0)
            if excess:
                out["gross", "wlz.bijdrage_boven_kosten"] += excess
            out["patient", "wlz_eigen_bijdrage"] += cents
            out["zorgkantoor", ""] -= cents - excess
        out["zorgkantoor", ""] += sum(x.gross for x in lines if x.law == "Wlz")

    def _wmo(self, lines: list[Line], out: Counter[tuple[str, ...]]) -> None:
        """Subscription of each month with support by the municipality."""
        support = [x for x in lines if x.law == "Wmo"]
        out["gemeente", ""] += sum(x.gross for x in support)
        support = [x for x in support if x.product != "wmo.hulpmiddel.rolstoel"]
        if not support:
            return
        owed = self.help_owed()
        wlz = self.contributions()
        who = self.person
        partner_wlz = who["household"] == "couple" and who["partner_wlz"] != "none"
        for year, month in sorted({(x.date.year, x.date.month) for x in support}):
            first = dt.date(year, month, 1)
            if (year, month) in wlz:
                continue
            if partner_wlz and date_at(who["partner_wlz_since_minute"]).replace(day=1) <= first:
                continue
            if first < shift_months(date_at(who["birth_minute"]), 18 * 12):
                continue
            pension = int(self.number("own_payments.aow_age_months", first))
            births = [who["birth_minute"]]
            if who["household"] == "couple":
                births.append(who["partner_birth_minute"])
                if any(shift_months(date_at(b), pension) > first for b in births):
                    continue
            mine = [x for x in support if (x.date.year, x.date.month) == (year, month)]
            cost = sum(x.gross for x in mine if (x.product, year, month) in owed)
            paid = min(self.eur("own_payments.wmo.month", first), cost)
            out["patient", "wmo_eigen_bijdrage"] += paid
            out["gemeente", ""] -= paid

    def contributions(self) -> dict[tuple[int, int], int]:
        """Wlz contribution by month."""
        days: Counter[tuple[int, int, str]] = Counter()
        origin = end = None
        away = 0
        was_high = False
        for period in self.periods:
            stretch = self.days_of(period)
            if not stretch:
                continue
            turn = None
            if period["form"] == "verblijf":
                start = stretch[0]
                entry, since = self.person["entry_minute"], self.person["entry_since_minute"]
                if end is None and period["start_minute"] <= entry and since != NEVER:
                    start = min(start, date_at(since))
                gap = (start - end).days if end else None
                if gap is not None and gap <= 60:
                    away += gap
                else:
                    origin, away = start, 0
                turn = shift_months(origin, 4) + dt.timedelta(days=away)
                skipped = was_high and start <= shift_months(end, 4)
                if skipped:
                    turn = min(turn, start)
                    origin, away = shift_months(start, -4), 0
                if self.person["household"] == "couple" and self.person["partner_wlz"] == "institution":
                    since = date_at(self.person["partner_wlz_since_minute"])
                    turn = max(turn, since if skipped else shift_months(since, 4))
                end = stretch[-1] + dt.timedelta(days=1)
                was_high = end > turn
            for day in stretch:
                if day >= self.adult:
                    days[day.year, day.month, self.kind(period, day, turn)] += 1
        out: Counter[tuple[int, int]] = Counter()
        for (year, month, kind), number in days.items():
            amount = self.month_amount(kind, dt.date(year, month, 1))
            full = number >= calendar.monthrange(year, month)[1]
            out[year, month] += amount if full else half_up(Fraction(amount * 12 * number, 365))
        return {k: v for k, v in out.items() if v > 0}

    def kind(self, period: Any, day: dt.date, turn: dt.date | None) -> str:
        form = period["form"]
        joint = self.person["household"] == "couple" and self.person["partner_wlz"] == "institution"
        if joint and form != "verblijf" and day >= date_at(self.person["partner_wlz_since_minute"]):
            return "low"
        if form == "mpt":
            return "short" if period["hours_per_month"] <= 20 else "home"
        if form in ("pgb", "vpt"):
            return "home" if form == "pgb" else "low"
        apart = self.person["household"] == "couple" and self.person["partner_wlz"] != "institution"
        if self.person["children_supported"] or apart:
            return "low"
        return "high" if day >= turn else "low"

    def month_amount(self, kind: str, date: dt.date) -> int:
        who = self.person
        low, high = (self.eur(f"own_payments.wlz.low_{n}", date) for n in ("min", "max"))
        reduction = self.eur("own_payments.wlz.mpt_pgb_reduction", date)
        couple = who["household"] == "couple"
        income = who["income_cents"] + (who["partner_income_cents"] if couple else 0)
        exempt = self.eur("own_payments.wlz.asset_threshold_pp", date) * (2 if couple else 1)
        addition = max(who["assets_cents"] - exempt, 0) * self.number("own_payments.wlz.vib_pct", date)
        norm = self.eur(f"own_payments.wlz.norm.{'couple' if couple else 'single'}", date)
        least = low - (reduction if kind in ("short", "home") else 0)
        if who["income_known"] and income <= 12 * (norm + least):
            return 0
        if kind == "high":
            return 0 if not who["income_known"] else self.high_amount(income, addition, couple, date)
        if kind == "short" or not who["income_known"]:
            return low - (reduction if kind in ("short", "home") else 0)
        if kind == "home":
            income -= self.eur("own_payments.wlz.mpt_pgb_income_deduction", date)
        share = self.number("own_payments.wlz.low_pct", date)
        amount = min(max(half_up((income + addition) * share / 12), low), high)
        return amount - (reduction if kind == "home" else 0)

    def high_amount(self, income: int, addition: Fraction, couple: bool, date: dt.date) -> int:
        who = self.person

        def of(name: str) -> Fraction:
            return self.number(f"own_payments.wlz.{name}", date) * 100

        year = dt.date(date.year, 1, 1)
        pension = int(self.number("own_payments.aow_age_months", year))
        limit = dt.date(date.year, 1, 31)
        old = [shift_months(date_at(who["birth_minute"]), pension) <= limit]
        incomes = [who["income_cents"]]
        if couple:
            old.append(shift_months(date_at(who["partner_birth_minute"]), pension) <= limit)
            incomes.append(who["partner_income_cents"])
        left = Fraction(income - who["income_tax_cents"])
        left -= of("zak_kleed.couple") if couple else of("zak_kleed.single")
        for is_old, own in zip(old, incomes, strict=True):
            premium = of("zorgpremie.base") + own * of("zorgpremie.pct") / 100
            floor = of("zorgpremie.min_married_aow") if couple else of("zorgpremie.min_single_aow")
            premium = max(premium, floor) if is_old else premium
            left -= min(premium, of("zorgpremie.max"))
            left -= of("aftrekpost.aow") if is_old else of("aftrekpost.below_aow")
        if who["zorgtoeslag"]:
            allowance = of("zorgtoeslag.couple") if couple else of("zorgtoeslag.single")
            over = max(income - of("zorgtoeslag.threshold"), 0)
            left += max(allowance - over * of("zorgtoeslag.pct") / 100, 0)
        name = ("T_couple" if couple else "T_single") + ("_aow" if any(old) else "")
        left -= max(left - of(f"extra_vrijlating.{name}"), 0) * of("extra_vrijlating.pct") / 100
        month = half_up((left + addition) / 12)
        return min(max(month, int(of("high_min"))), int(of("high_max")))


def _stay_day(profile: str, treated: bool) -> str:
    return f"wlz.zzp.{'' if treated else 'zonder_behandeling.'}{profile.lower()}"


def _dicts(table: Table) -> list[dict[str, Any]]:
    """Rows of a table with words for codes."""
    from sim.schema import TABLES

    columns = {}
    for field in TABLES[table.name]:
        values = table[field.name].tolist()
        if field.codes:
            values = [field.codes[v] for v in values]
        columns[field.name] = values
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


__all__ = ["NEVER", "PlainPricer"]
